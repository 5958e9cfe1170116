/**
 * What SQLite and the file system report, in the words of the port: a reason, and one line that
 * names the file and says what to do.
 */
import { StoreError } from "@chorus/coordination-core/ports/FactStore"

type Reason = StoreError["reason"]

/** SQLite's primary result codes, and the codes of Node's file system. */
const reasons: ReadonlyMap<unknown, Reason> = new Map<unknown, Reason>([
  [3 /* PERM */, "read_only"],
  [5 /* BUSY */, "locked"],
  [6 /* LOCKED */, "locked"],
  [8 /* READONLY */, "read_only"],
  [11 /* CORRUPT */, "damaged"],
  [13 /* FULL */, "full"],
  [26 /* NOTADB */, "damaged"],
  ["EACCES", "read_only"],
  ["EPERM", "read_only"],
  ["EROFS", "read_only"],
  ["EDQUOT", "full"],
  ["ENOSPC", "full"]
])

const lines: Readonly<Record<Reason, (file: string, detail: string) => string>> = {
  locked: (file) =>
    `${file} is in use by another process, probably a node that is up: stop it first ` +
    `(\`chorus stop --db ${file}\`)`,
  newer_version: (file, detail) =>
    `${file} was written by a newer chorus (${detail}): update chorus`,
  full: (file) => `the disk that holds ${file} is full: make room and try again`,
  read_only: (file, detail) =>
    `${file} cannot be written (${detail}): let this user write to it and to its folder`,
  damaged: (file, detail) =>
    `${file} is damaged (${detail}) and was left untouched: ` +
    `run \`chorus doctor --repair --db ${file}\`, which keeps a copy first`,
  failed: (file, detail) => `${file} cannot be used: ${detail}`
}

export const make = (file: string, reason: Reason, detail: string, cause?: unknown): StoreError =>
  new StoreError({
    reason,
    message: lines[reason](file, detail.replaceAll(/\s+/g, " ")),
    ...(cause === undefined ? {} : { cause })
  })

/** Names whatever was thrown while working on `file`. */
export const from = (file: string, cause: unknown): StoreError => {
  if (cause instanceof StoreError) return cause
  if (!(cause instanceof Error)) return make(file, "failed", String(cause), cause)
  // The low byte of an extended result code is its primary code.
  const code = "errcode" in cause ? Number(cause.errcode) & 0xff : "code" in cause && cause.code
  return make(file, reasons.get(code) ?? "failed", cause.message, cause)
}
