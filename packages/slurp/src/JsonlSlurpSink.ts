/**
 * A sink that appends each event to a file, one line of JSON each: for whoever reads outcomes with
 * `jq`, or ships the file somewhere.
 *
 * A line counts once its end is on the disk. A torn last line, after a crash or on a full disk, is
 * cut off, and its event comes again from the outbox; a broken line in the middle is somebody
 * else's doing, so the file is refused and left alone. The ids stay in memory, 64 bytes an event.
 */
import { SinkError, SlurpSink } from "@chorus/coordination-core/ports/SlurpSink"
import { SlurpEvent } from "@chorus/coordination-core/slurp/SlurpEvent"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import {
  closeSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readFileSync,
  writeFileSync
} from "node:fs"
import { dirname } from "node:path"

export interface Options {
  /** The path of the file; it and its folder are made if they are missing. */
  readonly file: string
}

const make = Effect.fnUntraced(function*({ file }: Options) {
  const attempt = <A>(work: () => A) => Effect.try({ try: work, catch: errorFrom(file) })

  const descriptor = yield* Effect.acquireRelease(
    attempt(() => {
      mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
      return openSync(file, "a", 0o600)
    }),
    (open) => Effect.sync(() => closeSync(open))
  )
  const ids = yield* attempt(() => {
    const text = readFileSync(file)
    const end = text.lastIndexOf("\n") + 1
    const known = new Set(parse(text.toString("utf8", 0, end)).map((event) => event.id))
    if (end < text.length) ftruncateSync(descriptor, end)
    return known
  })

  return SlurpSink.of({
    deliver: (event) =>
      attempt(() => {
        if (ids.has(event.id)) return
        append(descriptor, `${JSON.stringify(event)}\n`)
        ids.add(event.id)
      }),
    events: (limit) => attempt(() => parse(readFileSync(file, "utf8"), limit))
  })
})

export const layer = (options: Options): Layer.Layer<SlurpSink, SinkError> =>
  Layer.effect(SlurpSink, make(options))

/** Puts a whole line on the disk, or none of it. */
const append = (descriptor: number, line: string): void => {
  const { size } = fstatSync(descriptor)
  try {
    writeFileSync(descriptor, line)
    fsyncSync(descriptor)
  } catch (cause) {
    ftruncateSync(descriptor, size)
    throw cause
  }
}

const decode = Schema.decodeUnknownSync(Schema.fromJsonString(SlurpEvent))

/** The last `limit` lines of the file, as events. */
const parse = (text: string, limit = Infinity): ReadonlyArray<SlurpEvent> => {
  const lines = text.split("\n").slice(0, -1)
  const first = Math.max(0, lines.length - limit)
  return lines.slice(first).map((line, at) => {
    try {
      return decode(line)
    } catch (cause) {
      throw new Error(`line ${first + at + 1} is no event: repair it or move the file away`, { cause })
    }
  })
}

const errorFrom = (file: string) => (cause: unknown): SinkError =>
  new SinkError({
    message: `${file} does not take events: ${cause instanceof Error ? cause.message : cause}`,
    cause
  })
