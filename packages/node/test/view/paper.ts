/**
 * The state of a node that only looks on, from facts written on paper.
 */
import * as Coordination from "@chorus/coordination-core/coordination/Coordination"
import * as NodeSettings from "@chorus/coordination-core/coordination/NodeSettings"
import type { Fact } from "@chorus/coordination-core/fact/Fact"
import * as Paper from "@chorus/coordination-core/testing/Paper"

export const observer = Paper.node("observer")

export const empty = (paper: Paper.Paper): Coordination.State =>
  Coordination.initial(observer, paper.settings, NodeSettings.defaults)

/** The state after facts that arrived together, when both clocks stood at 0. */
export const after = (state: Coordination.State, facts: ReadonlyArray<Fact>): Coordination.State =>
  Coordination.decide(state, { _tag: "Received", facts }, { monotonicMillis: 0, wallMillis: 0 }).state

/** The state that all facts on paper give. */
export const stateOf = (paper: Paper.Paper): Coordination.State => after(empty(paper), paper.facts)
