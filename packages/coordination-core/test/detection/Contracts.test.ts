/**
 * What repositories stated of their contracts is evidence where tasks name it, and only there.
 */
import { assert, describe, it } from "@effect/vitest"
import * as NodeSettings from "@chorus/coordination-core/coordination/NodeSettings"
import * as Link from "@chorus/coordination-core/contract/Link"
import * as Stating from "@chorus/coordination-core/contract/Stating"
import * as Detector from "@chorus/coordination-core/detection/Detector"
import { draft } from "@chorus/coordination-core/fact/Draft"
import { Dependency } from "@chorus/coordination-core/fact/SessionFacts"
import * as Replica from "@chorus/coordination-core/replica/Replica"
import * as Paper from "@chorus/coordination-core/testing/Paper"
import * as HashMap from "effect/HashMap"
import * as Schema from "effect/Schema"
import * as fc from "fast-check"
import { entries } from "./arbitraries.ts"
import { atMillis, entry, indexOf, task } from "./entries.ts"
import { claims, machine } from "./machine.ts"

const listing = "api:GET /v1/users"

/** States that `backend` provides some contracts, and others consume them. */
const state = (paper: Paper.Paper, consumers: ReadonlyArray<string>) => {
  const consumes = [listing, "table:orders"]
  const provides = Object.fromEntries(consumes.map((name) => [name, "0"]))
  states(paper, "a", { repository: "backend", provides, consumes: [] })
  for (const [nth, repository] of consumers.entries()) {
    states(paper, `of${nth >> 4}`, { repository, provides: {}, consumes })
  }
}

const states = (paper: Paper.Paper, node: string, stated: Stating.Stated) =>
  Stating.parts(stated, undefined).map((part) => paper.state(Paper.node(node), draft(part)))

const knownOf = (...consumers: ReadonlyArray<string>): Link.Known => {
  const paper = Paper.make()
  state(paper, consumers)
  return Link.known(Replica.evolveAll(Replica.empty(paper.founder), paper.facts))
}

const linked = knownOf("frontend")
const options: Detector.Options = { ...Detector.defaults, nowMillis: atMillis, limit: 3 }
const anything = { ...options, parameters: { ...options.parameters, threshold: 0 }, limit: 100 }

const paging = entry(task("backend", "Answer in pages", { scopes: [`${listing}=change`] }))
const people = entry(task("frontend", "Faster people picker", {
  description: "Every key that is pressed calls GET /v1/users again."
}))
const footer = entry(task("frontend", "Imprint in the footer"))
/** So many tasks that the trained model is believed alone. */
const crowd = Array.from({ length: 400 }, (_, nth) =>
  entry(task(`repo-${nth % 40}`, `Chore ${nth} about topic${nth} and thing${nth * 7}`)))

