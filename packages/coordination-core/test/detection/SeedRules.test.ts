/**
 * The literal original, with the traps that it falls into: known behaviour, kept for comparison.
 */
import { assert, describe, it } from "@effect/vitest"
import * as SeedRules from "@chorus/coordination-core/detection/SeedRules"
import { task } from "./entries.ts"
import { messagePair, seedPairs } from "./pairs.ts"

const between = (title1: string, title2: string): ReadonlyArray<SeedRules.Finding> =>
  SeedRules.between(task("one", title1), task("two", title2))

describe("the seed's rules, literally", () => {
  it("find three of the five printed pairs under their names, and miss two", () => {
    const hits = [...seedPairs, messagePair].map(({ relationship, task1, task2 }) =>
      SeedRules.between(task1, task2).some((finding) => finding.relationship === relationship)
    )

    assert.deepStrictEqual(hits, [true, false, false, true, true])
  })

  const traps: ReadonlyArray<readonly [string, string, string]> = [
    ["Rapid response", "Implement dark mode", "API_Contract"],
    ["Capital letters", "Implement dark mode", "API_Contract"],
    ["Stable sorting", "Acceptable colours", "Database_Schema"],
    ["Author page", "Authority of sources", "Security_Compliance"],
    ["Update config of the logger", "Clean environment of the runner", "Configuration_Dependency"]
  ]
  for (const [title1, title2, relationship] of traps) {
    it(`fall into a trap: ${title1} / ${title2} is a ${relationship}`, () => {
      assert.include(between(title1, title2).map((finding) => finding.relationship), relationship)
    })
  }

  it("H29: are always 0.8 sure", () => {
    assert.deepStrictEqual(between("Stable", "Table").map(({ confidence }) => confidence), [0.8])
  })

  it("H26: give up to four findings a pair, and one for each known task", () => {
    const all = "api implement table config token"
    const known = ["one", "two", "three", "here"].map((repository) => task(repository, all))

    assert.lengthOf(SeedRules.between(task("here", all), task("one", all)), 4)
    assert.lengthOf(SeedRules.detect(known, task("here", all, { task_id: 2 })), 12)
  })

  it("skip the same task and the same repository", () => {
    const one = task("one", "table")

    assert.deepStrictEqual(SeedRules.between(one, one), [])
    assert.deepStrictEqual(SeedRules.between(one, task("one", "table", { task_id: 2 })), [])
  })
})
