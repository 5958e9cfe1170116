/**
 * Where words and data go: data to stdout, as text or as one JSON value; words to stderr.
 *
 * What agents and peers wrote is shown without control characters, so that it cannot move the
 * cursor, colour the screen or turn the reading direction of a person's terminal.
 */
import * as Effect from "effect/Effect"
import { quietly } from "./Failure.ts"
import { Json } from "./Global.ts"
import { printable } from "./Text.ts"

export { cut, oneLine, table } from "./Text.ts"

/** Prints data: as one line of JSON when asked for, else as the text that `words` makes of it. */
export const data = Effect.fnUntraced(function*<A>(value: A, words: (value: A) => string) {
  const json = yield* Json
  yield* json ? written(process.stdout, `${JSON.stringify(value)}\n`) : line(words(value))
})

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
