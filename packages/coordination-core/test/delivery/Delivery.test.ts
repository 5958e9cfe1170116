/**
 * How far what concerns an agent has come, and that a receipt weighs nothing (docs/rules.md, 7: delivery).
 */
import { assert, describe, it } from "@effect/vitest"
import * as Delivery from "@chorus/coordination-core/delivery/Delivery"
import { draft } from "@chorus/coordination-core/fact/Draft"
import { type AgentId, key } from "@chorus/coordination-core/identity/AgentId"
import { receiptsMax } from "@chorus/coordination-core/session/Session"
import * as Status from "@chorus/coordination-core/session/Status"
import * as Arbitraries from "@chorus/coordination-core/testing/Arbitraries"
import * as Paper from "@chorus/coordination-core/testing/Paper"
import * as Replica from "@chorus/coordination-core/replica/Replica"
import * as HashMap from "effect/HashMap"
import * as fc from "fast-check"
import { desk } from "../command/desk.ts"
import { agreed } from "../plan/agreed.ts"
import { look, scene, statusOf } from "../session/scene.ts"

const stagesOf = (paper: Paper.Paper, id: string, agent: AgentId) => {
  const { session, world } = look(paper, id)
  const all = Delivery.of(session, world, key(agent), 0)
  return Object.fromEntries(all.map(({ kind, stage }) => [kind, stage]))
}

const pendingOf = (paper: Paper.Paper, id: string, agent: AgentId) => {
  const { session, world } = look(paper, id)
  return Delivery.of(session, world, key(agent), 0)
    .filter((item) => Delivery.isPending(session, world, item))
    .map(({ kind }) => kind)
}

