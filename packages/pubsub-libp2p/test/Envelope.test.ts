/**
 * The one writing of an envelope: what libp2p writes is read, whatever its size, and nothing else.
 */
import * as Envelope from "@chorus/pubsub-libp2p/Envelope"
import { generateKeyPair } from "@libp2p/crypto/keys"
import { RecordEnvelope } from "@libp2p/peer-record"
import { assert, describe, it } from "vitest"

const sealed = async (payload: Uint8Array) => {
  const key = await generateKeyPair("Ed25519")
  const record = { domain: "d", codec: Buffer.from("type"), marshal: () => payload, equals: () => false }
  return { key, bytes: (await RecordEnvelope.seal(record, key)).marshal() }
}

describe("Envelope", () => {
  it.each([0, 1, 127, 128, 16_383, 16_384, 100_000])("reads a payload of %i bytes", async (length) => {
    const payload = new Uint8Array(length).fill(7)
    const { bytes, key } = await sealed(payload)

    const parts = Envelope.read(bytes)

    assert.deepStrictEqual(Uint8Array.from(parts.payload), payload)
    assert.strictEqual(Buffer.from(parts.payloadType).toString(), "type")
    assert.deepStrictEqual(Uint8Array.from(parts.key), Uint8Array.from(key.publicKey.raw))
  })

  it("H21: refuses what ends early, goes on, or writes an empty field or a length too long", async () => {
    const { bytes } = await sealed(Uint8Array.of(1, 2, 3))

    for (let end = 0; end < bytes.length; end++) assert.throws(() => Envelope.read(bytes.subarray(0, end)))
    assert.throws(() => Envelope.read(Uint8Array.from([...bytes, 0])), /canonical/)
    assert.throws(() => Envelope.read(Uint8Array.from([...bytes, 0x2a, 0])), /canonical/)
    assert.throws(() => Envelope.read(Uint8Array.of(0x0a, 0)), /canonical/)
    assert.throws(() => Envelope.read(Uint8Array.of(0x0a, 0xff, 0xff, 0xff, 0xff, 0x7f)), /canonical/)
  })
})
