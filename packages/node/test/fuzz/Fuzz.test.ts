/**
 * A short run of `pnpm fuzz`: no input throws, and none moves the state.
 */
import { assert, describe, it } from "vitest"
import * as Fuzz from "./Fuzz.ts"
import type { Target } from "./Target.ts"
import * as Targets from "./Targets.ts"

describe("Every door", () => {
  it("H21: stays shut, or opens, for malformed inputs, and nothing else happens", async () => {
    const { findings, inputs, tallies } = await Fuzz.run(await Targets.make(), {
      inputs: 20_000,
      seed: 7,
      millisMax: 5000
    })

    assert.deepStrictEqual(findings, [])
    assert.isAbove(inputs, 100)
    // A fuzzer that nothing gets past, or everything, tests one line.
    const accepted = [...tallies.values()].reduce((sum, tally) => sum + tally.accepted, 0)
    assert.isAbove(accepted, 0)
    assert.isBelow(accepted, inputs / 2)
  })

  it("finds what throws, and what moves the state", async () => {
    let state = "before"
    const target: Target = {
      name: "a bad door",
      share: 1,
      make: (chance) => String(chance.below(10)),
      open: (input) => {
        if (input === "7") throw new Error("seven")
        if (input === "8") state = "after"
        return true
      }
    }
    const report = await Fuzz.run({ all: [target], stateHash: () => state }, { inputs: 100, seed: 1 })
    const [first] = report.findings

    assert.match(first?.what ?? "", /seven/)
    assert.include(report.findings.map((finding) => finding.target), "state")
    const again = { inputs: 1, seed: 1, from: first?.input ?? 0 }
    const { findings } = await Fuzz.run({ all: [target], stateHash: () => "" }, again)
    assert.match(findings[0]?.what ?? "", /seven/)
  })
})
