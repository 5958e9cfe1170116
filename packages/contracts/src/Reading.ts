/**
 * What every reader of a format is: from the text of one file to what it provides and consumes.
 *
 * Readers are pure. A text that its reader does not understand is an unknown file with the reason,
 * never nothing. What a reader throws, a parser's error or a stack that text nested too deeply
 * exhausted, is such a reason as well.
 */
import * as Contract from "@chorus/coordination-core/contract/Contract"
import * as Shape from "@chorus/coordination-core/contract/Shape"
import * as Hash from "@chorus/coordination-core/identity/Hash"
import type { Kind } from "@chorus/coordination-core/task/Scope"

/** A file of the repository, its path from the root with slashes. */
export interface SourceFile {
  readonly path: string
  readonly text: string
}

export type Reader = (file: SourceFile) => Contract.Scanned

export const nothing: Contract.Scanned = { provides: [], consumes: [], unknown: [] }

/** What one file provides: keys of a kind, each with the members of its shape. */
export const provided = (
  file: SourceFile,
  kind: Kind,
  contracts: Iterable<readonly [key: string, members: Iterable<Shape.Member>]>
): Contract.Scanned =>
  Contract.merged(
    [...contracts].map(([key, members]) =>
      named(file, kind, key, (name) => ({
        ...nothing,
        provides: [{ name, shape: Shape.make(members), file: file.path }]
      }))
    )
  )

/** What one file consumes. */
export const consumed = (file: SourceFile, kind: Kind, keys: Iterable<string>): Contract.Scanned =>
  Contract.merged(
    [...new Set(keys)].map((key) =>
      named(file, kind, key, (name) => ({
        ...nothing,
        consumes: [{ name, file: file.path }]
      }))
    )
  )

/** A file of which something is not known. */
export const unknown = (file: SourceFile, because: string): Contract.Scanned => ({
  ...nothing,
  unknown: [
    {
      file: file.path,
      because: because.replaceAll(/\s+/g, " ").trim().slice(0, reasonMax),
      digest: Hash.ofText(file.text).slice(0, 16)
    }
  ]
})

/** The reader, with what it throws as a reason. */
export const guarded =
  (read: Reader): Reader =>
  (file) => {
    try {
      return read(file)
    } catch (cause) {
      return unknown(file, cause instanceof Error ? cause.message : String(cause))
    }
  }

/** A value that is an object but no list; undefined for any other. */
export const record = (value: unknown): Readonly<Record<string, unknown>> | undefined =>
  // The test leaves nothing else.
  typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : undefined

/** The entries of an object; none of any other value. */
export const entries = (value: unknown): ReadonlyArray<[string, unknown]> =>
  Object.entries(record(value) ?? {})

/** The items of a list; none of any other value. */
export const items = (value: unknown): ReadonlyArray<unknown> => (Array.isArray(value) ? value : [])

/** The texts of a list. */
export const texts = (value: unknown): ReadonlyArray<string> =>
  items(value).filter((each) => typeof each === "string")

const reasonMax = 200

const named = (
  file: SourceFile,
  kind: Kind,
  key: string,
  found: (name: string) => Contract.Scanned
): Contract.Scanned => {
  const name = Contract.nameOf(kind, key)
  return name === undefined ? unknown(file, `${kind} "${key.slice(0, 40)}" is no name`) : found(name)
}
