/**
 * What a node states of its own claims: bounded, once, and never what is muted (H26, H27, H28).
 */
import { assert, describe, it } from "@effect/vitest"
import * as NodeSettings from "@chorus/coordination-core/coordination/NodeSettings"
import * as Alerts from "@chorus/coordination-core/detection/Alerts"
import * as DetectionMachine from "@chorus/coordination-core/detection/DetectionMachine"
import type { Detection } from "@chorus/coordination-core/detection/Detector"
import { draft } from "@chorus/coordination-core/fact/Draft"
import { bytesMax } from "@chorus/coordination-core/fact/Fact"
import { AgentName, key } from "@chorus/coordination-core/identity/AgentId"
import { FactId } from "@chorus/coordination-core/identity/FactId"
import * as TaskKey from "@chorus/coordination-core/identity/TaskKey"
import * as MeshSettings from "@chorus/coordination-core/mesh/MeshSettings"
import * as Replica from "@chorus/coordination-core/replica/Replica"
import * as Arbitraries from "@chorus/coordination-core/testing/Arbitraries"
import * as Laws from "@chorus/coordination-core/testing/Laws"
import * as Lessons from "@chorus/coordination-core/lesson/Lessons"
import * as Paper from "@chorus/coordination-core/testing/Paper"
import * as HashMap from "effect/HashMap"
import * as HashSet from "effect/HashSet"
import * as fc from "fast-check"
import { claims, define, implement, machine, pair, types } from "./machine.ts"
import { bytesOf, characters, filled, long, sealed } from "../fact/wide.ts"

const settings = NodeSettings.defaults

interface Given {
  readonly input: DetectionMachine.Input
  readonly context: DetectionMachine.Context
}

const inputs: fc.Arbitrary<ReadonlyArray<Given>> = fc.record({
  history: Arbitraries.history(30),
  node: fc.constantFrom("a", "b", "outsider"),
  steps: fc.array(fc.tuple(fc.nat(4), fc.nat(3), fc.nat(900_000)), { maxLength: 50 })
}).map(({ history: { facts, founder }, node, steps }) => {
  let replica = Replica.empty(founder)
  let [now, at] = [0, 0]
  return steps.map(([kind, some, later]) => {
    const folded = facts.slice(at, at += some)
    replica = Replica.evolveAll(replica, folded)
    now += later
    const every: ReadonlyArray<DetectionMachine.Input> = [
      { _tag: "Ticked" }, { _tag: "Restored", facts: folded }, { _tag: "Folded", facts: folded }
    ]
    return {
      input: every[Math.min(kind, 2)]!,
      context: {
        at: { monotonicMillis: now, wallMillis: now },
        node: Paper.node(node),
        replica,
        mesh: MeshSettings.defaults(founder),
        settings,
        lessons: Lessons.empty
      }
    }
  })
})

