/**
 * A certificate proves itself against the opening alone (docs/rules.md, 7).
 */
import { assert, describe, it } from "@effect/vitest"
import type { Fact } from "@chorus/coordination-core/fact/Fact"
import type { Stance, Terms } from "@chorus/coordination-core/fact/SessionFacts"
import * as Opening from "@chorus/coordination-core/session/Opening"
import * as Paper from "@chorus/coordination-core/testing/Paper"
import * as Certificate from "@chorus/coordination-core/vote/Certificate"
import * as Policy from "@chorus/coordination-core/vote/Policy"
import * as fc from "fast-check"
import { scene } from "../session/scene.ts"

const stances = fc.array(fc.constantFrom<Stance>("agree", "agree", "abstain", "object"), {
  minLength: 2,
  maxLength: 5
})
const policies = ["unanimous", "allButOne", "majority"] as const

/** The certificate of one vote of each agent, stated by nobody in particular. */
const certified = (cast: ReadonlyArray<Stance>) => {
  const names = ["a", "b", "c", "d", "e"].slice(0, cast.length)
  const { agents, opening, paper, session } = scene(names, "planning")
  const plan = paper.propose(session, agents[0]!)
  const votes = cast.map((stance, at) => paper.vote(agents[at]!, plan, stance))
  const opened = Opening.fromFact(opening)!
  const of = (embedded: ReadonlyArray<Fact>) =>
    Certificate.fromFact(paper.certify(Paper.node("anybody"), session, embedded))
  return { agents, opened, paper, plan, session, votes, of }
}

const isValid = (certificate: Certificate.Certificate | undefined, opening: Opening.Opening): boolean =>
  certificate !== undefined && Certificate.isValid(certificate, opening)

describe("Certificate", () => {
  it("is valid exactly when all voted, nobody objected and no more abstained than may", () => {
    fc.assert(fc.property(stances, fc.constantFrom<Terms["policy"]>(...policies), (cast, policy) => {
      const { of, opened, votes } = certified(cast)
      const opening = { ...opened, terms: { ...opened.terms, policy } }
      const abstentions = cast.filter((stance) => stance === "abstain").length

      assert.strictEqual(
        isValid(of(votes), opening),
        !cast.includes("object") && abstentions <= Policy.abstentionsMax(policy, cast.length)
      )
      assert.strictEqual(isValid(of(votes.toReversed()), opening), isValid(of(votes), opening))
    }))
  })

  it("H5 H6 H8: a vote less, one more, one doubled or an outsider's in its place make it worthless", () => {
    const { agents, of, opened, paper, plan, votes } = certified(["agree", "agree", "agree"])
    const outsider = paper.vote(paper.agent("outsider", "a"), plan, "agree")
    const again = paper.vote(agents[0]!, plan, "agree")
    const worthless = [
      [], votes.slice(1), [...votes, outsider], [outsider, ...votes.slice(1)], [...votes, again],
      [votes[0]!, votes[0]!, votes[1]!]
    ]

    assert.isTrue(isValid(of(votes), opened))
    for (const embedded of worthless) assert.isFalse(isValid(of(embedded), opened))
  })

  it("H9: votes on two plans, of two rounds or for another session make it worthless", () => {
    const { agents, of, opened, paper, plan, session, votes } = certified(["agree", "agree"])
    const another = paper.propose(session, agents[1]!, "another")
    const elsewhere = paper.propose("dep_of_another_session", agents[0]!)
    const objection = paper.vote(agents[1]!, plan, "object")
    const revised = paper.propose(session, agents[0]!, "revised", objection)
    const on = (other: Fact) => paper.vote(agents[1]!, other, "agree")

    for (const other of [another, elsewhere, revised]) {
      assert.isUndefined(of([votes[0]!, on(other)]))
    }
    assert.isUndefined(of([on(elsewhere)]))
    assert.isFalse(isValid(of(votes), { ...opened, session: "dep_of_another_session" }))
  })

  it("H9: a vote that names the plan under another round or session makes it worthless", () => {
    const { agents, of, paper, plan, session, votes } = certified(["agree", "agree"])
    const forged = (change: { readonly round?: number; readonly session_id?: string }) =>
      paper.state(agents[1]!.node, {
        data: {
          message_type: "coordination_response",
          session_id: session,
          agent_id: agents[1]!.name,
          response: "because",
          stance: "agree",
          round: 1,
          plan_hash: Paper.planHash(plan),
          ...change
        },
        embed: []
      })

    assert.isDefined(of([votes[0]!, forged({})]))
    assert.isUndefined(of([votes[0]!, forged({ round: 2 })]))
    assert.isUndefined(of([votes[0]!, forged({ session_id: "dep_of_another_session" })]))
  })

  it("an answer without stance inside it makes it worthless", () => {
    const { agents, of, opened, paper, session, votes } = certified(["agree", "agree"])
    const message = paper.state(agents[1]!.node, {
      data: {
        message_type: "coordination_response",
        session_id: session,
        agent_id: agents[1]!.name,
        response: "I agree"
      },
      embed: []
    })

    assert.isUndefined(of([votes[0]!, message]))
    assert.isUndefined(of([...votes, message]))
    assert.isTrue(isValid(of(votes), opened))
  })

  it("only a resolution carries one", () => {
    const { plan, votes } = certified(["agree", "agree"])

    assert.deepStrictEqual([plan, ...votes].map(Certificate.fromFact), [undefined, undefined, undefined])
  })
})
