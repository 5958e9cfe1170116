/**
 * All nodes of a roster in lockstep: one plan, one call and one certificate on the whole mesh
 * without faults (H1), and with silent nodes still an end (H14).
 */
import { assert, describe, it } from "@effect/vitest"
import * as Duties from "@chorus/coordination-core/duty/Duties"
import type { Draft } from "@chorus/coordination-core/fact/Draft"
import type { Fact } from "@chorus/coordination-core/fact/Fact"
import { fromKey } from "@chorus/coordination-core/identity/AgentId"
import type { NodeId } from "@chorus/coordination-core/identity/NodeId"
import * as MeshSettings from "@chorus/coordination-core/mesh/MeshSettings"
import * as Replica from "@chorus/coordination-core/replica/Replica"
import { nodesOf } from "@chorus/coordination-core/session/Opening"
import * as Status from "@chorus/coordination-core/session/Status"
import * as Paper from "@chorus/coordination-core/testing/Paper"
import * as Voting from "@chorus/coordination-core/vote/Voting"
import * as Result from "effect/Result"
import * as fc from "fast-check"
import { leases } from "./node.ts"

interface Scenario {
  /** The node of each agent, by name. */
  readonly nodes: ReadonlyArray<string>
  readonly thinkingMillis: number
  /** Nodes that say nothing from the beginning. */
  readonly silent: number
  /** Who objects to plans of round 1, by place in the roster. */
  readonly objectors: ReadonlyArray<number>
}

const scenario = (silentMax: number): fc.Arbitrary<Scenario> =>
  fc.record({
    nodes: fc.array(fc.constantFrom("a", "b", "c", "d"), { minLength: 2, maxLength: 5 })
      .filter((nodes) => new Set(nodes).size > silentMax),
    thinkingMillis: fc.nat(leases.planningMillisMax - 2000),
    silent: fc.nat(silentMax),
    objectors: fc.subarray([0, 1, 2])
  })

const tickMillis = 2000

/** Steps the mesh until the session is past its deadline; facts reach every node at once. */
const live = ({ nodes: names, objectors, silent, thinkingMillis }: Scenario) => {
  const paper = Paper.make()
  const claims = names.map((name, at) => paper.claim(paper.agent(name, `m${at}`), `repo-${at}#1`))
  const id = Paper.session(paper.open("planning", claims))
  let replica = Replica.evolveAll(Replica.empty(paper.founder), paper.facts)
  const session = () => Replica.sessionById(replica, id)!
  const { roster } = session().opening
  const alive = nodesOf(roster).slice(silent)
  const states = new Map<NodeId, Duties.State>(alive.map((node) => [node, Duties.initial]))
  const thinking: Array<{ readonly node: NodeId; readonly key: string; readonly dueMillis: number }> = []
  const asked: Array<NodeId> = []
  let now = 0

  const step = (node: NodeId, input: Duties.Input): void => {
    const decision = Duties.decide(states.get(node) ?? Duties.initial, input, {
      at: { monotonicMillis: now, wallMillis: 0 },
      node,
      replica,
      attends: (terms) => MeshSettings.attends(paper.settings, terms),
      leases
    })
    states.set(node, decision.state)
    decision.drafts.forEach((draft) => state(node, draft))
    for (const output of decision.outputs) {
      if (output._tag === "AskReasoner") {
        asked.push(node)
        thinking.push({ node, key: output.key, dueMillis: now + thinkingMillis })
        continue
      }
      for (const other of alive.filter((each) => each !== node)) {
        step(other, { _tag: "PlannerHeard", session: output.session, round: output.round, planner: node })
      }
    }
  }
  const state = (node: NodeId, draft: Draft): Fact => {
    const fact = paper.state(node, draft)
    replica = Replica.evolve(replica, fact)
    for (const other of alive) step(other, { _tag: "Touched", sessions: [id] })
    return fact
  }
  const vote = (): void => {
    const world = Replica.world(replica)
    roster.filter((agent) => alive.includes(fromKey(agent).node)).forEach((agent, at) => {
      const cast = Voting.cast(session(), world, {
        agent,
        stance: objectors.includes(at) && asked.length < 2 ? "object" : "agree",
        reason: "because",
        plan: undefined
      })
      const draft = Result.isSuccess(cast) ? cast.success.draft : undefined
      if (draft !== undefined) state(fromKey(agent).node, draft)
    })
  }

  for (; now <= paper.settings.maxSessionDurationMillis + 10 * leases.leaseMillis; now += tickMillis) {
    for (const node of alive) step(node, { _tag: "Ticked" })
    for (const thought of thinking.splice(0)) {
      if (thought.dueMillis > now) {
        thinking.push(thought)
        continue
      }
      step(thought.node, {
        _tag: "Reasoned",
        key: thought.key,
        plan: { _tag: "Plan", content: Paper.content(fromKey(roster[0]!), `after ${now}`), madeBy: "phi3" }
      })
    }
    if (now === 0) for (const node of alive) step(node, { _tag: "Touched", sessions: [id] })
    vote()
  }
  const of = (type: string) => paper.facts.filter(({ data }) => data.message_type === type).length
  return { asked, of, status: Status.statusOf(session(), Replica.world(replica)) }
}

describe("A roster in lockstep", () => {
  it("H1: without faults exactly one call, one plan and one certificate, and no escalation", () => {
    fc.assert(fc.property(scenario(0), (given) => {
      const { asked, of, status } = live({ ...given, objectors: [] })

      assert.lengthOf(asked, 1)
      assert.strictEqual(of("coordination_plan"), 1)
      assert.strictEqual(of("resolution"), 1)
      assert.strictEqual(of("escalation"), 0)
      assert.strictEqual(status, "resolved")
    }), { numRuns: 6 })
  })

  it("I8: an objected round costs one call and one plan more, however many object", () => {
    fc.assert(fc.property(scenario(0), (given) => {
      const { asked, of, status } = live({ ...given, objectors: [0, ...given.objectors] })

      assert.lengthOf(asked, 2)
      assert.strictEqual(of("coordination_plan"), 2)
      assert.strictEqual(of("resolution"), 1)
      assert.strictEqual(status, "resolved")
    }), { numRuns: 6 })
  })

  it("H14 H17: with silent nodes another plans, and the session ends with a person", () => {
    fc.assert(fc.property(scenario(2), (given) => {
      const silent = 1 + given.silent % new Set(given.nodes).size
      const alive = new Set(given.nodes).size - silent
      fc.pre(alive > 0)
      const { asked, of, status } = live({ ...given, silent, objectors: [] })

      assert.lengthOf(asked, 1)
      assert.strictEqual(of("coordination_plan"), 1)
      assert.strictEqual(of("escalation"), 1)
      assert.strictEqual(status, "escalated")
    }), { numRuns: 6 })
  })
})
