/**
 * How a language model judges what detection found: asked once, as data, and held to the form.
 */
import type { JudgeRequest } from "@chorus/coordination-core/detection/Judging"
import { FactId } from "@chorus/coordination-core/identity/FactId"
import { Reasoner } from "@chorus/coordination-core/ports/Reasoner"
import { hostile, judgeRequests } from "@chorus/port-contracts/ReasonerContract"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as TestClock from "effect/testing/TestClock"
import * as fc from "fast-check"
import * as Aimock from "./Aimock.ts"
import * as ModelServer from "./ModelServer.ts"
import { dialects, overModel, overServer } from "./Wired.ts"

const [first, second, third] = ["1", "2", "3"].map((digit) => FactId.make(digit.repeat(64))) as
  [FactId, FactId, FactId]

const request: JudgeRequest = {
  task: { repository: "backend", task_id: 1, title: "Rename a field of POST /v1/users" },
  candidates: [first, second, third].map((claim, at) => ({
    claim,
    task: { repository: `web-${at}`, task_id: at, title: hostile[at] ?? "" },
    relationship: "API_Contract",
    reason: "both speak of users"
  }))
}

const judge = Effect.flatMap(Reasoner, (reasoner) => reasoner.judge?.(request) ?? Effect.die("no judge"))

const answer = JSON.stringify({ order: ["C", "A"], withheld: ["B"] })
const expected = { order: [third, first], withheld: [second] }

describe("a judgement of a model", () => {
  it.effect("is read back from the letters of the candidates", () =>
    Effect.gen(function*() {
      assert.deepStrictEqual(yield* Effect.provide(judge, overModel(() => Effect.succeed(answer))), expected)
    }))

  it.effect("H34: that is none is malformed, after one call", () =>
    Effect.gen(function*() {
      let calls = 0
      for (const wrong of [
        "", "yes, all of them", "[]", "{}", JSON.stringify({ order: ["A", "B"], withheld: [] }),
        JSON.stringify({ order: ["A", "B", "C", "A"], withheld: [] }),
        JSON.stringify({ order: ["A", "B"], withheld: ["D"] }),
        JSON.stringify({ order: [first, second, third], withheld: [] }),
        JSON.stringify({ order: "ABC", withheld: [] })
      ]) {
        const model = overModel(() => Effect.sync(() => (calls++, wrong)))
        const { reason } = yield* Effect.flip(Effect.provide(judge, model))
        assert.strictEqual(reason, "malformed", wrong)
      }
      assert.strictEqual(calls, 9)
    }))

  it.effect("H34: comes within its time, or is a timeout", () =>
    Effect.gen(function*() {
      const silent = overModel(() => Effect.never)
      const judging = yield* Effect.forkChild(Effect.flip(Effect.provide(judge, silent)))
      yield* TestClock.adjust("8 seconds")
      assert.strictEqual((yield* Fiber.join(judging)).reason, "timeout")
    }))

  it.effect("H33: has a budget of its own", () =>
    Effect.gen(function*() {
      const model = overModel(() => Effect.succeed(answer), { callsPerHour: 0, judgementsPerHour: 1 })
      const twice = Effect.andThen(judge, Effect.flip(judge))
      assert.strictEqual((yield* Effect.provide(twice, model)).reason, "limited")
    }))

  it.effect("H32: all that others wrote stands in one block of data, whatever it says", () =>
    Effect.promise(() =>
      fc.assert(fc.asyncProperty(judgeRequests, async (asked) => {
        const prompts: Array<string> = []
        const model = overModel((prompt) => Effect.sync(() => (prompts.push(prompt), "{}")))
        await Effect.runPromise(
          Effect.flatMap(Reasoner, ({ judge }) => judge?.(asked) ?? Effect.die("no judge"))
            .pipe(Effect.ignore, Effect.provide(model))
        )
        const [before, block = "", after, ...more] = (prompts[0] ?? "").split(/<\/?data>/)
        assert.deepStrictEqual([before, more.length], ["TASKS:\n", 0])
        assert.match(after ?? "", /^\n\nA detector took each/)
        assert.notMatch(block, /[<>]/)
        const shown = JSON.parse(block) as { readonly candidates: ReadonlyArray<unknown> }
        assert.lengthOf(shown.candidates, asked.candidates.length)
      }), { numRuns: 30 })
    ))

  for (const [name, dialect] of Object.entries(dialects)) {
    it.live(`comes from a server that speaks as ${name}, and junk from it is malformed`, () =>
      Effect.gen(function*() {
        const { url } = yield* Aimock.make(answer)
        assert.deepStrictEqual(yield* Effect.provide(judge, overServer(dialect, url)), expected)

        const junk = yield* ModelServer.make((_, response) => ModelServer.says(response, "Sure! It is A"))
        const error = yield* Effect.flip(Effect.provide(judge, overServer(dialect, junk.url)))
        assert.strictEqual(error.reason, "malformed")
        assert.lengthOf(junk.asked, 1)

        const silent = yield* ModelServer.make(() => undefined)
        const late = overServer(dialect, silent.url, { judgeTimeout: "50 millis" })
        assert.strictEqual((yield* Effect.flip(Effect.provide(judge, late))).reason, "timeout")
      }))
  }
})
