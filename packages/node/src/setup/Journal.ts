/**
 * What set-up wrote into which file of a repository, so that it can be taken back.
 *
 * It lies in the person's data folder, readable by its owner alone, since it holds what stood in
 * the files before. An entry is written before the file is, so a set-up that was ended on the way
 * can be taken back as well.
 */
import * as Schema from "effect/Schema"
import { createHash } from "node:crypto"
import { mkdirSync, readFileSync, rmSync } from "node:fs"
import { dirname, join } from "node:path"
import * as Part from "./Part.ts"
import * as RepositoryFile from "./RepositoryFile.ts"

const optional = Schema.optionalKey
const path = Schema.Array(Schema.String)

const StoredPart = Schema.Union([
  Schema.Struct({ kind: Schema.Literal("entry"), path, value: Schema.Json }),
  Schema.Struct({ kind: Schema.Literal("element"), path, value: Schema.Json, words: Schema.String }),
  Schema.Struct({
    kind: Schema.Literal("block"),
    begin: Schema.String,
    end: Schema.String,
    lines: Schema.String,
    elsewhere: optional(Schema.String)
  })
])

/** One writing of a file: the whole of it can be taken back while nobody else wrote. */
const Writing = Schema.Struct({
  /** SHA-256 of the file before and after; no `before` where there was none. */
  before: optional(Schema.String),
  after: Schema.String,
  /** The stretch of characters that differs. */
  at: Schema.Int,
  removed: Schema.String,
  inserted: Schema.String,
  /** Folders that were made for the file, the inner first. */
  made: Schema.Array(Schema.String),
  parts: Schema.Array(Schema.Struct({ part: StoredPart, was: optional(Schema.Json) }))
})
export type Writing = typeof Writing.Type

const Content = Schema.fromJsonString(Schema.Struct({
  root: Schema.String,
  /** By the file's name from the top of the repository; the latest writing last. */
  files: Schema.Record(Schema.String, Schema.Array(Writing))
}))
export type Journal = (typeof Content)["Type"]

export const empty = (root: string): Journal => ({ root, files: {} })

/** Where the journal of a repository lies. */
export const fileOf = (dataFolder: string, root: string): string =>
  join(dataFolder, "setup", `${createHash("sha256").update(root).digest("hex").slice(0, 24)}.json`)

/** The journal; a new one where there is none, or none that can be read. */
export const read = (file: string, root: string): Journal => {
  try {
    return Schema.decodeUnknownSync(Content)(readFileSync(file, "utf8"))
  } catch {
    return empty(root)
  }
}

/** Keeps the journal; an empty one leaves nothing behind. */
export const keep = (file: string, journal: Journal): void => {
  if (Object.keys(journal.files).length === 0) return rmSync(file, { force: true })
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
  RepositoryFile.replace(file, `${JSON.stringify(journal)}\n`, 0o600)
}

export const hashOf = (text: string): string => createHash("sha256").update(text).digest("hex")

/** What set-up last wrote for a part, where it did. */
export const oursAt = (writings: ReadonlyArray<Writing>, part: Part.Part, text: string): unknown => {
  const written = writings.flatMap(({ parts }) => parts.map((each) => each.part))
    .findLast((each) => keyOf(each) === keyOf(part))
  return written === undefined ? undefined : Part.footprint(text, written)
}

const keyOf = (part: Part.Part): string =>
  part.kind === "block" ? part.begin : JSON.stringify([part.path, part.kind === "element" ? part.words : ""])

/** The stretch in which two texts differ. */
export const stretch = (before: string, after: string) => {
  let [head, tail] = [0, 0]
  const shorter = Math.min(before.length, after.length)
  while (head < shorter && before[head] === after[head]) head++
  while (tail < shorter - head && before.at(-1 - tail) === after.at(-1 - tail)) tail++
  return {
    at: head,
    removed: before.slice(head, before.length - tail),
    inserted: after.slice(head, after.length - tail)
  }
}

/** A file that is taken back: its text, none where it goes, or why it stays. */
export type Undone =
  | { readonly _tag: "Undone"; readonly text: string | undefined }
  | { readonly _tag: "Kept"; readonly because: string }

/**
 * Takes back all writings of a file, the latest first: byte for byte where the file is as it was
 * left, else each part alone, where that is as it was left.
 */
export const undo = (current: string | undefined, writings: ReadonlyArray<Writing>): Undone => {
  let text = current
  for (const writing of writings.toReversed()) {
    if (text === undefined) return { _tag: "Undone", text }
    // The set-up ended between the journal and the file.
    if (hashOf(text) === writing.before) continue
    if (hashOf(text) === writing.after) {
      text = writing.before === undefined
        ? undefined
        : text.slice(0, writing.at) + writing.removed + text.slice(writing.at + writing.inserted.length)
      continue
    }
    for (const { part, was } of writing.parts) {
      const without = Part.take(text, part, was)
      if (without === undefined) {
        const what = part.kind === "block" ? part.begin : part.path.join(".")
        return { _tag: "Kept", because: `what set-up wrote (${what}) was edited since; take it out by hand` }
      }
      text = without
    }
  }
  return { _tag: "Undone", text }
}
