/**
 * The deadline of a session: by ticks alone, absolute, and only shortened by a restart.
 */
import { assert, describe, it } from "@effect/vitest"
import type * as Duties from "@chorus/coordination-core/duty/Duties"
import { isOverdue } from "@chorus/coordination-core/duty/Duties"
import { overdueReason } from "@chorus/coordination-core/session/Status"
import * as fc from "fast-check"
import { statusOf } from "../session/scene.ts"
import { leases, ranked } from "./node.ts"

const ticked: Duties.Input = { _tag: "Ticked" }
const halfHour = 30 * 60_000

/** Escalating is ranked as round 0. A plan is there already, so that nothing else is to be done. */
const waiting = () => {
  const own = ranked(["a", "b", "c"], 0)
  own.paper.propose(own.session, own.agents[0]!)
  for (const { step } of own.nodes) step(own.touched, 0)
  return own
}

const escalates = (decision: ReturnType<ReturnType<typeof ranked>["first"]["step"]>): boolean =>
  decision.drafts.some(({ data }) => data.message_type === "escalation")

describe("Deadlines", () => {
  it("H17: with no traffic at all the session escalates at its deadline, with the seed's reason", () => {
    const { first, paper, session } = waiting()
    assert.deepStrictEqual(first.step(ticked, halfHour - 1).drafts, [])
    const { drafts } = first.step(ticked, halfHour)

    assert.isTrue(escalates({ state: first.state(), drafts, outputs: [] }))
    assert.deepInclude<unknown>(drafts[0]?.data, { escalation_reason: overdueReason, requires_human: true })
    first.keep(drafts, halfHour)
    assert.strictEqual(statusOf(paper, session), "escalated")
    assert.deepStrictEqual(first.step(ticked, 2 * halfHour).drafts, [])
  })

  it("H17 H23: one node escalates; each next in rank only a lease later", () => {
    const { nodes } = waiting()

    assert.deepStrictEqual(nodes.map(({ step }) => escalates(step(ticked, halfHour))), [true, false, false])
    assert.isFalse(escalates(nodes[1]!.step(ticked, halfHour + leases.leaseMillis - 1)))
    assert.isTrue(escalates(nodes[1]!.step(ticked, halfHour + leases.leaseMillis)))
    assert.isTrue(escalates(nodes[2]!.step(ticked, halfHour + 2 * leases.leaseMillis)))
  })

  it("H19: activity does not extend it, whatever is said and however often", () => {
    fc.assert(fc.property(fc.array(fc.nat(halfHour - 1), { maxLength: 8 }), (times) => {
      const { agents, first, nodes, paper, session, touched } = waiting()
      for (const now of times.sort((one, other) => one - other)) {
        paper.say(agents[now % 3]!, session, `still here at ${now}`)
        first.step(touched, now)
        first.step({ _tag: "PlannerHeard", session, round: 1, planner: nodes[1]!.node }, now)
      }
      assert.isTrue(escalates(first.step(ticked, halfHour)))
    }), { numRuns: 30 })
  })

  it("H20: after a restart the age by the wall clock shortens what is left, and never lengthens it", () => {
    const ages = [0, 10 * 60_000, halfHour, 100 * halfHour, -100 * halfHour]
    const left = [halfHour, 20 * 60_000, 0, 0, halfHour]
    ages.forEach((ageMillis, at) => {
      const { nodes: [first], paper, agents, session } = ranked(["a", "b", "c"], 0)
      paper.propose(session, agents[0]!)
      const start = 5000
      first!.step({ _tag: "Resumed", session, ageMillis }, start)

      assert.strictEqual(isOverdue(first!.state(), session, start + left[at]!), true)
      assert.strictEqual(isOverdue(first!.state(), session, start + left[at]! - 1), false)
      assert.strictEqual(escalates(first!.step(ticked, start)), left[at] === 0)
    })
  })

  it("a restored state asks for nothing; what is its turn is done with the first tick", () => {
    const { first, session } = ranked()
    const { drafts, outputs: none } = first.step({ _tag: "Resumed", session, ageMillis: 60_000 }, 0)
    assert.deepStrictEqual([drafts, none], [[], []])
    const { outputs } = first.step(ticked, 0)

    assert.deepStrictEqual(outputs.map(({ _tag }) => _tag), ["SayPlanning", "AskReasoner"])
  })

  it("a session that is resumed twice, or touched before, keeps its first deadline", () => {
    const { first, session, touched } = waiting()
    first.step({ _tag: "Resumed", session, ageMillis: halfHour }, 1000)
    first.step(touched, 2000)

    assert.isFalse(isOverdue(first.state(), session, halfHour - 1))
    assert.isTrue(isOverdue(first.state(), session, halfHour))
  })
})
