/**
 * One node of a mesh on paper: its duties, stepped by hand.
 */
import * as Duties from "@chorus/coordination-core/duty/Duties"
import type * as Turn from "@chorus/coordination-core/duty/Turn"
import * as Turns from "@chorus/coordination-core/duty/Turn"
import type { Draft } from "@chorus/coordination-core/fact/Draft"
import type { NodeId } from "@chorus/coordination-core/identity/NodeId"
import * as MeshSettings from "@chorus/coordination-core/mesh/MeshSettings"
import { nodesOf } from "@chorus/coordination-core/session/Opening"
import type * as Paper from "@chorus/coordination-core/testing/Paper"
import { look, replicaOf, scene } from "../session/scene.ts"

export const leases: Turn.Leases = { leaseMillis: 10_000, planningMillisMax: 75_000 }

/** What a node knows when all facts on the paper reached it. */
export const contextOf = (paper: Paper.Paper, node: NodeId, nowMillis: number): Duties.Context => ({
  at: { monotonicMillis: nowMillis, wallMillis: 0 },
  node,
  replica: replicaOf(paper),
  attends: (terms) => MeshSettings.attends(paper.settings, terms),
  leases
})

/** A node that remembers its state; every step gives what it wants to state and to ask. */
export const stepper = (paper: Paper.Paper, node: NodeId) => {
  let state = Duties.initial
  const step = (input: Duties.Input, nowMillis: number) => {
    const decision = Duties.decide(state, input, contextOf(paper, node, nowMillis))
    state = decision.state
    return decision
  }
  return {
    node,
    step,
    state: () => state,
    /** States what the node drafted, and shows it to the node. */
    keep: (drafts: ReadonlyArray<Draft>, nowMillis: number) => {
      const facts = drafts.map((draft) => paper.state(node, draft))
      const sessions = facts.flatMap((fact) => "session_id" in fact.data ? [fact.data.session_id] : [])
      return { facts, after: step({ _tag: "Touched", sessions }, nowMillis) }
    }
  }
}

/** A session, and steppers of its nodes by their rank for a round. */
export const ranked = (names?: ReadonlyArray<string>, round = 1) => {
  const made = names === undefined ? scene() : scene(names, "planning")
  const { roster } = look(made.paper, made.session).session.opening
  const nodes = Turns.ranking(made.session, round, nodesOf(roster)).map((node) => stepper(made.paper, node))
  const touched: Duties.Input = { _tag: "Touched", sessions: [made.session] }
  const agentOf = (node: NodeId) => made.agents.find((agent) => agent.node === node) ?? made.agents[0]!
  return { ...made, nodes, first: nodes[0]!, second: nodes[1]!, touched, agentOf }
}
