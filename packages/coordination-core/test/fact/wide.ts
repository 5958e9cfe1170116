/**
 * The greatest facts there can be: a long log, many logs that still matter, real seals around.
 */
import type { Draft } from "@chorus/coordination-core/fact/Draft"
import { liveFromMax } from "@chorus/coordination-core/fact/Fact"
import * as Writer from "@chorus/coordination-core/fact/Writer"
import { FactId, LogNonce } from "@chorus/coordination-core/identity/FactId"
import * as Hash from "@chorus/coordination-core/identity/Hash"
import * as Paper from "@chorus/coordination-core/testing/Paper"
import * as Base64 from "effect/encoding/Base64"
import * as Result from "effect/Result"

/** A libp2p signed envelope adds some 120 bytes: key, purpose and signature. */
const sealBytes = 160

const log: Writer.State = {
  ...Writer.open(Paper.node("a"), LogNonce.make("0123456789abcdef")),
  next: 1_000_000,
  last: FactId.make("a".repeat(64))
}

/** As much of `live_from` as a fact may carry. */
const liveFrom = Object.fromEntries(
  Array.from({ length: liveFromMax }, (_, at) =>
    [LogNonce.make(String(at).padStart(16, "0")), Number.MAX_SAFE_INTEGER])
)

const written = (stated: Draft, embedded: ReadonlyArray<string>): string =>
  Result.getOrThrowWith(
    Writer.write(log, stated, { wallMillis: Date.UTC(2025, 8, 30), liveFrom, embedded }),
    ({ detail }) => new Error(detail)
  ).payload

/** The bytes of a fact with these embedded; throws when no node would take it. */
export const bytesOf = (stated: Draft, embedded: ReadonlyArray<string> = []): number =>
  Hash.byteLength(written(stated, embedded))

/** A fact as it is embedded. */
export const sealed = (stated: Draft): string => Base64.encode(written(stated, []) + "s".repeat(sealBytes))

/** As many of a character as fit into so many bytes. */
export const filled = (character: string, bytes: number): string =>
  character.repeat(Math.floor(bytes / Hash.byteLength(character)))

/** As many of a character as fit into so many UTF-16 units. */
export const long = (character: string, units: number): string =>
  character.repeat(Math.floor(units / character.length))

export const characters = [["one byte", "x"], ["two", "é"], ["three", "名"], ["four", "😀"]] as const
