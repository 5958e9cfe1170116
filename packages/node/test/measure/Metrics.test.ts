/**
 * The figures of the quality table, counted by hand beside them.
 */
import { assert, describe, it } from "@effect/vitest"
import * as FastCheck from "fast-check"
import * as Metrics from "../../src/measure/Metrics.ts"

const pair = (score: number, isTrue: boolean, ofTwo = false): Metrics.Scored => ({ score, isTrue, ofTwo })
const truth = { tasks: 10, links: 4, linksOfTwo: 2 }

describe("Metrics", () => {
  it("recall at a rank and the mean reciprocal rank count a miss as nothing", () => {
    assert.deepStrictEqual(Metrics.ranking([1, 5, 10, Infinity]), {
      questions: 4,
      recall1: 0.25,
      recall5: 0.5,
      recall10: 0.75,
      mrr: (1 + 1 / 5 + 1 / 10) / 4
    })
    assert.strictEqual(Metrics.ranking([]).mrr, 0)
  })

  it("alerts are counted over tasks, over alerts, over links and over links of two people", () => {
    assert.deepStrictEqual(
      Metrics.yesNo([pair(0.9, true), pair(0.8, false), pair(0.7, true, true), pair(0.6, false)], truth),
      { threshold: 0.6, alertsPerTask: 0.4, precision: 0.5, recall: 0.5, recallOfTwo: 0.5 }
    )
    assert.deepInclude(Metrics.yesNo([], truth), { alertsPerTask: 0, precision: 0, recall: 0 })
  })

  it("a threshold that is chosen afterwards is the best one, or the first that brings the rate", () => {
    const pairs = [pair(0.1, false), pair(0.9, true), pair(0.5, true), pair(0.4, false), pair(0.6, false)]

    assert.deepInclude(Metrics.bestF1(pairs, truth), { threshold: 0.5, recall: 0.5 })
    assert.deepInclude(Metrics.atRate(pairs, truth, 0.2), { threshold: 0.6, alertsPerTask: 0.2 })
    assert.strictEqual(Metrics.atRate(pairs, truth, 0.6), undefined)
    assert.strictEqual(Metrics.bestF1([pair(1, false)], truth), undefined)
  })

  it("the calibration error is the gap of each tenth, averaged", () => {
    // Twenty alerts in ten pairs: nine that keep what they say, and one that says 1 where none is true.
    const honest = Array.from({ length: 9 }, () => [pair(0.5, true), pair(0.5, false)]).flat()
    const boastful = [pair(1, false), pair(1, false)]

    assert.strictEqual(Metrics.calibrationError(honest.slice(0, 2)), 0.5)
    assert.closeTo(Metrics.calibrationError([...honest, ...boastful]) ?? NaN, 0.1, 1e-9)
    assert.strictEqual(Metrics.calibrationError([]), undefined)
  })

  it("the calibration error lies between 0 and 1, whatever the alerts", () => {
    const scored = FastCheck.record({
      score: FastCheck.double({ min: 0, max: 1, noNaN: true }),
      isTrue: FastCheck.boolean(),
      ofTwo: FastCheck.boolean()
    })
    FastCheck.assert(FastCheck.property(FastCheck.array(scored, { minLength: 1 }), (alerts) => {
      const error = Metrics.calibrationError(alerts) ?? NaN
      return error >= 0 && error <= 1 + 1e-9
    }))
  })

  it("chances that hold show the calibration error by chance, which shrinks as alerts grow", () => {
    // With chances of 1/2 the sum of a bin of n strays by √(n/4), and its size by √(2/π) of that.
    const alerts = (count: number) => Array.from({ length: count }, () => pair(0.5, true))

    const size = Math.sqrt(2 / Math.PI)

    assert.closeTo(Metrics.calibrationByChance(alerts(1000)) ?? NaN, size * 5 / 100, 1e-9)
    assert.closeTo(Metrics.calibrationByChance(alerts(4000)) ?? NaN, size * 10 / 400, 1e-9)
    assert.strictEqual(Metrics.calibrationByChance([pair(1, true), pair(0, false)]), 0)
    assert.strictEqual(Metrics.calibrationByChance([]), undefined)

    // Forty times a thousand alerts, a hundred of each chance, each true as often as it says.
    const chances = Array.from({ length: 1000 }, (_, nth) => nth % 10 / 10 + 0.05)
    const even = FastCheck.noBias(FastCheck.nat({ max: 999 }))
    const drawn = FastCheck.sample(even, { numRuns: 40_000, seed: 1 })
    const errors = Array.from({ length: 40 }, (_, run) =>
      Metrics.calibrationError(chances.map((chance, nth) =>
        pair(chance, (drawn[run * 1000 + nth] ?? 0) < 1000 * chance))) ?? NaN)
    const mean = errors.reduce((sum, error) => sum + error, 0) / errors.length
    const expected = Metrics.calibrationByChance(chances.map((chance) => pair(chance, false))) ?? NaN
    assert.closeTo(mean / expected, 1, 0.1)
  })

  it("a quantile is a value that occurs", () => {
    assert.deepStrictEqual(
      [0, 0.5, 0.99, 1].map((share) => Metrics.quantile(Float64Array.of(3, 1, 2), share)),
      [1, 2, 3, 3]
    )
    assert.strictEqual(Metrics.quantile(new Float64Array(0), 0.5), 0)
  })
})
