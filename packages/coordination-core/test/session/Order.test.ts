/**
 * What is read of a session has one order, and of equals the same one is chosen, on every node (I1).
 */
import { assert, describe, it } from "@effect/vitest"
import { draft } from "@chorus/coordination-core/fact/Draft"
import * as Replica from "@chorus/coordination-core/replica/Replica"
import * as Deliberation from "@chorus/coordination-core/session/Deliberation"
import * as Opening from "@chorus/coordination-core/session/Opening"
import * as Status from "@chorus/coordination-core/session/Status"
import * as Paper from "@chorus/coordination-core/testing/Paper"
import { look, scene } from "./scene.ts"

const six = [1, 2, 3, 4, 5, 6]
const idsOf = (all: ReadonlyArray<{ readonly id: string }>) => all.map(({ id }) => id)

describe("The order of a session", () => {
  it("I1: votes, rulings and escalations stand in the order of their ids", () => {
    const { agents: [a, b], paper, session } = scene()
    const votes = six.map((nth) => paper.vote(b!, paper.propose(session, a!, `plan ${nth}`), "abstain"))
    const rulings = six.map((nth) =>
      paper.rule(paper.founder, a!.node, {
        kind: "decide_session",
        session_id: session,
        decision: `decision ${nth}`,
        replaces: []
      }).ruling!)
    const escalations = six.map((nth) => paper.escalate(a!.node, session, `reason ${nth}`))
    const { session: opened, world } = look(paper, session)

    assert.deepStrictEqual(idsOf(Status.memberVotes(opened)), idsOf(votes).toSorted())
    assert.deepStrictEqual(idsOf(Status.countedVotes(opened, world)), idsOf(votes).toSorted())
    assert.deepStrictEqual(idsOf(Status.rulingsOf(opened, world)), idsOf(rulings).toSorted())
    assert.deepStrictEqual(
      Status.escalations(opened, world).map(({ words }) => words),
      escalations.toSorted((one, two) => one.id < two.id ? -1 : 1).map(({ data }) =>
        data.message_type === "escalation" ? data.escalation_reason : "")
    )
  })

  it("I1: messages stand in the order of the clocks that stated them, then in that of their ids", () => {
    const { agents: [a, b], paper, session } = scene()
    const before = [...paper.facts]
    const early = six.map((nth) => paper.say(a!, session, `early ${nth}`))
    const late = six.map((nth) => paper.say(b!, session, `late ${nth}`))
    const moment = late[0]!.timestamp
    const replica = Replica.evolveAll(
      Replica.empty(paper.founder),
      [...before, ...early, ...late.map((fact) => ({ ...fact, timestamp: moment }))]
    )
    const opened = Replica.sessionById(replica, session)!

    assert.deepStrictEqual(
      idsOf(Status.countedMessages(opened, Replica.world(replica))),
      [...idsOf(early), ...idsOf(late).toSorted()]
    )
    assert.strictEqual(Status.countedMessages(opened, Replica.world(replica))[0]?.agent, `a@${a!.node}`)
  })

  it("I1: one certificate a plan, the one with the lowest id, in the order of the plans", () => {
    const { agents, paper, session } = scene()
    const plans = six.map((nth) => paper.propose(session, agents[0]!, `plan ${nth}`))
    const carried = plans.map((plan) => {
      const votes = agents.map((agent) => paper.vote(agent, plan, "agree"))
      const ids = six.map((nth) => paper.certify(Paper.node(`${nth}`), session, votes).id)
      return [Paper.planHash(plan), ids] as const
    })
    const found = Status.certificatesOf(look(paper, session).session)

    assert.deepStrictEqual<unknown>(
      found.map(({ id, plan }) => [plan, id]),
      carried.map(([plan, ids]) => [plan, ids.toSorted()[0]]).sort(([one], [two]) => one! < two! ? -1 : 1)
    )
  })

  it("I1: of equal plans the one with the lowest id is it, whether it counts or not", () => {
    const { agents: [a, b], paper, session } = scene()
    const kinds = ["one", "another", "a third"].map((note) =>
      six.map((nth) =>
        paper.state((nth % 2 === 0 ? a! : b!).node, draft({
          message_type: "coordination_plan",
          session_id: session,
          plan: "",
          round: 1,
          content: Paper.content(a!, note),
          made_by: `maker ${nth}`
        }))))
    const outsider = paper.propose(session, paper.agent("outsider", "x"), "mine")
    const { session: opened, world } = look(paper, session)
    const lowest = kinds.map((equal) => equal.toSorted((one, two) => one.id < two.id ? -1 : 1)[0]!)

    assert.sameMembers(idsOf(Deliberation.countedPlans(opened, world)), idsOf(lowest))
    for (const fact of [...lowest, outsider]) {
      const { data, id } = fact
      const plan = Deliberation.planByHash(opened, Paper.planHash(fact))
      const maker = data.message_type === "coordination_plan" ? data.made_by : ""
      assert.deepStrictEqual([plan?.id, plan?.madeBy], [id, maker])
    }
    assert.isUndefined(Deliberation.planByHash(opened, Paper.planHash(paper.propose(session, a!, "later"))))
    assert.strictEqual(Deliberation.bestPlan(opened, world)?.hash, lowest.map(Paper.planHash).sort()[0])
  })

  it("I1: the nodes of a roster are sorted and named once, whatever their agents are called", () => {
    const paper = Paper.make()
    const nodes = six.map((nth) => `node ${nth}`)
    const agents = nodes.flatMap((node) => ["z", "y"].map((name) => paper.agent(node, name + node.slice(-1))))
    const roster = agents.map(({ name, node }) => `${name}@${node}`).toSorted() as Array<never>

    assert.deepStrictEqual<unknown>(Opening.nodesOf(roster), nodes.map(Paper.node).toSorted())
  })
})
