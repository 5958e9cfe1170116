/**
 * The token of the HTTP server: a file beside the database that its owner alone may read.
 */
import { createHash, randomBytes, timingSafeEqual } from "node:crypto"
import { closeSync, openSync, readFileSync, statSync, writeSync } from "node:fs"
import { Problem } from "./Problem.ts"

/** The token in a file, which is made when there is none. */
export const ofFile = (file: string): string => {
  if (statSync(file, { throwIfNoEntry: false }) === undefined) {
    const made = openSync(file, "wx", 0o600)
    writeSync(made, `${randomBytes(32).toString("base64url")}\n`)
    closeSync(made)
  }
  if ((statSync(file).mode & 0o077) !== 0) {
    throw new Problem(`others may read ${file}`, `delete it, and a new one is made; or: chmod 600 ${file}`)
  }
  const token = readFileSync(file, "utf8").trim()
  if (token.length < 32) {
    throw new Problem(`${file} holds no token of at least 32 characters`, "delete it, and a new one is made")
  }
  return token
}

/** Whether a header carries the token; takes as long for a wrong one as for the right one. */
export const isIn = (header: string | undefined, token: string): boolean =>
  timingSafeEqual(digest(header ?? ""), digest(`Bearer ${token}`))

const digest = (text: string): Buffer => createHash("sha256").update(text).digest()
