/**
 * Whom an agent's steps wait for, and what it hears when those are over (docs/rules.md, 7: delivery).
 */
import { assert, describe, it } from "@effect/vitest"
import { draft } from "@chorus/coordination-core/fact/Draft"
import { type AgentId, key } from "@chorus/coordination-core/identity/AgentId"
import * as Awaited from "@chorus/coordination-core/plan/Awaited"
import * as Paper from "@chorus/coordination-core/testing/Paper"
import * as fc from "fast-check"
import { look, scene } from "../session/scene.ts"
import { accepted, agreed, item, proposed } from "./agreed.ts"

/** A moment at which the claims of a paper hold, and one at which they lapsed. */
const [early, late] = [60_000, 3_600_000]

/** What an agent hears, in a word each: whose, what came of it, its own step, what is waited for still. */
const heard = (paper: Paper.Paper, id: string, agent: AgentId, wallMillis = early) => {
  const { session, world } = look(paper, id)
  return Awaited.of(session, world, key(agent), wallMillis).map(({ as, outcome, rest, step, tasks }) =>
    [...tasks, as, ...(outcome === "unchecked" ? [] : [outcome]), step, ...rest].join(" "))
}

const blocking = (paper: Paper.Paper, id: string, agent: AgentId): ReadonlyArray<string> => {
  const { session, world } = look(paper, id)
  return Awaited.blocking(session, world, key(agent), early)
}

/** Who writes it down, who reads it, who lands it, who builds on it: as the template plans. */
const template = ["1 a", "2 b 1", "3 a 2", "4 b 2", "5 b 3 4"]

