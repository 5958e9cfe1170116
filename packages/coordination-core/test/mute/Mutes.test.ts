/**
 * Which alerts their holders do not want: the fold, and what it silences.
 */
import { assert, describe, it } from "@effect/vitest"
import { draft } from "@chorus/coordination-core/fact/Draft"
import * as TaskKey from "@chorus/coordination-core/identity/TaskKey"
import * as Mutes from "@chorus/coordination-core/mute/Mutes"
import * as Arbitraries from "@chorus/coordination-core/testing/Arbitraries"
import * as Laws from "@chorus/coordination-core/testing/Laws"
import * as Paper from "@chorus/coordination-core/testing/Paper"
import { machine, pair, types } from "../detection/machine.ts"

const mute = (
  paper: Paper.Paper,
  by: string,
  more: { readonly covers?: "pair" | "rule" | "repositories"; readonly rule?: string } & Partial<
    Record<"task1" | "task2", TaskKey.TaskKey>
  > = {}
) =>
  paper.state(Paper.node(by), draft({
    message_type: "alert_muted",
    task1: TaskKey.make("backend", 77),
    task2: TaskKey.make("frontend", 78),
    agent_id: paper.agent(by, "api").name,
    because: "we know",
    ...more
  }))

describe("A mute", () => {
  it("of a rule or of two repositories silences more than its pair, until its own node lifts it", () => {
    for (const more of [{ covers: "rule", rule: "API_Contract" }, { covers: "repositories" }] as const) {
      const { paper } = pair()
      const muted = mute(paper, "a", more)
      const lift = (by: string) =>
        paper.state(Paper.node(by), draft({
          message_type: "mute_lifted",
          mute: muted.id,
          task1: TaskKey.make("backend", 77),
          task2: TaskKey.make("frontend", 78),
          agent_id: paper.agent(by, "api").name,
          covers: more.covers
        }))
      const b = machine(paper, "b")
      assert.deepStrictEqual(b.fold(), [])
      const because = b.state().heldBack.latest.map((each) => each.because)
      assert.deepStrictEqual(because, ["muted by api: we know"])
      lift("b")
      assert.deepStrictEqual(machine(paper, "b").fold(), [])
      lift("a")
      assert.deepStrictEqual(types(machine(paper, "b").fold()), ["dependency_detected"])
    }
  })

  it("of another rule, of other repositories or by a stranger silences nothing", () => {
    const { paper } = pair()
    mute(paper, "a", { covers: "rule", rule: "Database_Schema" })
    mute(paper, "a", { covers: "repositories", task2: TaskKey.make("x", 1) })
    mute(paper, "stranger", { covers: "rule", rule: "API_Contract" })
    mute(paper, "stranger", { covers: "repositories" })
    assert.deepStrictEqual(types(machine(paper, "b").fold()), ["dependency_detected"])
  })
})

describe("Mutes", () => {
  for (const law of Laws.fold({ initial: Mutes.empty, evolve: Mutes.evolve }, Arbitraries.facts())) {
    it(`H11: ${law.title}`, () => law.check(30))
  }

  it("H25: of one node a bounded number reaches beyond a pair, the same in whatever order they come", () => {
    const paper = Paper.make()
    for (let nth = 0; nth < Mutes.broadMax + 20; nth++) {
      mute(paper, "a", { covers: "rule", rule: `Rule_${nth}` })
    }
    const [one, other] = [paper.facts, paper.facts.toReversed()]
      .map((facts) => Mutes.all(facts.reduce(Mutes.evolve, Mutes.empty), () => true))
    assert.lengthOf(one ?? [], Mutes.broadMax)
    assert.deepStrictEqual(one, other)
  })
})
