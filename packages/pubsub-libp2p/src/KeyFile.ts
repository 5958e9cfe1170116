/**
 * A key in a file: a node's identity, a person's key for rulings, or what a private network shares.
 *
 *     chorus-key-v1 BASE64-OF-THE-32-BYTE-ED25519-SEED
 *
 * Who can read the file can be the node, so it is made for its owner alone (0600) and refused when
 * others may read it. A file appears whole or not at all, and is never written over.
 */
import { generateKeyPair, privateKeyFromRaw } from "@libp2p/crypto/keys"
import type { Ed25519PrivateKey } from "@libp2p/interface"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { createPrivateKey, createPublicKey, randomUUID } from "node:crypto"
import { link, mkdir, open, unlink, writeFile } from "node:fs/promises"
import { dirname } from "node:path"

/** The key file is missing, unreadable, readable by others, malformed or there already. */
export class KeyFileError extends Schema.TaggedError<KeyFileError>()("KeyFileError", {
  reason: Schema.Literals(["missing", "exists", "exposed", "malformed", "failed"]),
  message: Schema.String,
  cause: Schema.optionalKey(Schema.Defect())
}) {}

/** Reads the key of a file. */
export const read = (path: string): Effect.Effect<Ed25519PrivateKey, KeyFileError> =>
  Effect.tryPromise({ try: () => load(path), catch: (cause) => errorOf(path, cause) })

/** Makes a key and the file that holds it, with the folders above. */
export const make = (path: string): Effect.Effect<Ed25519PrivateKey, KeyFileError> =>
  Effect.tryPromise({ try: () => create(path), catch: (cause) => errorOf(path, cause) })

/** Reads the key of a file, which is made first if it is missing. */
export const readOrMake = (path: string): Effect.Effect<Ed25519PrivateKey, KeyFileError> =>
  Effect.catchIf(read(path), (error) => error.reason === "missing", () =>
    // Another process may have made it in between.
    Effect.catchIf(make(path), (error) => error.reason === "exists", () => read(path)))

/** The secret of a key, in the form that a file holds it in. */
export const seedOf = (key: Ed25519PrivateKey): string =>
  Buffer.from(key.raw.subarray(0, 32)).toString("base64")

/** Makes the file of a key that came from elsewhere. */
export const keep = (path: string, seed: string): Effect.Effect<void, KeyFileError> =>
  Effect.tryPromise({ try: () => written(path, seed), catch: (cause) => errorOf(path, cause) })

const format = /^chorus-key-v1 ([A-Za-z0-9+/]{43}=)\n?$/

const load = async (path: string): Promise<Ed25519PrivateKey> => {
  const file = await open(path)
  try {
    const { mode } = await file.stat()
    // Windows has no such bits.
    if ((mode & 0o077) !== 0 && process.platform !== "win32") {
      throw error("exposed", `${path} can be read by others; run: chmod 600 ${path}`)
    }
    const seed = format.exec(await file.readFile("utf8"))?.[1]
    if (seed === undefined) {
      throw error("malformed", `${path} holds no key; restore it, or move it away to get a new one`)
    }
    return keyOf(Buffer.from(seed, "base64"))
  } finally {
    await file.close()
  }
}

/** What an Ed25519 seed follows in PKCS #8 (RFC 8410). */
const pkcs8 = Buffer.from("302e020100300506032b657004220420", "hex")

/** By OpenSSL: libp2p derives a public key in JavaScript, which takes a tenth of a second at a start. */
const keyOf = (seed: Buffer): Ed25519PrivateKey => {
  const secret = createPrivateKey({ key: Buffer.concat([pkcs8, seed]), format: "der", type: "pkcs8" })
  const open = createPublicKey(secret).export({ format: "der", type: "spki" }).subarray(-seed.length)
  const key = privateKeyFromRaw(Buffer.concat([seed, open]))
  if (key.type !== "Ed25519") throw new Error(`a key of the kind ${key.type}`)
  return key
}

const create = async (path: string): Promise<Ed25519PrivateKey> => {
  const key = await generateKeyPair("Ed25519")
  await written(path, seedOf(key))
  return key
}

const written = async (path: string, seed: string): Promise<void> => {
  const draft = `${path}.${randomUUID()}`
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  await writeFile(draft, `chorus-key-v1 ${seed}\n`, { mode: 0o600, flag: "wx", flush: true })
  try {
    // Unlike a rename, a link fails where there is a file already.
    await link(draft, path)
  } finally {
    await unlink(draft)
  }
}

const error = (reason: KeyFileError["reason"], message: string, cause?: unknown) =>
  new KeyFileError({ reason, message, ...(cause === undefined ? {} : { cause }) })

const errorOf = (path: string, cause: unknown): KeyFileError => {
  if (cause instanceof KeyFileError) return cause
  const { code, message }: NodeJS.ErrnoException = cause instanceof Error ? cause : new Error()
  if (code === "ENOENT") return error("missing", `${path} does not exist`, cause)
  if (code === "EEXIST") return error("exists", `${path} exists already`, cause)
  if (code === "EISDIR") return error("failed", `${path} is a folder, and a key file is needed`, cause)
  return error("failed", `the key file ${path} cannot be used: ${message}`, cause)
}
