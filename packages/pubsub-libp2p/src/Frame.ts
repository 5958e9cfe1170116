/**
 * The one message that each side of a request writes on its stream.
 *
 *     kind (1 byte) · length (4 bytes, big-endian) · body
 *
 * The kind tells an answer from a refusal; the body of a refusal says why, as text.
 */
export type Kind = "message" | "refusal"

export interface Frame {
  readonly kind: Kind
  readonly body: Uint8Array
}

const kinds: ReadonlyArray<Kind> = ["message", "refusal"]
const headerLength = 5

export const encode = ({ body, kind }: Frame): Uint8Array => {
  const frame = Buffer.alloc(headerLength + body.length)
  frame.writeUInt8(kinds.indexOf(kind), 0)
  frame.writeUInt32BE(body.length, 1)
  frame.set(body, headerLength)
  return frame
}

/** Reads the frame; rejects when it is malformed, ends early or has a longer body than allowed. */
export const read = async (
  stream: AsyncIterable<{ readonly subarray: () => Uint8Array }>,
  bodyBytesMax: number
): Promise<Frame> => {
  const header = Buffer.alloc(headerLength)
  // Room for the body is made once, so that a body in a million pieces costs no more than in one.
  let body: Uint8Array | undefined
  let filled = 0
  for await (const chunk of stream) {
    let rest = chunk.subarray()
    if (body === undefined) {
      const part = rest.subarray(0, headerLength - filled)
      header.set(part, filled)
      filled += part.length
      if (filled < headerLength) continue
      rest = rest.subarray(part.length)
      body = roomFor(header.readUInt32BE(1), bodyBytesMax)
      filled = 0
    }
    if (rest.length > body.length - filled) throw new Error("more bytes than announced")
    body.set(rest, filled)
    filled += rest.length
    if (filled === body.length) return { kind: kindOf(header), body }
  }
  throw new Error("the stream ended before the message did")
}

const roomFor = (length: number, bytesMax: number): Uint8Array => {
  if (length > bytesMax) throw new Error(`${length} bytes; at most ${bytesMax} are taken`)
  return new Uint8Array(length)
}

const kindOf = (header: Buffer): Kind => {
  const kind = kinds[header.readUInt8(0)]
  if (kind === undefined) throw new Error("a message of an unknown kind")
  return kind
}