describe("Awaited", () => {
  it("who waits hears that the task before is done, and which step may go on", () => {
    const { agents: [a, b], claims, paper, session } = agreed(["a", "b"], template)
    assert.deepStrictEqual(heard(paper, session, b!), [])
    assert.deepStrictEqual(blocking(paper, session, b!), ["repo-a#1"])
    assert.deepStrictEqual(blocking(paper, session, a!), [])

    paper.end(claims[0]!, "task_completed")

    assert.deepStrictEqual(heard(paper, session, b!), ["repo-a#1 done 5: do 5"])
    assert.deepStrictEqual(heard(paper, session, a!), [])
    assert.deepStrictEqual(blocking(paper, session, b!), [])
    paper.end(claims[1]!)
    assert.deepStrictEqual(heard(paper, session, b!), [])
  })

  it("an end tells nothing to who stood before it, but a task that was given up does", () => {
    const { agents: [a], claims, paper, session } = agreed(["a", "b"], template)
    const given = paper.end(claims[1]!)
    assert.deepStrictEqual(heard(paper, session, a!), ["repo-b#1 released 3: do 3"])
    const { session: opened, world } = look(paper, session)
    assert.deepInclude(Awaited.of(opened, world, key(a!), early)[0], { id: given.id, at: given.timestamp })
    // Whoever proved it together was behind the first one's steps.
    paper.end(claims[1]!, "task_completed")
    assert.deepStrictEqual(heard(paper, session, a!), [])
  })

  it("of one task that both hold, who keeps it may go on when the other releases it", () => {
    const all = scene()
    const { agents: [a, b], paper } = all
    const claims = [a!, b!].map((agent) => paper.claim(agent, "repo#7"))
    const session = Paper.session(paper.open("conflict", claims))
    accepted({ ...all, session }, ["1 a", "2 b 1", "3 a 2"])
    assert.deepStrictEqual(heard(paper, session, a!), [])
    paper.end(claims[1]!)
    assert.deepStrictEqual(heard(paper, session, a!), ["repo#7 left 3: do 3"])
  })

  it("a lapse is told to who is at work, and ends with a renewal", () => {
    const { agents: [, b], claims, paper, session } = agreed(["a", "b"], template)
    const renewed = (claim: Paper.Paper["facts"][number], claimed_until_ms: number) => {
      paper.state(claim.from, draft({
        message_type: "claim_renewed",
        claim: claim.id,
        agent_id: Paper.ownerOf(claim).name,
        claimed_until_ms
      }))
    }
    assert.deepStrictEqual(heard(paper, session, b!, late), [])
    renewed(claims[1]!, late + 1)
    assert.deepStrictEqual(heard(paper, session, b!, late), ["repo-a#1 lapsed 2: do 2"])
    renewed(claims[0]!, late + 1)
    assert.deepStrictEqual(heard(paper, session, b!, late), [])
    paper.end(claims[0]!, "task_completed")
    assert.deepStrictEqual(heard(paper, session, b!, late + 1), ["repo-a#1 done 5: do 5"])
  })

  it("says what became of the promise of the steps before, and of no others", () => {
    for (const [said, stated] of [
      [" broken", [["3", "broken"]]],
      [" broken", [["3", "kept"], ["3", "broken"]]],
      [" kept", [["1", "broken"], ["3", "kept"]]],
      ["", [["1", "kept"], ["3", "unchecked"]]],
      ["", []]
    ] as const) {
      const { agents: [a, b], claims, paper, plan, session } = agreed(["a", "b"], template)
      paper.state(a!.node, draft({
        message_type: "task_completed",
        claim: claims[0]!.id,
        agent_id: a!.name,
        kept: stated.map(([of, outcome]) =>
          ({ session, plan: Paper.planHash(plan), item: of, outcome, how: "it ended with 1" }))
      }))
      assert.deepStrictEqual(heard(paper, session, b!), [`repo-a#1 done${said} 5: do 5`])
    }
  })

  it("nothing is awaited before all agreed, nor of a plan that is disputed or replaced by a ruling", () => {
    const { agents: [, b], claims, paper, plan, session } = proposed(["a", "b"], template)
    paper.end(claims[0]!, "task_completed")
    assert.deepStrictEqual(heard(paper, session, b!), [])
    const decide = (decision: string, replaces: Array<string> = []) =>
      paper.rule(paper.founder, b!.node, {
        kind: "decide_session", session_id: session, decision, replaces: replaces as []
      }).ruling!.id
    const first = decide(`plan ${Paper.planHash(plan).slice(0, 12)} of round 1 holds`)
    assert.deepStrictEqual(heard(paper, session, b!), ["repo-a#1 done 5: do 5"])
    const second = decide("repo-a#1 goes first; repo-b#1 builds on what it leaves", [first])
    assert.deepStrictEqual(heard(paper, session, b!), ["repo-a#1 done repo-b#1"])
    decide("plan as you like", [second])
    assert.deepStrictEqual(heard(paper, session, b!), [])
    decide("repo-a#1 goes first; repo-b#1 builds on what it leaves", [second])
    assert.deepStrictEqual(heard(paper, session, b!), [])

    const disputed = agreed(["a", "b"], template)
    disputed.paper.end(disputed.claims[0]!, "task_completed")
    disputed.paper.vote(disputed.agents[1]!, disputed.plan, "object")
    assert.deepStrictEqual(heard(disputed.paper, disputed.session, disputed.agents[1]!), [])
  })

  it("of several that are waited for, each is told once, and the last lets go on", () => {
    const steps = ["1 a", "2 c", "3 b 1", "4 b 3 2", "5 c 4"]
    const { agents: [, b, c], claims, paper, session } = agreed(["a", "b", "c"], steps)
    assert.deepStrictEqual(blocking(paper, session, b!), ["repo-a#1"])
    paper.end(claims[2]!, "task_completed")
    assert.deepStrictEqual(heard(paper, session, b!), [])
    const other = agreed(["a", "b", "c"], ["1 a", "2 c", "3 b 1 2", "4 b 3"])
    other.paper.end(other.claims[0]!, "task_completed")
    const beside = agreed(["a", "b", "c"], ["1 a", "2 c", "3 b 1 2", "4 b 1"])
    beside.paper.end(beside.claims[0]!)
    assert.deepStrictEqual(heard(beside.paper, beside.session, beside.agents[1]!), [
      "repo-a#1 released 4: do 4"
    ])
    const told = () => heard(other.paper, other.session, other.agents[1]!)
    assert.deepStrictEqual(told(), ["repo-a#1 done 3: do 3 repo-c#1"])
    assert.deepStrictEqual(blocking(other.paper, other.session, other.agents[1]!), ["repo-c#1"])
    other.paper.end(other.claims[2]!, "task_completed")
    assert.deepStrictEqual(told(), ["repo-a#1 done 3: do 3", "repo-c#1 done 3: do 3"])
    assert.deepStrictEqual(heard(paper, session, c!), [])
  })

  it("whoever is told to go on waits for nobody, and who could begin is blocked by nobody", () => {
    const names = ["a", "b", "c"]
    const steps = fc.array(
      fc.tuple(fc.constantFrom(...names), fc.array(fc.nat(20), { maxLength: 3 })),
      { minLength: 2, maxLength: 8 }
    ).map((drawn) => drawn.map(([owner, links], at) =>
      [at + 1, owner, ...new Set(at === 0 ? [] : links.map((link) => 1 + link % at))].join(" ")))
    const ends = fc.array(fc.tuple(fc.nat(2), fc.constantFrom("task_completed", "task_released")), {
      maxLength: 4
    })
    let told = 0
    fc.assert(fc.property(steps, ends, (written, given) => {
      const { agents, claims, paper, session } = agreed(names, written)
      for (const [at, as] of given) paper.end(claims[at]!, as)
      const items = written.map(item)
      const { session: opened, world } = look(paper, session)
      const ended = (owner: string) => {
        const claim = opened.opening.claims.find(({ agent }) => agent === owner)
        return claim === undefined ? undefined : world.endOf(claim)?.as
      }
      const isBehind = (id: string, of: string): boolean =>
        items.some((one) => one.id === id &&
          (one.depends_on.includes(of) || one.depends_on.some((before) => isBehind(before, of))))
      /** Naively: may the step be begun, as far as ends of tasks tell? */
      const isDone = (step: string): boolean =>
        items.some((one) => ended(one.owner) === "completed" && (one.id === step || isBehind(one.id, step)))
      const mayBegin = (id: string, owner: string): boolean =>
        items.filter((one) => isBehind(id, one.id)).every((one) => one.owner === owner || isDone(one.id))

      for (const agent of agents) {
        const all = Awaited.of(opened, world, key(agent), early)
        assert.isAtMost(all.length, names.length - 1)
        for (const { as, rest, step } of all) {
          told++
          const id = step.slice(0, step.indexOf(":"))
          assert.strictEqual(items.find((one) => one.id === id)?.owner, key(agent))
          if (as === "done" && rest.length === 0) assert.isTrue(mayBegin(id, key(agent)))
        }
        const own = items.filter(({ owner }) => owner === key(agent))
        const blocked = Awaited.blocking(opened, world, key(agent), early)
        if (own.some(({ id }) => !isDone(id) && mayBegin(id, key(agent)))) assert.deepStrictEqual(blocked, [])
      }
    }), { numRuns: 150 })
    assert.isAbove(told, 20)
  })
})
