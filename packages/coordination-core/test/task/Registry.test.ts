/**
 * Who described which task how, who holds it, who gave it back (H25, H27).
 */
import { assert, describe, it } from "@effect/vitest"
import { draft } from "@chorus/coordination-core/fact/Draft"
import type { AgentId } from "@chorus/coordination-core/identity/AgentId"
import { TaskKey } from "@chorus/coordination-core/identity/TaskKey"
import * as Registry from "@chorus/coordination-core/task/Registry"
import * as TaskContext from "@chorus/coordination-core/task/TaskContext"
import * as Arbitraries from "@chorus/coordination-core/testing/Arbitraries"
import * as Laws from "@chorus/coordination-core/testing/Laws"
import { all, description, renewal, scene, task } from "./claimed.ts"

describe("Registry", () => {
  for (const law of Laws.fold({ initial: Registry.empty, evolve: Registry.evolve }, Arbitraries.facts())) {
    it(`H7 H11: ${law.title}`, () => law.check(50))
  }

  it("a claim is live until its owner releases or completes it", () => {
    const { claim, fact, paper, registry } = scene()
    assert.isTrue(Registry.isLive(registry(), claim(), all))
    assert.deepStrictEqual(Registry.liveClaims(registry(), task, all), [claim()])

    paper.end(fact)

    assert.isFalse(Registry.isLive(registry(), claim(), all))
    assert.deepStrictEqual(Registry.liveClaims(registry(), task, all), [])
    assert.strictEqual(Registry.endOf(registry(), claim(), all)?.as, "released")
  })

  it("H8: nobody else ends or renews it: no namesake on another node, no other agent of the node", () => {
    const { claim, fact, other, owner, paper, registry } = scene()
    for (const by of [other, paper.agent("a", "m2")]) {
      paper.state(by.node, draft({ message_type: "task_completed", claim: fact.id, agent_id: by.name }))
      paper.state(by.node, renewal(by, fact, 9_000_000_000_000))
    }

    assert.isTrue(Registry.isLive(registry(), claim(), all))
    assert.strictEqual(Registry.untilMillis(registry(), claim(), all), 1_800_000)
    assert.strictEqual(claim().agent, `m1@${owner.node}`)
  })

  it("of several ends a completion counts before a release, whichever came first", () => {
    for (const order of [["task_released", "task_completed"], ["task_completed", "task_released"]] as const) {
      const { claim, fact, paper, registry } = scene()
      for (const as of order) paper.end(fact, as)

      assert.strictEqual(Registry.endOf(registry(), claim(), all)?.as, "completed")
    }
  })

  it("an end tells what became of the owner's steps, where it says so", () => {
    const kept = [{ session: "s", plan: "p", item: "1", outcome: "kept", how: "tested" }] as const
    for (const said of [{}, { kept }]) {
      const { claim, fact, owner, paper, registry } = scene()
      const stated = paper.state(owner.node, draft({
        message_type: "task_completed",
        claim: fact.id,
        agent_id: owner.name,
        ...said
      }))

      assert.deepStrictEqual<unknown>(Registry.endOf(registry(), claim(), all), {
        id: stated.id,
        origin: { node: owner.node, log: stated.log, seq: stated.seq },
        agent: `m1@${owner.node}`,
        as: "completed",
        timestamp: stated.timestamp,
        ...said
      })
    }
  })

  it("renewals reach as far as the farthest; lapsing is a view of the moment", () => {
    const { claim, fact, owner, paper, registry } = scene()
    for (
      const until of [5_000_000, 9_000_000, 7_000_000]
    ) paper.state(owner.node, renewal(owner, fact, until))

    assert.strictEqual(Registry.untilMillis(registry(), claim(), all), 9_000_000)
    assert.isFalse(Registry.lapsed(registry(), claim(), 8_999_999, all))
    assert.isTrue(Registry.lapsed(registry(), claim(), 9_000_000, all))
    assert.isTrue(Registry.isLive(registry(), claim(), all))
  })

  it("I3: a renewal that does not count does not reach", () => {
    const { claim, fact, owner, paper, registry } = scene()
    paper.state(owner.node, renewal(owner, fact, 5_000_000))
    const later = paper.state(owner.node, renewal(owner, fact, 9_000_000))
    const revoked: Registry.Counts = ({ seq }) => seq < later.seq

    assert.strictEqual(Registry.untilMillis(registry(), claim(), revoked), 5_000_000)
    assert.isTrue(Registry.lapsed(registry(), claim(), 5_000_000, revoked))
  })

  it("two agents' claims on one task both stand, in the order of their ids", () => {
    const { fact, other, paper, registry } = scene()
    const second = paper.claim(other, task)

    assert.deepStrictEqual(
      Registry.liveClaims(registry(), task, all).map(({ id }) => id),
      [fact.id, second.id].sort()
    )
  })

  it("H27: a task is what its holder's node says in its highest version", () => {
    const { claim, other, owner, paper, registry } = scene()
    assert.deepStrictEqual<unknown>(Registry.contextOf(registry(), claim(), all), {
      repository: "repo",
      task_id: "1",
      title: "repo#1"
    })
    for (const version of [9, 10, 1]) paper.state(owner.node, description(`version ${version}`, version))
    paper.state(other.node, description("another's words", 99))
    paper.state(owner.node, description("announced late", 2, "task_announced"))

    assert.strictEqual(Registry.contextOf(registry(), claim(), all).title, "version 10")
    assert.strictEqual(Registry.description(registry(), task, other.node, all)?.version, 99)
  })

  it("the greatest version that a fact can carry is the greatest", () => {
    const { claim, owner, paper, registry } = scene()
    for (const version of [Number.MAX_SAFE_INTEGER, 2, 9_007_199_254_740_990]) {
      paper.state(owner.node, description(`version ${version}`, version))
    }

    assert.strictEqual(
      Registry.contextOf(registry(), claim(), all).title,
      `version ${Number.MAX_SAFE_INTEGER}`
    )
  })

  it("I3: claims, ends and words at places that do not count have no effect", () => {
    const { claim, fact, owner, paper, registry } = scene()
    paper.state(owner.node, description("before", 1))
    paper.state(owner.node, description("after", 2))
    const end = paper.end(fact)
    const upTo = (seq: number): Registry.Counts => (origin) => origin.seq <= seq

    assert.isTrue(Registry.isLive(registry(), claim(), upTo(end.seq - 1)))
    assert.strictEqual(Registry.contextOf(registry(), claim(), upTo(2)).title, "before")
    assert.deepStrictEqual(Registry.liveClaims(registry(), task, upTo(0)), [])
  })

  it("H25: a claim that is kept keeps its words, renewals and ends; the others go with theirs", () => {
    const { claim, fact, other, owner, paper, registry } = scene()
    const kept = claim()
    const gone = paper.claim(other, task)
    const elsewhere = paper.claim(other, "elsewhere#1")
    for (const [agent, own] of [[owner, fact], [other, gone]] as const) {
      paper.state(agent.node, description(`by ${agent.name}`, 1))
      paper.state(agent.node, renewal(agent, own, 9_000_000))
      paper.end(own)
    }
    const before = registry()
    const after = Registry.forget(before, ({ id }) => id === fact.id)
    const sizes = ({ claims, claimsOf, descriptions, ends, renewals }: Registry.Registry) =>
      [claims.size, claimsOf.size, descriptions.size, ends.size, renewals.size]

    assert.deepStrictEqual(sizes(before), [3, 2, 2, 2, 2])
    assert.deepStrictEqual(sizes(after), [1, 1, 1, 1, 1])
    assert.deepStrictEqual(after.claimsOf.get(task), [fact.id])
    assert.strictEqual(Registry.contextOf(after, kept, all).title, "by m1")
    assert.strictEqual(Registry.untilMillis(after, kept, all), 9_000_000)
    assert.strictEqual(Registry.endOf(after, kept, all)?.as, "released")
    assert.deepStrictEqual(sizes(Registry.forget(before, () => true)), [3, 2, 2, 2, 2])
    assert.isUndefined(Registry.claimById(after, elsewhere.id))
  })

  it("H25: what nobody claimed is offered by its key, in the words of the lowest id that counts", () => {
    const { other, owner, paper, registry } = scene()
    const announce = (agent: AgentId, task_id: number, title: string) =>
      paper.state(agent.node, draft({
        message_type: "task_announced",
        task: { repository: "open", task_id, title },
        version: 1
      }))
    const third = paper.agent("c", "m1")
    const lowest = [6, 5, 4, 3, 2, 1].map((id) => {
      const [own, others] = [announce(owner, id, "own words"), announce(other, id, "others' words")]
      return `${id} ${own.id < others.id ? "own words" : "others' words"}`
    })
    announce(third, 7, "alone")
    const offered = (counts: Registry.Counts) =>
      Registry.unclaimed(registry(), counts).map(({ task_id, title }) => `${task_id} ${title}`)

    assert.deepStrictEqual(
      offered(({ node }) => node !== third.node),
      lowest.toReversed()
    )
    assert.deepStrictEqual(offered(({ node }) => node === third.node), ["7 alone"])
  })

  it("H25: words on a task that nobody claimed are offered and kept; those of an ended claim go", () => {
    const { fact, other, owner, paper, registry } = scene()
    const announced = (task_id: number, status = "open", version = 1) => draft({
      message_type: "task_announced",
      task: { repository: "open", task_id, title: `Task ${task_id}`, status },
      version
    })
    paper.state(owner.node, description("mine", 1))
    for (let id = 1; id <= Registry.unclaimedMax + 1; id++) paper.state(owner.node, announced(id))
    paper.state(other.node, announced(1))
    paper.end(fact)
    const before = registry()
    const after = Registry.forget(before, () => false)

    assert.lengthOf(Registry.unclaimed(before, all), Registry.unclaimedMax + 1)
    assert.isDefined(Registry.description(after, TaskKey.make("open#1"), other.node, all))
    assert.isUndefined(Registry.description(after, task, owner.node, all))
    // One node fills its own room alone.
    assert.lengthOf([...after.descriptions], Registry.unclaimedMax + 1)
    // What is offered no more leaves its room to what is; nobody closes what another offers.
    paper.state(owner.node, announced(1, TaskContext.closed, 2))
    const open = Registry.unclaimed(Registry.forget(registry(), () => false), all)
    assert.deepStrictEqual(Registry.unclaimed(registry(), all), open)
    assert.sameMembers(
      open.map(({ task_id }) => task_id),
      Array.from({ length: Registry.unclaimedMax + 1 }, (_, at) => at + 1)
    )
  })

  it("of several nodes that offer a task all readers read the same one's words", () => {
    const { other, owner, paper, registry } = scene()
    for (const [node, description] of [[owner.node, "one"], [other.node, "two"]] as const) {
      const offered = { repository: "open", task_id: 1, title: "Same", description }
      paper.state(node, draft({ message_type: "task_announced", task: offered, version: 1 }))
    }
    const backwards = paper.facts.toReversed().reduce(Registry.evolve, Registry.empty)

    assert.deepStrictEqual(Registry.unclaimed(backwards, all), Registry.unclaimed(registry(), all))
  })
})
