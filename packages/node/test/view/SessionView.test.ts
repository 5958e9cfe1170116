/**
 * Sessions as the node tells of them: how they are found, listed, and when they wait for a person.
 */
import * as NodeSettings from "@chorus/coordination-core/coordination/NodeSettings"
import type { RulingId } from "@chorus/coordination-core/ruling/Ruling"
import * as Paper from "@chorus/coordination-core/testing/Paper"
import { assert, describe, it } from "@effect/vitest"
import * as Result from "effect/Result"
import * as Hint from "../../src/cli/CommandLine.ts"
import * as Format from "../../src/cli/Format.ts"
import * as InboxView from "../../src/view/InboxView.ts"
import * as SessionView from "../../src/view/SessionView.ts"
import { observer, stateOf } from "./paper.ts"

const dependency = (paper: Paper.Paper, number = 1) => {
  const [api, web] = [paper.agent("a", "api"), paper.agent("b", "web")]
  return Paper.session(
    paper.depend(paper.claim(api, `backend#${number}`), paper.claim(web, `frontend#${number}`))
  )
}

const look = (paper: Paper.Paper, nowMillis = 0): SessionView.Look => ({
  state: stateOf(paper),
  nowMillis,
  wallMillis: 0,
  self: observer
})

describe("SessionView.find", () => {
  it("takes a whole id, or a beginning of which there is one", () => {
    const paper = Paper.make()
    const id = dependency(paper)

    for (const typed of [id, id.slice(0, 12), id.slice(0, 7)]) {
      const found = SessionView.find(stateOf(paper), typed)
      assert.strictEqual(Result.isSuccess(found) ? found.success.id : found.failure, id)
    }
  })

  it("says what is wrong with any other", () => {
    const paper = Paper.make()
    const ids = [dependency(paper)]
    // Three digits are the same in two of some dozens.
    while (new Set(ids.map((id) => id.slice(0, 7))).size === ids.length) ids.push(
      dependency(paper, ids.length + 1)
    )
    const shared = ids.at(-1)!.slice(0, 7)
    const failure = (typed: string) => Result.merge(SessionView.find(stateOf(paper), typed))

    assert.strictEqual(failure(shared), `2 sessions begin with "${shared}": give more of the id`)
    assert.match(
      String(failure(shared.slice(0, 6))),
      /^"dep_.." is too short; give the id as `chorus sessions` shows it$/
    )
    assert.match(String(failure("")), /^"" is too short/)
    assert.match(
      String(failure("plan_0000")),
      /^no session begins with "plan_0000"; `chorus sessions --all` lists/
    )
  })
})

