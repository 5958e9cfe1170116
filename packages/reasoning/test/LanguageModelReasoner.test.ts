/**
 * What the reasoner over a language model adds to the contract: retry, timeout, budget.
 */
import { Reasoner } from "@chorus/coordination-core/ports/Reasoner"
import { plain } from "@chorus/port-contracts/ReasonerContract"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as TestClock from "effect/testing/TestClock"
import { good, wrong } from "./Answers.ts"
import { overModel } from "./Wired.ts"

const outsider = JSON.stringify(wrong["an owner who is no agent of the session"])

/** A model that gives these answers, the last one again and again, and notes its prompts. */
const answering = (...answers: ReadonlyArray<string>) => {
  const prompts: Array<string> = []
  const answer = (prompt: string) =>
    Effect.sync(() => answers[Math.min(prompts.push(prompt), answers.length) - 1] ?? "")
  return { prompts, answer }
}

const plan = Effect.flatMap(Reasoner, (reasoner) => reasoner.plan(plain))

describe("LanguageModelReasoner", () => {
  it.effect("a plan says who made it and that it took one call", () =>
    Effect.gen(function*() {
      const { answer } = answering(JSON.stringify(good))

      const { calls, madeBy } = yield* Effect.provide(plan, overModel(answer))

      assert.deepStrictEqual({ calls, madeBy }, { calls: 1, madeBy: "test" })
    }))

  it.effect("a long name of who made it is cut to what a plan holds", () =>
    Effect.gen(function*() {
      const { answer } = answering(JSON.stringify(good))
      const long = "a model ".repeat(30)

      const { madeBy } = yield* Effect.provide(plan, overModel(answer, { madeBy: long }))

      assert.strictEqual(madeBy, long.slice(0, 120))
    }))

  it.effect("a refused plan is asked for once more, with the reason in the data block (H32)", () =>
    Effect.gen(function*() {
      const { answer, prompts } = answering(outsider, JSON.stringify(good))

      const { calls } = yield* Effect.provide(plan, overModel(answer))

      assert.strictEqual(calls, 2)
      const [before, block = "", after] = prompts[1]!.split(/<\/?data>/)
      assert.match(JSON.parse(block).refusal, /Expected "A" \| "B".*\["owner"\]/)
      const [beforeFirst, , afterFirst] = prompts[0]!.split(/<\/?data>/)
      assert.deepStrictEqual([before, after], [beforeFirst, afterFirst])
    }))

  it.effect("a plan that is wrong twice is malformed, after two calls and not more (H34)", () =>
    Effect.gen(function*() {
      const { answer, prompts } = answering(outsider)

      const error = yield* Effect.flip(Effect.provide(plan, overModel(answer)))

      assert.strictEqual(error.reason, "malformed")
      assert.notInclude(error.message, "mallory")
      assert.lengthOf(prompts, 2)
    }))

  it.effect("both calls together take no longer than the timeout (H34)", () =>
    Effect.gen(function*() {
      const slow = () => Effect.delay(Effect.succeed(outsider), "40 seconds")

      const planning = yield* Effect.forkChild(Effect.flip(Effect.provide(plan, overModel(slow))))
      yield* TestClock.adjust("59 seconds")
      assert.isUndefined(planning.pollUnsafe())
      yield* TestClock.adjust("1 second")

      assert.strictEqual((yield* Fiber.join(planning)).reason, "timeout")
    }))

  it.effect("calls beyond the budget are limited and reach no model, second calls too (H33)", () =>
    Effect.gen(function*() {
      const { answer, prompts } = answering(JSON.stringify(good), outsider)

      yield* Effect.gen(function*() {
        yield* plan
        assert.strictEqual((yield* Effect.flip(plan)).reason, "malformed")
        assert.strictEqual((yield* Effect.flip(plan)).reason, "limited")
        assert.lengthOf(prompts, 3)

        yield* TestClock.adjust("1 hour")
        assert.strictEqual((yield* Effect.flip(plan)).reason, "malformed")
      }).pipe(Effect.provide(overModel(answer, { callsPerHour: 3 })))
    }))
})
