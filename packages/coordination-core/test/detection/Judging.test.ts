/**
 * A judge orders what detection would alert and withholds of it, and can do nothing else.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Detector from "@chorus/coordination-core/detection/Detector"
import type { Detection } from "@chorus/coordination-core/detection/Detector"
import * as Judging from "@chorus/coordination-core/detection/Judging"
import * as Rule from "@chorus/coordination-core/detection/Rule"
import type { Draft } from "@chorus/coordination-core/fact/Draft"
import { FactId } from "@chorus/coordination-core/identity/FactId"
import * as Paper from "@chorus/coordination-core/testing/Paper"
import * as fc from "fast-check"
import { atMillis, entry, indexOf, task } from "./entries.ts"
import { claims, define, implement, machine, types } from "./machine.ts"

const at = { monotonicMillis: 0, wallMillis: 0 }
const one = entry(task("backend", define))
const others = ["web", "mobile", "desk", "kiosk", "portal", "admin", "shop", "till"]
  .map((name) => entry(task(name, implement)))
const found = Detector.detect(indexOf([one, ...others]), one, {
  ...Detector.defaults,
  parameters: { ...Detector.defaults.parameters, threshold: 0 },
  nowMillis: atMillis,
  limit: 8
})
const claimsOf = (some: ReadonlyArray<Detection>) => some.map(({ task2 }) => task2.claim)

/** Asks about all that was found. */
const asked = () => {
  const step = Judging.ask(Judging.initial, found, 1000, at)
  assert.isDefined(step)
  return step ?? { state: Judging.initial, ask: { key: "", request: { task: one.task, candidates: [] } } }
}

const stranger = FactId.make("f".repeat(64))

describe("Judging", () => {
  it("H33: asks about a bounded number of candidates, for a bounded number of claims at once", () => {
    assert.lengthOf(found, 8)
    assert.deepStrictEqual(
      asked().ask.request.candidates.map(({ claim }) => claim),
      claimsOf(found).slice(0, Judging.candidatesMax)
    )
    const claim = (nth: number) => found.map((each) => ({
      ...each,
      task1: { ...each.task1, claim: FactId.make(String(nth).padStart(64, "0")) }
    }))
    const full = Array.from({ length: Judging.waitingMax }, (_, nth) => nth)
      .reduce((state, nth) => Judging.ask(state, claim(nth), 1, at)?.state ?? state, Judging.initial)
    assert.isUndefined(Judging.ask(full, claim(99), 1, at))
    assert.isDefined(Judging.ask(full, claim(0), 1, at))
    assert.isUndefined(Judging.ask(Judging.initial, [], 1, at))
  })

  it("whatever the answer, nothing is added or lost, and each answer counts once", () => {
    const claim = fc.constantFrom(...claimsOf(found), stranger)
    const arranged = fc.tuple(
      fc.shuffledSubarray(claimsOf(found).slice(0, Judging.candidatesMax), {
        minLength: Judging.candidatesMax
      }),
      fc.nat(Judging.candidatesMax)
    ).map(([all, cut]) => ({ order: all.slice(0, cut), withheld: all.slice(cut) }))
    const some = fc.array(claim, { maxLength: 8 })
    const junk = fc.record({ order: some, withheld: some })
    fc.assert(fc.property(fc.option(fc.oneof(arranged, junk), { nil: undefined }), (judgement) => {
      const { state } = asked()
      const after = Judging.settle(state, one.claim, judgement, found, [])

      assert.sameMembers([...claimsOf(after.found), ...claimsOf(after.withheld)], claimsOf(found))
      const { agreed, changed, failed } = after.state.counts
      assert.strictEqual(agreed + changed + failed, 1)
      assert.strictEqual(agreed + failed === 1, claimsOf(after.found).join() === claimsOf(found).join())
    }))
  })

  it("its order holds, what it withholds is listed, and what it was not asked about follows", () => {
    const [a, b, c, d, e, f, ...rest] = claimsOf(found) as [FactId, FactId, FactId, FactId, FactId, FactId]
    const judgement = { order: [f, e, a], withheld: [b, c, d] }
    const after = Judging.settle(asked().state, one.claim, judgement, found, [])

    assert.deepStrictEqual(claimsOf(after.found), [f, e, a, ...rest])
    assert.deepStrictEqual(
      after.withheld.map(({ because, task2 }) => [task2.claim, because]),
      [b, c, d].map((claim) => [claim, "the judge withheld it"])
    )
    assert.deepStrictEqual(after.state.counts, { asked: 1, agreed: 0, changed: 1, failed: 0 })
  })

  it("H34: an answer about others, about one twice, or about too few changes nothing", () => {
    const all = claimsOf(found).slice(0, Judging.candidatesMax)
    const [first = stranger, ...rest] = all
    for (const order of [[stranger, ...rest], [first, first, ...rest], rest, []]) {
      const after = Judging.settle(asked().state, one.claim, { order, withheld: [] }, found, [])
      assert.deepStrictEqual(after.found, found)
      assert.strictEqual(after.state.counts.failed, 1)
    }
  })

  it("what both declare, and what a decisive rule found, is never withheld", () => {
    const [first, second, third] = found as [Detection, Detection, Detection]
    const scope = { ...first, evidence: [{ kind: "scope" as const, what: "table:orders", weight: 1 }] }
    const ruled = { ...second, relationship: "Crane_Rule" }
    const some = [scope, ruled, third]
    const crane = Rule.make({
      name: "Crane_Rule",
      description: "",
      keywords: [],
      decisive: true,
      validator: () => Rule.unmatched
    })
    const state = Judging.ask(Judging.initial, some, 1, at)?.state ?? Judging.initial
    const after = Judging.settle(state, one.claim, { order: [], withheld: claimsOf(some) }, some, [crane])

    assert.deepStrictEqual(after.found, [scope, ruled])
    assert.deepStrictEqual(claimsOf(after.withheld), [third.task2.claim])
  })
})