describe("SessionView", () => {
  it("H26: sessions beyond what the node attends to are listed by themselves, and found by their ids", () => {
    const paper = Paper.make()
    const { sessionsPerClaimAndNode } = NodeSettings.defaults
    const own = paper.claim({ ...paper.agent("a", "api"), node: observer }, "backend#1")
    const ids = Array.from({ length: sessionsPerClaimAndNode + 3 }, (_, nth) =>
      Paper.session(paper.depend(paper.claim(paper.agent("flooder", "m1"), `flood#${nth}`), own)))
    const looked = look(paper)
    const [attended, heldBack] = [SessionView.rows(looked, false), SessionView.heldBack(looked)]
      .map((rows) => rows.map(({ session }) => session))

    assert.lengthOf(attended!, sessionsPerClaimAndNode)
    assert.lengthOf(heldBack!, 3)
    assert.sameMembers([...attended!, ...heldBack!], ids)
    assert.lengthOf(SessionView.rows(looked, true), ids.length)
    assert.isTrue(Result.isSuccess(SessionView.find(looked.state, heldBack![0]!)))
    assert.lengthOf(InboxView.waiting({ ...looked, nowMillis: 36_000_000 }), attended!.length)
  })

  it("lists the newest first, and what is over only when all are asked for", () => {
    const paper = Paper.make()
    const [first, second] = [dependency(paper, 1), dependency(paper, 2)]
    const claims = paper.facts.filter(({ data }) => data.message_type === "task_claimed")
    for (const claim of claims.slice(0, 2)) paper.end(claim)

    const listed = (all: boolean) => SessionView.rows(look(paper), all).map(
      ({ session, status }) => [session, status]
    )

    assert.deepStrictEqual(listed(false), [[second, "active"]])
    assert.deepStrictEqual(listed(true), [[second, "active"], [first, "expired"]])
  })

  it("a session whose deadline passed unsaid is in the inbox, and no other", () => {
    const paper = Paper.make()
    const id = dependency(paper)
    const minutes = (count: number) => InboxView.rows(look(paper, count * 60_000)).items

    assert.deepStrictEqual(minutes(29), [])
    assert.deepStrictEqual(
      minutes(30).map(({ reasons, session }) => [session, reasons]),
      [[id, [SessionView.overdueReason]]]
    )
  })

  it("the inbox begins with the case that waits longest", () => {
    const paper = Paper.make()
    const [first, second] = [dependency(paper, 1), dependency(paper, 2)]
    for (const id of [second, first]) paper.escalate(
      paper.agent("a", "api").node,
      id,
      "please look"
    )

    assert.deepStrictEqual(
      InboxView.rows(look(paper)).items.map(({ session }) => session),
      [first, second]
    )
  })

  it("says why a plan can be agreed no more, when an abstention is one too many", () => {
    const paper = Paper.make()
    const id = dependency(paper)
    const plan = paper.propose(id, paper.agent("a", "api"))
    const said = () => SessionView.rows(look(paper), true)[0]?.stuck_because
    assert.isUndefined(said())

    paper.vote(paper.agent("b", "web"), plan, "abstain")
    assert.strictEqual(
      said(),
      "no consensus is possible on this plan: nobody may abstain; escalate, or it escalates at its deadline"
    )
    paper.escalate(paper.agent("a", "api").node, id, "please look")
    assert.isUndefined(said())
  })

  it("the plan that a ruling names is shown whole, and each while a person has to choose", () => {
    const paper = Paper.make()
    const id = dependency(paper)
    const [api, web] = [paper.agent("a", "api"), paper.agent("b", "web")]
    const plan = paper.propose(id, api, "the older step")
    const other = paper.propose(id, api, "the newer step", paper.vote(web, plan, "object"))
    const shown = () => {
      const session = Result.getOrThrow(SessionView.find(stateOf(paper), id))
      const detail = SessionView.detail(look(paper), session)
      const text = Format.session(detail, 0, Hint.plain)
      return [text.includes("the newer step"), text.includes("the older step"), detail.plans[1]?.ruled]
    }
    assert.deepStrictEqual(shown(), [true, false, false])
    paper.escalate(api.node, id, "which?")
    assert.deepStrictEqual(shown(), [true, true, false])
    const [of] = [Paper.planHash(other), Paper.planHash(plan)].map((hash) => hash.slice(0, 12))
    const decide = (decision: string, replaces: ReadonlyArray<RulingId>) =>
      paper.rule(paper.founder, api.node, { kind: "decide_session", session_id: id, decision, replaces })
    const first = decide(`plan ${of} of round 2 holds`, [])
    assert.deepStrictEqual(shown(), [true, false, false])
    decide(`plan ${Paper.planHash(plan).slice(0, 12)} of round 1 holds`, [first.ruling!.id])
    assert.deepStrictEqual(shown(), [true, true, true])
  })

  it("a default, a dismissal, and a ruling beside another are told as such", () => {
    const paper = Paper.make()
    const id = dependency(paper)
    const rule = (more: { readonly holds_from?: string; readonly verdict?: "dismissed" }) =>
      paper.rule(paper.founder, paper.agent("a", "api").node, {
        kind: "decide_session",
        session_id: id,
        decision: `words ${JSON.stringify(more)}`,
        replaces: [],
        ...more
      })
    rule({ holds_from: "2026-11-22T12:00:00.000Z" })
    rule({ verdict: "dismissed" })
    const session = Result.getOrThrow(SessionView.find(stateOf(paper), id))
    const text = Format.session(SessionView.detail(look(paper), session), 0, Hint.plain)

    assert.match(text, /\n {2}1970-01-01 \S+ founder: words .+ \(dismissed\)(?! \(default)/)
    assert.match(text, /\n {2}2026-11-22 \S+ founder: words .+ \(default, sealed 1970-01-01 \S+\)/)
    assert.lengthOf(text.match(/ \(waits for a ruling that replaces both\)\n/g) ?? [], 1)
  })

  it("rulings are told by time, with names, and those that another replaces are marked", () => {
    const paper = Paper.make()
    const id = dependency(paper)
    const { node } = paper.agent("a", "api")
    const rule = (decision: string, replaces: ReadonlyArray<RulingId>) =>
      paper.rule(paper.founder, node, { kind: "decide_session", session_id: id, decision, replaces })
    const first = rule("web waits", [])
    rule("api waits", [first.ruling!.id])
    const session = Result.getOrThrow(SessionView.find(stateOf(paper), id))

    const { rulings } = SessionView.detail(look(paper), session)

    assert.deepStrictEqual(
      rulings.map(({ counts, decision, name, replaced }) => [decision, name, counts, replaced]),
      [["web waits", "founder", false, true], ["api waits", "founder", true, false]]
    )
  })

  it("a detail names members by name alone unless two are called the same", () => {
    const paper = Paper.make()
    const [one, other] = [paper.agent("a", "agent"), paper.agent("b", "agent")]
    const id = Paper.session(paper.depend(paper.claim(one, "x#1"), paper.claim(other, "y#1")))
    const session = Result.getOrThrow(SessionView.find(stateOf(paper), id))

    const agents = SessionView.detail(look(paper), session).tasks.map(({ agent }) => agent)

    assert.sameMembers(agents, [`agent@${one.node.slice(-8)}`, `agent@${other.node.slice(-8)}`])
  })
})
