/**
 * The keyed-hash twin of a signer, for tests and the simulator: quick, deterministic, no secret.
 *
 *     sealed = SHA-256(signer, purpose, payload) · signer · payload
 *
 * The signer's id is its key, so any of them opens what any of them sealed, and could forge it too.
 */
import { NodeId } from "@chorus/coordination-core/identity/NodeId"
import {
  type Purpose,
  SealError,
  Signer,
  type SignerShape
} from "@chorus/coordination-core/ports/Signer"
import { sha256 } from "@noble/hashes/sha2.js"
import { concatBytes, utf8ToBytes } from "@noble/hashes/utils.js"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { base58 } from "./Base58.ts"

/** The same seed gives the same id, shaped like the peer id of an Ed25519 key. */
export const idOf = (seed: string): NodeId =>
  NodeId.make(base58(concatBytes(keyPrefix, sha256(utf8ToBytes(seed)))))

export const make = (self: NodeId): SignerShape => ({
  self,
  seal: (purpose, payload) =>
    Effect.sync(() => {
      const rest = concatBytes(utf8ToBytes(self), utf8ToBytes(payload))
      return concatBytes(tagOf(purpose, rest), rest)
    }),
  open,
  // To open is as cheap as not to check.
  read: open
})

export const layer = (self: NodeId): Layer.Layer<Signer> => Layer.succeed(Signer, make(self))

/** What comes before the 32 bytes of the key in the peer id of an Ed25519 key. */
const keyPrefix = Uint8Array.of(0x00, 0x24, 0x08, 0x01, 0x12, 0x20)

const tagLength = 32
const idLength = 52

const open: SignerShape["open"] = (purpose, sealed) =>
  Effect.try({
    try: () => {
      const rest = sealed.subarray(tagLength)
      const tag = tagOf(purpose, rest)
      if (!tag.every((byte, at) => byte === sealed[at])) throw new Error("the tag is wrong")
      const signer = rest.subarray(0, idLength)
      return { payload: decode(rest.subarray(idLength)), signer: NodeId.make(decode(signer)) }
    },
    catch: () => new SealError({ message: `this is no seal for a ${purpose}` })
  })

const tagOf = (purpose: Purpose, rest: Uint8Array): Uint8Array =>
  sha256(concatBytes(utf8ToBytes(`${purpose}\n`), rest))

const decode = (bytes: Uint8Array): string =>
  new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes)
