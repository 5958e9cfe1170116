/**
 * Planning, certifying and escalating: each done once, taken over, and never forgotten.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Duties from "@chorus/coordination-core/duty/Duties"
import * as Duty from "@chorus/coordination-core/duty/Duty"
import type { Fact } from "@chorus/coordination-core/fact/Fact"
import * as MeshSettings from "@chorus/coordination-core/mesh/MeshSettings"
import * as Replica from "@chorus/coordination-core/replica/Replica"
import * as Arbitraries from "@chorus/coordination-core/testing/Arbitraries"
import * as Laws from "@chorus/coordination-core/testing/Laws"
import * as Paper from "@chorus/coordination-core/testing/Paper"
import * as HashMap from "effect/HashMap"
import * as fc from "fast-check"
import { statusOf } from "../session/scene.ts"
import { contextOf, leases, ranked, stepper } from "./node.ts"

const ticked: Duties.Input = { _tag: "Ticked" }
const minutes = 60_000
const types = (drafts: ReadonlyArray<{ readonly data: { readonly message_type: string } }>) =>
  drafts.map(({ data }) => data.message_type)

interface Given {
  readonly input: Duties.Input
  readonly context: Duties.Context
}

/** A node's inputs: facts of a history fold in one by one, and moments only move forward. */
const inputs: fc.Arbitrary<ReadonlyArray<Given>> = fc.record({
  history: Arbitraries.history(30),
  node: fc.constantFrom("a", "b", "c", "outsider"),
  steps: fc.array(fc.tuple(fc.nat(6), fc.nat(3), fc.nat(200_000)), { minLength: 1, maxLength: 60 })
}).map(({ history: { facts, founder }, node, steps }) => {
  let replica = Replica.empty(founder)
  let now = 0
  const mesh = MeshSettings.defaults(founder)
  return steps.map(([kind, some, later], at) => {
    const fact = facts[at % facts.length]
    const before = replica
    if (fact !== undefined) replica = Replica.evolve(replica, fact)
    const known = [...replica.sessions.keys()]
    const session = known[some % Math.max(1, known.length)] ?? "none"
    const every: ReadonlyArray<Duties.Input> = [
      { _tag: "Touched", sessions: fact === undefined ? [] : Replica.touched(before, replica, [fact]) },
      ticked,
      { _tag: "Resumed", session, ageMillis: later },
      { _tag: "PlannerHeard", session, round: 1 + some % 3, planner: Paper.node("a") },
      { _tag: "Reasoned", key: `${session}/${Duty.planKey(1)}`, plan: thoughts[some]! }
    ]
    now += later
    return {
      input: every[kind % every.length]!,
      context: {
        at: { monotonicMillis: now, wallMillis: 0 },
        node: Paper.node(node),
        replica,
        attends: (terms) => MeshSettings.attends(mesh, terms),
        leases
      }
    }
  })
})

const thoughts: ReadonlyArray<Duties.Thought> = [
  { _tag: "NoPlan", reason: "timeout" },
  { _tag: "Plan", madeBy: "phi3", content: Paper.content(Paper.make().agent("a", "m1"), "think") },
  { _tag: "Plan", madeBy: "phi3", content: Paper.content(Paper.make().agent("z", "z"), "not a member's") },
  { _tag: "Plan", madeBy: "phi3", content: { items: [], share: [], watch: [], success: [] } }
]