describe("Delivery", () => {
  it("an item goes from queued to shown, acknowledged and acted; what was noted is not stated again", () => {
    const { agents: [a, b], claims, paper, session } = scene()
    const plan = paper.propose(session, a!)
    const message = paper.say(a!, session, "which field?")
    const items = [session, Paper.planHash(plan), message.id]
    const note = (stage: "shown" | "acknowledged", of: ReadonlyArray<string> = items) =>
      desk(paper, "b").done({ _tag: "Note", agent: b!.name, stage, noted: [{ session, items: of }] })
    assert.deepStrictEqual(stagesOf(paper, session, b!), {
      session: "queued", plan: "queued", message: "queued"
    })

    assert.lengthOf(note("shown", ["no such item", message.id]).facts, 1)
    assert.lengthOf(note("shown", [message.id]).facts, 0)
    assert.deepStrictEqual(pendingOf(paper, session, b!), ["session", "plan"])
    note("shown")
    desk(paper, "b").done({ _tag: "Note", agent: b!.name, stage: "acknowledged", noted: [] })
    assert.lengthOf(note("shown").facts, 0)

    assert.deepStrictEqual(stagesOf(paper, session, b!), {
      session: "acknowledged", plan: "acknowledged", message: "acknowledged"
    })
    assert.deepStrictEqual(pendingOf(paper, session, b!), ["plan"])
    paper.say(b!, session, "the old one")
    paper.vote(b!, plan, "agree")
    assert.deepStrictEqual(stagesOf(paper, session, b!), {
      session: "acted", plan: "acted", message: "acted"
    })
    assert.deepStrictEqual(pendingOf(paper, session, b!), [])
    assert.deepStrictEqual(stagesOf(paper, session, a!), {
      session: "acted", plan: "queued", message: "queued"
    })

    paper.rule(paper.founder, a!.node, {
      kind: "decide_session", session_id: session, decision: "b first", replaces: []
    })
    assert.deepStrictEqual([a!, b!].map((agent) => pendingOf(paper, session, agent)), [
      ["message", "decision"], ["decision"]
    ])
    paper.end(claims[1]!)
    assert.deepStrictEqual(pendingOf(paper, session, b!), [])
  })

  it("a session that is named for each of several items is noted once, with all of them", () => {
    const { agents: [a, b], paper, session } = scene()
    const message = paper.say(a!, session, "which field?")
    const noted = [session, message.id].map((item) => ({ session, items: [item] }))

    const { facts } = desk(paper, "b").done({ _tag: "Note", agent: b!.name, stage: "shown", noted })

    assert.lengthOf(facts, 1)
    assert.deepStrictEqual(pendingOf(paper, session, b!), [])
  })

  it("the end of a task that a step waited for is told once, to who waits, until that one is done", () => {
    const { agents: [a, b], claims, paper, session } = agreed(["a", "b"], ["1 a", "2 b 1"])
    const note = (agent: AgentId, stage: "shown" | "acknowledged", items: ReadonlyArray<string> = []) =>
      desk(paper, agent.name).done({
        _tag: "Note", agent: agent.name, stage, noted: items.length === 0 ? [] : [{ session, items }]
      })
    note(b!, "shown", ["resolved"])
    assert.deepStrictEqual(pendingOf(paper, session, b!), [])

    const given = paper.end(claims[0]!)
    assert.deepStrictEqual(pendingOf(paper, session, b!), ["awaited"])
    assert.deepStrictEqual(pendingOf(paper, session, a!), [])
    note(b!, "shown", [given.id])
    note(b!, "acknowledged")
    assert.deepStrictEqual(pendingOf(paper, session, b!), [])
    assert.deepInclude(stagesOf(paper, session, b!), { awaited: "acknowledged" })

    const done = paper.end(claims[0]!, "task_completed")
    assert.deepStrictEqual(pendingOf(paper, session, b!), ["awaited"])
    note(b!, "shown", [done.id])
    paper.say(b!, session, "I go on")
    assert.deepInclude(stagesOf(paper, session, b!), { awaited: "acted" })
    assert.deepStrictEqual(pendingOf(paper, session, b!), [])
  })

  it("receipts by other nodes, by agents that are no members, or about other sessions show nothing", () => {
    const { agents: [a, b], paper, session } = scene()
    const stranger = paper.agent("c", "b")
    for (const agent of [stranger, { node: a!.node, name: b!.name }]) {
      paper.state(agent.node, draft({
        message_type: "delivery_noted",
        session_id: session,
        agent_id: agent.name,
        stage: "shown",
        items: [session]
      }))
    }
    assert.lengthOf(
      desk(paper, "c").done({
        _tag: "Note", agent: stranger.name, stage: "shown", noted: [{ session, items: [session] }]
      }).facts,
      0
    )

    assert.deepStrictEqual(stagesOf(paper, session, b!), { session: "queued" })
  })

  it("H24: of one node so many receipts are kept, no messages; what cannot be noted is not told", () => {
    const steps = ["1 a", "2 b 1"]
    for (const [{ agents, claims, paper, session }, kinds, status] of [
      [scene(), ["session"], "active"],
      [agreed(["a", "b"], steps), ["outcome"], "resolved"]
    ] as const) {
      const [a, b] = agents
      for (let nth = 0; nth < receiptsMax + 5; nth++) {
        paper.state(b!.node, draft({
          message_type: "delivery_noted",
          session_id: session,
          agent_id: b!.name,
          stage: "shown",
          items: [`${nth}`]
        }))
      }

      paper.say(a!, session, "told again with every answer, if it were told")
      if (status === "resolved") paper.end(claims[0]!)
      assert.strictEqual(HashMap.size(look(paper, session).session.receipts), receiptsMax)
      assert.deepStrictEqual(pendingOf(paper, session, b!), [...kinds])
      assert.strictEqual(statusOf(paper, session), status)
    }
  })

  it("I9: no status, vote or message depends on whether anything was noted", () => {
    fc.assert(fc.property(Arbitraries.history(), ({ facts, founder }) => {
      const statuses = (noted: boolean) => {
        const replica = Replica.evolveAll(
          Replica.empty(founder),
          facts.filter(({ data }) => noted || data.message_type !== "delivery_noted")
        )
        const world = Replica.world(replica)
        return Replica.openedSessions(replica)
          .map((session) => [
            session.id,
            Status.statusOf(session, world),
            Status.countedMessages(session, world).length,
            Status.countedVotes(session, world).length
          ].join(" "))
          .sort()
      }
      assert.deepStrictEqual(statuses(true), statuses(false))
    }), { numRuns: 50 })
  })
})
