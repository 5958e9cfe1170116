/**
 * By which rules an honest agent votes, and what it is told when it may not (docs/rules.md, 7: votes).
 */
import { assert, describe, it } from "@effect/vitest"
import { draft } from "@chorus/coordination-core/fact/Draft"
import type { Fact } from "@chorus/coordination-core/fact/Fact"
import type { PlanHash, Stance } from "@chorus/coordination-core/fact/SessionFacts"
import { type AgentId, key } from "@chorus/coordination-core/identity/AgentId"
import * as Paper from "@chorus/coordination-core/testing/Paper"
import * as Voting from "@chorus/coordination-core/vote/Voting"
import * as Result from "effect/Result"
import { look, scene } from "../session/scene.ts"

const setting = (names?: ReadonlyArray<string>) => {
  const made = names === undefined ? scene() : scene(names, "planning")
  const { agents, paper, session } = made
  const cast = (agent: AgentId, stance: Stance, plan?: Fact, more: Partial<Voting.Answer> = {}) => {
    const { session: opened, world } = look(paper, session)
    return Voting.cast(opened, world, {
      agent: key(agent),
      stance,
      reason: "because",
      plan: plan === undefined ? undefined : Paper.planHash(plan),
      ...more
    })
  }
  /** Casts, and states what came of it. */
  const voted = (agent: AgentId, stance: Stance, plan?: Fact): Fact => {
    const { draft } = Result.getOrThrow(cast(agent, stance, plan))
    if (draft === undefined) throw new Error("nothing to state")
    return paper.state(agent.node, draft)
  }
  const superseding = (agent: AgentId) => {
    const { session: opened, world } = look(paper, session)
    return Voting.superseding(opened, world, key(agent))
  }
  /** Plans of the given round, the best first. */
  const plansBy = (...by: ReadonlyArray<AgentId>): ReadonlyArray<Fact> =>
    by.map((agent, at) => paper.propose(session, agent, `plan ${at}`))
      .sort((one, other) => Paper.planHash(one) < Paper.planHash(other) ? -1 : 1)
  return { ...made, a: agents[0]!, b: agents[1]!, cast, voted, superseding, plansBy }
}

const refusal = (result: Result.Result<unknown, string>): string =>
  Result.isFailure(result) ? result.failure : "not refused"

