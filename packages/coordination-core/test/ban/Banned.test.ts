/**
 * What a banned or revoked key stated: nothing of it counts, but for what proves itself (docs/rules.md, 4).
 */
import { assert, describe, it } from "@effect/vitest"
import { draft } from "@chorus/coordination-core/fact/Draft"
import type { NodeId } from "@chorus/coordination-core/identity/NodeId"
import * as People from "@chorus/coordination-core/ruling/People"
import * as Deliberation from "@chorus/coordination-core/session/Deliberation"
import * as Replica from "@chorus/coordination-core/replica/Replica"
import * as Status from "@chorus/coordination-core/session/Status"
import * as Registry from "@chorus/coordination-core/task/Registry"
import * as Arbitraries from "@chorus/coordination-core/testing/Arbitraries"
import * as Paper from "@chorus/coordination-core/testing/Paper"
import * as HashMap from "effect/HashMap"
import * as HashSet from "effect/HashSet"
import * as fc from "fast-check"
import { look, replicaOf, scene, statusOf } from "../session/scene.ts"

/** Makes a node state two things at one place. */
const ban = (paper: Paper.Paper, node: NodeId, session: string): void => {
  const agent = { node, name: paper.agent("x", "liar").name }
  paper.say(agent, session, "one story")
  paper.fork(node, draft({
    message_type: "session_message",
    session_id: session,
    from_agent: agent.name,
    content: "another story"
  }))
}

const carrier = Paper.node("carrier")

describe("A banned key", () => {
  it("H10: a certificate that it carries counts, since its votes prove it", () => {
    const { agents: [a, b], paper, session } = scene()
    const plan = paper.propose(session, a!)
    const votes = [paper.vote(a!, plan, "agree"), paper.vote(b!, plan, "agree")]
    paper.certify(carrier, session, votes)
    ban(paper, carrier, session)

    assert.strictEqual(statusOf(paper, session), "resolved")
  })

  it("H10 H24: a ruling that it carries counts, since a person sealed it", () => {
    const { paper, session } = scene()
    paper.rule(paper.founder, carrier, {
      kind: "decide_session",
      session_id: session,
      decision: "the API goes first",
      replaces: []
    })
    paper.rule(paper.founder, carrier, { kind: "add_person", person: Paper.person("ann"), name: "Ann" })
    ban(paper, carrier, session)

    assert.strictEqual(statusOf(paper, session), "decided")
    assert.isTrue(People.isKnown(replicaOf(paper).people, Paper.person("ann")))
  })

  it("H10: a fork proof that it carries bans the other liar, whose facts nobody needs to hold", () => {
    const { agents: [a], paper, session } = scene(["a", "b"])
    ban(paper, a!.node, session)
    const [one, two] = paper.facts.slice(-2)
    const proof = paper.state(carrier, draft(
      { message_type: "fork_proven", log: one!.log, seq: one!.seq },
      [one!.id, two!.id]
    ))
    const before = [...paper.facts]
    ban(paper, carrier, session)
    const replica = Replica.evolveAll(
      Replica.empty(paper.founder),
      [proof, ...paper.facts.filter((fact) => !before.includes(fact))]
    )

    assert.isTrue(HashSet.has(replica.forks.authors, a!.node))
    assert.isTrue(HashSet.has(replica.forks.authors, carrier))
  })

  it("H10: an objection inside its plan counts as its member's vote, and the plan does not", () => {
    const { agents: [a, b], paper, session } = scene()
    const plan = paper.propose(session, b!)
    const objection = paper.vote(b!, plan, "object")
    const revised = paper.propose(session, a!, "better", objection)
    ban(paper, a!.node, session)
    // The objection itself never came: what is known of it came inside the plan.
    const facts = paper.facts.filter((fact) => fact.id !== objection.id)
    const replica = Replica.evolveAll(Replica.empty(paper.founder), facts)
    const opened = Replica.sessionById(replica, session)!
    const world = Replica.world(replica)

    assert.isTrue(HashMap.has(opened.plans, revised.id))
    assert.deepStrictEqual(
      Deliberation.votesOn(opened, world, Paper.planHash(plan)).map(({ id }) => id),
      [objection.id]
    )
    assert.deepStrictEqual(
      Deliberation.countedPlans(opened, world).map(({ id }) => id),
      [plan.id]
    )
  })

  it("H10: an opening that it stated opens the session, which then waits for a person", () => {
    const { agents: [a], paper, session } = scene()
    ban(paper, a!.node, session)

    assert.strictEqual(statusOf(paper, session), "escalated")
    assert.match(look(paper, session).session.opening.account.reason, /./)
  })

  it("I3: its claims, votes, words, plans and escalations count for nothing, whatever came when", () => {
    fc.assert(fc.property(Arbitraries.history(60), ({ facts, founder }) => {
      const replica = Replica.evolveAll(Replica.empty(founder), facts)
      const world = Replica.world(replica)
      const isBanned = (node: NodeId) => HashSet.has(replica.forks.authors, node)
      for (const session of Replica.openedSessions(replica)) {
        const counted = [
          ...Status.countedVotes(session, world),
          ...Status.countedMessages(session, world),
          ...Deliberation.countedPlans(session, world)
        ]
        assert.isFalse(counted.some(({ origin }) => isBanned(origin.node)))
      }
      for (const claim of replica.tasks.claims.values()) {
        if (isBanned(claim.origin.node)) {
          assert.isFalse(Registry.isLive(replica.tasks, claim, world.counts))
        }
      }
    }), { numRuns: 60 })
  })

  it("I3: a revoked member's facts after its last valid place have no effect, those before stay", () => {
    const { agents: [a, b], paper, session } = scene()
    const plan = paper.propose(session, a!)
    const before = paper.vote(b!, plan, "agree")
    const nonce = before.log.slice(before.log.indexOf("/") + 1)
    paper.say(b!, session, "stated after the key was stolen")
    const late = paper.claim(b!, "other#9")
    const revoked = () => paper.rule(paper.founder, a!.node, {
      kind: "revoke_member",
      node: b!.node,
      last_places: { [nonce]: before.seq },
      because: "stolen"
    })
    revoked()
    const { replica, session: opened, world } = look(paper, session)

    assert.deepStrictEqual(Status.countedVotes(opened, world).map(({ id }) => id), [before.id])
    assert.deepStrictEqual(Status.countedMessages(opened, world), [])
    const claim = Registry.claimById(replica.tasks, late.id)!
    assert.isFalse(Registry.isLive(replica.tasks, claim, world.counts))
    assert.strictEqual(statusOf(paper, session), "escalated")
  })
})
