/**
 * From the stored facts back to the state: what a node does before anything else.
 *
 * Seals were checked when the facts came in, so they are only read. Deadlines go on from the
 * first sight that the store noted; the wall clock may only shorten what is left. A store that lost
 * facts of this node is refused, since the node might contradict what it does not know of.
 * (design.md, part 4)
 */
import * as Coordination from "@chorus/coordination-core/coordination/Coordination"
import * as Chain from "@chorus/coordination-core/fact/Chain"
import type { Fact } from "@chorus/coordination-core/fact/Fact"
import type { Moment } from "@chorus/coordination-core/machine/Machine"
import { type FactStore, StoreError } from "@chorus/coordination-core/ports/FactStore"
import type { SignerShape } from "@chorus/coordination-core/ports/Signer"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import * as Entry from "./Entry.ts"
import * as OwnLogs from "./OwnLogs.ts"

/** The state that the stored facts give. */
export const restore = Effect.fnUntraced(function*(
  initial: Coordination.State,
  store: FactStore["Service"],
  signer: SignerShape,
  at: Moment
): Effect.fn.Return<Coordination.State, StoreError> {
  const facts: Array<Fact> = []
  const ages: Array<number> = []
  yield* Stream.runForEachArray(store.facts, Effect.fnUntraced(function*(page) {
    for (const { id, sealed, seenAtMillis } of page) {
      facts.push(yield* Entry.kept(signer.read, sealed, id))
      ages.push(Math.max(0, at.wallMillis - seenAtMillis))
    }
  })).pipe(Effect.mapError((error) =>
    error._tag === "StoreError" ? error : new StoreError({
      reason: "damaged",
      message: `a stored fact cannot be read (${error.detail}): ${OwnLogs.remedy}`
    })
  ))
  yield* OwnLogs.check(store, facts.filter(({ from }) => from === signer.self).map(Chain.linkOf))
  return Coordination.decide(initial, { _tag: "Restored", facts, ages }, at).state
})
