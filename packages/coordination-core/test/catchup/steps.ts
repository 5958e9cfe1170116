/**
 * One node's catch-up on paper, stepped by hand.
 */
import * as CatchUp from "@chorus/coordination-core/catchup/CatchUp"
import type * as Difference from "@chorus/coordination-core/catchup/Difference"
import * as Holdings from "@chorus/coordination-core/catchup/Holdings"
import type { Fact } from "@chorus/coordination-core/fact/Fact"
import type { NodeId } from "@chorus/coordination-core/identity/NodeId"
import * as Paper from "@chorus/coordination-core/testing/Paper"
import { assert } from "@effect/vitest"

export const peers = ["p", "q", "r"].map(Paper.node)
const here = Paper.node("here")
export const at = (monotonicMillis: number): CatchUp.Context => ({
  at: { monotonicMillis, wallMillis: 0 },
  node: here
})
export const step = (state: CatchUp.State, input: CatchUp.Input, now = 0) =>
  CatchUp.decide(state, input, at(now))
export const hold = (facts: ReadonlyArray<Fact>, state = CatchUp.initial) =>
  step(state, { _tag: "Held", facts: [...new Set(facts)] }).state
/** What a node gives one that holds something else, and what it lacks itself. */
export const reply = (state: CatchUp.State, other: CatchUp.State) =>
  answer(state, { vector: CatchUp.vector(other) })
/** What a node answers that has not to list anything for it. */
export const answer = (
  state: CatchUp.State,
  asked: Difference.Asked,
  given: ReadonlyArray<Fact> = [],
  takes: (author: NodeId) => boolean = () => true
) => {
  const { lists, reply } = Holdings.answering(state, asked, given, takes)
  assert.isUndefined(lists)
  return reply([])
}
export const gives = (state: CatchUp.State, other: CatchUp.State) => reply(state, other).gives
export const connected = (...all: ReadonlyArray<NodeId>) =>
  all.reduce((state, peer) => {
    const asked = step(state, { _tag: "Connected", peer }).state
    return step(asked, { _tag: "Answered", peer, more: false }).state
  }, CatchUp.initial)

/** Facts 1 to n of one log. */
export const logOf = (name: string, n: number): ReadonlyArray<Fact> => {
  const paper = Paper.make()
  return Array.from({ length: n }, (_, nth) => paper.claim(paper.agent(name, "m1"), `repo#${nth}`))
}
