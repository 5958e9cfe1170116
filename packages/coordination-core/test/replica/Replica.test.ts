/**
 * The replicated state keeps its laws over histories with liars, outsiders and forks (H7, H11).
 */
import { describe, it } from "@effect/vitest"
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
