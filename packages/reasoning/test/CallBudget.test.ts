/**
 * The budget of calls: so many within any hour, and not one more. (H33)
 */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/testing/TestClock"
import * as CallBudget from "@chorus/reasoning/CallBudget"

describe("CallBudget", () => {
  it.effect("gives so many calls at once and then none (H33)", () =>
    Effect.gen(function*() {
      const take = yield* CallBudget.make(3)

      const taken = yield* Effect.all(Array.from({ length: 20 }, () => take), {
        concurrency: "unbounded"
      })

      assert.lengthOf(taken.filter(Boolean), 3)
    }))

  it.effect("the window slides: an hour after each call one is free again", () =>
    Effect.gen(function*() {
      const take = yield* CallBudget.make(2)

      assert.isTrue(yield* take)
      yield* TestClock.adjust("40 minutes")
      assert.isTrue(yield* take)
      yield* TestClock.adjust("19 minutes")
      assert.isFalse(yield* take)
      yield* TestClock.adjust("1 minute")
      assert.isTrue(yield* take)
      assert.isFalse(yield* take)
    }))

  it.effect("a flood that lasts a day gets 24 times the budget at most", () =>
    Effect.gen(function*() {
      const take = yield* CallBudget.make(5)
      let given = 0

      for (let minute = 0; minute < 24 * 60; minute++) {
        if (yield* take) given++
        yield* TestClock.adjust("1 minute")
      }

      assert.strictEqual(given, 24 * 5)
    }))
})