/** A node that may raise one alert a claim, and one more with a judge. */
const judged = (more = {}) => {
  const paper = Paper.make()
  claims(paper, paper.agent("b", "web"), "web#2", implement)
  claims(paper, paper.agent("c", "app"), "app#3", implement)
  const node = machine(paper, "a", { judgeMillisMax: 1000, alertsPerClaim: 1, ...more })
  node.fold()
  claims(paper, paper.agent("a", "api"), "backend#1", define)
  const drafts = node.fold()
  const { key = "", request } = node.asked.at(-1) ?? {}
  const candidates = request?.candidates ?? []
  return { paper, node, drafts, key, candidates, counts: () => node.state().judging.counts }
}

const toward = (drafts: ReadonlyArray<Draft>) =>
  drafts.flatMap(({ data }) =>
    data.message_type === "dependency_detected" ? [data.dependency.task2.repository] : [])

describe("a node with a judge", () => {
  it("states nothing before the answer, then what the judge puts first", () => {
    const { candidates, counts, drafts, key, node } = judged()
    assert.deepStrictEqual(drafts, [])
    assert.lengthOf(candidates, 2)
    const [first, second] = candidates.map(({ claim }) => claim) as [FactId, FactId]

    const stated = node.step({ _tag: "Judged", key, judgement: { order: [second, first], withheld: [] } }, 10)

    assert.deepStrictEqual(types(stated), ["dependency_detected"])
    const own = judged({ judgeMillisMax: 0 })
    assert.deepStrictEqual(types(own.drafts), ["dependency_detected"])
    assert.notDeepEqual(toward(stated), toward(own.drafts))
    assert.deepStrictEqual(counts(), { asked: 1, agreed: 0, changed: 1, failed: 0 })
    assert.deepStrictEqual(node.step({ _tag: "Judged", key, judgement: undefined }, 11), [])
    assert.deepStrictEqual(counts(), { asked: 1, agreed: 0, changed: 1, failed: 0 })
  })

  it("H34: without an answer, or when it comes too late, detection's own order holds", () => {
    const plain = toward(judged({ judgeMillisMax: 0 }).drafts)
    const failing = judged()
    const late = judged()

    assert.deepStrictEqual(
      toward(failing.node.step({ _tag: "Judged", key: failing.key, judgement: undefined }, 10)),
      plain
    )
    assert.deepStrictEqual(late.node.step({ _tag: "Ticked" }, 999), [])
    assert.deepStrictEqual(toward(late.node.step({ _tag: "Ticked" }, 1000)), plain)
    for (const { counts } of [failing, late]) assert.strictEqual(counts().failed, 1)
    const order = late.candidates.map(({ claim }) => claim)
    const judgement = { order, withheld: [] }
    assert.deepStrictEqual(late.node.step({ _tag: "Judged", key: late.key, judgement }, 1001), [])
  })

  it("what it withholds is held back and listed", () => {
    const { candidates, key, node } = judged()
    const withheld = candidates.map(({ claim }) => claim)

    assert.deepStrictEqual(node.step({ _tag: "Judged", key, judgement: { order: [], withheld } }, 10), [])
    assert.deepStrictEqual(
      node.state().heldBack.latest.map(({ because }) => because),
      ["the judge withheld it", "the judge withheld it"]
    )
  })

  it("a claim that ended meanwhile is not alerted, and an answer to no question is not heard", () => {
    const { key, node, paper } = judged()
    const api = paper.facts.at(-1)
    assert.isDefined(api)
    if (api !== undefined) paper.end(api)
    node.fold(5)
    assert.deepStrictEqual(node.step({ _tag: "Judged", key: "another", judgement: undefined }, 6), [])
    assert.deepStrictEqual(node.step({ _tag: "Judged", key, judgement: undefined }, 10), [])
  })
})