describe("Voting", () => {
  it("a vote names session, round and hash of its plan; without a plan, of the best one", () => {
    const { a, b, cast, plansBy, session } = setting()
    const [best, worse] = plansBy(a, b)

    assert.deepStrictEqual<unknown>(Result.getOrThrow(cast(a, "agree")).draft?.data, {
      message_type: "coordination_response",
      session_id: session,
      agent_id: a.name,
      response: "because",
      stance: "agree",
      round: 1,
      plan_hash: Paper.planHash(best!)
    })
    assert.strictEqual(Result.getOrThrow(cast(a, "agree", worse)).plan.hash, Paper.planHash(worse!))
  })

  it("who is no member, has no plan to vote on, or comes after the end is told so", () => {
    const { a, b, cast, paper, session, voted } = setting()
    assert.include(refusal(cast(a, "agree")), "no plan yet")
    const plan = paper.propose(session, a)
    const outsiders = paper.propose(session, paper.agent("outsider", "x"), "mine")

    assert.include(refusal(cast(paper.agent("outsider", "a"), "agree", plan)), "not a member")
    assert.include(refusal(cast(a, "agree", outsiders)), "no such plan")
    assert.include(refusal(cast(a, "agree", plan, { reason: "x".repeat(281) })), "280 characters")
    assert.isDefined(Result.getOrThrow(cast(a, "agree", plan, { reason: "x".repeat(280) })).draft)
    paper.certify(a.node, session, [voted(a, "agree"), voted(b, "agree")])
    assert.include(refusal(cast(a, "object", plan)), "the session is resolved")
  })

  it("votes are final: the same again states nothing, another stance is refused", () => {
    for (const stance of ["agree", "object", "abstain"] as const) {
      const { a, cast, paper, session, voted } = setting()
      const plan = paper.propose(session, a)
      voted(a, stance, plan)

      assert.isUndefined(Result.getOrThrow(cast(a, stance, plan)).draft)
      for (const other of (["agree", "object", "abstain"] as const).filter((each) => each !== stance)) {
        const refused = refusal(cast(a, other, plan))
        assert.match(refused, /^votes are final, .* "\w+" .*; answer the next plan, or escalate$/)
      }
    }
  })

  it("H15: having agreed or abstained, an agent is bound until it holds an objection to that plan", () => {
    for (const first of ["agree", "abstain"] as const) {
      for (const then of ["agree", "abstain"] as const) {
        const { a, b, cast, plansBy, voted } = setting()
        const [one, two] = plansBy(a, b)
        voted(a, first, two)

        assert.match(
          refusal(cast(a, then, one)),
          /^a is bound to plan [0-9a-f]{12}, .*; wait for a member's objection to it, or escalate$/
        )
        voted(b, "object", two)
        assert.isDefined(Result.getOrThrow(cast(a, then, one)).draft)
      }
    }
  })

  it("an objection binds nobody, and may be made to any number of plans", () => {
    const { a, b, plansBy, voted } = setting()
    const [one, two] = plansBy(a, b)

    voted(a, "object", one)
    voted(a, "object", two)
    assert.strictEqual(voted(b, "agree", one).from, b.node)
  })

  it("an objection says where it dismisses the alert, agreement where the plan has nothing to do", () => {
    const { a, cast, paper, session } = setting()
    const work = paper.propose(session, a)
    const nothing = paper.state(a.node, draft({
      message_type: "coordination_plan",
      session_id: session,
      plan: "",
      round: 1,
      content: { ...Paper.content(a, "nothing"), nothing_to_do: true }
    }))
    const dismisses = (stance: Stance, plan: Fact, more?: Partial<Voting.Answer>) => {
      const { draft: stated } = Result.getOrThrow(cast(a, stance, plan, more))
      return stated !== undefined && "dismisses" in stated.data ? stated.data.dismisses : "unsaid"
    }

    for (const plan of [work, nothing]) {
      assert.isTrue(dismisses("object", plan, { dismisses: true }))
      assert.strictEqual(dismisses("object", plan, { dismisses: false }), "unsaid")
      assert.strictEqual(dismisses("object", plan), "unsaid")
      assert.strictEqual(dismisses("abstain", plan, { dismisses: true }), "unsaid")
    }
    assert.isTrue(dismisses("agree", nothing))
    assert.strictEqual(dismisses("agree", work, { dismisses: true }), "unsaid")
  })

  it("an outsider's objection frees nobody", () => {
    const { a, b, cast, paper, plansBy, voted } = setting()
    const [one, two] = plansBy(a, b)
    voted(a, "agree", two)
    paper.vote(paper.agent("outsider", "b"), two!, "object")

    assert.include(refusal(cast(a, "agree", one)), "bound to plan")
  })

  it("bound to several plans, an agent needs an objection to each", () => {
    const { agents: [a, b, c], cast, plansBy, voted } = setting(["a", "b", "c"])
    const [best, middle, worst] = plansBy(a!, b!, c!)
    voted(a!, "agree", worst)
    voted(b!, "object", worst)
    voted(a!, "agree", middle)

    assert.include(refusal(cast(a!, "agree", best)), "bound to plan")
    voted(c!, "object", middle)
    assert.isDefined(Result.getOrThrow(cast(a!, "agree", best)).draft)
  })

  it("having agreed to a better plan an agent clears away the worse ones it has not voted on", () => {
    const { a, b, cast, paper, plansBy, superseding, voted } = setting()
    const [better, worse] = plansBy(a, b)
    voted(b, "agree", worse)
    assert.deepStrictEqual(superseding(a), [])
    voted(a, "agree", better)

    const [clearing, ...none] = superseding(a)
    assert.deepStrictEqual(none, [])
    assert.deepInclude(clearing?.data, {
      stance: "object",
      response: "superseded by a better plan",
      plan_hash: Paper.planHash(worse!),
      superseded_by: Paper.planHash(better!)
    })
    assert.include(refusal(cast(b, "agree", better)), "bound")
    paper.state(a.node, clearing!)
    assert.deepStrictEqual(superseding(a), [])
    assert.isDefined(Result.getOrThrow(cast(b, "agree", better)).draft)
  })

  it("only worse plans are superseded, by agreement alone, and never one that was voted on", () => {
    const { a, b, plansBy, superseding, voted } = setting()
    const [better, worse] = plansBy(a, b)
    voted(a, "agree", worse)
    voted(b, "abstain", better)

    assert.deepStrictEqual(superseding(a), [])
    assert.deepStrictEqual(superseding(b), [])
    voted(b, "object", worse)
    voted(a, "agree", better)
    assert.deepStrictEqual(superseding(a), [])
  })

  it("what supersedes is the plan agreed to, whatever else was voted on; after the end nothing does", () => {
    const { agents: [a, b, c], paper, plansBy, session, superseding, voted } = setting(["a", "b", "c"])
    const [best, middle, worst] = plansBy(a!, b!, c!)
    const supersedes = () =>
      superseding(a!).map(({ data }) => data.message_type === "coordination_response"
        ? [data.plan_hash, data.superseded_by]
        : [])
    voted(a!, "object", best)
    voted(a!, "agree", middle)

    assert.deepStrictEqual(supersedes(), [[Paper.planHash(worst!), Paper.planHash(middle!)]])
    paper.certify(a!.node, session, [b!, c!, a!].map((agent) => paper.vote(agent, middle!, "agree")))
    assert.deepStrictEqual(supersedes(), [])
  })

  it("a plan of a higher round supersedes those of lower rounds, whatever their hashes", () => {
    const { a, b, paper, session, superseding, voted } = setting()
    const first = paper.propose(session, a)
    const other = paper.propose(session, b, "other")
    const second = paper.propose(session, a, "second", voted(b, "object", first))
    voted(a, "agree", second)

    assert.sameMembers(
      superseding(a).map(({ data }): PlanHash | undefined =>
        data.message_type === "coordination_response" ? data.plan_hash : undefined
      ),
      [Paper.planHash(first), Paper.planHash(other)]
    )
  })

  it("I2: what an agent said binds it, even after its node was revoked", () => {
    const { a, b, cast, paper, session, voted } = setting()
    const plan = paper.propose(session, b)
    voted(a, "agree", plan)
    paper.rule(paper.founder, Paper.node("c"), {
      kind: "revoke_member",
      node: a.node,
      last_places: {},
      because: "lost"
    })

    assert.include(refusal(cast(a, "object", plan)), "votes are final")
    const [one, two] = [paper.propose(session, b, "one"), paper.propose(session, b, "two")]
    paper.vote(b, plan, "object")
    voted(a, "object", one)
    assert.isDefined(Result.getOrThrow(cast(a, "agree", two)).draft)
  })

  it("an escalated session may still be voted on, so that consensus can come late", () => {
    const { a, b, cast, paper, session } = setting()
    paper.propose(session, a)
    paper.escalate(b.node, session, "no answer")

    assert.isDefined(Result.getOrThrow(cast(a, "agree")).draft)
  })
})
