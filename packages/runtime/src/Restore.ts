/**
 * From the stored facts back to the state: what a node does before anything else.
 *
 * Facts are folded in pages, and what is over is forgotten on the way when there is much of it. What
 * a cleanup had forgotten before is not folded again: its bookmark says what memory held.
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
import * as Bookmarks from "./Bookmarks.ts"
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
  const reading = isNamed ? yield* Bookmarks.begin(ports, initial) : undefined
  const state = reading === undefined
    ? yield* whole(ports, initial, at, isNamed)
    : yield* fromBookmark(ports, initial, at, reading)
  if (!isNamed) yield* store.setNote(Subject.noteName, Subject.version)
  return state
})

/** All facts folded one after the other. */
const whole = Effect.fnUntraced(function*(
  ports: Recall.Ports,
  initial: Coordination.State,
  at: Moment,
  isNamed: boolean
) {
  const own: Array<Chain.Link> = []
  const met = Met.none()
  let state = initial
  yield* Stream.runForEachArray(ports.store.facts, Effect.fnUntraced(function*(page) {
    const facts: Array<Fact> = []
    for (const kept of page) facts.push(yield* Recall.stored(ports.signer, kept, met))
    own.push(...linksOf(ports, facts))
    state = yield* folded(ports, state, page, facts, at, isNamed, hasForgotten(state))
  }))
  yield* OwnLogs.check(ports.store, own)
  return state
})

/** What memory held at the bookmark, and all that came after it; the whole if the store is another. */
const fromBookmark = Effect.fnUntraced(function*(
  ports: Recall.Ports,
  initial: Coordination.State,
  at: Moment,
  reading: Bookmarks.Reading
) {
  const own: Array<Chain.Link> = []
  const met = Met.none()
  let state: Coordination.State | undefined
  yield* Stream.runForEachArray(ports.store.facts, Effect.fnUntraced(function*(page) {
    const known = page.slice(0, Bookmarks.left(reading))
    own.push(...yield* Bookmarks.read(ports, reading, known, met))
    if (Bookmarks.left(reading) > 0) return
    if (known.length > 0) state = Bookmarks.end(initial, reading, at)
    const later = page.slice(known.length)
    if (state === undefined || later.length === 0) return
    const facts: Array<Fact> = []
    for (const kept of later) facts.push(yield* Recall.stored(ports.signer, kept, met))
    own.push(...linksOf(ports, facts))
    state = yield* folded(ports, state, later, facts, at, true, true)
  }))
  if (state === undefined) return yield* whole(ports, initial, at, true)
  yield* OwnLogs.check(ports.store, own)
  return state
})

const linksOf = ({ signer }: Recall.Ports, facts: ReadonlyArray<Fact>): ReadonlyArray<Chain.Link> =>
  facts.filter(({ from }) => from === signer.self).map(Chain.linkOf)

const hasForgotten = ({ memory: { forgotten } }: Coordination.State): boolean =>
  forgotten.claims + forgotten.sessions > 0

const folded = Effect.fnUntraced(function*(
  ports: Recall.Ports,
  before: Coordination.State,
  page: ReadonlyArray<StoredFact>,
  facts: ReadonlyArray<Fact>,
  at: Moment,
  isNamed: boolean,
  isForgetful: boolean
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
  const recalled = isForgetful ? yield* Recall.forFacts(ports, before, facts) : undefined
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
