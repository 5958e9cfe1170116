/**
 * libp2p's signed envelope, read in its one canonical form.
 *
 *     1 public key (1 kind = Ed25519 · 2 the key) · 2 payload type · 3 payload · 5 signature
 *
 * Each field is a tag, a length and bytes. One written twice, in another order, unknown, or with a
 * longer length than it needs makes other bytes of the same payload, and is refused. Nothing is
 * copied and nothing verified here. (libp2p's RFC 0002 on signed envelopes)
 */

/** The parts of an envelope, as views into its bytes. */
export interface Parts {
  /** The 32 bytes of the Ed25519 key. */
  readonly key: Uint8Array
  readonly payloadType: Uint8Array
  readonly payload: Uint8Array
}

/** Throws when the bytes are not an envelope by an Ed25519 key in canonical form. */
export const read = (sealed: Uint8Array): Parts => {
  const publicKey = field(sealed, 0, 1)
  const payloadType = field(sealed, publicKey.end, 2)
  const payload = field(sealed, payloadType.end, 3)
  const signature = field(sealed, payload.end, 5)
  if (signature.end !== sealed.length) throw notCanonical()
  const key = keyOf(publicKey.bytes)
  if (signature.bytes.length !== signatureLength) throw notCanonical()
  return { key, payloadType: payloadType.bytes, payload: payload.bytes }
}

interface Field {
  readonly bytes: Uint8Array
  /** Where the next field begins. */
  readonly end: number
}

/** An envelope's lengths are far below this: four bytes of seven bits each. */
const lengthBytesMax = 4

/** The field with this number; an empty one is not written, so it is empty if it does not begin here. */
const field = (all: Uint8Array, start: number, number: number): Field => {
  if (all[start] !== (number << 3 | 2)) return { bytes: all.subarray(start, start), end: start }
  let [at, length] = [start + 1, 0]
  for (let shift = 0; ; shift += 7) {
    const byte = all[at++]
    if (byte === undefined || shift >= 7 * lengthBytesMax) throw notCanonical()
    length |= (byte & 0x7f) << shift
    if (byte < 0x80) {
      // A last group of zero bits could have been left out.
      if (byte === 0) throw notCanonical()
      break
    }
  }
  const end = at + length
  if (end > all.length) throw notCanonical()
  return { bytes: all.subarray(at, end), end }
}

/** Kind 1 (Ed25519), then 32 bytes of key: the only kind that nodes and people have. */
const keyHeader = [0x08, 0x01, 0x12, 0x20]
const keyLength = 32
const signatureLength = 64

const keyOf = (bytes: Uint8Array): Uint8Array => {
  if (bytes.length !== keyHeader.length + keyLength || keyHeader.some((byte, at) => bytes[at] !== byte)) {
    throw new Error("the key is of another kind")
  }
  return bytes.subarray(keyHeader.length)
}

const notCanonical = (): Error => new Error("it is not canonical")
