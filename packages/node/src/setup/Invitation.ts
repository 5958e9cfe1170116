/**
 * What one machine hands to another so that they find each other: a token, and a code.
 *
 *     chorus1-BASE64URL(what it says, and the first bytes of its SHA-256)
 *
 * A token tells where a mesh is and which one it is, and carries the key of a private network; whose
 * facts enter is the mesh's own matter. In a listed mesh the code, which both machines make from the
 * token and the id of the node that joins, shows the operator that the node which came is the one
 * that was asked.
 */
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { createHash } from "node:crypto"

export const Invitation = Schema.Struct({
  /** Multiaddrs with the peer id of the node that invites. */
  addresses: Schema.Array(Schema.String.check(Schema.isPattern(/^\/[^\s,]+\/p2p\/\w+$/))).check(
    Schema.isMinLength(1),
    Schema.isMaxLength(8)
  ),
  founder: Schema.String,
  membership: Schema.Literals(["open", "listed"]),
  /** The key of a private network; a token that carries one is a secret. */
  network_key: Schema.optionalKey(Schema.String.check(Schema.isPattern(/^[A-Za-z0-9+/]{43}=$/))),
  /** Drawn anew for each token. */
  nonce: Schema.String,
  expires_at_ms: Schema.Int
})
export type Invitation = typeof Invitation.Type

const Content = Schema.fromJsonString(Invitation)
const beginning = "chorus1-"
const sumBytes = 5

const sumOf = (bytes: Uint8Array): Buffer => createHash("sha256").update(bytes).digest().subarray(0, sumBytes)

export const encode = (invitation: Invitation): string => {
  const bytes = Buffer.from(JSON.stringify(invitation))
  return beginning + Buffer.concat([bytes, sumOf(bytes)]).toString("base64url")
}

/** What a token says, or in one line why it says nothing. */
export const decode = (token: string, nowMillis: number): Result.Result<Invitation, string> => {
  const typed = token.trim()
  if (!typed.startsWith(beginning)) return Result.fail("that is no token of `chorus pair`")
  const bytes = Buffer.from(typed.slice(beginning.length), "base64url")
  const content = bytes.subarray(0, -sumBytes)
  // Decoding is lenient, so that the token is compared as it would be written.
  const isWhole = content.length > 0 && bytes.subarray(-sumBytes).equals(sumOf(content)) &&
    beginning + bytes.toString("base64url") === typed
  if (!isWhole) return Result.fail("the token was mistyped or cut: its checksum does not fit; copy it again")
  const read = Schema.decodeUnknownResult(Content)(content.toString())
  if (Result.isFailure(read)) return Result.fail("the token is of another version of chorus")
  return read.success.expires_at_ms > nowMillis
    ? Result.succeed(read.success)
    : Result.fail("the token has expired; ask for a new one (`chorus pair`)")
}

const letters = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"

/** Eight letters that nobody can bring about with another node's key. */
export const codeOf = ({ founder, nonce }: Pick<Invitation, "founder" | "nonce">, node: string): string => {
  const digest = createHash("sha256").update(JSON.stringify([founder, nonce, node])).digest()
  const eight = [...digest.subarray(0, 8)].map((byte) => letters[byte % letters.length])
  return `${eight.slice(0, 4).join("")}-${eight.slice(4).join("")}`
}
