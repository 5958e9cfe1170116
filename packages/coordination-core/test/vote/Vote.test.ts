/**
 * What is a vote, and what only looks like one (H3, H9).
 */
import { assert, describe, it } from "@effect/vitest"
import { draft } from "@chorus/coordination-core/fact/Draft"
import type { DataOf } from "@chorus/coordination-core/fact/FactTable"
import * as Paper from "@chorus/coordination-core/testing/Paper"
import * as Vote from "@chorus/coordination-core/vote/Vote"
import { scene } from "../session/scene.ts"

const setting = () => {
  const { agents: [a, b], paper, session } = scene()
  const plan = paper.propose(session, a!)
  const full: Omit<DataOf<"coordination_response">, "embedded"> = {
    message_type: "coordination_response",
    session_id: session,
    agent_id: b!.name,
    response: "the errors are missing",
    stance: "object",
    round: 1,
    plan_hash: Paper.planHash(plan)
  }
  const voteOf = (changed: Partial<typeof full>, without?: keyof typeof full) => {
    const stated = { ...full, ...changed }
    if (without !== undefined) delete stated[without]
    return Vote.fromFact(paper.state(b!.node, draft(stated)))
  }
  return { paper, plan, session, a: a!, b: b!, voteOf }
}

describe("Vote", () => {
  it("names its agent by the node that signed it", () => {
    const { b, plan, session, voteOf } = setting()

    assert.deepInclude<unknown>(voteOf({}), {
      session,
      agent: `${b.name}@${b.node}`,
      round: 1,
      plan: Paper.planHash(plan),
      stance: "object",
      supersededBy: undefined,
      reason: "the errors are missing"
    })
  })

  it("H3: without stance, round or plan hash it is a message", () => {
    const { voteOf } = setting()

    for (
      const field of ["stance", "round", "plan_hash"] as const
    ) assert.isUndefined(voteOf({}, field), field)
  })

  it("a reason of 280 characters is a vote's, a longer one is not", () => {
    const { voteOf } = setting()

    assert.isDefined(voteOf({ response: "x".repeat(280) }))
    assert.isUndefined(voteOf({ response: "x".repeat(281) }))
  })

  it("only an objection is superseded, and only one that is not opens a round", () => {
    const { plan, voteOf } = setting()
    const better = Paper.planHash(plan)

    assert.isTrue(Vote.isObjection(voteOf({})!))
    assert.isFalse(Vote.isObjection(voteOf({ superseded_by: better })!))
    assert.isUndefined(voteOf({ stance: "agree", superseded_by: better })?.supersededBy)
    assert.isFalse(Vote.isObjection(voteOf({ stance: "abstain" })!))
  })

  it("no other fact is a vote, whatever it says", () => {
    const { a, paper, plan, session } = setting()

    for (const fact of [plan, paper.say(a, session, "I agree"), paper.escalate(a.node, session, "agree")]) {
      assert.isUndefined(Vote.fromFact(fact))
    }
  })
})
