/**
 * A fact: what a node states, sealed once and never changed.
 *
 * The envelope is the seed's (`type`, `from`, `timestamp`, `hop_count`, `data`) with the place of
 * the fact in its author's log beside it. No rule reads `timestamp`: it is for show.
 * (docs/rules.md, 4)
 */
import * as Schema from "effect/Schema"
import { FactId, LogId, LogNonce, type Origin } from "../identity/FactId.ts"
import { NodeId } from "../identity/NodeId.ts"
import type { Ruling } from "../ruling/Ruling.ts"
import type { Data, DataOf, MessageType } from "./FactTable.ts"
import { text } from "./Text.ts"

/** The version of the format. */
export const version = 1

/** A sealed fact holds at most 16 KiB; a fork proof, which embeds two, at most 48. */
export const bytesMax = 16 * 1024
export const forkProofBytesMax = 3 * bytesMax

/**
 * The payload is nested at most so deep. How deep JavaScript can write depends on how much of its
 * stack is left, and what is a fact must not.
 */
export const depthMax = 64

/** `live_from` names at most this many logs, so that an opening has room for strangers' claims. */
export const liveFromMax = 12

/** The fields around the data, in the order in which they are written. */
export const Header = Schema.Struct({
  v: Schema.Literal(version),
  type: text(64),
  from: NodeId,
  timestamp: text(40),
  log: LogId,
  seq: Schema.Int.check(Schema.isGreaterThanOrEqualTo(1)),
  prev: Schema.optionalKey(FactId),
  live_from: Schema.Record(LogNonce, Schema.Int.check(Schema.isGreaterThanOrEqualTo(1)))
    .check(Schema.isMaxProperties(liveFromMax)),
  hop_count: Schema.optionalKey(Schema.Natural)
})
export type Header = typeof Header.Type

export interface Fact<D extends Data = Data> extends Header {
  readonly id: FactId
  readonly data: D
  /** The facts that this one rests on, opened: claims, votes, an objection. */
  readonly embedded: ReadonlyArray<Fact>
  /** The ruling that this fact carries, opened. */
  readonly ruling?: Ruling
}

/** A fact of one type. */
export type Of<Type extends MessageType> = Fact<DataOf<Type>>

/** Is this a fact of the type? */
export const is = <Type extends MessageType>(type: Type, fact: Fact): fact is Of<Type> =>
  fact.data.message_type === type

/** Where the fact stands. */
export const origin = (fact: Fact): Origin => ({ node: fact.from, log: fact.log, seq: fact.seq })
