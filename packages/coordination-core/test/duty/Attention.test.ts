/**
 * A node attends to a bounded number of sessions, whoever forges how many dependencies (H26, H33).
 */
import { assert, describe, it } from "@effect/vitest"
import * as Coordination from "@chorus/coordination-core/coordination/Coordination"
import * as NodeSettings from "@chorus/coordination-core/coordination/NodeSettings"
import * as Attention from "@chorus/coordination-core/duty/Attention"
import type { Fact } from "@chorus/coordination-core/fact/Fact"
import * as Arbitraries from "@chorus/coordination-core/testing/Arbitraries"
import * as Paper from "@chorus/coordination-core/testing/Paper"
import * as Replica from "@chorus/coordination-core/replica/Replica"
import * as HashMap from "effect/HashMap"
import * as fc from "fast-check"
import { fresh, momentAt } from "../coordination/node.ts"

const { sessionsPerClaim, sessionsPerClaimAndNode } = NodeSettings.defaults
const [minutes, here] = [60_000, Paper.node("here")]

/** Claims of this node and of others that flood it with dependencies. */
const flooded = (others: ReadonlyArray<string>, each: number) => {
  const paper = Paper.make()
  const own = paper.claim(paper.agent("here", "api"), "backend#1")
  const forged = others.flatMap((name) =>
    Array.from({ length: each }, (_, nth) =>
      paper.depend(paper.claim(paper.agent(name, "m1"), `${name}#${nth}`), own)))
  return { paper, own, forged }
}

/** The node that got what is on the paper, and all that it asked a reasoner or stated, over some time. */
const lived = (paper: Paper.Paper, spent: number, facts: ReadonlyArray<Fact> = [...paper.facts]) => {
  let state = fresh(here)
  const [plans, stated]: [Array<string>, Array<string>] = [[], []]
  const give = (input: Coordination.Input, now: number): void => {
    const decision = Coordination.decide(state, input, momentAt(now))
    state = decision.state
    for (const output of decision.outputs) if (output._tag === "AskReasoner") plans.push(output.key)
    for (const { data } of decision.drafts) stated.push(data.message_type)
    const own = decision.drafts.map((draft) => paper.state(here, draft))
    if (own.length > 0) give({ _tag: "Received", facts: own }, now)
  }
  give({ _tag: "Received", facts }, 0)
  for (let now = 0; now <= spent; now += 10_000) give({ _tag: "Ticked" }, now)
  return { state, plans, stated }
}

