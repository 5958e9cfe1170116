/**
 * The test of the tests: the real fold keeps every law of consensus, and no known-wrong one does.
 */
import { assert, describe, it } from "@effect/vitest"
import * as ConsensusLaws from "@chorus/coordination-core/testing/ConsensusLaws"
import { statuses as real } from "../replica/folds.ts"
import { mutants } from "./mutants.ts"

describe("The real fold", () => {
  for (const law of ConsensusLaws.laws(real)) {
    it(law.title, () => law.check(50))
  }
})

describe("Mutants", () => {
  it.each(mutants)("%s is caught", (_name, mutant, caughtBy) => {
    const law = ConsensusLaws.laws(mutant).find(({ title }) => title.startsWith(caughtBy))

    assert.isDefined(law)
    assert.throws(() => law?.check(1000, { endOnFailure: true }), /Property failed/)
  })
})
