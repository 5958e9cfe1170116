/**
 * SHA-256 over text: the one hash behind every id.
 *
 * Ids hash content, never a clock or a place. Text is hashed as UTF-8 and a digest is written as
 * 64 lower-case hexadecimal digits. (docs/rules.md, 4)
 */
import { sha256 } from "@noble/hashes/sha2.js"
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js"

/** The digest of a text as 64 hexadecimal digits. */
export const ofText = (text: string): string => bytesToHex(sha256(utf8ToBytes(text)))

/** The number of bytes that a text has as UTF-8. */
export const byteLength = (text: string): number => utf8ToBytes(text).length
