/**
 * From the stored facts back to the state: what a node does before anything else.
 *
 * Facts are folded in pages, and what is over is forgotten on the way when there is much of it.
 * Seals were checked when the facts came in, so they are only read. Deadlines go on from the first
 * sight that the store noted; the wall clock may only shorten what is left. A store that lost facts
 * of this node is refused, since the node might contradict what it does not know of.
 * (docs/rules.md, 4)
 */
import * as Cleanup from "@chorus/coordination-core/coordination/Cleanup"
import * as Coordination from "@chorus/coordination-core/coordination/Coordination"
import * as Chain from "@chorus/coordination-core/fact/Chain"
import type { Fact } from "@chorus/coordination-core/fact/Fact"
import type { Moment } from "@chorus/coordination-core/machine/Machine"
import * as Retention from "@chorus/coordination-core/memory/Retention"
import * as Subject from "@chorus/coordination-core/memory/Subject"
import type { FactStore, StoredFact, StoreError } from "@chorus/coordination-core/ports/FactStore"
import type { SignerShape } from "@chorus/coordination-core/ports/Signer"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import * as Met from "./Met.ts"
import * as OwnLogs from "./OwnLogs.ts"
import * as Recall from "./Recall.ts"

/** The state that the stored facts give. */
export const restore = Effect.fnUntraced(function*(
  initial: Coordination.State,
  store: FactStore["Service"],
  signer: SignerShape,
  at: Moment
): Effect.fn.Return<Coordination.State, StoreError> {
  const isNamed = (yield* store.note(Subject.noteName)) === Subject.version
  const ports = { signer, store }
  const own: Array<Chain.Link> = []
  const met = Met.none()
  let state = initial
  yield* Stream.runForEachArray(store.facts, Effect.fnUntraced(function*(page) {
    const facts: Array<Fact> = []
    for (const kept of page) facts.push(yield* Recall.stored(signer, kept, met))
    own.push(...facts.filter(({ from }) => from === signer.self).map(Chain.linkOf))
    state = yield* folded(ports, state, page, facts, at, isNamed)
  }))
  yield* OwnLogs.check(store, own)
  if (!isNamed) yield* store.setNote(Subject.noteName, Subject.version)
  return state
})

const folded = Effect.fnUntraced(function*(
  ports: Recall.Ports,
  before: Coordination.State,
  page: ReadonlyArray<StoredFact>,
  facts: ReadonlyArray<Fact>,
  at: Moment,
  isNamed: boolean
) {
  const ages = page.map(({ seenAtMillis }) => Math.max(0, at.wallMillis - seenAtMillis))
  // A store of an earlier version is filled with subjects by committing its facts again.
  if (!isNamed) {
    const named = page.map((kept, index) => {
      const fact = facts[index]
      return { ...kept, subjects: fact === undefined ? [] : Subject.all(fact) }
    })
    yield* ports.store.commit({ facts: named, events: [] })
  }
  const hasForgotten = before.memory.forgotten.claims + before.memory.forgotten.sessions > 0
  const recalled = hasForgotten ? yield* Recall.forFacts(ports, before, facts) : undefined
  const old = facts.filter((_, index) => (ages[index] ?? 0) > Retention.retentionMillis)
  const past = yield* Recall.forPast(ports, new Set(old.flatMap(Retention.sessionsOf)))
  const known = Cleanup.recalled(before, past)
  const ready = recalled === undefined ? known : Cleanup.recalled(known, recalled)
  const { state } = Coordination.decide(ready, { _tag: "Restored", facts, ages }, at)
  // Without subjects in the store nothing that is forgotten would be found again.
  return isNamed && Cleanup.isCrowded(state)
    ? Coordination.decide(state, { _tag: "Cleaned" }, at).state
    : state
})
