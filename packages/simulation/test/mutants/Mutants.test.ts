/**
 * The test of the checkers: planted bugs are caught within some seeds.
 *
 * Here those that are caught soonest; `pnpm sim --mutants` hunts all of them.
 */
import { describe, expect, it } from "vitest"
import { hunt } from "./Hunt.ts"
import { mutants } from "./mutants.ts"

const quick = ["IdOfOpener", "WordsVote", "NothingMissing", "DeafToEscalations", "ForgetfulStore"]

/** Each is caught within far fewer. */
const seedsMax = 40

describe("the planted bug", () => {
  it.each(mutants.filter(({ name }) => quick.includes(name)))("$hazards $name is caught", async (mutant) => {
    const { violation } = await hunt(mutant, 0, seedsMax)
    expect(violation).toBeDefined()
  })

  it("each wraps a module of the product, and has a name of its own", () => {
    expect(new Set(mutants.map(({ name }) => name)).size).toBe(mutants.length)
    expect(mutants.length).toBeGreaterThanOrEqual(25)
  })
})
