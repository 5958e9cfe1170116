/**
 * A node that forgets, and the paper on which it finds again what it forgot.
 */
import * as Bookmark from "@chorus/coordination-core/coordination/Bookmark"
import * as Coordination from "@chorus/coordination-core/coordination/Coordination"
import * as Cleanup from "@chorus/coordination-core/coordination/Cleanup"
import type { Fact } from "@chorus/coordination-core/fact/Fact"
import * as Recall from "@chorus/coordination-core/memory/Recall"
import * as Subject from "@chorus/coordination-core/memory/Subject"
import * as Arbitraries from "@chorus/coordination-core/testing/Arbitraries"
import * as fc from "fast-check"
import { momentAt } from "../coordination/node.ts"

/** A node whose facts are all on paper. */
export interface Forgetful {
  readonly state: Coordination.State
  readonly stored: ReadonlyArray<Fact>
  /** When each of them was first seen. */
  readonly seen: ReadonlyMap<Fact, number>
}

/** A fact, how much time passes before it, and whether a cleanup follows. */
export interface Step {
  readonly fact: Fact
  readonly later: number
  readonly cleaned: boolean
}

/** Facts in any order with doubles, each with what happens after it: time that passes, a cleanup. */
export const histories = Arbitraries.facts(40).chain((facts) =>
  fc.tuple(
    fc.shuffledSubarray([...facts, ...facts.slice(0, 10)], { minLength: facts.length }),
    fc.boolean()
  ).chain(([shuffled, inOrder]) => {
    const order = inOrder ? facts : shuffled
    return fc.array(fc.tuple(fc.nat(600_000), fc.boolean()), {
      minLength: order.length,
      maxLength: order.length
    }).map((after) => order.map((fact, at) => ({ fact, later: after[at]![0], cleaned: after[at]![1] })))
  })
)

const step = (state: Coordination.State, input: Coordination.Input, millis: number) =>
  Coordination.decide(state, input, momentAt(millis)).state

const known = new WeakMap<Fact, ReadonlyArray<string>>()
const subjectsOf = (fact: Fact) => {
  const subjects = known.get(fact) ?? Subject.all(fact)
  known.set(fact, subjects)
  return subjects
}

const named = (stored: ReadonlyArray<Fact>, subject: string) =>
  stored.filter((fact) => subjectsOf(fact).includes(subject))

const listed = (stored: ReadonlyArray<Fact>, beginning: string) =>
  [...new Set(stored.flatMap(subjectsOf))].filter((name) => name.startsWith(beginning)).sort()

/** Brings back what is wanted and what has to come with it. */
const recall = (
  { seen, state, stored }: Forgetful,
  wanted: Recall.Wanted,
  places: ReadonlyArray<Recall.OldPlace>
): Forgetful => {
  const subjects = new Set<string>()
  const facts: Array<Fact> = []
  let next = [
    ...wanted.subjects,
    ...wanted.lists.flatMap((list) => listed(stored, list.beginning).map((name) => Recall.led(list.to, name)))
  ]
  while (next.length > 0) {
    const found = next.flatMap((subject) => named(stored, subject))
    for (const subject of next) subjects.add(subject)
    facts.push(...found)
    next = Recall.beside(Cleanup.memoryOf(state), found).filter((subject) => !subjects.has(subject))
  }
  const old = stored.filter(({ log, seq }) => places.some((place) => place.log === log && place.seq === seq))
  const input = { _tag: "Recalled" as const, subjects: [...subjects], facts, places: old, past: [] }
  return { seen, stored, state: step(state, input, 0) }
}

/** Receives facts, as the driver does: those that are new, once what they bear on came back. */
export const receive = (before: Forgetful, given: ReadonlyArray<Fact>, millis: number): Forgetful => {
  const facts = given.filter(({ id }) => !before.stored.some((known) => known.id === id))
  const { seen, state, stored } = ready(before, facts)
  return {
    state: step(state, { _tag: "Received", facts }, millis),
    stored: [...stored, ...facts],
    seen: new Map([...seen, ...facts.map((fact) => [fact, millis] as const)])
  }
}

/** With all that facts bear on in memory. */
const ready = (before: Forgetful, facts: ReadonlyArray<Fact>): Forgetful =>
  recall(
    before,
    Recall.forFacts(Cleanup.memoryOf(before.state), facts),
    Recall.oldPlaces(before.state.replica, before.state.catchUp.heads, facts)
  )

/** Starts again on what is stored, from a bookmark where there is one. */
export const restart = ({ seen, state, stored }: Forgetful, text: string | undefined, millis: number) => {
  const initial = Coordination.initial(state.node, state.mesh, state.settings)
  const bookmark = Bookmark.read(text, initial)
  const old = stored.slice(0, bookmark?.facts ?? 0)
  const age = (fact: Fact) => millis - seen.get(fact)!
  const found = (wanted: ReadonlyArray<string>) =>
    old.filter((fact) => subjectsOf(fact).some((subject) => wanted.includes(subject)))
      .map((fact) => ({ fact, seenAtMillis: seen.get(fact)! }))
  const resumed = bookmark === undefined
    ? initial
    : Bookmark.resumed(initial, bookmark, found(Bookmark.wanted(bookmark)), [], momentAt(millis))
  return stored.slice(old.length).reduce<Forgetful>((before, fact) => {
    const now = ready(before, [fact])
    const input = { _tag: "Restored" as const, facts: [fact], ages: [age(fact)] }
    return { seen, stored: [...now.stored, fact], state: step(now.state, input, millis) }
  }, { seen, stored: old, state: resumed })
}

/** Looks again at the forgotten sessions that something may have changed, until none is left. */
export const revisit = (before: Forgetful, millis: number): Forgetful => {
  let now = before
  for (let turn = 0; now.state.memory.revisits.length > 0 && turn < 1000; turn++) {
    const { after, beginning } = now.state.memory.revisits[0]!
    const names = listed(now.stored, beginning).filter((name) => name > after).slice(0, 3)
    const subjects = names.map((name) => Recall.led("session", name))
    const sessions = subjects.map((subject) => subject.slice("session ".length))
    const recalled = recall(now, { subjects, lists: [] }, [])
    now = {
      ...recalled,
      state: step(recalled.state, { _tag: "Revisited", sessions, last: names.at(-1) }, millis)
    }
  }
  return now
}

export const clean = ({ seen, state, stored }: Forgetful, millis: number): Forgetful => ({
  seen,
  stored,
  state: step(state, { _tag: "Cleaned" }, millis)
})

/** Recalls all that was ever stored, and notes the places of what came inside other facts too. */
export const everything = (node: Forgetful): Coordination.State => {
  const facts = node.stored
  const places = facts.flatMap((fact) => [fact, ...fact.embedded])
  const subjects = facts.flatMap(Subject.parts).flatMap(Subject.of)
  return step(node.state, { _tag: "Recalled", subjects, facts, places, past: [] }, 0)
}
