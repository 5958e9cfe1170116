/**
 * What a node learns from its sessions about its alerts, and what it does about it.
 */
import { assert, describe, it } from "@effect/vitest"
import { draft } from "@chorus/coordination-core/fact/Draft"
import type { Fact } from "@chorus/coordination-core/fact/Fact"
import * as Lessons from "@chorus/coordination-core/lesson/Lessons"
import * as Replica from "@chorus/coordination-core/replica/Replica"
import * as Paper from "@chorus/coordination-core/testing/Paper"
import { claims, machine, pair, types } from "../detection/machine.ts"

/** A session of a pair that speaks alike, which its members dismiss or confirm. */
const judged = (paper: Paper.Paper, nth: number, dismisses: boolean) => {
  const [a, b] = [paper.agent("a", `api${nth}`), paper.agent("b", `web${nth}`)]
  const [one, two] = [paper.claim(a, `backend#${nth}`), paper.claim(b, `frontend#${nth}`)]
  const session = Paper.session(paper.depend(one, two))
  const plan = paper.propose(session, a)
  const votes = [a, b].map(({ name, node }) =>
    paper.state(node, draft({
      message_type: "coordination_response",
      session_id: session,
      agent_id: name,
      response: "",
      stance: "agree",
      round: 1,
      plan_hash: Paper.planHash(plan),
      ...(dismisses ? { dismisses } : {})
    })))
  paper.certify(a.node, session, votes)
  for (const claim of [one, two]) paper.end(claim)
  return session
}

describe("Lessons", () => {
  const lessonsOf = (paper: Paper.Paper, node = "b", at = 0) => {
    const replica = Replica.evolveAll(Replica.empty(paper.founder), paper.facts)
    const ids = Replica.openedSessions(replica).map(({ id }) => id)
    return [ids, ids.toReversed(), [...ids, ...ids]].map((order) =>
      Lessons.learnAll(Lessons.empty, replica, order, Paper.node(node), () => at))
  }

  it("count what members agreed on, once, in whatever order, and only of a node's own sessions", () => {
    const paper = Paper.make()
    for (const [nth, dismisses] of [true, false, true, true].entries()) judged(paper, nth + 10, dismisses)
    for (const lessons of lessonsOf(paper)) {
      const tally = Lessons.ofRule(lessons, "API_Contract")
      assert.deepInclude(tally, { fired: 4, confirmed: 1, dismissed: 3 })
      assert.strictEqual(Lessons.precision(tally, 0), 2 / 6)
      assert.strictEqual(Lessons.precision(Lessons.ofPair(lessons, "backend frontend"), 0), 2 / 6)
    }
    for (const lessons of lessonsOf(paper, "stranger")) assert.deepStrictEqual(lessons, Lessons.empty)
  })

  it("a person's verdict takes the place of the members'", () => {
    const paper = Paper.make()
    const session = judged(paper, 10, false)
    paper.rule(paper.founder, Paper.node("a"), {
      kind: "decide_session",
      session_id: session,
      decision: "nothing to do",
      verdict: "dismissed",
      replaces: []
    })
    const [lessons = Lessons.empty] = lessonsOf(paper)
    assert.deepInclude(Lessons.ofRule(lessons, "API_Contract"), { fired: 1, confirmed: 0, dismissed: 1 })
  })

  it("a ruling that takes the place of a dismissal takes it back, whatever was learnt when", () => {
    const paper = Paper.make()
    const [agreed, open] = [judged(paper, 10, false), Paper.session(paper.depend(
      paper.claim(paper.agent("a", "api"), "backend#1"),
      paper.claim(paper.agent("b", "web"), "frontend#1")
    ))]
    const rule = (session_id: string, replaced: ReadonlyArray<Fact>, verdict?: "dismissed") =>
      paper.rule(paper.founder, Paper.node("a"), {
        kind: "decide_session",
        session_id,
        decision: "on second thoughts",
        ...(verdict === undefined ? {} : { verdict }),
        replaces: replaced.map(({ ruling }) => ruling!.id)
      })
    const tally = (lessons: Lessons.Lessons | undefined) => {
      const found = Lessons.ofRule(lessons ?? Lessons.empty, "API_Contract")
      return [found?.confirmed, found?.dismissed, Lessons.precision(found, 0)]
    }
    const first = [rule(agreed, [], "dismissed"), rule(open, [], "dismissed")]
    const [dismissed = Lessons.empty] = lessonsOf(paper)
    assert.deepStrictEqual(tally(dismissed), [0, 2, 1 / 4])
    rule(agreed, first.slice(0, 1))
    rule(open, first.slice(1))

    const replica = Replica.evolveAll(Replica.empty(paper.founder), paper.facts)
    const later = Lessons.learnAll(dismissed, replica, [open, agreed, open], Paper.node("b"), () => 0)
    for (const lessons of [...lessonsOf(paper), later]) assert.deepStrictEqual(tally(lessons), [1, 0, 2 / 3])
  })

  it("demote a rule that people keep dismissing, until time heals it; scopes stand above that", () => {
    const { paper } = pair()
    const [first] = machine(paper, "b").fold()
    assert.strictEqual(first?.data.message_type, "dependency_detected")
    for (let nth = 10; nth < 14; nth++) judged(paper, nth, true)
    const b = machine(paper, "b")
    assert.deepStrictEqual(b.fold(), [])
    assert.match(b.state().heldBack.latest[0]?.because ?? "", /^the rule API_Contract is demoted/)
    const [lessons = Lessons.empty] = lessonsOf(paper)
    const tally = Lessons.ofRule(lessons, "API_Contract")
    assert.isTrue(Lessons.isDemoted(tally, 0))
    assert.isFalse(Lessons.isDemoted(tally, 60 * 86_400_000))

    claims(paper, paper.agent("a", "api"), "backend#3", "Users", "api:GET /v1/users=replace")
    claims(paper, paper.agent("b", "web"), "frontend#4", "Page", "api:GET /v1/users=use")
    assert.deepStrictEqual(types(b.fold()), ["dependency_detected"])
  })
})
