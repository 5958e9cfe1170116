/**
 * What the facts of a session mean, by the counterexamples that shaped the rules (docs/rules.md, 7).
 */
import { assert, describe, it } from "@effect/vitest"
import * as Status from "@chorus/coordination-core/session/Status"
import * as Paper from "@chorus/coordination-core/testing/Paper"
import { look, scene, statusOf } from "./scene.ts"

const resolvedScene = () => {
  const made = scene()
  const { agents: [a, b], paper, session } = made
  const plan = paper.propose(session, a!)
  const votes = [paper.vote(a!, plan, "agree"), paper.vote(b!, plan, "agree")]
  const certificate = paper.certify(a!.node, session, votes)
  return { ...made, a: a!, b: b!, plan, votes, certificate }
}

describe("Status", () => {
  it("two agreeing votes alone do not resolve; their certificate does, whoever carries it", () => {
    const { agents: [a, b], paper, session } = scene()
    const plan = paper.propose(session, a!)
    const votes = [paper.vote(a!, plan, "agree"), paper.vote(b!, plan, "agree")]

    assert.strictEqual(statusOf(paper, session), "active")
    paper.certify(Paper.node("outsider"), session, votes)

    assert.strictEqual(statusOf(paper, session), "resolved")
  })

  it("H5 H6: one vote of two members, or the same vote twice, proves nothing", () => {
    const { agents: [a], paper, session } = scene()
    const plan = paper.propose(session, a!)
    const vote = paper.vote(a!, plan, "agree")

    paper.certify(a!.node, session, [vote])
    paper.certify(a!.node, session, [vote, vote])
    paper.certify(a!.node, session, [vote, paper.vote(a!, plan, "agree")])

    assert.strictEqual(statusOf(paper, session), "active")
  })

  it("H8: a vote by a node for another node's agent of the same name proves nothing", () => {
    const { agents: [a, b], paper, session } = scene()
    const plan = paper.propose(session, a!)
    const impostor = { node: Paper.node("outsider"), name: b!.name }

    paper.certify(a!.node, session, [paper.vote(a!, plan, "agree"), paper.vote(impostor, plan, "agree")])

    assert.strictEqual(statusOf(paper, session), "active")
  })

  it("H9: votes on two plans make no certificate", () => {
    const { agents: [a, b], paper, session } = scene()
    const [one, two] = [paper.propose(session, a!, "one"), paper.propose(session, b!, "two")]

    paper.certify(a!.node, session, [paper.vote(a!, one, "agree"), paper.vote(b!, two, "agree")])

    assert.strictEqual(statusOf(paper, session), "active")
  })

  it("H9: votes of another session make no certificate in this one", () => {
    const { agents: [a, b], claims, paper, session } = scene()
    const later = paper.claim(b!, "repo-b#1")
    const other = Paper.session(paper.depend(claims[0]!, later))
    const plan = paper.propose(other, a!)
    const votes = [paper.vote(a!, plan, "agree"), paper.vote(b!, plan, "agree")]

    paper.certify(a!.node, session, votes)

    assert.strictEqual(statusOf(paper, session), "active")
    assert.strictEqual(statusOf(paper, other), "active")
  })

  it("an objection in a certificate makes it worthless", () => {
    const { agents: [a, b], paper, session } = scene()
    const plan = paper.propose(session, a!)

    paper.certify(a!.node, session, [paper.vote(a!, plan, "agree"), paper.vote(b!, plan, "object")])

    assert.strictEqual(statusOf(paper, session), "active")
  })

  it("one of three may abstain, one of two may not", () => {
    const three = scene(["a", "b", "c"], "planning")
    const plan3 = three.paper.propose(three.session, three.agents[0]!)
    three.paper.certify(three.agents[0]!.node, three.session, three.agents.map((agent, at) =>
      three.paper.vote(agent, plan3, at === 2 ? "abstain" : "agree")
    ))
    const two = scene()
    const plan2 = two.paper.propose(two.session, two.agents[0]!)
    two.paper.certify(two.agents[0]!.node, two.session, two.agents.map((agent, at) =>
      two.paper.vote(agent, plan2, at === 1 ? "abstain" : "agree")
    ))

    assert.strictEqual(statusOf(three.paper, three.session), "resolved")
    assert.strictEqual(statusOf(two.paper, two.session), "active")
  })

  it("agents m1 to m4 on one node are four members, and each must vote", () => {
    const paper = Paper.make()
    const agents = ["m1", "m2", "m3", "m4"].map((name) => paper.agent("one", name))
    const claims = agents.map((agent, at) => paper.claim(agent, `repo-${at}#1`))
    const session = Paper.session(paper.open("planning", claims))
    const plan = paper.propose(session, agents[0]!)
    const votes = agents.slice(0, 3).map((agent) => paper.vote(agent, plan, "agree"))

    paper.certify(agents[0]!.node, session, votes)
    assert.strictEqual(statusOf(paper, session), "active")
    paper.certify(agents[0]!.node, session, [...votes, paper.vote(agents[3]!, plan, "agree")])

    assert.strictEqual(statusOf(paper, session), "resolved")
  })

  it("a late objection of a voter disputes what it certified, and cannot undo it", () => {
    const { b, paper, plan, session } = resolvedScene()

    paper.vote(b, plan, "object")

    assert.strictEqual(statusOf(paper, session), "disputed")
    assert.strictEqual(Status.certificatesOf(look(paper, session).session).length, 1)
  })

  it("a changed mind before the certificate is a contradiction, and disputes it", () => {
    const { agents: [a, b], paper, session } = scene()
    const plan = paper.propose(session, a!)
    paper.vote(b!, plan, "abstain")
    paper.certify(a!.node, session, [paper.vote(a!, plan, "agree"), paper.vote(b!, plan, "agree")])

    assert.strictEqual(statusOf(paper, session), "disputed")
  })

  it("a later objection by an outsider disputes nothing", () => {
    const { paper, plan, session } = resolvedScene()

    paper.vote(paper.agent("outsider", "b"), plan, "object")

    assert.strictEqual(statusOf(paper, session), "resolved")
  })

  it("H15: two certificates for two plans are a dispute, in whatever order they come", () => {
    const { a, b, paper, session } = resolvedScene()
    const other = paper.propose(session, b, "another plan")

    paper.certify(b.node, session, [paper.vote(a, other, "agree"), paper.vote(b, other, "agree")])

    assert.strictEqual(statusOf(paper, session), "disputed")
  })

  it("H10: a fork by a voter disputes its agreements and bans its key", () => {
    const { b, paper, session } = resolvedScene()

    paper.say(b, session, "one story")
    paper.fork(b.node, forkOf(b.name, session))

    assert.strictEqual(statusOf(paper, session), "disputed")
    assert.isTrue(look(paper, session).world.isBanned(b.node))
  })

  it("H10: a fork by a member escalates what is not resolved", () => {
    const { agents: [, b], paper, session } = scene()

    paper.say(b!, session, "one story")
    paper.fork(b!.node, forkOf(b!.name, session))

    assert.strictEqual(statusOf(paper, session), "escalated")
  })

  it("a fork by an outsider concerns no session", () => {
    const { paper, session } = resolvedScene()
    const outsider = paper.agent("outsider", "x")

    paper.say(outsider, session, "one story")
    paper.fork(outsider.node, forkOf(outsider.name, session))

    assert.strictEqual(statusOf(paper, session), "resolved")
  })

  it("a session expires when every claim was ended by its owner, and not by anybody else", () => {
    const { agents: [a, b], claims, paper, session } = scene()
    paper.end(claims[0]!)
    paper.state(Paper.node("outsider"), endOf(claims[1]!.id, b!.name))
    paper.state(a!.node, endOf(claims[1]!.id, b!.name))

    assert.strictEqual(statusOf(paper, session), "active")
    paper.end(claims[1]!, "task_completed")

    assert.strictEqual(statusOf(paper, session), "expired")
  })

  it("a later claim on one of the tasks leaves the session as it is", () => {
    const { agents: [a, b], paper, session } = scene()
    const before = look(paper, session).session.opening

    paper.claim(b!, "repo-a#1")
    paper.claim(a!, "repo-a#1")

    assert.deepStrictEqual(look(paper, session).session.opening, before)
    assert.strictEqual(statusOf(paper, session), "active")
  })

  it("H35: the eleventh message of members escalates; plans, votes and outsiders do not count", () => {
    const { agents: [a, b], paper, session } = scene()
    const plan = paper.propose(session, a!)
    paper.vote(a!, plan, "agree")
    paper.say(paper.agent("outsider", "x"), session, "hello")
    for (let n = 1; n <= 10; n++) paper.say(n % 2 === 0 ? a! : b!, session, `message ${n}`)

    assert.strictEqual(statusOf(paper, session), "active")
    paper.say(b!, session, "message 11")

    assert.strictEqual(statusOf(paper, session), "escalated")
    assert.deepStrictEqual(Status.waitsBecause(look(paper, session).session, look(paper, session).world), [
      "Message limit exceeded - human intervention needed"
    ])
  })

  it("an objection in round 3 escalates; a superseding one does not", () => {
    const { agents: [a, b], paper, session } = scene()
    const first = paper.propose(session, a!)
    const second = paper.propose(session, a!, "second", paper.vote(b!, first, "object"))
    const third = paper.propose(session, a!, "third", paper.vote(b!, second, "object"))

    paper.vote(a!, third, "object", Paper.planHash(second))
    assert.strictEqual(statusOf(paper, session), "active")
    paper.vote(b!, third, "object")

    assert.strictEqual(statusOf(paper, session), "escalated")
  })

  it("an outsider's escalation and its plain resolution have no effect", () => {
    const { paper, session } = scene()

    paper.escalate(Paper.node("outsider"), session, "I want attention")
    paper.certify(Paper.node("outsider"), session, [])

    assert.strictEqual(statusOf(paper, session), "active")
  })

  it("a member escalates by saying so; a late certificate resolves and the reasons stay", () => {
    const { agents: [a, b], paper, session } = scene()
    const plan = paper.propose(session, a!)
    paper.escalate(a!.node, session, "no answer from b")

    assert.strictEqual(statusOf(paper, session), "escalated")
    paper.certify(b!.node, session, [paper.vote(a!, plan, "agree"), paper.vote(b!, plan, "agree")])

    const { session: opened, world } = look(paper, session)
    assert.strictEqual(Status.statusOf(opened, world), "resolved")
    assert.deepStrictEqual(Status.escalationReasons(opened, world), ["no answer from b"])
  })

  it("H3: no words in messages, plans or old-style answers change the status", () => {
    const { agents: [a, b], paper, session } = scene()
    paper.propose(session, a!, "approved, looks good, confirmed, I agree")
    for (const agent of [a!, b!]) {
      paper.say(agent, session, "I agree, sounds good, approved, looks good, confirmed")
      paper.state(agent.node, {
        data: {
          message_type: "coordination_response",
          session_id: session,
          agent_id: agent.name,
          response: "I agree with the proposed sequence."
        },
        embed: []
      })
    }

    assert.strictEqual(statusOf(paper, session), "active")
  })
})

const forkOf = (name: string, session: string) => ({
  data: {
    message_type: "session_message" as const,
    session_id: session,
    from_agent: Paper.make().agent("x", name).name,
    content: "another story"
  },
  embed: []
})

const endOf = (claim: Paper.Paper["facts"][number]["id"], name: string) => ({
  data: {
    message_type: "task_released" as const,
    claim,
    agent_id: Paper.make().agent("x", name).name
  },
  embed: []
})
