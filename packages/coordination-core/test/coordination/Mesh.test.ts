/**
 * Whole nodes together, from two claims to an agreement, without a model, a network or a clock.
 */
import { assert, describe, it } from "@effect/vitest"
import type { Command } from "@chorus/coordination-core/command/Command"
import type { PlanHash, Stance } from "@chorus/coordination-core/fact/SessionFacts"
import { AgentName } from "@chorus/coordination-core/identity/AgentId"
import * as Canonical from "@chorus/coordination-core/replica/Canonical"
import { TaskKey } from "@chorus/coordination-core/identity/TaskKey"
import * as Paper from "@chorus/coordination-core/testing/Paper"
import * as Deliberation from "@chorus/coordination-core/session/Deliberation"
import * as Replica from "@chorus/coordination-core/replica/Replica"
import * as Result from "effect/Result"
import { fresh, mesh, receive, statuses } from "./node.ts"

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

  it("H33: endless objections end after three rounds with a person, at one call and one plan a round", () => {
    const { answer, asked, pass, paper, session, state } = met()
    for (let times = 0; times < 12; times++) {
      answer(times % 2 === 0 ? "one" : "two", times % 2 === 0 ? api : web, "object")
      pass(30)
    }

    assert.deepStrictEqual(statuses(state("observer")).map(({ status }) => status), ["escalated"])
    const plans = paper.facts.filter(({ data }) => data.message_type === "coordination_plan")
    assert.deepStrictEqual(plans.map(Paper.roundOf), [1, 2, 3])
    assert.isTrue(plans.every((plan) => Paper.sessionOf(plan) === session))
    assert.lengthOf(asked, 3)
  })

  it("H13: a node that hears an outcome alone, and later the rest, ends where all others end", () => {
    const { answer, paper, state } = met()
    answer("one", api, "agree")
    answer("two", web, "agree")
    const [opening, certificate] = ["dependency_detected", "resolution"].map((type) =>
      paper.facts.find(({ data }) => data.message_type === type)!)
    const late = receive(fresh(Paper.node("late")), [certificate!], [opening!])
    const all = receive(late, paper.facts.toReversed())

    for (const each of [late, all]) {
      assert.deepStrictEqual(statuses(each).map(({ status }) => status), ["resolved"])
    }
    assert.strictEqual(Canonical.hashOf(all.replica), Canonical.hashOf(state("observer").replica))
  })

  it("H18 I10: no time that passes removes a session or its case; it expires when the work is over", () => {
    const { command, pass, session, state } = met()
    pass(3 * 60 * 60)

    assert.deepStrictEqual(statuses(state("observer")).map(({ status }) => status), ["escalated"])
    assert.deepStrictEqual([...state("observer").open], [session])
    const quiet = met()
    const work = [["one", api, "backend-api#42"], ["two", web, "frontend-app#43"]] as const
    for (const [name, agent, task] of work) {
      quiet.command(name, { _tag: "Release", agent, task: TaskKey.make(task), because: "" })
    }
    quiet.pass(3 * 60 * 60)
    assert.deepStrictEqual(statuses(quiet.state("observer")).map(({ status }) => status), ["expired"])
    assert.isTrue(Result.isSuccess(command("one", {
      _tag: "Release",
      agent: api,
      task: TaskKey.make("backend-api#42"),
      because: ""
    })))
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
