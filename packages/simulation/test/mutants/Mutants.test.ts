/**
 * The test of the checkers: every planted bug is caught by the seed that is known to catch it.
 *
 * `pnpm sim --mutants` looks for such seeds, and tells how many it takes.
 */
import { describe, expect, it } from "vitest"
import { hunt } from "./Hunt.ts"
import { mutants } from "./mutants.ts"

describe("the planted bug", () => {
  it.each(mutants)("$hazards $name is caught", async (mutant) => {
    const { violation } = await hunt(mutant, mutant.seed, 1)
    expect(violation).toBeDefined()
  })
})
