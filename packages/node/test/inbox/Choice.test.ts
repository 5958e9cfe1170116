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

describe("a case", () => {
  for (const typed of ["6", "6.", "#6", "#6.", "(6)", " 6) "]) {
    it(`"${typed}" is case 6`, () => assert.strictEqual(Choice.numberOf(typed), 6))
  }

  it("what is no number names none", () => {
    for (const typed of ["a", "dep_6", "6 7", "", "-6"]) assert.isUndefined(Choice.numberOf(typed))
  })
})

describe("a choice", () => {
  const ways = ["a", "A", "a)", "(a)", "a.", "apart", "option a", "Option (A)", "They go  on apart. ",
    "Go on apart", "a) go on apart (recommended)"]
  for (const typed of ways) {
    it(`"${typed}" is option a`, () => {
      assert.deepStrictEqual(
        Choice.of({ options }, typed),
        Result.succeed({ decision: "they go on apart" })
      )
    })
  }

  for (const slip of ["c", "zz", "b,", "?", "aab", "option c", "option 1"]) {
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

  it("in the same words as another person dismissed is dismissed alike, with --dismiss or without", () => {
    const said = { option: "h", label: "as Ann ruled", recommended: false, decision: "two carts" }
    const ruled = [
      ...options,
      { ...said, key: "ruling:1", option: "i" },
      { ...said, key: "ruling:2", verdict: "dismissed" as const }
    ]
    const dismissed = Result.succeed({ decision: "two carts", verdict: "dismissed" as const })

    for (const [choice, dismisses] of [["two carts", true], ["h", false], ["h", true]] as const) {
      assert.deepStrictEqual(Choice.of({ options: ruled }, choice, dismisses), dismissed)
    }
    assert.deepStrictEqual(
      Choice.of({ options: ruled.slice(3) }, "two carts"),
      dismissed,
      "the words alone carry the verdict of whoever ruled so"
    )
    for (const choice of ["a", "they go on apart"]) {
      const refused = Choice.of({ options: ruled }, choice, true)
      assert.match(String(Result.getFailure(refused)), /says that the alert was about nothing, the option/)
    }
    assert.deepStrictEqual(
      Choice.of({ options }, "the other cart", true),
      Result.succeed({ decision: "the other cart", verdict: "dismissed" as const })
    )
    assert.deepStrictEqual(Choice.of(undefined, "nothing at all", true), Result.succeed({
      decision: "nothing at all", verdict: "dismissed" as const
    }))
  })
})
