/**
 * Claiming, updating and giving back: what is stated, and what the agent is told (docs/rules.md, 5).
 */
import { assert, describe, it } from "@effect/vitest"
import type { Command } from "@chorus/coordination-core/command/Command"
import type { Fact } from "@chorus/coordination-core/fact/Fact"
import * as TaskCommands from "@chorus/coordination-core/command/TaskCommands"
import { AgentName } from "@chorus/coordination-core/identity/AgentId"
import { TaskKey } from "@chorus/coordination-core/identity/TaskKey"
import * as Registry from "@chorus/coordination-core/task/Registry"
import type { TaskContext } from "@chorus/coordination-core/task/TaskContext"
import * as Paper from "@chorus/coordination-core/testing/Paper"
import { replicaOf } from "../session/scene.ts"
import { desk } from "./desk.ts"

const lease = 1_800_000
const agent = AgentName.make("agent-001")
const task: TaskContext = { repository: "backend-api", task_id: 42, title: "Define the API" }
const key = TaskKey.make("backend-api#42")
const claim: Command = { _tag: "Claim", agent, task, leaseMillis: lease }
const release: Command = { _tag: "Release", agent, task: key, because: "" }
const types = (facts: ReadonlyArray<Fact>) => facts.map(({ data }) => data.message_type as string)

