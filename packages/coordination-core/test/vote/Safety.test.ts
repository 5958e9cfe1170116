/**
 * H15: honest agents never let two plans of one session be certified, however late they hear.
 */
import { assert, describe, it } from "@effect/vitest"
import { type Draft, draft } from "@chorus/coordination-core/fact/Draft"
import { fromKey } from "@chorus/coordination-core/identity/AgentId"
import * as Deliberation from "@chorus/coordination-core/session/Deliberation"
import * as Status from "@chorus/coordination-core/session/Status"
import * as Voting from "@chorus/coordination-core/vote/Voting"
import * as Result from "effect/Result"
import * as fc from "fast-check"
import * as Schedule from "./schedule.ts"

const honest: Schedule.Rules = {
  cast: (session, world, answer) =>
    Result.match(Voting.cast(session, world, answer), {
      onFailure: () => [],
      onSuccess: ({ draft: stated }) => stated === undefined ? [] : [stated]
    }),
  superseding: Voting.superseding
}

/** Votes once a plan, and feels bound by nothing. */
const unbound: Schedule.Rules = {
  ...honest,
  cast: (session, world, { agent, plan: hash, reason, stance }): ReadonlyArray<Draft> => {
    const plan = Deliberation.countedPlans(session, world).find((each) => each.hash === hash)
    if (plan === undefined) return []
    const voted = Deliberation.votesOn(session, world, plan.hash).some((vote) => vote.agent === agent)
    return voted ? [] : [draft({
      message_type: "coordination_response",
      session_id: session.id,
      agent_id: fromKey(agent).name,
      response: reason,
      stance,
      round: plan.round,
      plan_hash: plan.hash
    })]
  }
}

const safety = (rules: Schedule.Rules) =>
  fc.property(Schedule.schedules, ({ members, steps }) => {
    const { session, world } = Schedule.run(rules, members, steps)
    assert.isAtMost(Schedule.certifiable(session).length, 1)
    assert.deepStrictEqual([...Status.contradictorsOf(session)], [])
    assert.notStrictEqual(Status.statusOf(session, world), "disputed")
  })

describe("Voting is safe", () => {
  it("H15: at most one plan can ever be certified, over any schedule of honest agents", () => {
    fc.assert(safety(honest), { numRuns: 250 })
  })

  it("H15: schedules reach certificates, of the first plan and of later ones", () => {
    const reached = fc.sample(Schedule.schedules, { numRuns: 150, seed: 1 }).map(({ members, steps }) => {
      const { session } = Schedule.run(honest, members, steps)
      return Schedule.certifiable(session).length
    })

    assert.isAbove(reached.filter((count) => count === 1).length, 10)
  })

  it("H15: agents that do not feel bound are found out", () => {
    assert.isTrue(fc.check(safety(unbound), { numRuns: 2000, seed: 1, endOnFailure: true }).failed)
  })
})
