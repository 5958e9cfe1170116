/**
 * The logs that this store was there for: noted before their first fact, checked at each start.
 *
 * Only these may have no holes. An older log of the node that came back from peers, after its disk
 * was lost or restored, may have some. What each held at the last start is noted with it, so that a
 * lost end is found as well. (docs/rules.md, 4: restart, durability)
 */
import * as Chain from "@chorus/coordination-core/fact/Chain"
import type { Fact } from "@chorus/coordination-core/fact/Fact"
import { LogNonce } from "@chorus/coordination-core/identity/FactId"
import { type FactStore, type StoredFact, StoreError } from "@chorus/coordination-core/ports/FactStore"
import type { SignerShape } from "@chorus/coordination-core/ports/Signer"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"

export const noteName = "logs"

const Noted = Schema.fromJsonString(Schema.Record(LogNonce, Schema.Natural))

/** What a note says; one that cannot be read says nothing. */
export const noted = (text: string | undefined): Chain.Whole =>
  Result.getOrElse(Schema.decodeUnknownResult(Noted)(text), () => ({}))

/** The link that a kept fact is in its chain, whatever else it says. */
export const linkIn = (
  signer: SignerShape,
  { id, log, sealed, seq }: StoredFact
): Effect.Effect<Chain.Link, StoreError> =>
  Effect.mapErrorEager(
    Effect.flatMapEager(signer.read("fact", sealed), ({ payload }) =>
      Effect.try(() => {
        // It was decoded when it came in.
        const { prev } = JSON.parse(payload) as Pick<Fact, "prev">
        return { id, log, seq, ...(prev === undefined ? {} : { prev }) }
      })),
    (cause) =>
      new StoreError({ reason: "damaged", message: `a stored fact cannot be read: ${remedy}`, cause })
  )

/** Fails when a log that this store was there for is not whole; notes what each holds. */
export const check = Effect.fnUntraced(function*(
  store: FactStore["Service"],
  own: ReadonlyArray<Chain.Link>
): Effect.fn.Return<void, StoreError> {
  const before = noted(yield* store.note(noteName))
  const [broken] = Chain.breaks(own, before)
  if (broken !== undefined) {
    return yield* new StoreError({ reason: "damaged", message: `${wordsOf(broken)}: ${remedy}` })
  }
  const text = JSON.stringify(Chain.wholeOf(own, before))
  if (text !== JSON.stringify(before)) yield* Effect.ignore(store.setNote(noteName, text))
})

/** What a break means, in words. */
export const wordsOf = ({ is, log, seq }: Chain.Break): string =>
  is === "missing"
    ? `fact ${seq} of this node's own log ${log} is missing from the database`
    : `fact ${seq} of this node's own log ${log} does not follow the one before it`

/** What helps against a damaged store. */
export const remedy = "run `chorus doctor --repair` with the same --db; it keeps a copy first"

/**
 * Draws names of logs, and notes each before it is used. A full disk keeps no note; such a log is
 * not checked, and that is all.
 */
export const opener = (store: FactStore["Service"], drawNonce: Effect.Effect<LogNonce>) =>
  Effect.tap(drawNonce, (nonce) =>
    Effect.ignore(Effect.flatMap(store.note(noteName), (text) =>
      store.setNote(noteName, JSON.stringify({ ...noted(text), [nonce]: 0 })))))
