/**
 * A frame survives any cutting into pieces, and nothing but a frame passes for one.
 */
import * as Frame from "@chorus/pubsub-libp2p/Frame"
import { assert, describe, it } from "@effect/vitest"
import * as fc from "fast-check"

const bodyBytesMax = 64

async function* pieces(bytes: Uint8Array, cuts: ReadonlyArray<number>) {
  const ends = [...new Set(cuts.map((cut) => cut % (bytes.length + 1)))].sort((a, b) => a - b)
  let start = 0
  for (const end of [...ends, bytes.length]) {
    yield bytes.subarray(start, end)
    start = end
  }
}

const frames = fc.record({
  kind: fc.constantFrom("message" as const, "refusal" as const),
  body: fc.uint8Array({ maxLength: bodyBytesMax, size: "max" })
})
const garbage = fc.uint8Array({ maxLength: 100, size: "max" })
const cuttings = fc.array(fc.nat(200), { maxLength: 10 })

const outcome = (bytes: Uint8Array, cuts: ReadonlyArray<number> = []) =>
  Frame.read(pieces(bytes, cuts), bodyBytesMax).catch((error: Error) => error.message)

describe("Frame", () => {
  it("is read as it was written, however it is cut", () =>
    fc.assert(
      fc.asyncProperty(frames, cuttings, async (frame, cuts) => {
        const read = await outcome(Frame.encode(frame), cuts)

        assert.deepStrictEqual(read, { ...frame, body: new Uint8Array(frame.body) })
      })
    ))

  it("is refused when it is too long, too short, of another kind or followed by more", async () => {
    const frame = Frame.encode({ kind: "message", body: Uint8Array.of(1, 2, 3) })

    assert.match(String(await outcome(Uint8Array.of(0, 0, 0, 0, 65))), /65 bytes; at most 64/)
    assert.match(String(await outcome(Uint8Array.of(0, 255, 255, 255, 255))), /at most 64/)
    assert.match(String(await outcome(frame.subarray(0, -1))), /ended/)
    assert.match(String(await outcome(frame.with(0, 2))), /unknown kind/)
    assert.match(String(await outcome(new Uint8Array([...frame, 0]))), /more bytes/)
  })

  it("is read or refused, whatever the bytes are (H21)", () =>
    fc.assert(
      fc.asyncProperty(garbage, cuttings, async (bytes, cuts) => {
        const read = await outcome(bytes, cuts)

        if (typeof read === "string") assert.notStrictEqual(read, "")
        else assert.deepStrictEqual(new Uint8Array(Frame.encode(read)), bytes)
      })
    ))
})
