/**
 * What a node leaves alone until it has asked its peers.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Coordination from "@chorus/coordination-core/coordination/Coordination"
import * as Paper from "@chorus/coordination-core/testing/Paper"
import { scene } from "../session/scene.ts"
import { fresh, momentAt } from "./node.ts"

const peer = Paper.node("peer")

const asks = ({ outputs }: { readonly outputs: ReadonlyArray<Coordination.Output> }) =>
  outputs.filter((output) => output._tag === "AskReasoner").length

describe("isSettled", () => {
  it("H14: a node plans once a peer answered it, since another may have planned while it was away", () => {
    const { agents, paper: { facts } } = scene()
    const step = (state: Coordination.State, input: Coordination.Input, millis: number) =>
      Coordination.decide(state, input, momentAt(millis))
    const asked = agents.map(({ node }) => {
      const told = step(fresh(node), { _tag: "Received", facts, from: undefined }, 0)
      const ages = facts.map(() => 0)
      const restored = step(fresh(node), { _tag: "Restored", facts, ages }, 0)
      const met = step(restored.state, { _tag: "Connected", peer }, 1)
      const ticked = step(met.state, { _tag: "Ticked" }, 5000)
      const answered = step(ticked.state, { _tag: "PeerAnswered", peer, more: false }, 5001)
      return [asks(told), asks(ticked), asks(step(answered.state, { _tag: "Ticked" }, 5002))]
    })

    // One of the two is the first in rank.
    assert.deepStrictEqual(asked.toSorted(([, , a = 0], [, , b = 0]) => a - b), [[0, 0, 0], [0, 0, 1]])
  })
})
