/**
 * Catch-up asks and gives within bounds, whatever peers do (I11).
 */
import { assert, describe, it } from "@effect/vitest"
import * as CatchUp from "@chorus/coordination-core/catchup/CatchUp"
import * as Held from "@chorus/coordination-core/catchup/Held"
import * as Holdings from "@chorus/coordination-core/catchup/Holdings"
import type { Fact } from "@chorus/coordination-core/fact/Fact"
import { FactId } from "@chorus/coordination-core/identity/FactId"
import type { NodeId } from "@chorus/coordination-core/identity/NodeId"
import * as Paper from "@chorus/coordination-core/testing/Paper"
import { connected, hold, logOf, peers, step } from "./steps.ts"

const [p, q] = peers as [NodeId, NodeId]

describe("Catch-up under pressure", () => {
  it("one question a peer at a time, until it is answered, failed or a minute old", () => {
    const differs: CatchUp.Input = { _tag: "Heartbeat", peer: p, digest: "other" }
    const asked = step(connected(p, q), differs, 1000).state

    assert.deepStrictEqual(step(asked, differs, CatchUp.questionMillisMax).outputs, [])
    assert.lengthOf(step(asked, { ...differs, peer: q }, 1000).outputs, 1)
    assert.lengthOf(step(asked, differs, 1000 + CatchUp.questionMillisMax).outputs, 1)
    for (const end of [{ _tag: "Answered", peer: p, more: false }, { _tag: "Failed", peer: p }] as const) {
      const next = { ...differs, digest: "another" }
      assert.lengthOf(step(step(asked, end, 1001).state, next, 1002).outputs, 1)
    }
  })

  it("a pair of digests that brought nothing is not asked about again before the next round", () => {
    const differs: CatchUp.Input = { _tag: "Heartbeat", peer: p, digest: "other" }
    const asked = step(connected(p), differs, 1)
    const rested = step(asked.state, { _tag: "Answered", peer: p, more: false }, 2).state

    assert.lengthOf(asked.outputs, 1)
    assert.deepStrictEqual(step(rested, differs, 3).outputs, [])
    assert.lengthOf(step(rested, { ...differs, digest: "another" }, 3).outputs, 1)
    assert.lengthOf(step(hold(logOf("a", 1), rested), differs, 3).outputs, 1)
    assert.lengthOf(step(rested, { _tag: "Ticked" }, CatchUp.roundMillis).outputs, 1)
  })

  it("I11: few questions are under way at once; a slow peer holds up nobody", () => {
    const many = Array.from({ length: 9 }, (_, nth) => Paper.node(`peer ${nth}`))
    let state = CatchUp.initial
    const first: Array<NodeId> = []
    for (const peer of many) {
      const asked = step(state, { _tag: "Connected", peer }, 0)
      state = asked.state
      first.push(...asked.outputs.map((output) => output.peer))
    }
    assert.lengthOf(first, CatchUp.atOnceMax)

    const [answers] = first
    const next = step(state, { _tag: "Answered", peer: answers!, more: false }, 1)
    assert.lengthOf(next.outputs, 1)
    assert.notInclude(first, next.outputs[0]!.peer)
    assert.deepStrictEqual(step(next.state, { _tag: "Ticked" }, CatchUp.patienceMillis - 1).outputs, [])
    const patient = step(next.state, { _tag: "Ticked" }, CatchUp.patienceMillis + 1)
    assert.lengthOf(patient.outputs, many.length - CatchUp.atOnceMax - 1)
  })

  it("I11: what a peer does not take is not given again, and a contact that brings nothing ends", () => {
    const facts = logOf("a", 40)
    const state = hold(facts, connected(p))
    let asked = step(state, { _tag: "Heartbeat", peer: p, digest: "other" })
    const lacks = [{ log: facts[0]!.log, from: 1, upTo: 3 }]
    const given = step(asked.state, { _tag: "Answered", peer: p, more: false, lacks })
    assert.deepStrictEqual(given.outputs.map(({ gives }) => gives), [lacks])
    assert.deepStrictEqual(step(given.state, { _tag: "Answered", peer: p, more: false, lacks }).outputs, [])

    let questions = 0
    for (; asked.outputs.length > 0; questions++) {
      const wants = [{ log: facts[0]!.log, from: 1, upTo: questions + 1 }]
      asked = step(asked.state, { _tag: "Answered", peer: p, more: true, lacks: wants })
    }
    assert.strictEqual(questions, CatchUp.idleMax)
  })

  it("I11: a log has no room for what is too far ahead of it, until it has come nearer", () => {
    const [one, two] = logOf("a", 2) as [Fact, Fact]
    const idOf = (seq: number) => FactId.make(String(seq).padStart(64, "0"))
    const ahead = (seq: number) => ({ ...two, seq, id: idOf(seq), prev: one.id })
    const far = Array.from({ length: Held.looseMax }, (_, nth) => ahead(nth + 10))
    const full = hold(far)

    assert.isTrue(Holdings.hasRoom(CatchUp.initial, ahead(9)))
    assert.isFalse(Holdings.hasRoom(full, ahead(9)))
    assert.isTrue(Holdings.hasRoom(full, one))
    assert.isTrue(Holdings.hasRoom(hold([one], full), two))
  })
})
