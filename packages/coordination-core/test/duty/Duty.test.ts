/**
 * What a session needs next, by its facts and its deadline alone.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Duty from "@chorus/coordination-core/duty/Duty"
import * as Status from "@chorus/coordination-core/session/Status"
import * as Paper from "@chorus/coordination-core/testing/Paper"
import { look, scene } from "../session/scene.ts"

const setting = () => {
  const { agents: [a, b], paper, session } = scene()
  const duties = (overdue = false) => {
    const { session: opened, world } = look(paper, session)
    return Duty.dutiesOf(opened, world, overdue)
  }
  const tags = (overdue = false) => duties(overdue).map(({ _tag }) => _tag)
  return { a: a!, b: b!, paper, session, duties, tags }
}

describe("Duty", () => {
  it("first a plan, and while the members think about it nothing", () => {
    const { a, duties, paper, session, tags } = setting()
    assert.deepStrictEqual(duties(), [{ _tag: "Plan", key: "plan 1", round: 1, answers: undefined }])

    const plan = paper.propose(session, a)
    assert.deepStrictEqual(tags(), [])
    paper.vote(a, plan, "agree")
    assert.deepStrictEqual(tags(), [])
  })

  it("an objection to the best plan asks for a plan of the next round, which answers it", () => {
    const { a, b, duties, paper, session } = setting()
    const plan = paper.propose(session, a)
    const objection = paper.vote(b, plan, "object")
    const [next, ...others] = duties()

    assert.deepStrictEqual(others, [])
    assert.deepInclude(next, { _tag: "Plan", round: 2 })
    assert.strictEqual(next?._tag === "Plan" ? next.answers?.objection.id : undefined, objection.id)
    paper.propose(session, a, "better", objection)
    assert.deepStrictEqual(duties(), [])
  })

  it("a second objection to the same plan asks for nothing more", () => {
    const { a, b, duties, paper, session } = setting()
    const plan = paper.propose(session, a)
    paper.vote(b, plan, "object")
    const [before] = duties()
    paper.vote(a, plan, "object")

    assert.deepStrictEqual(duties().map(({ key }) => key), [before?.key])
  })

  it("an objection that only clears the way opens no round, nor does one in the last", () => {
    const { a, b, paper, session, tags } = setting()
    const first = paper.propose(session, a)
    paper.vote(b, first, "object", Paper.planHash(first))
    assert.deepStrictEqual(tags(), [])

    const second = paper.propose(session, a, "2", paper.vote(a, first, "object"))
    const third = paper.propose(session, a, "3", paper.vote(b, second, "object"))
    paper.vote(a, third, "object")
    assert.deepStrictEqual(tags(), [])
  })

  it("consensus is certified, also when a person was asked already, and then nothing is left", () => {
    const { a, b, duties, paper, session, tags } = setting()
    const plan = paper.propose(session, a)
    const votes = [paper.vote(a, plan, "agree"), paper.vote(b, plan, "agree")]
    assert.deepStrictEqual(tags(), ["Certify"])
    paper.escalate(a.node, session, "why")
    assert.deepStrictEqual(tags(true), ["Certify"])

    const [duty] = duties()
    assert.sameMembers(
      duty?._tag === "Certify" ? duty.votes.map(({ id }) => id) : [],
      votes.map(({ id }) => id)
    )
    paper.certify(b.node, session, votes)
    assert.deepStrictEqual(tags(true), [])
  })

  it("H17: past the deadline an active session is handed to a person, once", () => {
    const { a, paper, session, tags } = setting()
    assert.deepStrictEqual(tags(true), ["Escalate"])

    paper.escalate(a.node, session, Status.overdueReason)
    assert.deepStrictEqual(tags(true), [])
  })

  it("I5: past the deadline consensus that nobody could certify is handed to a person as well", () => {
    const { a, b, paper, session, tags } = setting()
    const plan = paper.propose(session, a)
    for (const agent of [a, b]) paper.vote(agent, plan, "agree")

    assert.deepStrictEqual(tags(true), ["Certify", "Escalate"])
  })

  it("a session that expired asks for nothing", () => {
    const { claims, paper, session } = scene()
    for (const claim of claims) paper.end(claim)
    const { session: opened, world } = look(paper, session)

    assert.deepStrictEqual(Duty.dutiesOf(opened, world, true), [])
  })
})
