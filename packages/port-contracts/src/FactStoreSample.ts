/**
 * What the suites of the fact store share: facts to keep, and a store to open and close.
 */
import type { FactId, LogId } from "@chorus/coordination-core/identity/FactId"
import * as FactIds from "@chorus/coordination-core/identity/FactId"
import * as Hash from "@chorus/coordination-core/identity/Hash"
import {
  FactStore,
  type StoredFact,
  type StoreError
} from "@chorus/coordination-core/ports/FactStore"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"

/** Where one store is kept: building the layer opens it, and building it again opens it again. */
export type Place = Layer.Layer<FactStore, StoreError>

/** One promise of a store, and the check of it. */
export interface StorePromise {
  readonly title: string
  readonly check: (place: Place) => Effect.Effect<void, unknown>
}

/** Opens the store at a place, whether it is open elsewhere or not, and closes it at the end. */
export const opened = <A, E>(use: (store: FactStore["Service"]) => Effect.Effect<A, E>) =>
(place: Place): Effect.Effect<A, E | StoreError> =>
  Effect.provide(Effect.flatMap(FactStore, use), Layer.fresh(place))

const logNamed = (digit: string): LogId =>
  FactIds.LogId.make(`12D3KooW${"A".repeat(44)}/${digit.repeat(16)}`)
export const logs = [logNamed("a"), logNamed("0")] as const

/** A fact; its id follows from its log, its place and its bytes. */
export const fact = (
  log: LogId,
  seq: number,
  sealed: Uint8Array = Buffer.from(`${log} ${seq}`)
): StoredFact => ({
  id: FactIds.FactId.make(Hash.ofText(`${log} ${seq} ${sealed}`)),
  log,
  seq,
  sealed: Uint8Array.from(sealed),
  seenAtMillis: 1_759_226_700_000 + seq
})

export const ids = (store: FactStore["Service"]): Effect.Effect<Array<FactId>, StoreError> =>
  Effect.map(Stream.runCollect(store.facts), (facts) => facts.map(({ id }) => id))

/** Why an operation failed; `none` when it did not. */
export const reason = <A>(effect: Effect.Effect<A, StoreError>): Effect.Effect<string> =>
  Effect.match(effect, { onFailure: (error) => error.reason, onSuccess: () => "none" })
