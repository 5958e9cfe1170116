/**
 * What is stated again and again takes little room, whoever states it (H25).
 */
import { assert, describe, it } from "@effect/vitest"
import { draft } from "@chorus/coordination-core/fact/Draft"
import type { Fact } from "@chorus/coordination-core/fact/Fact"
import * as Canonical from "@chorus/coordination-core/replica/Canonical"
import * as Registry from "@chorus/coordination-core/task/Registry"
import * as Room from "@chorus/coordination-core/task/Room"
import { all, description, renewal, scene, task } from "./claimed.ts"

describe("Room", () => {
  it("H25: what others state of a claim, and its owner again, takes little room in any order", () => {
    const { claim, fact, other, owner, paper, registry } = scene()
    const times = Room.highestMax + 10
    for (let nth = 0; nth < times; nth++) {
      paper.state(owner.node, renewal(owner, fact, 2_000_000 + (nth * 7 % times) * 1000))
      paper.state(owner.node, description(`version ${nth}`, nth))
      paper.state(other.node, draft({ message_type: "task_released", claim: fact.id, agent_id: other.name }))
    }
    const ends = Array.from({ length: 5 }, () => paper.end(fact))
    const entries = ({ descriptions, ends, renewals }: Registry.Registry) =>
      [descriptions, renewals, ends].map((map) =>
        [...map.values()].map((kept: ReadonlyArray<unknown>) => kept.length))
    const { highestMax } = Room

    for (const order of [paper.facts, paper.facts.toReversed()]) {
      const folded = order.reduce(Registry.evolve, Registry.empty)
      assert.deepStrictEqual(entries(folded), [[highestMax], [highestMax], [1, 1]])
      assert.strictEqual(Canonical.encode(folded), Canonical.encode(registry()))
    }
    assert.strictEqual(Registry.untilMillis(registry(), claim(), all), 2_000_000 + (times - 1) * 1000)
    assert.strictEqual(Registry.contextOf(registry(), claim(), all).title, `version ${times - 1}`)
    assert.strictEqual(Registry.endOf(registry(), claim(), all)?.id, ends[0]!.id)
  })

  it("H25: of a node's words each agent's highest stay, and so many of all, in any order", () => {
    const { owner, paper } = scene()
    const words = (agent_id: string, version: number) =>
      paper.state(owner.node, draft({
        message_type: "task_updated",
        task: { repository: "repo", task_id: 1, title: `${version} by ${agent_id}`, agent_id },
        version
      }))
    words("m1", 1)
    for (let nth = 0; nth < Room.highestMax + 4; nth++) words("m2", nth + 2)
    const fold = (facts: ReadonlyArray<Fact>) => facts.reduce(Registry.evolve, Registry.empty)
    const few = fold(paper.facts)
    const wordsOf = (name: string) =>
      Registry.descriptionBy(few, task, paper.agent("a", name), all)?.task.title
    for (let nth = 0; nth < Room.wordsMax; nth++) words(`name${nth}`, 100 + nth)

    assert.deepStrictEqual([...few.descriptions.values()].map(({ length }) => length), [Room.highestMax + 1])
    assert.deepStrictEqual(["m1", "m2"].map(wordsOf), ["1 by m1", `${Room.highestMax + 5} by m2`])
    const [whole, backwards] = [fold(paper.facts), fold(paper.facts.toReversed())]
    assert.deepStrictEqual([...whole.descriptions.values()].map(({ length }) => length), [Room.wordsMax])
    assert.strictEqual(Canonical.encode(backwards), Canonical.encode(whole))
  })

  it("I5: an end stays one that counts, whichever of its log's later places are revoked", () => {
    const { claim, fact, paper, registry } = scene()
    const [first] = [paper.end(fact), paper.end(fact)]
    const upTo = (seq: number): Registry.Counts => (origin) => origin.seq <= seq

    for (const order of [paper.facts, paper.facts.toReversed()]) {
      const folded = order.reduce(Registry.evolve, Registry.empty)
      assert.isDefined(Registry.endOf(folded, claim(), upTo(first!.seq)))
      assert.isUndefined(Registry.endOf(folded, claim(), upTo(first!.seq - 1)))
    }
    assert.isFalse(Registry.isLive(registry(), claim(), all))
  })
})
