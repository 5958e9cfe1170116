/**
 * One author's flood slows down that author alone, and takes a bounded place (H26, H37).
 */
import { assert, describe, it } from "@effect/vitest"
import type { NodeId } from "@chorus/coordination-core/identity/NodeId"
import * as Pace from "@chorus/coordination-core/intake/Pace"
import * as Paper from "@chorus/coordination-core/testing/Paper"
import * as HashMap from "effect/HashMap"
import * as fc from "fast-check"

const rate: Pace.Rate = { factsPerSecond: 10, factsAtOnce: 20 }
const [flooder, honest] = [Paper.node("flooder"), Paper.node("honest")]

/** Arrivals of numbered facts, one after the other; what became of each. */
const arrivals = (pace: Pace.Pace<number>, author: NodeId, numbers: ReadonlyArray<number>, now = 0) => {
  const verdicts: Array<Pace.Arrived<number>["verdict"]> = []
  let next = pace
  for (const number of numbers) {
    const arrived = Pace.arrive(next, author, number, now, rate)
    next = arrived.pace
    verdicts.push(arrived.verdict)
  }
  return { pace: next, verdicts }
}

const upTo = (count: number) => Array.from({ length: count }, (_, nth) => nth)
const count = (verdicts: ReadonlyArray<string>, verdict: string) =>
  verdicts.filter((is) => is === verdict).length

describe("Pace", () => {
  it("H37: of a flood a burst enters, then some wait in order, then the rest is dropped", () => {
    const { pace, verdicts } = arrivals(Pace.initial, flooder, upTo(1000))

    assert.strictEqual(count(verdicts, "enters"), rate.factsAtOnce)
    assert.strictEqual(count(verdicts, "waits"), Pace.waitingMax)
    const second = Pace.release(pace, 1000, rate)
    assert.deepStrictEqual(second.entering, upTo(10).map((nth) => nth + 20))
    assert.deepStrictEqual(Pace.release(second.pace, 2000, rate).entering, upTo(10).map((nth) => nth + 30))
  })

  it("H37: nobody else waits, also behind a flood of many", () => {
    const { pace } = arrivals(Pace.initial, flooder, upTo(1000))

    assert.deepStrictEqual(arrivals(pace, honest, upTo(20)).verdicts, upTo(20).map(() => "enters"))
  })

  it("who waits is not overtaken by the same author's next fact", () => {
    const { pace } = arrivals(Pace.initial, flooder, upTo(21))
    const later = Pace.arrive(pace, flooder, 21, 1000, rate)

    assert.strictEqual(later.verdict, "waits")
    assert.deepStrictEqual(Pace.release(later.pace, 1000, rate).entering, [20, 21])
  })

  it("I11: whatever arrives when, what waits is bounded, and enters once and in order", () => {
    const step = fc.tuple(fc.nat(5), fc.nat(40), fc.integer({ min: -5_000, max: 5_000 }))
    fc.assert(fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      let [pace, now]: [Pace.Pace<readonly [number, number]>, number] = [Pace.initial, 0]
      const entered = new Map<number, Array<number>>()
      const took = (some: ReadonlyArray<readonly [number, number]>) => {
        for (const [author, number] of some) entered.set(author, [...entered.get(author) ?? [], number])
      }
      let number = 0
      for (const [author, burst, later] of steps) {
        now += later
        for (let nth = 0; nth < burst; nth++) {
          const fact = [author, number++] as const
          const arrived = Pace.arrive(pace, Paper.node(`n${author}`), fact, now, rate)
          pace = arrived.pace
          if (arrived.verdict === "enters") took([fact])
        }
        const released = Pace.release(pace, now, rate)
        pace = released.pace
        took(released.entering)
        const buckets = [...HashMap.values(pace.buckets)]
        const waiting = buckets.reduce((sum, bucket) => sum + bucket.waiting.length, 0)
        assert.strictEqual(pace.waiting, waiting)
        for (const bucket of buckets) assert.isAtMost(bucket.tokens, rate.factsAtOnce)
      }
      for (const numbers of entered.values()) {
        assert.deepStrictEqual(numbers, [...new Set(numbers)].sort((a, b) => a - b))
      }
    }), { numRuns: 50 })
  })

  it("I11: more authors than there are buckets share one, and the quiet are forgotten", () => {
    let pace: Pace.Pace<number> = Pace.initial
    for (let nth = 0; nth < Pace.authorsMax + 50; nth++) {
      pace = Pace.arrive(pace, Paper.node(`sybil ${nth}`), nth, 0, rate).pace
    }

    assert.strictEqual(HashMap.size(pace.buckets), Pace.authorsMax + 1)
    assert.strictEqual(Pace.arrive(pace, Paper.node("sybil 0"), 0, 0, rate).verdict, "enters")
    const [first, second] = [60_000, 120_000]
    const released = Pace.release(Pace.release(pace, first, rate).pace, second, rate).pace
    assert.strictEqual(HashMap.size(Pace.release(released, 2 * second, rate).pace.buckets), 0)
  })
})
