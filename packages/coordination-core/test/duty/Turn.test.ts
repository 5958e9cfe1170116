/**
 * Whose turn it is: the same ranking everywhere, and when the next in rank acts (H14).
 */
import { assert, describe, it } from "@effect/vitest"
import * as Turn from "@chorus/coordination-core/duty/Turn"
import * as Paper from "@chorus/coordination-core/testing/Paper"
import * as fc from "fast-check"

const leases: Turn.Leases = { leaseMillis: 10_000, planningMillisMax: 75_000 }
const nodes = ["a", "b", "c", "d", "e"].map(Paper.node)
const turn = (heardMillis?: number): Turn.Turn => ({ ...Turn.seen(1000), heardMillis })

describe("Turn", () => {
  it("every node is ranked once, whatever the order in which the roster is known", () => {
    const rosters = fc.shuffledSubarray(nodes)
    fc.assert(fc.property(fc.string(), fc.nat(3), rosters, (session, round, some) => {
      const ranking = Turn.ranking(session, round, some)
      assert.sameMembers([...ranking], some)
      assert.deepStrictEqual(Turn.ranking(session, round, some.toReversed()), ranking)
    }))
  })

  it("the burden is shared: over many sessions every node comes first about as often", () => {
    const first = Array.from({ length: 1000 }, (_, at) => Turn.ranking(`session ${at}`, 1, nodes)[0])
    for (const node of nodes) {
      assert.isAbove(first.filter((each) => each === node).length, 140)
    }
  })

  it("rendezvous: when one node is gone the others keep their order", () => {
    fc.assert(fc.property(fc.string(), fc.constantFrom(...nodes), (session, gone) => {
      const ranking = Turn.ranking(session, 1, nodes)
      assert.deepStrictEqual(
        Turn.ranking(session, 1, nodes.filter((node) => node !== gone)),
        ranking.filter((node) => node !== gone)
      )
    }))
  })

  it("rank 0 acts at once, rank k when k leases have passed", () => {
    assert.deepStrictEqual(
      [0, 1, 2].map((rank) => Turn.startMillis(turn(), rank, leases)),
      [1000, 11_000, 21_000]
    )
  })

  it("a planner that is heard holds the others back for another lease, and never the first", () => {
    assert.deepStrictEqual(
      [0, 1, 2].map((rank) => Turn.startMillis(turn(40_000), rank, leases)),
      [1000, 50_000, 60_000]
    )
    assert.strictEqual(Turn.startMillis(turn(1500), 1, leases), 11_500)
  })

  it("patience is bounded: thinking holds back for at most the planning time in all", () => {
    fc.assert(fc.property(fc.nat(10_000_000), fc.integer({ min: 1, max: 4 }), (heard, rank) => {
      const start = Turn.startMillis(turn(heard), rank, leases)
      assert.isAtLeast(start, 1000 + rank * leases.leaseMillis)
      assert.isAtMost(start, 1000 + rank * leases.planningMillisMax)
    }))
  })
})
