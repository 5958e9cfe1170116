/**
 * What a node answers before it has asked its peers.
 */
import { assert, it } from "@effect/vitest"
import * as Coordination from "@chorus/coordination-core/coordination/Coordination"
import * as NodeSettings from "@chorus/coordination-core/coordination/NodeSettings"
import * as Paper from "@chorus/coordination-core/testing/Paper"
import * as AlertView from "../../src/view/AlertView.ts"

it("H12: a check is unknown, not clear, while the node is still asking its peers", () => {
  const verdict = (settleMillis: number) => {
    const settings = { ...NodeSettings.defaults, settleMillis }
    const state = Coordination.initial(Paper.node("a"), Paper.make().settings, settings)
    const ahead = { encounters: [], readers: [] }
    return AlertView.check(state, ahead, { monotonicMillis: 0, wallMillis: 0 }).verdict
  }
  assert.strictEqual(verdict(10_000), "unknown")
  assert.strictEqual(verdict(0), "clear")
})
