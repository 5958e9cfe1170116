/**
 * H37: a flood is cut, whoever works at the pace of people is not, and what was is forgiven.
 */
import * as Allowance from "@chorus/pubsub-libp2p/Allowance"
import { assert, describe, it } from "@effect/vitest"

const spend = (allowance: Allowance.Allowance, count: number, seconds: number, peer = "peer") =>
  Array.from({ length: count }, () => allowance.spend(peer, seconds)).filter((isWithin) => isWithin).length

describe("Allowance", () => {
  it("a burst passes, a flood is cut, and the pace of a mesh at work never is", () => {
    const allowance = Allowance.make()

    assert.strictEqual(spend(allowance, 5000, 0), 256)
    assert.strictEqual(spend(allowance, 5000, 2), 200)
    for (let second = 0; second < 60; second++) {
      assert.strictEqual(spend(allowance, 100, second, "other"), 100)
    }
    assert.strictEqual(allowance.excess("other", 60), 0)
  })

  it("four rejected messages use everything up", () => {
    const allowance = Allowance.make()
    for (let count = 0; count < 4; count++) {
      assert.isTrue(allowance.spend("peer", 0))
      allowance.rejected("peer", 0)
    }

    assert.isFalse(allowance.spend("peer", 0))
    assert.isTrue(allowance.spend("peer", 1))
  })

  it("what lies beyond is counted and forgiven with time, a flood after a minute", () => {
    const allowance = Allowance.make()
    spend(allowance, 306, 0)
    spend(allowance, 100_000, 0, "flood")

    assert.strictEqual(allowance.excess("peer", 0), 50)
    assert.strictEqual(allowance.excess("peer", 20), 10)
    assert.strictEqual(allowance.excess("flood", 59), 82)
    assert.isBelow(allowance.excess("flood", 61), Allowance.floodMin)
    assert.strictEqual(allowance.excess("nobody", 0), 0)
  })

  it("the peers that were quiet for longest are forgotten", () => {
    const allowance = Allowance.make()
    spend(allowance, 306, 0, "first")
    for (let peer = 0; peer < 1023; peer++) allowance.spend(`${peer}`, 0)
    assert.strictEqual(allowance.excess("first", 0), 50)

    allowance.spend("one more", 0)

    assert.strictEqual(allowance.excess("first", 0), 0)
  })
})
