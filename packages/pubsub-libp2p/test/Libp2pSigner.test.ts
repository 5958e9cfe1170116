/**
 * What the signed envelope promises beyond the contract: bytes that are final, one writing, one
 * kind of key.
 */
import type { SealError } from "@chorus/coordination-core/ports/Signer"
import * as Libp2pSigner from "@chorus/pubsub-libp2p/Libp2pSigner"
import { assert, describe, it } from "@effect/vitest"
import { generateKeyPair, generateKeyPairFromSeed } from "@libp2p/crypto/keys"
import type { PrivateKey } from "@libp2p/interface"
import { RecordEnvelope } from "@libp2p/peer-record"
import * as Effect from "effect/Effect"

const signer = Effect.promise(async () =>
  Libp2pSigner.make(await generateKeyPairFromSeed("Ed25519", new Uint8Array(32).fill(7)))
)

/** Made with node:crypto and a hand-written protocol buffer, by no code of libp2p's. */
const golden = "CiQIARIg6kpsY+KcUgq+9VB7Ey7F+ZVHdq6+vnuSQh7qaRRG0iwSC2Nob3J1cy1mYWN0Ggd7InYiOjF9" +
  "KkDquVjY0pbmaEzB2n+KDiMly7upfgyqqCnrhRX+jrMH8VUBxriIRGdngdgjbyx2q78oGdpd4YhIg/pJ" +
  "lglyahsJ"

/** The fields of a sealed envelope: each with its tag and its length, both one byte here. */
const fieldsOf = (sealed: Uint8Array): ReadonlyArray<ReadonlyArray<number>> => {
  const [length = 0] = sealed.subarray(1)
  const field = [...sealed.subarray(0, 2 + length)]
  return field.length === 0 ? [] : [field, ...fieldsOf(sealed.subarray(field.length))]
}

const refused = <A>(effect: Effect.Effect<A, SealError>) =>
  Effect.map(Effect.flip(effect), ({ message }) => message)

const envelope = (domain: string, payload: Uint8Array, key: PrivateKey) =>
  Effect.promise(async () => {
    const codec = Buffer.from("chorus-fact")
    const record = { domain, codec, marshal: () => payload, equals: () => false }
    return (await RecordEnvelope.seal(record, key)).marshal()
  })

describe("Libp2pSigner", () => {
  it.live("writes the same bytes for good", () =>
    Effect.gen(function*() {
      const { seal, self } = yield* signer

      const sealed = yield* seal("fact", "{\"v\":1}")

      assert.strictEqual(self, "12D3KooWRawPbxPtP1eZaJpumGnyWX2DcUyd3RQnydr3eAto4Az7")
      assert.strictEqual(Buffer.from(sealed).toString("base64"), golden)
    }))

  it.live("writes what libp2p itself can open", () =>
    Effect.gen(function*() {
      const { seal, self } = yield* signer
      const sealed = yield* seal("ruling", "{}")

      const opened = yield* Effect.promise(() => RecordEnvelope.openAndCertify(sealed, "chorus/v1"))

      assert.strictEqual(Buffer.from(opened.payloadType).toString(), "chorus-ruling")
      assert.strictEqual(opened.publicKey.toString(), self)
    }))

  it.live("refuses another writing of the same envelope", () =>
    Effect.gen(function*() {
      const { open, seal } = yield* signer
      const fields = fieldsOf(yield* seal("fact", "{}"))
      const [key = [], type = [], payload = [], signature = []] = fields
      const [tag = 0, length = 0, ...value] = payload
      assert.lengthOf(fields, 4)

      const writings = {
        "another order": [type, key, payload, signature],
        "a field twice": [key, key, type, payload, signature],
        "an unknown field first": [[0x7a, 1, 0], key, type, payload, signature],
        "an unknown field within": [key, type, [0x78, 0], payload, signature],
        "a longer number": [key, type, [tag, length | 0x80, 0, ...value], signature]
      }
      for (const [writing, parts] of Object.entries(writings)) {
        const message = yield* refused(open("fact", Uint8Array.from(parts.flat())))

        assert.match(message, /canonical/, writing)
      }
      yield* open("fact", Uint8Array.from(fields.flat()))
    }))

  it.live("refuses keys of other kinds, other domains and payloads that are no text", () =>
    Effect.gen(function*() {
      const { open } = yield* signer
      const own = yield* Effect.promise(() => generateKeyPair("Ed25519"))
      const foreign = yield* Effect.promise(() => generateKeyPair("secp256k1"))
      const text = Buffer.from("{}")

      const kind = yield* refused(open("fact", yield* envelope("chorus/v1", text, foreign)))
      const domain = yield* refused(open("fact", yield* envelope("libp2p-peer-record", text, own)))
      const bytes = yield* refused(
        open("fact", yield* envelope("chorus/v1", Uint8Array.of(0xff), own))
      )

      assert.match(kind, /another kind/)
      assert.match(domain, /signature/)
      assert.match(bytes, /encoded data was not valid/)
      yield* open("fact", yield* envelope("chorus/v1", text, own))
    }))
})
