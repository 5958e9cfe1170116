/**
 * How a command fails: one clear line on stderr, and an exit code that scripts can rely on.
 *
 *     0 clear · 1 failure · 2 attention · 3 unknown · 64 usage · 75 temporary
 */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"

export const exitCodes = {
  failure: 1,
  attention: 2,
  unknown: 3,
  usage: 64,
  unavailable: 75
} as const

export class Failure extends Schema.TaggedError<Failure>()("Failure", {
  kind: Schema.Literals(["failure", "attention", "unknown", "usage", "unavailable"]),
  message: Schema.String
}) {}

/** The end of a command of which there is nothing to say but its exit code. */
export class Quiet extends Schema.TaggedError<Quiet>()("Quiet", { code: Schema.Int }) {}

/** Ends the command with this exit code; what it started is stopped. */
export const quietly = (code: number): Effect.Effect<never> => Effect.die(new Quiet({ code }))

/** What a call says whose node went away. */
export const nodeGone = (hint: (line: string) => string): string =>
  `the node has stopped; \`${hint("up")}\` starts it again`

/** A failure of a kind, with what went wrong and what to do about it. */
export const make = (kind: Failure["kind"], message: string): Failure => new Failure({ kind, message })
