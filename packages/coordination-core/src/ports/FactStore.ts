/**
 * The port to what a node keeps: sealed facts, the outbox, and who the node is.
 *
 * Promises: a commit is all or nothing, and once it succeeded it survives the end of the process
 * and of the machine; committing a fact or an event again changes nothing; `facts` gives back every
 * fact byte for byte in the order of commits; a fact is found under each subject that any commit
 * of it named; what is retired is gone for good, from its subjects too; one node writes at a time,
 * and a second is refused while the first lives.
 *
 * Not promised: that a failed commit left nothing behind (so its writer opens a new log), that
 * facts make sense, secrecy.
 *
 * The contract is `@chorus/port-contracts/FactStoreContract`.
 */
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type * as Stream from "effect/Stream"
import type { FactId, LogId } from "../identity/FactId.ts"
import type { SlurpEvent } from "../slurp/SlurpEvent.ts"

/** The store cannot be read or written: what is wrong, and what a person can do about it. */
export class StoreError extends Schema.TaggedError<StoreError>()("StoreError", {
  reason: Schema.Literals(["locked", "newer_version", "full", "read_only", "damaged", "failed"]),
  message: Schema.String,
  cause: Schema.optionalKey(Schema.Defect())
}) {}

/** A fact as it is kept: its place beside its sealed bytes, and when this node first saw it. */
export interface StoredFact {
  readonly id: FactId
  readonly log: LogId
  readonly seq: number
  readonly sealed: Uint8Array
  /** Milliseconds since 1970 by this node's clock. */
  readonly seenAtMillis: number
}

/** A fact to be kept, and the subjects under which it is to be found again (`memory/Subject`). */
export interface KeptFact extends StoredFact {
  readonly subjects?: ReadonlyArray<string>
}

/** What one commit writes, together or not at all. */
export interface Batch {
  readonly facts: ReadonlyArray<KeptFact>
  readonly events: ReadonlyArray<SlurpEvent>
}

/** A stretch of a log, both ends included; to the end of the log where none is named. */
export interface Range {
  readonly log: LogId
  readonly from: number
  readonly upTo?: number
}

export class FactStore extends Context.Service<FactStore, {
  /** Fails with `failed`, and writes nothing, where a `seq` is no whole number from 1 on. */
  readonly commit: (batch: Batch) => Effect.Effect<void, StoreError>
  /** Every fact in the order of commits. */
  readonly facts: Stream.Stream<StoredFact, StoreError>
  /** The sealed bytes of facts by id; those not kept are left out. */
  readonly sealed: (
    ids: ReadonlyArray<FactId>
  ) => Effect.Effect<ReadonlyMap<FactId, Uint8Array>, StoreError>
  /** Sealed facts of the ranges, each log in order, until `bytesMax` is reached; at least one. */
  readonly read: (
    ranges: ReadonlyArray<Range>,
    bytesMax: number
  ) => Effect.Effect<ReadonlyArray<Uint8Array>, StoreError>
  /** The facts of a log from a place up to another, in order. */
  readonly placed: (
    log: LogId,
    from: number,
    upTo: number
  ) => Effect.Effect<ReadonlyArray<StoredFact>, StoreError>
  /** The ids of the facts of a log from a place up to another, in order, without their bytes. */
  readonly listed: (
    log: LogId,
    from: number,
    upTo: number
  ) => Effect.Effect<ReadonlyArray<Pick<StoredFact, "id" | "seq">>, StoreError>
  /** The facts of a subject, each once. */
  readonly about: (subject: string) => Stream.Stream<StoredFact, StoreError>
  /**
   * The subjects that begin so, each once, in an order of the store's own: those that come after
   * one, at most `limit`.
   */
  readonly subjects: (
    beginning: string,
    after: string,
    limit: number
  ) => Effect.Effect<ReadonlyArray<string>, StoreError>
  /** The subjects that begin so, each once, in the order of their latest facts, the newest first. */
  readonly newest: (beginning: string, limit: number) => Effect.Effect<ReadonlyArray<string>, StoreError>
  /** Removes facts for good, and sets notes, together or not at all. Ids not kept are passed over. */
  readonly retire: (
    ids: ReadonlyArray<FactId>,
    notes: ReadonlyArray<readonly [name: string, value: string]>
  ) => Effect.Effect<void, StoreError>
  /** Events that no sink has taken yet, oldest first, at most `limit`. */
  readonly pending: (limit: number) => Effect.Effect<ReadonlyArray<SlurpEvent>, StoreError>
  /** Notes that the sink took these events. */
  readonly delivered: (ids: ReadonlyArray<string>) => Effect.Effect<void, StoreError>
  /** A small value of the node itself, by name: the mesh settings, for one. */
  readonly note: (name: string) => Effect.Effect<string | undefined, StoreError>
  readonly setNote: (name: string, value: string) => Effect.Effect<void, StoreError>
}>()("@chorus/coordination-core/ports/FactStore") {}
