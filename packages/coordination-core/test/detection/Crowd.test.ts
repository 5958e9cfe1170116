/**
 * A crowd of claims of one node takes a bounded place in the index of the others (H25, H26).
 */
import { assert, describe, it } from "@effect/vitest"
import * as NodeSettings from "@chorus/coordination-core/coordination/NodeSettings"
import * as DetectionMachine from "@chorus/coordination-core/detection/DetectionMachine"
import type { Fact } from "@chorus/coordination-core/fact/Fact"
import { AgentName } from "@chorus/coordination-core/identity/AgentId"
import { FactId } from "@chorus/coordination-core/identity/FactId"
import * as Replica from "@chorus/coordination-core/replica/Replica"
import * as Lessons from "@chorus/coordination-core/lesson/Lessons"
import * as Paper from "@chorus/coordination-core/testing/Paper"
import * as HashMap from "effect/HashMap"

/** A claim as the registry has it, so many times. */
const crowd = (paper: Paper.Paper, count: number) => {
  const first = paper.claim(paper.agent("crowd", "m1"), "crowd#0")
  return Array.from({ length: count }, (_, nth): Fact => ({
    ...first,
    id: FactId.make(String(nth).padStart(64, "0")),
    seq: nth + 1,
    data: { ...first.data, agent_id: AgentName.make(`m${nth}`) } as Fact["data"]
  }))
}

describe("A crowd of claims", () => {
  it("H25 H26: of another node's claims, under whatever names, so many are in the index at once", () => {
    const paper = Paper.make()
    const facts = crowd(paper, DetectionMachine.claimsPerNodeMax + 20)
    const replica = Replica.evolveAll(Replica.empty(paper.founder), facts)
    const context = (node: string): DetectionMachine.Context => ({
      at: { monotonicMillis: 0, wallMillis: 0 },
      node: Paper.node(node),
      replica,
      mesh: paper.settings,
      settings: NodeSettings.defaults,
      lessons: Lessons.empty
    })
    const indexed = (node: string) => DetectionMachine.decide(
      DetectionMachine.initial,
      { _tag: "Restored", facts },
      context(node)
    ).state

    assert.strictEqual(HashMap.size(indexed("here").index.entries), DetectionMachine.claimsPerNodeMax)
    assert.strictEqual(HashMap.size(indexed("crowd").index.entries), facts.length)
    const over = DetectionMachine.decide(indexed("here"), { _tag: "Ticked" }, {
      ...context("here"),
      at: { monotonicMillis: 0, wallMillis: 10 * 1_800_000 }
    }).state
    assert.isTrue(HashMap.isEmpty(over.perNode))
  })
})