describe("Duties", () => {
  const machine = {
    initial: Duties.initial,
    decide: (state: Duties.State, { context, input }: Given) => Duties.decide(state, input, context)
  }
  // A history of 30 steps opens at most 32 sessions. A tick visits each once, and a visit drafts at
  // most a certificate and an escalation, and asks and says once.
  for (const law of Laws.machine(machine, inputs, { draftsMax: 64, outputsMax: 64 })) {
    it(law.title, () => law.check(40))
  }

  it("H14: the first in rank asks at once and says so; the others wait", () => {
    const { nodes, session, touched } = ranked(["a", "b", "c"])
    const [first, ...others] = nodes.map(({ step }) => step(touched, 0))

    assert.deepStrictEqual(first?.outputs.map(({ _tag }) => _tag), ["SayPlanning", "AskReasoner"])
    assert.deepInclude<unknown>(first?.outputs[0], { session, round: 1 })
    for (const { drafts, outputs } of others) assert.deepStrictEqual([drafts, outputs], [[], []])
  })

  it("H14: after a lease of silence the second takes over, after two the third", () => {
    const { nodes: [, second, third], touched } = ranked(["a", "b", "c"])
    second!.step(touched, 0)
    third!.step(touched, 0)

    assert.deepStrictEqual(second!.step(ticked, 9999).outputs, [])
    assert.lengthOf(second!.step(ticked, 10_000).outputs, 2)
    assert.deepStrictEqual(third!.step(ticked, 19_999).outputs, [])
    assert.lengthOf(third!.step(ticked, 20_000).outputs, 2)
  })

  it("H14: signals of the planner renew its lease, until patience ends", () => {
    const { first, second, session, touched } = ranked()
    second.step(touched, 0)
    const hear = (nowMillis: number) =>
      second.step({ _tag: "PlannerHeard", session, round: 1, planner: first.node }, nowMillis)
    for (let now = 3000; now < leases.planningMillisMax; now += 3000) {
      hear(now)
      assert.deepStrictEqual(second.step(ticked, now + 1).outputs, [], `at ${now}`)
    }

    assert.lengthOf(second.step(ticked, leases.planningMillisMax).outputs, 2)
  })

  it("signals of an outsider, or for another round, hold nobody back", () => {
    const { first, second, session, touched } = ranked()
    second.step(touched, 0)
    second.step({ _tag: "PlannerHeard", session, round: 1, planner: Paper.node("outsider") }, 9000)
    second.step({ _tag: "PlannerHeard", session, round: 2, planner: first.node }, 9000)

    assert.lengthOf(second.step(ticked, 10_000).outputs, 2)
  })

  it("I8: the planner asks once a duty, and says every third of a lease that it is at it", () => {
    const { first, touched } = ranked()
    const asked = [first.step(touched, 0)]
    for (
      let now = 1000; now < leases.planningMillisMax; now += 1000
    ) asked.push(first.step(ticked, now), first.step(touched, now))
    const outputs = asked.flatMap((step) => step.outputs)

    assert.lengthOf(outputs.filter(({ _tag }) => _tag === "AskReasoner"), 1)
    assert.lengthOf(outputs.filter(({ _tag }) => _tag === "SayPlanning"), 19)
    assert.deepStrictEqual(asked.flatMap(({ drafts }) => drafts), [])
  })

  it("H32: a thought becomes a plan that the members can follow, or the template", () => {
    const answered = (thought: (own: ReturnType<typeof ranked>) => Duties.Thought) => {
      const own = ranked()
      own.first.step(own.touched, 0)
      const key = `${own.session}/${Duty.planKey(1)}`
      const { drafts, outputs } = own.first.step({ _tag: "Reasoned", key, plan: thought(own) }, 5000)
      assert.deepStrictEqual([types(drafts), outputs], [["coordination_plan"], []])
      const { facts: [plan] } = own.first.keep(drafts, 5000)
      assert.deepStrictEqual(own.first.step(ticked, 200_000).drafts, [])
      return { own, data: (plan as Fact).data as unknown as Record<string, string> }
    }
    const good = answered(({ agents }) => ({
      _tag: "Plan",
      content: Paper.content(agents[0]!, "think"),
      madeBy: "phi3"
    }))
    assert.deepInclude<unknown>(good.data, {
      made_by: "phi3",
      round: 1,
      content: Paper.content(good.own.agents[0]!, "think")
    })
    assert.include(
      answered(() => thoughts[0]!).data["made_by"],
      "template (the reasoner gave no plan: timeout"
    )
    assert.include(answered(() => thoughts[2]!).data["made_by"], "gave no plan: item 1 is owned by z@")
    const long = answered(() => ({ _tag: "NoPlan", reason: "x".repeat(500) }))
    assert.lengthOf(long.data["made_by"]!, 120)
  })

  it("H34: a reasoner that never answers is followed by the template", () => {
    const { first, touched } = ranked()
    first.step(touched, 0)
    assert.deepStrictEqual(first.step(ticked, leases.planningMillisMax - 1).drafts, [])

    const { drafts } = first.step(ticked, leases.planningMillisMax)
    assert.deepStrictEqual(types(drafts), ["coordination_plan"])
    assert.deepStrictEqual(first.keep(drafts, leases.planningMillisMax).after.drafts, [])
    assert.deepStrictEqual(first.step(ticked, leases.planningMillisMax + 1).drafts, [])
  })

  it("an answer to a duty that went, or to none, brings nothing", () => {
    const { agents, first, paper, session, touched } = ranked()
    first.step(touched, 0)
    paper.propose(session, agents[1]!, "quicker")
    const key = `${session}/${Duty.planKey(1)}`

    for (const late of [key, `${session}/plan 2 x`, "nonsense", "/"]) {
      assert.deepStrictEqual(first.step({ _tag: "Reasoned", key: late, plan: thoughts[0]! }, 1).drafts, [])
    }
  })

  it("an objection is answered by a plan of the next round that embeds it", () => {
    const { agents, nodes, paper, session, touched } = ranked(undefined, 2)
    const plan = paper.propose(session, agents[0]!)
    const objection = paper.vote(agents[1]!, plan, "object")
    const { outputs: [, ask] } = nodes[0]!.step(touched, 0)
    assert.strictEqual(ask?._tag, "AskReasoner")
    const request = ask?._tag === "AskReasoner" ? ask : undefined

    assert.deepInclude<unknown>(request?.request, { round: 2, session })
    assert.include(request?.request.objection, { reason: `${agents[1]!.name} says object` })
    // Further objections come while the reasoner thinks; the plan answers the one that it was told of.
    for (let n = 0; n < 8; n++) paper.vote(agents[n % 2]!, plan, "object")
    const { drafts: [draft] } = nodes[0]!.step({ _tag: "Reasoned", key: request!.key, plan: thoughts[0]! }, 1)
    assert.deepStrictEqual(draft?.embed, [objection.id])
    assert.deepInclude<unknown>(draft?.data, { round: 2 })
  })

  it("consensus is certified once a node: by the first at once, by the second if it must", () => {
    const { agents, nodes, paper, session, touched } = ranked()
    const plan = paper.propose(session, agents[0]!)
    const votes = agents.map((agent) => paper.vote(agent, plan, "agree"))
    const [first, second] = nodes.map(({ step }) => step(touched, 0))
    assert.deepStrictEqual([types(first!.drafts), second!.drafts], [["resolution"], []])
    assert.sameMembers([...first!.drafts[0]!.embed], votes.map(({ id }) => id))

    assert.deepStrictEqual(types(nodes[1]!.step(ticked, leases.leaseMillis).drafts), ["resolution"])
    const { after } = nodes[0]!.keep(first!.drafts, 1)
    assert.deepStrictEqual(after.drafts, [])
    assert.strictEqual(statusOf(paper, session), "resolved")
    for (const node of nodes) {
      assert.deepStrictEqual(node.step(ticked, 100 * minutes).drafts, [])
      assert.isFalse(HashMap.has(node.state(), session))
    }
  })

  it("I8: what was drafted and did not take effect is drafted again only after a lease", () => {
    const { agents, first, paper, session, touched } = ranked()
    const plan = paper.propose(session, agents[0]!)
    for (const agent of agents) paper.vote(agent, plan, "agree")
    const drafted = [first.step(touched, 0)]
    for (let now = 1000; now < leases.leaseMillis; now += 1000) {
      drafted.push(first.step(ticked, now), first.step(touched, now))
    }

    assert.deepStrictEqual(drafted.flatMap(({ drafts }) => types(drafts)), ["resolution"])
    assert.deepStrictEqual(types(first.step(ticked, leases.leaseMillis).drafts), ["resolution"])
  })

  it("an escalated session whose consensus comes late is certified", () => {
    const { agents, first, paper, session, touched } = ranked()
    first.step(touched, 0)
    const plan = paper.propose(session, agents[0]!)
    paper.escalate(agents[0]!.node, session, "why")
    first.step(touched, 1)
    assert.isFalse(HashMap.has(first.state(), session))
    for (const agent of agents) paper.vote(agent, plan, "agree")

    assert.deepStrictEqual(types(first.step(touched, 2).drafts), ["resolution"])
  })

  it("an observer attends and does nothing; a session of another mesh's terms is not attended", () => {
    const { paper, session, touched } = ranked()
    const observer = stepper(paper, Paper.node("observer"))
    for (const now of [0, 60 * minutes]) {
      const { drafts, outputs } = observer.step(now === 0 ? touched : ticked, now)
      assert.deepStrictEqual([drafts, outputs], [[], []])
    }
    assert.isTrue(Duties.isOverdue(observer.state(), session, 30 * minutes))
    const context = { ...contextOf(paper, Paper.node("a"), 0), attends: () => false }
    assert.deepStrictEqual(Duties.decide(Duties.initial, touched, context), {
      state: Duties.initial,
      drafts: [],
      outputs: []
    })
  })
})