describe("Commands about tasks", () => {
  it("a claim announces the task and takes it for a lease", () => {
    const { done } = desk(Paper.make(), "a")
    const { done: told, facts } = done(claim, 1000)

    assert.deepStrictEqual(types(facts), ["task_announced", "task_claimed"])
    assert.deepInclude<unknown>(facts[1]?.data, {
      repository: "backend-api",
      task_id: 42,
      agent_id: agent,
      claimed_until_ms: 1000 + lease
    })
    assert.deepInclude<unknown>(facts[0]?.data, { version: 1, task: { ...task, agent_id: agent } })
    assert.strictEqual(told.summary, "agent-001 claimed backend-api#42")
  })

  it("H27: claiming again states nothing, and after half a lease a renewal", () => {
    const { done } = desk(Paper.make(), "a")
    const [, held] = done(claim, 0).facts

    assert.deepStrictEqual(
      done(claim, lease / 2 - 1),
      { facts: [], done: { summary: `${agent} holds ${key}`, claim: held!.id } }
    )
    const { facts } = done(claim, lease / 2)
    assert.deepStrictEqual(types(facts), ["claim_renewed"])
    assert.deepInclude<unknown>(facts[0]?.data, { claim: held!.id, claimed_until_ms: lease * 1.5 })
    assert.deepStrictEqual(done(claim, lease / 2 + 1).facts, [])
  })

  it("a claim that lapsed is claimed anew, but can still be ended", () => {
    const { done, refusal } = desk(Paper.make(), "a")
    const [, lapsed] = done(claim, 0).facts
    assert.deepStrictEqual(types(done(claim, lease).facts), ["task_claimed"])

    assert.notStrictEqual(done(release, lease).done.claim, lapsed!.id)
    assert.strictEqual(done(release, lease).done.claim, lapsed!.id)
    assert.include(refusal(release, lease)?.message, "does not hold")
  })

  it("claiming with other words updates the task", () => {
    const { done } = desk(Paper.make(), "a")
    done(claim)
    const { facts } = done({ ...claim, task: { ...task, title: "Define the login API" } })

    assert.deepStrictEqual(types(facts), ["task_updated"])
    assert.deepInclude<unknown>(facts[0]?.data, { version: 2 })
  })

  it("H25 H26: a node's agents that hold tasks are so many at most, and one that holds goes on", () => {
    const paper = Paper.make()
    for (let nth = 0; nth < TaskCommands.agentsMax; nth++) {
      paper.claim(paper.agent("a", `agent-${nth}`), `repo#${nth}`)
    }
    const named = (name: string): Command => ({ ...claim, agent: AgentName.make(name) }) as Command

    const refusal = desk(paper, "a").refusal(named("one-more"))
    assert.match(refusal?.message ?? "", /^256 agents of this node hold tasks/)
    assert.lengthOf(desk(paper, "a").done(named("agent-7")).facts, 2)
    assert.lengthOf(desk(paper, "b").done(named("one-more")).facts, 2)
  })

  it("another agent's claim on the task does not stand in the way", () => {
    const paper = Paper.make()
    desk(paper, "b").done(claim)
    const { facts } = desk(paper, "a").done(claim)

    assert.deepStrictEqual(types(facts), ["task_announced", "task_claimed"])
  })

  it("what another agent of the node claims, declares or updates leaves the holder's words alone", () => {
    const paper = Paper.make()
    const { done } = desk(paper, "a")
    const second = AgentName.make("agent-002")
    const words = { scopes: ["table:users=migrate"], description: "all" }
    const [, held] = done({ ...claim, task: { ...task, ...words } }).facts
    const other: TaskContext = { ...task, title: "Drop the users", scopes: ["table:users=remove"] }
    const [described, claimed] = done({ ...claim, agent: second, task: other }).facts
    done({ _tag: "Update", agent: second, task: key, changes: { description: "none" } })

    assert.deepInclude<unknown>(described?.data, { message_type: "task_updated", version: 2 })
    const wordsOf = ({ id }: Fact) => {
      const { tasks } = replicaOf(paper)
      return Registry.contextOf(tasks, Registry.claimById(tasks, id)!, () => true)
    }
    assert.deepStrictEqual(wordsOf(held!), { ...task, ...words, agent_id: agent })
    assert.deepStrictEqual(wordsOf(claimed!), { ...other, agent_id: second, description: "none" })
    assert.deepStrictEqual(done({ ...claim, task: { ...task, ...words } }).facts, [])
    done({ _tag: "Update", agent, task: key, changes: { title: "Define it" } })
    assert.deepStrictEqual(wordsOf(held!), { ...task, ...words, agent_id: agent, title: "Define it" })
    assert.strictEqual(wordsOf(claimed!).title, "Drop the users")
  })

  it("an update keeps what it does not change, and states nothing when nothing changes", () => {
    const { done, refusal } = desk(Paper.make(), "a")
    const update: Command = { _tag: "Update", agent, task: key, changes: { description: "more" } }
    assert.include(refusal(update)?.message, "does not hold backend-api#42")
    done(claim)

    assert.deepInclude<unknown>(done(update).facts[0]?.data, {
      version: 2,
      task: { ...task, agent_id: agent, description: "more" }
    })
    const again = done(update)
    assert.deepStrictEqual(again.facts, [])
    assert.strictEqual(again.done.summary, "backend-api#42 is described so already")
  })

  it("an update says what changed, and which lists it took the place of", () => {
    const { done } = desk(Paper.make(), "a")
    done(claim)
    const update = (changes: object) => done({ _tag: "Update", agent, task: key, changes }).done.summary

    assert.strictEqual(
      update({ title: "Define it", scopes: ["api:GET /a=add"] }),
      "updated backend-api#42: title, scopes"
    )
    assert.strictEqual(
      update({ title: "Define it", scopes: ["table:b=use"] }),
      "updated backend-api#42: scopes (in the place of api:GET /a=add)"
    )
  })

  it("an update describes the task it names, whatever its changes say", () => {
    const { done } = desk(Paper.make(), "a")
    done(claim)
    const changes = { task_id: 7, repository: "elsewhere", agent_id: "somebody", title: "new" }

    assert.deepInclude<unknown>(done({ _tag: "Update", agent, task: key, changes }).facts[0]?.data, {
      task: { ...task, agent_id: agent, title: "new" }
    })
  })

  it("who holds a task gives it back or completes it; nobody else does", () => {
    for (const [command, type, field] of [
      [{ ...release, because: "no time" }, "task_released", { because: "no time" }],
      [{ _tag: "Complete", agent, task: key, results: "merged" }, "task_completed", { results: "merged" }]
    ] as const) {
      const paper = Paper.make()
      const { done, refusal } = desk(paper, "a")
      const [, held] = done(claim).facts
      assert.include(refusal({ ...command, agent: AgentName.make("agent-002") })?.message, "does not hold")
      assert.include(desk(paper, "b").refusal(command)?.message, "does not hold")

      const { facts } = done(command)
      assert.deepStrictEqual(types(facts), [type])
      assert.deepInclude<unknown>(facts[0]?.data, { claim: held!.id, ...field })
      assert.include(refusal(command)?.message, "does not hold")
    }
  })

  it("no reason given is no reason stated", () => {
    const { done } = desk(Paper.make(), "a")
    done(claim)

    assert.notProperty(done(release).facts[0]?.data, "because")
  })

  it("an announced task is nobody's; held and closed ones are left as they are", () => {
    const { done, refusal } = desk(Paper.make(), "a")
    const announce = (...tasks: ReadonlyArray<TaskContext>): Command => ({ _tag: "Announce", agent, tasks })
    const other: TaskContext = { repository: "web", task_id: 7, title: "Show the users", description: "All." }
    done(claim, 0)

    const { done: told, facts } = done(announce(task, other, { ...other, task_id: 8, status: "closed" }), 1)
    assert.deepStrictEqual(types(facts), ["task_announced"])
    assert.deepInclude<unknown>(facts[0]?.data, { version: 1, task: { ...other, agent_id: agent } })
    assert.strictEqual(told.summary, "announced 1 tasks; 2 were known, held or closed")
    assert.deepStrictEqual(done(announce(other), 2).facts, [])

    const { description: _, ...brief } = other
    const [closed] = done(announce({ ...brief, status: "closed" }), 3).facts
    assert.deepInclude<unknown>(closed?.data, {
      version: 2,
      task: { ...other, agent_id: agent, status: "closed" }
    })
    const many = Array.from({ length: TaskCommands.announcedMax + 1 }, () => other)
    assert.include(refusal(announce(...many), 4)?.message, "at most 500")
  })

  it("a node offers no more tasks than stay on offer; what it closes makes room", () => {
    const { done, refusal } = desk(Paper.make(), "a")
    const offers = (from: number, count: number, status = "open") =>
      Array.from({ length: count }, (_, at) => ({ repository: "r", task_id: from + at, title: "T", status }))
    const announce = (...tasks: ReadonlyArray<TaskContext>): Command => ({ _tag: "Announce", agent, tasks })
    done(announce(...offers(1, TaskCommands.announcedMax)), 1)

    const refused = refusal(announce(...offers(1000, 1)), 2)
    assert.include(refused?.message, "would offer 501 tasks, and at most 500")
    const closing = [...offers(1, 1, "closed"), ...offers(1000, 1)]
    assert.lengthOf(done(announce(...closing), 2).facts, 2)
  })
})
