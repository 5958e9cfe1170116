/**
 * A tree of files, as the scanner wants it: each file that may say something, as text, or why not.
 *
 * Every limit is a number, and what is beyond one is told as unknown, never passed over.
 */
import type { Interest } from "@chorus/contracts/Scan"

/** What becomes of a walk: a file, or a path that could not be read. */
export type Found =
  | { readonly _tag: "File"; readonly path: string; readonly text: string }
  | { readonly _tag: "Missed"; readonly path: string; readonly because: string }

export interface Limits {
  /** Entries of folders that are looked at. */
  readonly entriesMax: number
  readonly fileBytesMax: number
  readonly bytesMax: number
}

export const limits: Limits = {
  entriesMax: 500_000,
  fileBytesMax: 4 * 1024 * 1024,
  bytesMax: 512 * 1024 * 1024
}

/** Which files are wanted. */
export type Wanted = (interest: Interest) => boolean

const decoder = new TextDecoder("utf-8", { fatal: true })

/** The bytes as text, or a miss. */
export const decoded = (path: string, bytes: Uint8Array): Found => {
  try {
    return { _tag: "File", path, text: decoder.decode(bytes) }
  } catch {
    return missed(path, "it is not UTF-8 text")
  }
}

export const missed = (path: string, because: string): Found => ({ _tag: "Missed", path, because })

export const tooLarge = (path: string, { fileBytesMax }: Limits): Found =>
  missed(path, `it is larger than ${fileBytesMax / 1024 / 1024} MiB`)
