/**
 * The replicated state keeps its laws over histories with liars, outsiders and forks (H7, H11).
 */
import { assert, describe, it } from "@effect/vitest"
import * as fc from "fast-check"
import * as Canonical from "@chorus/coordination-core/replica/Canonical"
import * as Replica from "@chorus/coordination-core/replica/Replica"
import * as Arbitraries from "@chorus/coordination-core/testing/Arbitraries"
import * as Laws from "@chorus/coordination-core/testing/Laws"
import * as folds from "./folds.ts"

describe("Replica", () => {
  for (const law of Laws.fold(folds.replica, Arbitraries.facts())) {
    it(`H7 H11: ${law.title}`, () => law.check(150))
  }
  for (const law of Laws.status(folds.statuses, Arbitraries.facts())) {
    it(`H16: ${law.title}`, () => law.check(150))
  }
})

describe("Replica.evolveAll", () => {
  it("H7 H11: folds a batch as one by one, with liars and forks, and leaves what it began with", () => {
    fc.assert(fc.property(Arbitraries.facts(), fc.nat(), (facts, at) => {
      const cut = at % (facts.length + 1)
      const before = facts.slice(0, cut).reduce(Replica.evolve, folds.replica.initial)
      const text = Canonical.encode(before)
      const after = Replica.evolveAll(before, facts.slice(cut))

      assert.strictEqual(
        Canonical.encode(after),
        Canonical.encode(facts.reduce(Replica.evolve, folds.replica.initial))
      )
      assert.strictEqual(Canonical.encode(before), text)
    }), { numRuns: 150 })
  })
})