describe("DetectionMachine", () => {
  const subject = {
    initial: DetectionMachine.initial,
    decide: (state: DetectionMachine.State, { context, input }: Given) =>
      DetectionMachine.decide(state, input, context)
  }
  // At most 3 facts are folded at once, each concerns at most the 40 claims of a history, and a
  // claim looked at states at most 3 alerts and a conflict with each of 5 other agents.
  for (const law of Laws.machine(subject, inputs, { draftsMax: 3 * 40 * 8, outputsMax: 0 })) {
    it(law.title, () => law.check(40))
  }

  it("who claims second states the dependency, at once and with both claims inside", () => {
    const { facts, paper } = pair()
    const drafts = machine(paper, "b").fold()

    assert.deepStrictEqual(types(drafts), ["dependency_detected"])
    assert.sameMembers([...drafts[0]!.embed], facts.map(({ id }) => id))
    assert.deepInclude<unknown>(
      drafts[0]!.data,
      { hop_count: 0, max_hops: 3, terms: MeshSettings.terms(paper.settings) }
    )
    assert.notStrictEqual(Paper.session(paper.state(Paper.node("b"), drafts[0]!)), "")
  })

  it("H1: the other side waits for that, and states it only when its grace is over", () => {
    const paper = Paper.make()
    const a = machine(paper, "a")
    claims(paper, paper.agent("a", "api"), "backend#1", define)
    assert.deepStrictEqual(a.fold(), [])
    claims(paper, paper.agent("b", "web"), "frontend#2", implement)

    assert.deepStrictEqual(a.fold(1000), [])
    assert.deepStrictEqual(a.step({ _tag: "Ticked" }, 1000 + settings.detectionGraceMillis - 1), [])
    assert.deepStrictEqual(types(a.step({ _tag: "Ticked" }, 1000 + settings.detectionGraceMillis)), [
      "dependency_detected"
    ])
    assert.deepStrictEqual(a.step({ _tag: "Ticked" }, 1001 + settings.detectionGraceMillis), [])
  })

  it("H27: what is stated is not stated again, on either side, however often facts come", () => {
    const { paper } = pair()
    const [one, other] = [machine(paper, "a"), machine(paper, "b")]
    const [stated] = other.fold()
    paper.state(Paper.node("b"), stated!)

    const later = [0, 1, 2].flatMap((minute) => [
      ...one.fold(), ...other.fold(),
      ...one.step({ _tag: "Ticked" }, minute * 60_000), ...other.step({ _tag: "Ticked" }, minute * 60_000)
    ])
    assert.deepStrictEqual(later, [])
  })

  it("a muted pair stays silent, whoever of the two muted it", () => {
    for (const by of ["a", "b"]) {
      const { paper } = pair()
      paper.state(Paper.node(by), draft({
        message_type: "alert_muted",
        task1: TaskKey.make("backend", 1),
        task2: TaskKey.make("frontend", 2),
        agent_id: paper.agent(by, "api").name,
        because: "known"
      }))
      assert.deepStrictEqual(machine(paper, "b").fold(), [])
    }
  })

  it("an observer, and a pair in one repository, state nothing; one agent's two tasks are a note", () => {
    assert.deepStrictEqual(machine(pair().paper, "observer").fold(), [])
    const same = Paper.make()
    claims(same, same.agent("a", "api"), "backend#1", define)
    claims(same, same.agent("b", "web"), "backend#2", implement)
    assert.deepStrictEqual(
      types(machine(same, "b").fold()).filter((type) => type === "dependency_detected"),
      []
    )
    const own = Paper.make()
    for (const [task, title] of [["backend#1", define], ["frontend#2", implement]] as const) {
      claims(own, own.agent("a", "api"), task, title)
    }
    const alone = machine(own, "a")
    assert.deepStrictEqual(alone.fold(), [])
    assert.strictEqual(alone.state().ownPairs.count, 1)
  })

  it("H26: a claim raises at most three alerts; what was held back is counted and listed", () => {
    const paper = Paper.make()
    for (let n = 0; n < 8; n++) {
      claims(paper, paper.agent(`n${n}`, "web"), `frontend-${n}#1`, "Read the orders", "table:orders=use")
    }
    const b = machine(paper, "b")
    b.fold()
    claims(paper, paper.agent("b", "api"), "backend#1", "Split the orders", "table:orders=migrate")

    assert.lengthOf(b.fold(), settings.alertsPerClaim)
    const { heldBack } = b.state()
    assert.strictEqual(heldBack.count, 8 - settings.alertsPerClaim)
    assert.lengthOf(heldBack.latest, heldBack.count)
  })

  it.each(characters)("the greatest alert fits into one fact, in characters of %s", (_name, character) => {
    const agent = key({ node: Paper.node("a"), name: AgentName.make("n".repeat(64)) })
    const task = {
      repository: filled(character, 140),
      task_id: filled(character, 100),
      project_id: long(character, 100),
      title: long(character, 200)
    }
    const side = { claim: FactId.make("a".repeat(64)), agent, task, atMillis: 0 }
    const detection: Detection = {
      task1: side,
      task2: side,
      relationship: long(character, 64),
      confidence: 0.123456789,
      reason: long(character, 500),
      direction: "task1_first",
      evidence: Array.from(
        { length: 16 },
        () => ({ kind: "repository", what: long(character, 160), weight: 0.123 })
      )
    }
    const { repository, task_id } = task
    const claim = sealed(draft({
      message_type: "task_claimed",
      repository,
      task_id,
      agent_id: AgentName.make("n".repeat(64)),
      claimed_until_ms: Number.MAX_SAFE_INTEGER
    }))

    assert.isAtMost(bytesOf(Alerts.dependency(detection, Paper.make().settings, 0), [claim, claim]), bytesMax)
  })

  it("two live claims on one task open a conflict, once", () => {
    const paper = Paper.make()
    const facts = ["a", "b"].map((name) => claims(paper, paper.agent(name, name), "backend#1", define))
    const b = machine(paper, "b")
    const drafts = b.fold()

    assert.deepStrictEqual(types(drafts), ["session_opened"])
    assert.sameMembers([...drafts[0]!.embed], facts.map(({ id }) => id))
    paper.state(Paper.node("b"), drafts[0]!)
    assert.deepStrictEqual([...b.fold(), ...b.step({ _tag: "Ticked" }, 60_000)], [])
  })

  it("H25: what was ended or lapsed leaves the index, and detects nothing any more", () => {
    const { facts: [first], paper } = pair()
    const b = machine(paper, "b")
    b.fold()
    const indexed = () => HashMap.size(b.state().index.entries)
    assert.strictEqual(indexed(), 2)
    paper.end(first!)
    b.fold()
    assert.strictEqual(indexed(), 1)
    b.step({ _tag: "Ticked" }, 3_600_000)

    assert.strictEqual(indexed(), 0)
    assert.isTrue(HashSet.isEmpty(b.state().own))
  })

  it("H25: a claim that is renewed without end is noted once, and leaves when its last renewal ends", () => {
    const { facts: [first], paper } = pair()
    const b = machine(paper, "b")
    b.fold()
    const minute = 60_000
    const indexed = () => HashMap.has(b.state().index.entries, first!.id)
    const noted = () => [...HashMap.values(b.state().lapses)].flatMap((claims) => [...claims])
    for (let nth = 0; nth < 100; nth++) {
      paper.state(first!.from, draft({
        message_type: "claim_renewed",
        claim: first!.id,
        agent_id: Paper.ownerOf(first!).name,
        claimed_until_ms: (100 + nth) * minute
      }))
    }
    b.fold()
    assert.lengthOf(noted(), 2)
    b.step({ _tag: "Ticked" }, 100 * minute)
    assert.deepStrictEqual([indexed(), noted()], [true, [first!.id]])
    b.step({ _tag: "Ticked" }, 199 * minute)
    assert.deepStrictEqual([indexed(), noted()], [false, []])
  })

  it("H20 a wall clock that was a day ahead for one tick leaves the index as it was", () => {
    const { paper } = pair()
    const b = machine(paper, "b")
    b.fold()
    const [minute, day] = [60_000, 24 * 3_600_000]
    for (const at of [minute, day, 2 * minute]) b.step({ _tag: "Ticked" }, at)
    assert.strictEqual(HashMap.size(b.state().index.entries), 2)
    assert.strictEqual(HashSet.size(b.state().own), 1)

    b.step({ _tag: "Ticked" }, 40 * minute)
    assert.strictEqual(HashMap.size(b.state().index.entries), 0)
  })

  it("I15: a restored node has the same claims in its index, and states nothing about them", () => {
    const { paper } = pair()
    const [live, restored] = [machine(paper, "b"), machine(paper, "b")]
    live.fold()

    assert.deepStrictEqual(restored.step({ _tag: "Restored", facts: paper.facts }, 0), [])
    assert.deepStrictEqual(
      [...HashMap.keys(restored.state().index.entries)].sort(),
      [...HashMap.keys(live.state().index.entries)].sort()
    )
    assert.deepStrictEqual([...restored.state().own], [...live.state().own])
  })
})
