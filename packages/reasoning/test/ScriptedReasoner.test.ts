/**
 * What the scripted reasoner adds to the contract: it counts, fails and says what it is told.
 */
import { ReasonerError } from "@chorus/coordination-core/ports/Reasoner"
import { plain } from "@chorus/port-contracts/ReasonerContract"
import * as ScriptedReasoner from "@chorus/reasoning/ScriptedReasoner"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as TestClock from "effect/testing/TestClock"
import { one } from "./Answers.ts"

describe("ScriptedReasoner", () => {
  it.effect("answers by request and call, and counts how often it was asked", () =>
    Effect.gen(function*() {
      const failure = new ReasonerError({ reason: "unreachable", message: "by the script" })
      const { asked, reasoner } = yield* ScriptedReasoner.make((request, call) =>
        call === 1 ? Effect.fail(failure) : Effect.succeed(one(request))
      )

      assert.strictEqual(yield* Effect.flip(reasoner.plan(plain)), failure)
      const { calls, content } = yield* reasoner.plan(plain)

      assert.deepStrictEqual({ calls, content }, { calls: 1, content: one(plain) })
      assert.strictEqual(yield* asked, 2)
    }))

  it.effect("a script that hangs is a timeout on the test's clock", () =>
    Effect.gen(function*() {
      const { reasoner } = yield* ScriptedReasoner.make(() => Effect.never, { timeout: "1 hour" })

      const planning = yield* Effect.forkChild(Effect.flip(reasoner.plan(plain)))
      yield* TestClock.adjust("1 hour")

      assert.strictEqual((yield* Fiber.join(planning)).reason, "timeout")
    }))
})
