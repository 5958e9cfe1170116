/**
 * Which plan is to be voted on, and when there is consensus (docs/rules.md, 7).
 */
import { assert, describe, it } from "@effect/vitest"
import { draft } from "@chorus/coordination-core/fact/Draft"
import { key } from "@chorus/coordination-core/identity/AgentId"
import * as Deliberation from "@chorus/coordination-core/session/Deliberation"
import * as Paper from "@chorus/coordination-core/testing/Paper"
import { look, scene } from "./scene.ts"

describe("Deliberation", () => {
  const best = (paper: Paper.Paper, id: string) => {
    const { session, world } = look(paper, id)
    return Deliberation.bestPlan(session, world)
  }
  const agreed = (paper: Paper.Paper, id: string) => {
    const { session, world } = look(paper, id)
    return Deliberation.consensus(session, world)?.plan.hash
  }

  it("of two plans of one round the one with the lower hash is better, whenever it comes", () => {
    const { agents: [a, b], paper, session } = scene()
    const plans = [paper.propose(session, a!, "one"), paper.propose(session, b!, "two")]
    const lower = plans.map(Paper.planHash).sort()[0]

    assert.strictEqual(best(paper, session)?.hash, lower)
  })

  it("equal plans of two nodes are one plan, and votes on it count together", () => {
    const { agents: [a, b], paper, session } = scene()
    const content = Paper.content(a!, "the same")
    const draft = {
      data: { message_type: "coordination_plan" as const, session_id: session, plan: "", round: 1, content },
      embed: []
    }
    const [one, two] = [paper.state(a!.node, draft), paper.state(b!.node, draft)]
    paper.vote(a!, one, "agree")
    paper.vote(b!, two, "agree")

    assert.strictEqual(agreed(paper, session), Paper.planHash(one))
  })

  it("H9: a vote that names another round than its plan's is none: it could stand in no certificate", () => {
    const { agents: [a, b], paper, session } = scene()
    const plan = paper.propose(session, a!)
    const vote = paper.vote(a!, plan, "agree")
    if (vote.data.message_type !== "coordination_response") throw new Error("not a vote")
    paper.state(b!.node, draft({ ...vote.data, agent_id: b!.name, round: 2 }))

    assert.isUndefined(agreed(paper, session))
    paper.vote(b!, plan, "agree")
    assert.strictEqual(agreed(paper, session), Paper.planHash(plan))
  })

  it("a plan of a higher round by an outsider does not count", () => {
    const { agents: [a, b], paper, session } = scene()
    const plan = paper.propose(session, a!)
    const objection = paper.vote(b!, plan, "object")
    paper.propose(session, paper.agent("outsider", "x"), "mine", objection)

    assert.strictEqual(best(paper, session)?.hash, Paper.planHash(plan))
  })

  it("a plan of a higher round without a member's objection does not count", () => {
    const { agents: [a], paper, session } = scene()
    const plan = paper.propose(session, a!)
    const stranger = paper.vote(paper.agent("outsider", "x"), plan, "object")
    const superseded = paper.vote(a!, plan, "object", Paper.planHash(plan))
    paper.propose(session, a!, "answers an outsider", stranger)
    paper.propose(session, a!, "answers a superseding vote", superseded)

    assert.strictEqual(best(paper, session)?.hash, Paper.planHash(plan))
  })

  it("a plan whose steps belong to an outsider or wait in a circle does not count", () => {
    const { agents: [a], paper, session } = scene()
    const circle = Paper.content(a!, "circle").items.map((item) => ({ ...item, depends_on: [item.id] }))
    paper.propose(session, a!)
    const before = best(paper, session)?.hash
    paper.state(a!.node, {
      data: {
        message_type: "coordination_plan",
        session_id: session,
        plan: "",
        round: 1,
        content: { ...Paper.content(a!, "circle"), items: circle }
      },
      embed: []
    })
    paper.state(a!.node, {
      data: {
        message_type: "coordination_plan",
        session_id: session,
        plan: "",
        round: 1,
        content: Paper.content(paper.agent("outsider", "x"), "yours")
      },
      embed: []
    })

    assert.strictEqual(best(paper, session)?.hash, before)
  })

  it("A and B agree on p1 while C revises it to p2: no plan is agreed, and C's objection says why", () => {
    const { agents: [a, b, c], paper, session } = scene(["a", "b", "c"], "planning")
    const p1 = paper.propose(session, a!, "p1")
    paper.vote(a!, p1, "agree")
    paper.vote(b!, p1, "agree")
    const p2 = paper.propose(session, c!, "p2", paper.vote(c!, p1, "object"))

    assert.isUndefined(agreed(paper, session))
    assert.strictEqual(best(paper, session)?.hash, Paper.planHash(p2))
    for (const agent of [a!, b!, c!]) paper.vote(agent, p2, "agree")

    assert.strictEqual(agreed(paper, session), Paper.planHash(p2))
  })

  it("a plan is beyond consensus when too many abstained and nobody asks for another", () => {
    const beyond = (names: ReadonlyArray<string>, stances: ReadonlyArray<"agree" | "abstain" | "object">) => {
      const { agents, paper, session: id } = scene(names, "planning")
      const plan = paper.propose(id, agents[0]!)
      stances.forEach((stance, at) => paper.vote(agents[at % names.length]!, plan, stance))
      const { session, world } = look(paper, id)
      return Deliberation.isBeyondConsensus(session, world, Deliberation.bestPlan(session, world)!)
    }
    const [two, three] = [["a", "b"], ["a", "b", "c"]]

    assert.isTrue(beyond(two, ["abstain"]))
    assert.isFalse(beyond(two, ["agree"]))
    assert.isFalse(beyond(three, ["abstain"]))
    assert.isTrue(beyond(three, ["abstain", "abstain"]))
    assert.isFalse(beyond(three, ["abstain", "abstain", "object"]))
    assert.isTrue(beyond(three, ["agree", "agree", "agree", "abstain"]))
  })

  it("consensus is one vote of each, in the order of the members, with as many abstentions as may be", () => {
    const votesOf = (...stances: ReadonlyArray<"agree" | "abstain">) => {
      const { agents, paper, session: id } = scene(["c", "b", "a"], "planning")
      const plan = paper.propose(id, agents[0]!)
      const votes = stances.map((stance, at) => paper.vote(agents[at % 3]!, plan, stance))
      const { session, world } = look(paper, id)
      const { roster } = session.opening
      const found = Deliberation.consensus(session, world)?.votes
      assert.deepStrictEqual(found?.map(({ agent }) => agent) ?? roster, roster)
      return found?.map(({ id: vote }) => votes.findIndex((fact) => fact.id === vote) % 3).sort()
    }

    assert.deepStrictEqual(votesOf("agree", "agree", "agree", "agree"), [0, 1, 2])
    assert.deepStrictEqual(votesOf("agree", "abstain", "agree"), [0, 1, 2])
    assert.isUndefined(votesOf("agree", "abstain", "abstain"))
    assert.isUndefined(votesOf("agree", "agree"))
    assert.isUndefined(votesOf("agree", "agree", "agree", "abstain"))
  })

  it("an abstention that names another round than its plan's puts nothing beyond consensus", () => {
    const { agents: [a, b], paper, session: id } = scene()
    const plan = paper.propose(id, a!)
    const { data } = paper.vote(a!, plan, "agree")
    if (data.message_type !== "coordination_response") throw new Error("not a vote")
    paper.state(b!.node, draft({ ...data, agent_id: b!.name, stance: "abstain", round: 2 }))
    const { session, world } = look(paper, id)

    assert.isFalse(Deliberation.isBeyondConsensus(session, world, Deliberation.bestPlan(session, world)!))
  })

  it("an objection to the best plan calls for another one, but not in the last round", () => {
    const { agents: [a, b], paper, session: id } = scene()
    const open = () => {
      const { session, world } = look(paper, id)
      return Deliberation.openObjection(session, world)
    }
    assert.isUndefined(open())
    let plan = paper.propose(id, a!)
    for (const round of [1, 2, 3]) {
      assert.isUndefined(open())
      const objection = paper.vote(b!, plan, "object")
      const found = open()
      assert.deepStrictEqual(
        [found?.plan.hash, found?.objection.id],
        round === 3 ? [undefined, undefined] : [Paper.planHash(plan), objection.id]
      )
      if (round < 3) plan = paper.propose(id, a!, `round ${round + 1}`, objection)
    }
  })

  it("silence, an objection or two stances of one member are no consensus", () => {
    const silent = scene()
    const plan = silent.paper.propose(silent.session, silent.agents[0]!)
    silent.paper.vote(silent.agents[0]!, plan, "agree")
    const { session, world } = look(silent.paper, silent.session)

    assert.isUndefined(Deliberation.consensus(session, world))
    assert.deepStrictEqual(Deliberation.silentOn(session, world, Paper.planHash(plan)), [
      key(silent.agents[1]!)
    ])
    silent.paper.vote(silent.agents[1]!, plan, "abstain")
    silent.paper.vote(silent.agents[1]!, plan, "agree")

    assert.isUndefined(agreed(silent.paper, silent.session))
  })
})
