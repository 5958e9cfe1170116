/**
 * What of a node's logs still matters: the lowest place of each (docs/rules.md, 4: retention).
 */
import { assert, describe, it } from "@effect/vitest"
import * as Writer from "@chorus/coordination-core/fact/Writer"
import { liveFromMax } from "@chorus/coordination-core/fact/Fact"
import { type FactId, log, LogNonce, nonce } from "@chorus/coordination-core/identity/FactId"
import type { NodeId } from "@chorus/coordination-core/identity/NodeId"
import * as TaskKey from "@chorus/coordination-core/identity/TaskKey"
import * as LiveFrom from "@chorus/coordination-core/replica/LiveFrom"
import * as Replica from "@chorus/coordination-core/replica/Replica"
import * as Paper from "@chorus/coordination-core/testing/Paper"
import { draft } from "@chorus/coordination-core/fact/Draft"
import { replicaOf, scene } from "../session/scene.ts"

const fresh = LogNonce.make("ffffffffffffffff")

/** What a node tells after a restart, when it writes place 7 of a new log. */
const told = (paper: Paper.Paper, node: NodeId, ongoing: LiveFrom.Ongoing) =>
  LiveFrom.of(replicaOf(paper), { ...Writer.open(node, fresh), next: 7 }, ongoing)

describe("LiveFrom", () => {
  it("with nothing going on only the log being written matters, from its next place on", () => {
    const { agents: [a], paper } = scene()

    assert.deepStrictEqual(told(paper, a!.node, { claims: [], sessions: [] }), { [fresh]: 7 })
  })

  it("a live claim keeps its place, and the words about its task theirs", () => {
    const paper = Paper.make()
    const a = paper.agent("a", "a")
    paper.say(a, "s", "filler")
    paper.state(a.node, draft({
      message_type: "task_announced",
      task: { repository: "repo", task_id: 1, title: "t" },
      version: 1
    }))
    const claim = paper.claim(a, "repo#1")
    const byAnother = { repository: "repo", task_id: 1, title: "u", agent_id: "another" }
    paper.state(a.node, draft({ message_type: "task_updated", task: byAnother, version: 2 }))

    assert.deepStrictEqual(Object.entries(told(paper, a.node, { claims: [claim.id], sessions: [] })), [
      [nonce(claim.log), 2],
      [fresh, 7]
    ])
    assert.deepStrictEqual(told(paper, Paper.node("b"), { claims: [claim.id], sessions: [] }), { [fresh]: 7 })
  })

  it("a mute of more than a pair keeps its place until it is lifted", () => {
    const paper = Paper.make()
    const a = paper.agent("a", "a")
    paper.say(a, "s", "filler")
    const about = {
      task1: TaskKey.make("repo", 1),
      task2: TaskKey.make("other", 2),
      agent_id: a.name,
      covers: "rule" as const
    }
    const mute = paper.state(a.node, draft({ message_type: "alert_muted", ...about, because: "", rule: "A" }))

    const nothing = { claims: [], sessions: [] }
    assert.deepStrictEqual(told(paper, a.node, nothing), { [fresh]: 7, [nonce(mute.log)]: 2 })
    paper.state(a.node, draft({ message_type: "mute_lifted", ...about, mute: mute.id }))
    assert.deepStrictEqual(told(paper, a.node, nothing), { [fresh]: 7 })
  })

  it("a session that is not over keeps all that the node said in it, and its claims", () => {
    const { agents: [a, b], claims, paper, session } = scene()
    const other = paper.claim(paper.agent("c", "c"), "repo-c#1")
    const plan = paper.propose(session, b!)
    paper.vote(a!, plan, "agree")
    const ongoing = { claims: [], sessions: [session] }

    assert.deepStrictEqual(told(paper, a!.node, ongoing), { [fresh]: 7, [nonce(claims[0]!.log)]: 1 })
    assert.deepStrictEqual(told(paper, b!.node, ongoing), { [fresh]: 7, [nonce(claims[1]!.log)]: 1 })
    assert.deepStrictEqual(told(paper, other.from, ongoing), { [fresh]: 7 })
  })

  it("a bystander that carried the certificate of a disputed session keeps it", () => {
    const { agents: [a, b], paper, session } = scene()
    const carrier = paper.agent("c", "c")
    const plan = paper.propose(session, a!)
    const certificate = paper.certify(carrier.node, session, [
      paper.vote(a!, plan, "agree"),
      paper.vote(b!, plan, "agree")
    ])

    assert.deepStrictEqual(told(paper, carrier.node, { claims: [], sessions: [session] }), {
      [fresh]: 7,
      [nonce(certificate.log)]: certificate.seq
    })
  })

  it("a node of which more logs matter than a fact may name says nothing, so that all is kept", () => {
    const paper = Paper.make()
    const a = paper.agent("a", "a")
    const claims = Array.from({ length: liveFromMax }, (_, at) => paper.claim(a, `repo#${at}`))
    const replica = claims.reduce((all, claim, at) =>
      Replica.evolve(all, { ...claim, log: log(a.node, LogNonce.make(String(at).padStart(16, "0"))) }),
      Replica.empty(paper.founder))
    const of = (ids: ReadonlyArray<FactId>) =>
      LiveFrom.of(replica, Writer.open(a.node, fresh), { claims: ids, sessions: [] })

    assert.deepStrictEqual(of(claims.map(({ id }) => id)), {})
    assert.lengthOf(Object.keys(of(claims.slice(1).map(({ id }) => id))), liveFromMax)
  })

  it("the log being written starts no later than what matters in it", () => {
    const { agents: [a], claims, paper } = scene()
    const writer = { node: a!.node, log: log(a!.node, nonce(claims[0]!.log)), next: 9, last: claims[0]!.id }

    assert.deepStrictEqual(
      LiveFrom.of(replicaOf(paper), writer, { claims: [claims[0]!.id], sessions: [] }),
      { [nonce(claims[0]!.log)]: 1 }
    )
  })
})