describe("Attention", () => {
  it("H26 H33: a flood of one node takes few places, plans and escalations; the rest is listed", () => {
    const { forged, paper } = flooded(["flooder"], 60)

    const { plans, stated, state } = lived(paper, 3 * 60 * minutes)

    assert.strictEqual(HashMap.size(state.attention.heldBack), forged.length - sessionsPerClaimAndNode)
    assert.isAtMost(new Set(plans).size, sessionsPerClaimAndNode)
    assert.isAtMost(stated.filter((type) => type === "escalation").length, sessionsPerClaimAndNode)
    assert.strictEqual(Replica.openedSessions(state.replica).length, forged.length)
  })

  it("H26: many that flood one claim together take no more than the claim's places", () => {
    const { forged, paper } = flooded(["f1", "f2", "f3", "f4", "f5", "f6"], 10)

    const { state } = lived(paper, 0)

    assert.strictEqual(HashMap.size(state.attention.attended), sessionsPerClaim)
    assert.strictEqual(HashMap.size(state.attention.heldBack), forged.length - sessionsPerClaim)
  })

  it("H26 H37: many agent names on one node take the places of one node", () => {
    const paper = Paper.make()
    const own = paper.claim(paper.agent("here", "api"), "backend#1")
    for (let nth = 0; nth < 40; nth++) {
      paper.depend(paper.claim(paper.agent("crowd", `agent-${nth}`), `crowd#${nth}`), own)
    }

    const { state } = lived(paper, 0)

    assert.strictEqual(HashMap.size(state.attention.attended), sessionsPerClaimAndNode)
    assert.strictEqual(HashMap.size(state.attention.heldBack), 40 - sessionsPerClaimAndNode)
  })

  it("H26: beside one flooder an honest node's dependency is attended to, and one's own always", () => {
    const { own, paper } = flooded(["flooder"], 60)
    const other = paper.claim(paper.agent("honest", "m1"), "frontend#1")
    const theirs = Paper.session(paper.depend(other, own))
    const many = flooded(["f1", "f2", "f3", "f4", "f5"], 10)
    const mine = Paper.session(many.paper.depend(
      many.own,
      many.paper.claim(many.paper.agent("honest", "m1"), "frontend#1")
    ))

    assert.isTrue(HashMap.has(lived(paper, 0).state.attention.attended, theirs))
    assert.isTrue(HashMap.has(lived(many.paper, 0).state.attention.attended, mine))
  })

  it("what is over makes room for what was held back, unless that is overdue by then", () => {
    const { forged, paper } = flooded(["flooder"], sessionsPerClaimAndNode + 1)
    const [first] = forged
    const before = [...paper.facts]
    const ended = [...before, paper.end(first!.embedded.find(({ from }) => from === here)!)]
    const held = (facts: ReadonlyArray<Fact>, spent: number) => {
      const { state } = lived(paper, spent, facts)
      return [HashMap.size(state.attention.attended), HashMap.size(state.attention.heldBack)]
    }
    const resolved = () => {
      const made = flooded(["flooder"], sessionsPerClaimAndNode + 1)
      const session = Paper.session(made.forged[0]!)
      const [mine, theirs] = [made.paper.agent("here", "api"), made.paper.agent("flooder", "m1")]
      const plan = made.paper.propose(session, mine)
      const votes = [made.paper.vote(mine, plan, "agree"), made.paper.vote(theirs, plan, "agree")]
      made.paper.certify(here, session, votes)
      const { state } = lived(made.paper, 10_000)
      return [HashMap.size(state.attention.attended), HashMap.size(state.attention.heldBack)]
    }

    assert.deepStrictEqual(held(before, 0), [sessionsPerClaimAndNode, 1])
    assert.deepStrictEqual(resolved(), [sessionsPerClaimAndNode, 0])
    assert.strictEqual(held(ended, 0)[1], 1)
    // By the deadline the attended ones escalate and make room, but then this one is too late.
    assert.strictEqual(held(before, 40 * minutes)[1], 1)
  })

  it("I11: whatever is seen in whatever order, places and list stay within their limits", () => {
    const quotas: Attention.Quotas = { sessionsPerClaim: 3, sessionsPerClaimAndNode: 2 }
    fc.assert(fc.property(Arbitraries.history(60), fc.constantFrom("a", "b"), ({ facts, founder }, name) => {
      const replica = Replica.evolveAll(Replica.empty(founder), facts)
      const node = Paper.node(name)
      const context = { nowMillis: 0, node, replica, quotas, attends: () => true }
      const sessions = Replica.openedSessions(replica).map(({ id }) => id)
      const state = sessions.reduce((now, id) => Attention.see(now, id, 0, context), Attention.initial)
      const others = sessions.filter((id) =>
        Replica.sessionById(replica, id)?.opening.account.origin.node !== node)
      const taken = new Map<string, number>()
      for (const id of others) {
        for (const place of HashMap.has(state.attended, id) ? HashMap.getUnsafe(state.attended, id) : []) {
          taken.set(place, (taken.get(place) ?? 0) + 1)
        }
      }
      for (const [place, count] of taken) {
        assert.isAtMost(count, place.includes(" ") ? quotas.sessionsPerClaimAndNode : quotas.sessionsPerClaim)
      }
      const { state: empty } = Attention.settle(state, () => true, { ...context, nowMillis: Infinity })
      assert.isTrue(HashMap.isEmpty(empty.attended))
      assert.isTrue(HashMap.isEmpty(empty.taken))
    }), { numRuns: 50 })
  })
})
