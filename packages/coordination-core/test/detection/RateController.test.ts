/**
 * The controller brings the rate of alerts to what is wanted, slowly, and within bounds.
 */
import { assert, describe, it } from "@effect/vitest"
import * as RateController from "@chorus/coordination-core/detection/RateController"
import * as fc from "fast-check"

/** A stream whose confidences are spread evenly over a range, so a threshold gives a known rate. */
const stream = (count: number, top: number) => {
  let [now, alerts] = [RateController.make(0.5, 0.06), 0]
  for (let nth = 0; nth < count; nth++) {
    const confidence = top * ((nth * 0.618_033_988_7) % 1)
    const due = confidence >= RateController.thresholdOf(now) ? 1 : 0
    if (nth >= count / 2) alerts += due
    now = RateController.arrived(now, due)
  }
  return alerts / (count / 2)
}

describe("a rate controller", () => {
  it("starts at the trained threshold", () => {
    assert.closeTo(RateController.thresholdOf(RateController.make(0.14, 0.06)), 0.14, 1e-12)
  })

  for (const top of [0.55, 0.7]) {
    it(`holds the rate on a stream up to ${top} that the trained threshold does not fit`, () => {
      assert.closeTo(stream(40_000, top), 0.06, 0.01)
    })
  }

  it("H26: never leaves its range, whatever comes", () => {
    fc.assert(fc.property(fc.array(fc.nat(100), { maxLength: 300 }), (arrivals) => {
      const { threshold, trained } = arrivals.reduce(RateController.arrived, RateController.make(0.2, 0.06))

      assert.isAtMost(threshold - trained, RateController.riseMax)
      assert.isAtMost(trained - threshold, RateController.fallMax)
    }))
  })
})
