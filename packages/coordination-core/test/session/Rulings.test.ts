/**
 * What a person's ruling does to a session, and what becomes of it when the person is revoked.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Status from "@chorus/coordination-core/session/Status"
import * as Paper from "@chorus/coordination-core/testing/Paper"
import { look, scene, statusOf } from "./scene.ts"

describe("Rulings", () => {
  const decide = (session: string, decision: string, replaces: ReadonlyArray<never> = []) =>
    ({ kind: "decide_session", session_id: session, decision, replaces }) as const

  it("the founder's ruling decides, whoever carries it; an outsider's key decides nothing", () => {
    const { agents: [a], paper, session } = scene()
    paper.rule(Paper.person("outsider"), a!.node, decide(session, "mine"))

    assert.strictEqual(statusOf(paper, session), "active")
    paper.rule(paper.founder, Paper.node("outsider"), decide(session, "a goes first"))

    assert.strictEqual(statusOf(paper, session), "decided")
    const { session: opened, world } = look(paper, session)
    assert.deepStrictEqual(Status.waitsBecause(opened, world), [])
  })

  it("of two rulings the lowest id counts, and the session waits until one replaces the other", () => {
    const { agents: [a], paper, session } = scene()
    const ids = ["a first", "b first"].map((text) =>
      paper.rule(paper.founder, a!.node, decide(session, text)).ruling!.id
    ).sort()
    const before = look(paper, session)

    assert.strictEqual(Status.unreplacedRulings(before.session, before.world)[0]?.id, ids[0])
    assert.lengthOf(Status.waitsBecause(before.session, before.world), 1)
    const last = paper.rule(paper.founder, a!.node, {
      kind: "decide_session",
      session_id: session,
      decision: "b first, finally",
      replaces: ids
    })

    const after = look(paper, session)
    assert.deepStrictEqual(Status.unreplacedRulings(after.session, after.world).map(({ id }) => id), [
      last.ruling!.id
    ])
    assert.lengthOf(Status.waitsBecause(after.session, after.world), 0)
  })

  it("a ruling by a person revoked since stays, and the session returns to the inbox", () => {
    const { agents: [a], paper, session } = scene()
    const ann = Paper.person("ann")
    paper.rule(ann, a!.node, decide(session, "by ann"))
    assert.strictEqual(statusOf(paper, session), "active")
    paper.rule(paper.founder, a!.node, { kind: "add_person", person: ann, name: "Ann" })
    assert.strictEqual(statusOf(paper, session), "decided")

    paper.rule(paper.founder, a!.node, { kind: "revoke_person", person: ann, because: "left" })

    const { session: opened, world } = look(paper, session)
    assert.strictEqual(Status.statusOf(opened, world), "decided")
    assert.lengthOf(Status.waitsBecause(opened, world), 1)
  })

  it("a revoked member's votes beyond its last valid place do not count; its sessions escalate", () => {
    const { agents: [a, b], paper, session } = scene()
    const plan = paper.propose(session, a!)
    paper.vote(b!, plan, "agree")
    const before = look(paper, session)
    assert.lengthOf(Status.countedVotes(before.session, before.world), 1)

    paper.rule(paper.founder, a!.node, {
      kind: "revoke_member",
      node: b!.node,
      last_places: {},
      because: "lost its key"
    })

    const { session: opened, world } = look(paper, session)
    assert.lengthOf(Status.countedVotes(opened, world), 0)
    assert.strictEqual(Status.statusOf(opened, world), "escalated")
  })
})
