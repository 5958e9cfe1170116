/**
 * Base 58, in which peer ids are written: no 0, O, I and l, a leading zero byte is a `1`.
 */
import { bytesToHex } from "@noble/hashes/utils.js"

const alphabet = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"

export const base58 = (bytes: Uint8Array): string => {
  const zeros = bytes.findIndex((byte) => byte !== 0)
  let digits = ""
  for (let rest = BigInt(`0x${bytesToHex(bytes)}`); rest > 0n; rest /= 58n) {
    digits = alphabet.charAt(Number(rest % 58n)) + digits
  }
  return "1".repeat(zeros) + digits
}
