/**
 * Where words and data go: data to stdout, as text or as one JSON value; words to stderr.
 *
 * What agents and peers wrote is shown without control characters, so that it cannot move the
 * cursor, colour the screen or turn the reading direction of a person's terminal.
 */
import * as Effect from "effect/Effect"
import type { Printed, Verb } from "../api/Shapes.ts"
import { quietly } from "./Failure.ts"
import { Json, JsonLines } from "./Global.ts"
import { json, printable } from "./Text.ts"

export { cut, oneLine, table } from "./Text.ts"

/**
 * Prints the data of a verb, which is of the shape that `chorus schema VERB` tells: as JSON when asked
 * for, else as the text that `words` makes of it.
 */
export const data = Effect.fnUntraced(function*<V extends Verb, A extends Printed<V>>(
  verb: V,
  value: A,
  words: (value: A) => string
) {
  yield* (yield* isJson) ? asJson(verb, value) : line(words(value))
})

/** Prints the data of a verb as one line of JSON, or a line for each of its rows. */
export const asJson = Effect.fnUntraced(function*<V extends Verb>(_verb: V, value: Printed<V>) {
  const rows: ReadonlyArray<unknown> = (yield* JsonLines) && Array.isArray(value) ? value : [value]
  yield* raw(rows.map((row) => `${json(row)}\n`).join(""))
})

/** Whether a program reads stdout. */
export const isJson = Effect.map(Effect.all([Json, JsonLines]), ([json, lines]) => json || lines)

/** Writes to stdout what another program reads. */
export const raw = (text: string): Effect.Effect<void> => written(process.stdout, text)

/** Writes a line to stdout, and waits until it is taken: a slow reader slows the writer. */
export const line = (text: string): Effect.Effect<void> => written(process.stdout, `${printable(text)}\n`)

/** Writes a line to stderr. */
export const say = (text: string): Effect.Effect<void> => written(process.stderr, `${printable(text)}\n`)

/** Writes to stderr without ending the line, for what is overwritten. */
export const overwrite = (text: string): Effect.Effect<void> =>
  written(process.stderr, `\r\u001b[K${text}`)

/** What the shell says of a process that wrote to a pipe without a reader. */
const pipeIsBroken = 128 + 13

/** Whoever stops reading stdout ends the command; nobody has to read stderr. */
const written = (stream: NodeJS.WriteStream, text: string): Effect.Effect<void> =>
  Effect.callback((resume) => {
    stream.write(text, (error) => {
      resume(error instanceof Error && stream === process.stdout ? quietly(pipeIsBroken) : Effect.void)
    })
  })
