/**
 * A recording: tasks as JSON lines (plain or gzip), and the true links between them.
 *
 *     {"repository":"nova","title":"…","description":"…","time":"2016-01-01T01:36:42Z","id":"d00001"}
 *     {"from":"d00029","to":"d00030"}
 *
 * A line that is not of this form ends the reading with its number: a count over half a file would
 * be worse than none.
 */
import { text } from "@chorus/coordination-core/fact/Text"
import { Repository } from "@chorus/coordination-core/identity/TaskKey"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { createReadStream } from "node:fs"
import { createInterface } from "node:readline"
import { pipeline, type Readable } from "node:stream"
import { createGunzip } from "node:zlib"
import * as Failure from "../cli/Failure.ts"
import { plainly } from "../cli/Files.ts"
import * as Print from "../cli/Print.ts"

export const TaskLine = Schema.Struct({
  id: Schema.optionalKey(text(100)),
  repository: Repository,
  title: Schema.String,
  description: Schema.optionalKey(Schema.String),
  time: Schema.String
})

export const LinkLine = Schema.Struct({ from: Schema.String, to: Schema.String })
export type Link = typeof LinkLine.Type

export interface Recorded {
  readonly id: string
  readonly repository: string
  readonly title: string
  readonly description: string
  readonly atMillis: number
}

/** The tasks of a file in time order, at most `limit`. */
export const tasks = Effect.fnUntraced(function*(path: string, limit: number | undefined) {
  const lines = yield* decoded(path, TaskLine)
  const recorded = yield* Effect.forEach(lines, ({ number, value }) =>
    Effect.map(millisOf(path, number, value.time), (atMillis): Recorded => ({
      id: value.id ?? String(number),
      repository: value.repository,
      // A recorded text may be longer than a task holds.
      title: value.title.slice(0, 200),
      description: (value.description ?? "").slice(0, 2000),
      atMillis
    })))
  if (recorded.length === 0) return yield* Failure.make("failure", `${path} holds no task`)
  return recorded.toSorted((a, b) => a.atMillis - b.atMillis).slice(0, limit)
})

/** The links of a file. */
export const links = (path: string) =>
  Effect.map(decoded(path, LinkLine), (lines) => lines.map(({ value }) => value))

/** The moment that a line names. */
export const millisOf = (path: string, number: number, time: string) =>
  Option.match(DateTime.make(time), {
    onSome: (moment) => Effect.succeed(DateTime.toEpochMillis(moment)),
    onNone: () => Effect.fail(refusedLine(path, number, `"${time}" is no time; write 2016-01-01T01:36:42Z`))
  })

/** What the lines of a file say, each with its number. */
export const decoded = Effect.fnUntraced(function*<S extends Schema.ConstraintDecoder<unknown>>(
  path: string,
  schema: S
) {
  const decode = decodeLine(schema)
  const found: Array<{ readonly number: number; readonly value: S["Type"] }> = []
  for (const [index, line] of (yield* linesOf(path)).entries()) {
    if (line.trim() === "") continue
    const value = decode(line)
    if (Result.isFailure(value)) return yield* refusedLine(path, index + 1, value.failure)
    found.push({ number: index + 1, value: value.success })
  }
  return found
})

/** What a line says, or in words why it says nothing. */
export const decodeLine = <S extends Schema.ConstraintDecoder<unknown>>(schema: S) => {
  const decode = Schema.decodeUnknownResult(schema)
  return (line: string): Result.Result<S["Type"], string> => {
    const json = Result.try((): unknown => JSON.parse(line))
    return Result.isFailure(json)
      ? Result.fail("it is not JSON")
      : Result.mapError(decode(json.success), ({ message }) => Print.oneLine(message))
  }
}

/** A line that ends the reading. */
export const refusedLine = (path: string, number: number, why: string): Failure.Failure =>
  Failure.make("failure", `${path}:${number} cannot be read: ${why}; mend the line or leave it out`)

const linesOf = (path: string) =>
  Effect.tryPromise({
    try: async () => {
      const lines: Array<string> = []
      for await (const line of createInterface({ input: opened(path), crlfDelay: Infinity })) lines.push(line)
      return lines
    },
    catch: (cause) => Failure.make("failure", `${path} cannot be read: ${plainly(cause)}`)
  })

/** An error of the file ends the unzipping as well, so the reader hears of either. */
const opened = (path: string): Readable =>
  path.endsWith(".gz")
    ? pipeline(createReadStream(path), createGunzip(), () => undefined)
    : createReadStream(path)
