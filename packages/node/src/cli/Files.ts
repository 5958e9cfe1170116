/**
 * Where a node keeps its things: all beside its database `NAME.db`, named after it.
 *
 *     chorus.db · chorus.key (the node's) · chorus.operator.key (the founder's) · chorus.sock
 *     chorus.network.key (of a private network)
 *     chorus.log (of a node that an agent started) · chorus.mcp.token (for agents over HTTP)
 *     chorus.http.token (for the HTTP API) · chorus.webhook.secret (signs what the webhook sends)
 *     chorus.asked (the plans that a hook named at the end of a turn)
 */
import { createHash } from "node:crypto"
import { tmpdir } from "node:os"
import { basename, dirname, join, resolve } from "node:path"

export interface Files {
  readonly db: string
  readonly folder: string
  readonly nodeKey: string
  readonly operatorKey: string
  readonly networkKey: string
  readonly socket: string
  readonly log: string
  readonly mcpToken: string
  readonly httpToken: string
  readonly webhookSecret: string
  readonly asked: string
}

/** A Unix socket's path holds at most this many bytes (the shorter limit, that of macOS). */
const socketBytesMax = 103

export const of = (dbPath: string): Files => {
  const db = resolve(dbPath)
  const folder = dirname(db)
  const named = (ending: string) => join(folder, `${basename(db, ".db")}.${ending}`)
  const beside = named("sock")
  // A path that is too long for a socket moves to the runtime folder, under a name of its own.
  const short = join(
    process.env["XDG_RUNTIME_DIR"] ?? tmpdir(),
    `chorus-${createHash("sha256").update(db).digest("hex").slice(0, 16)}.sock`
  )
  return {
    db,
    folder,
    nodeKey: named("key"),
    operatorKey: named("operator.key"),
    networkKey: named("network.key"),
    log: named("log"),
    mcpToken: named("mcp.token"),
    httpToken: named("http.token"),
    webhookSecret: named("webhook.secret"),
    asked: named("asked"),
    socket: Buffer.byteLength(beside) > socketBytesMax ? short : beside
  }
}

/** What the file system said, in words where people may meet it. */
export const plainly = (cause: unknown): string => {
  const { code, message }: NodeJS.ErrnoException = cause instanceof Error ? cause : new Error(String(cause))
  return words.get(code) ?? message
}

const words: ReadonlyMap<string | undefined, string> = new Map([
  ["ENOENT", "there is no such file"],
  ["EISDIR", "it is a folder, and a file is needed"],
  ["EEXIST", "it is a file, and a folder is needed"],
  ["ENOTDIR", "a part of its path is a file, and a folder is needed"],
  ["EADDRINUSE", "another program listens there"],
  ["EACCES", "this user may not use it"],
  ["EPERM", "this user may not use it"]
])