describe("contracts as evidence", () => {
  for (const [where, others] of [["alone", []], ["among many", crowd]] as const) {
    it(`finds two tasks that share nothing but the contract between their repositories, ${where}`, () => {
      const index = indexOf([...others, paging, people, footer])
      const of = (one: typeof paging, contracts: Link.Known) =>
        Detector.detect(index, one, { ...options, contracts })

      assert.deepStrictEqual(of(paging, Link.nothing), [])
      for (const [one, other, direction] of [
        [paging, people, "task1_first"], [people, paging, "task2_first"]
      ] as const) {
        const [found, ...more] = of(one, linked)
        assert.deepStrictEqual(more, [])
        assert.strictEqual(found?.task2, other)
        assert.strictEqual(found?.relationship, "API_Contract")
        assert.strictEqual(found?.direction, direction)
        const words = "frontend uses `GET /v1/users`, which backend provides; both tasks name it"
        const told = found?.evidence.map(({ kind, what }) => `${kind}: ${what}`) ?? []
        assert.include(told, `repository: ${words}`)
        assert.include(found?.reason, words)
      }
    })
  }

  it("a contract that one task names only adds to what else was found", () => {
    const answers = entry(task("frontend", "Imprint answers on every page"))
    const index = indexOf([paging, answers, people])
    const confidences = (one: typeof paging, contracts: Link.Known) => new Map(
      Detector.detect(index, one, { ...anything, contracts }).map((each) => [each.task2.claim, each])
    )

    const [before, after] = [confidences(paging, Link.nothing), confidences(paging, linked)]
    const logit = (found: typeof after) => {
      const chance = found.get(answers.claim)?.confidence ?? 0
      return Math.log(chance / (1 - chance))
    }
    assert.approximately(logit(after) - logit(before), options.parameters.namedContract, 1e-3)
    assert.include(after.get(answers.claim)?.reason, "backend#1 names it")
    const { direction, relationship } = after.get(answers.claim) ?? {}
    assert.deepStrictEqual([direction, relationship], [undefined, before.get(answers.claim)?.relationship])
    assert.isUndefined(confidences(paging, linked).get(footer.claim))
  })

  it("H26: tasks that name no contract are judged as if none were stated", () => {
    fc.assert(fc.property(entries, (known) => {
      const [one, ...others] = known
      if (one === undefined) return
      const stated = knownOf(...new Set(known.map(({ task }) => task.repository)))
      const index = indexOf([one, ...others])

      if (stated.namedBy(one.task).length > 0) return
      assert.deepStrictEqual(
        Detector.detect(index, one, { ...anything, contracts: stated }),
        Detector.detect(index, one, anything)
      )
    }), { numRuns: 30 })
    const index = indexOf([footer, paging, people])
    assert.deepStrictEqual(Detector.detect(index, footer, { ...options, contracts: linked }), [])
  })

  it("what nearly all repositories consume says nothing", () => {
    const confidence = (contracts: Link.Known) =>
      Detector.detect(indexOf([paging, people]), paging, { ...anything, contracts })[0]?.confidence ?? 0
    const consumers = (count: number) =>
      knownOf("frontend", ...Array.from({ length: count - 1 }, (_, nth) => `user-${nth}`))

    assert.isAtLeast(confidence(consumers(1)), options.parameters.threshold)
    assert.strictEqual(confidence(consumers(1)), confidence(consumers(4)))
    assert.isAbove(confidence(consumers(4)), confidence(consumers(8)))
    assert.isAbove(confidence(consumers(8)), confidence(consumers(32)))
    assert.strictEqual(confidence(consumers(32)), confidence(consumers(60)))
  })

  it("users go before what they use is removed, and what both declare decides before that", () => {
    const removing = entry(task("backend", "Drop the listing", { scopes: [`${listing}=remove`] }))
    const [found] = Detector.detect(indexOf([removing, people]), removing, { ...options, contracts: linked })
    assert.strictEqual(found?.direction, "task2_first")

    const migrating = entry(task("frontend", "New list", { scopes: [`${listing}=add`] }))
    const both = indexOf([paging, migrating])
    const [declared] = Detector.detect(both, paging, { ...options, contracts: linked })
    assert.strictEqual(declared?.direction, "task2_first")
    assert.isTrue(declared?.evidence.some(({ kind }) => kind === "scope"))
  })

  it("evidence of long names fits its fact", () => {
    const long = (text: string) => text.repeat(60).slice(0, 140)
    const paper = Paper.make()
    const contract = `api:POST /v1/${long("würzburg/").slice(0, 140)}`
    const [mine, theirs] = [long("be-"), long("fe-")]
    states(paper, "a", { repository: mine, provides: { [contract]: "0" }, consumes: [] })
    states(paper, "a", { repository: theirs, provides: {}, consumes: [contract] })
    const contracts = Link.known(Replica.evolveAll(Replica.empty(paper.founder), paper.facts))
    const [one, other] = [mine, theirs].map((name) =>
      entry(task("x", name), { task: task(name, "x", { scopes: [`${contract}=change`] }) }))
    const [found] = one === undefined || other === undefined
      ? []
      : Detector.detect(indexOf([one, other]), one, { ...options, contracts })

    assert.isTrue(Schema.is(Dependency)({
      task1: one?.task, task2: other?.task, relationship: found?.relationship, confidence: found?.confidence,
      reason: found?.reason, evidence: found?.evidence
    }))
  })
})

describe("a node", () => {
  it("states the alert with what was stated of the repositories, the provider first", () => {
    const paper = Paper.make()
    state(paper, ["frontend"])
    claims(paper, paper.agent("a", "api"), "backend#1", "Answer in pages", `${listing}=change`)
    claims(paper, paper.agent("b", "web"), "frontend#2", "The picker calls GET /v1/users too often")

    const [stated, ...more] = machine(paper, "b").fold()

    assert.deepStrictEqual(more, [])
    const { data } = stated ?? {}
    assert.strictEqual(data?.message_type, "dependency_detected")
    if (data?.message_type !== "dependency_detected") return
    const { dependency } = data
    assert.strictEqual(dependency.direction, "task2_first")
    assert.include(dependency.reason, "frontend uses `GET /v1/users`, which backend provides; both tasks")
    assert.include(dependency.reason, "backend#1 has to go first")
  })

  for (const [name, whose] of [["a", "its own node"], ["b", "another node"]] as const) {
    it(`looks again at claims that name a contract when ${whose} states it later, and at no others`, () => {
      const paper = Paper.make()
      claims(paper, paper.agent("a", "api"), "backend#1", "Answer in pages", `${listing}=change`)
      claims(paper, paper.agent(name, "foot"), "frontend#3", "Imprint in the footer")
      claims(paper, paper.agent("b", "web"), "frontend#2", "The picker calls GET /v1/users too often")
      const node = machine(paper, name)
      const grace = NodeSettings.defaults.detectionGraceMillis
      assert.deepStrictEqual([...node.fold(), ...node.step({ _tag: "Ticked" }, grace)], [])

      state(paper, ["frontend"])
      assert.deepStrictEqual(node.fold(grace), [])
      const [claim] = node.state().waiting
      assert.strictEqual(HashMap.size(node.state().waiting), 1)
      assert.strictEqual(claim?.[1], name === "a" ? grace : 2 * grace)
      const [stated, ...more] = node.step({ _tag: "Ticked" }, 2 * grace)

      assert.deepStrictEqual(more, [])
      assert.isTrue(stated?.data.message_type === "dependency_detected")
      assert.deepStrictEqual(node.step({ _tag: "Ticked" }, 4 * grace), [])
    })
  }
})
