/**
 * What a person types for a decision: an option in any of the ways one writes it, words, or a slip.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Result from "effect/Result"
import * as Choice from "../../src/inbox/Choice.ts"

const options = [
  {
    key: "apart",
    option: "a",
    label: "go on apart",
    recommended: true,
    decision: "they go on apart"
  },
  {
    key: "nothing",
    option: "b",
    label: "nothing to do",
    recommended: false,
    decision: "nothing to do",
    verdict: "dismissed" as const
  }
]

describe("a choice", () => {
  for (const typed of ["a", "A", "a)", "(a)", "a.", "apart"]) {
    it(`"${typed}" is option a`, () => {
      assert.deepStrictEqual(
        Choice.of({ options }, typed),
        Result.succeed({ decision: "they go on apart" })
      )
    })
  }

  for (const slip of ["c", "zz", "b,", "?", "aab"]) {
    it(`"${slip}" is no ruling`, () => {
      const refused = Choice.of({ options }, slip)
      assert.isTrue(Result.isFailure(refused))
      assert.deepStrictEqual(
        Result.getFailure(refused),
        Result.getFailure(Result.fail(`there is no option "${slip}": choose a, b, or say it in words`))
      )
    })
  }

  it("carries the verdict of its option; words carry none", () => {
    assert.deepStrictEqual(
      Choice.of({ options }, "b)"),
      Result.succeed({ decision: "nothing to do", verdict: "dismissed" })
    )
    assert.deepStrictEqual(Choice.of({ options }, "web waits"), Result.succeed({ decision: "web waits" }))
    assert.isTrue(Result.isFailure(Choice.of(undefined, "a")))
  })
})
