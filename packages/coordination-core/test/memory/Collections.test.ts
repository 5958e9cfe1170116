/**
 * No collection is in memory that nobody bounds: the table names each of them (H25, I11).
 */
import { assert, describe, it } from "@effect/vitest"
import * as Coordination from "@chorus/coordination-core/coordination/Coordination"
import * as Collections from "@chorus/coordination-core/memory/Collections"
import * as Memory from "@chorus/coordination-core/memory/Memory"
import * as VersionMap from "@chorus/coordination-core/replica/VersionMap"
import * as Arbitraries from "@chorus/coordination-core/testing/Arbitraries"
import * as Paper from "@chorus/coordination-core/testing/Paper"
import * as HashMap from "effect/HashMap"
import * as HashSet from "effect/HashSet"
import * as fc from "fast-check"
import { fresh, momentAt, receive } from "../coordination/node.ts"

/** The paths of all collections in plain data, whether anything is in them or not. */
const collections = (value: unknown, path: ReadonlyArray<string> = []): ReadonlyArray<string> => {
  const isCollection = [HashMap.isHashMap, HashSet.isHashSet, VersionMap.isVersionMap, Array.isArray]
  if (isCollection.some((is) => is(value))) return [path.join(".")]
  if (typeof value !== "object" || value === null) return []
  return Object.entries(value).flatMap(([name, field]) => collections(field, [...path, name]))
}

const byName = (state: Coordination.State) =>
  new Map(Collections.sizes(state).map(({ name, size }) => [name, size]))

describe("Collections", () => {
  it("H25 I11: the table names every collection of the state, and nothing else", () => {
    fc.assert(fc.property(Arbitraries.facts(30), (facts) => {
      const state = receive(fresh(Paper.node("a")), facts)

      assert.sameMembers([...collections(state)], Collections.all.map(({ name }) => name))
    }), { numRuns: 20 })
  })

  it("tells the size of each", () => {
    const paper = Paper.make()
    paper.depend(paper.claim(paper.agent("a", "m"), "r#1"), paper.claim(paper.agent("b", "m"), "s#1"))
    const sizes = byName(receive(fresh(Paper.node("a")), paper.facts))

    assert.strictEqual(sizes.get("replica.sessions"), 1)
    assert.strictEqual(sizes.get("replica.tasks.claims"), 2)
    assert.strictEqual(sizes.get("replica.forks.places"), 3)
    assert.strictEqual(sizes.get("detection.index.entries"), 2)
    assert.strictEqual(sizes.get("memory.revisits"), 0)
  })

  it("H25: above the bound the claims that others hold longest leave the index, own ones never", () => {
    const paper = Paper.make()
    const own = paper.claim(paper.agent("a", "m"), "own#1")
    const others = Array.from({ length: 4 }, (_, at) => paper.claim(paper.agent("b", "m"), `other#${at}`))
    const state = paper.facts.reduce<Coordination.State>(
      (now, fact, at) => Coordination.decide(now, { _tag: "Received", facts: [fact] }, momentAt(at)).state,
      fresh(Paper.node("a"))
    )

    const kept = Memory.bounded(state.detection.index, state.detection.own, 3)

    assert.sameMembers([...HashMap.keys(kept.entries)], [own.id, others[2]!.id, others[3]!.id])
  })

  it("more causes to look again than fit push the oldest out", () => {
    const cause = (at: number) => ({ beginning: `${at}`, after: "" })
    const revisits = Array.from({ length: Memory.revisitsMax + 5 }, (_, at) => cause(at))
    const before = { ...Memory.initial, revisits }
    const empty = fresh(Paper.node("a")).replica
    const banned = { ...empty, forks: { ...empty.forks, authors: HashSet.make(Paper.node("z")) } }

    const after = Memory.folded(before, [], empty, banned)

    assert.lengthOf(after.revisits, Memory.revisitsMax)
    assert.strictEqual(after.revisits.at(-1)?.beginning, `member ${Paper.node("z")} `)
  })
})
