/**
 * Whole nodes together, from two claims to an agreement, without a model, a network or a clock.
 */
import { assert, describe, it } from "@effect/vitest"
import type { Command } from "@chorus/coordination-core/command/Command"
import type { PlanHash, Stance } from "@chorus/coordination-core/fact/SessionFacts"
import { AgentName } from "@chorus/coordination-core/identity/AgentId"
import * as Canonical from "@chorus/coordination-core/replica/Canonical"
import * as Deliberation from "@chorus/coordination-core/session/Deliberation"
import * as Replica from "@chorus/coordination-core/replica/Replica"
import * as Result from "effect/Result"
import { mesh, statuses } from "./node.ts"

const [api, web] = ["agent-001", "agent-002"].map((name) => AgentName.make(name)) as [AgentName, AgentName]
const claim = (agent: AgentName, repository: string, task_id: number, title: string): Command => ({
  _tag: "Claim",
  agent,
  task: { repository, task_id, title },
  leaseMillis: 3_600_000
})

/** The seed's first example pair, claimed on two nodes. */
const met = () => {
  const made = mesh("one", "two", "observer")
  made.pass(20)
  made.command("one", claim(api, "backend-api", 42, "Define user authentication API"))
  made.command("two", claim(web, "frontend-app", 43, "Implement authentication endpoint"))
  made.pass(20)
  const [first] = statuses(made.state("one"))
  const answer = (name: string, agent: AgentName, stance: Stance, plan?: PlanHash) =>
    made.command(name, { _tag: "Answer", agent, session: first!.session.id, stance, reason: "because", plan })
  return { ...made, session: first!.session.id, answer }
}

describe("A mesh on paper", () => {
  it("H1: two claims that depend on each other become one session, one call and one plan", () => {
    const { asked, paper, session, state } = met()

    for (const name of ["one", "two", "observer"]) {
      assert.deepStrictEqual(
        statuses(state(name)).map(({ session: { id }, status }) => [id, status]),
        [[session, "active"]]
      )
    }
    assert.lengthOf(asked, 1)
    assert.lengthOf(paper.facts.filter(({ data }) => data.message_type === "coordination_plan"), 1)
  })

  it("both agree, one certifies, and every node is byte for byte the same", () => {
    const { answer, paper, state } = met()
    assert.isTrue(Result.isSuccess(answer("one", api, "agree")))
    assert.isTrue(Result.isSuccess(answer("two", web, "agree")))

    const states = ["one", "two", "observer"].map(state)
    for (const each of states) assert.deepStrictEqual(
      statuses(each).map(({ status }) => status),
      ["resolved"]
    )
    assert.lengthOf(new Set(states.map(({ replica }) => Canonical.hashOf(replica))), 1)
    assert.lengthOf(paper.facts.filter(({ data }) => data.message_type === "resolution"), 1)
  })

  it("an objection brings a plan of round 2 that answers it, and agreement to that resolves", () => {
    const { answer, asked, session, state } = met()
    answer("two", web, "object")

    const { replica } = state("one")
    const best = Deliberation.bestPlan(Replica.sessionById(replica, session)!, Replica.world(replica))
    assert.strictEqual(best?.round, 2)
    assert.strictEqual(best?.objection?.reason, "because")
    assert.lengthOf(asked, 2)
    answer("one", api, "agree")
    answer("two", web, "agree")
    assert.deepStrictEqual(statuses(state("observer")).map(({ status }) => status), ["resolved"])
  })

  it("H17 H22: nobody answers: a person is asked once, and the session stays in the inbox", () => {
    const { pass, paper, session, state } = met()
    pass(40 * 60)

    assert.deepStrictEqual(statuses(state("observer")).map(({ status }) => status), ["escalated"])
    assert.lengthOf(paper.facts.filter(({ data }) => data.message_type === "escalation"), 1)
    assert.deepStrictEqual([...state("observer").open], [session])
  })

  it("two agents that claim the same task are in a conflict session", () => {
    const { command, pass, state } = mesh("one", "two")
    command("one", claim(api, "backend-api", 42, "Define user authentication API"))
    command("two", claim(web, "backend-api", 42, "Define user authentication API"))
    pass(20)

    const opened = statuses(state("two"))
    assert.lengthOf(opened, 1)
    assert.match(opened[0]!.session.id, /^conf_/)
    assert.lengthOf(opened[0]!.session.opening.roster, 2)
  })
})
