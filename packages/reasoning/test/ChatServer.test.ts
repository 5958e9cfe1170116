/**
 * What can go wrong between us and a model server, on real sockets, for both kinds of server:
 * each fault becomes its reason, and nothing but a good plan comes back. (H32, H34)
 */
import { Reasoner } from "@chorus/coordination-core/ports/Reasoner"
import { plain } from "@chorus/port-contracts/ReasonerContract"
import { assert, describe, it } from "@effect/vitest"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as TestClock from "effect/testing/TestClock"
import type { ServerResponse } from "node:http"
import { good, item, wrong } from "./Answers.ts"
import * as ModelServer from "./ModelServer.ts"
import { dialects, overServer } from "./Wired.ts"

const planWith = (dialect: typeof dialects["Ollama"], url: string) =>
  Effect.flatMap(Reasoner, ({ plan }) => plan(plain)).pipe(
    Effect.provide(overServer(dialect, url))
  )

const status = (code: number) => (_: number, response: ServerResponse) => {
  response.writeHead(code, { "content-type": "application/json" })
  response.end("{\"error\":\"the server says no\"}")
}

describe.each(Object.entries(dialects))("a server of the kind %s", (_, dialect) => {
  /** The error that a server's answer leads to, and how often the server was asked. */
  const errorOf = (answer: ModelServer.Answer) =>
    Effect.gen(function*() {
      const { asked, url } = yield* ModelServer.make(answer)
      const { message, reason } = yield* Effect.flip(planWith(dialect, url))
      assert.notMatch(message, /[\n\r]|the server says no/)
      return { reason, calls: asked.length }
    })

  it.live("a good answer is a plan after one call", () =>
    Effect.gen(function*() {
      const { asked, url } = yield* ModelServer.make((_, response) =>
        ModelServer.says(response, JSON.stringify(good))
      )

      const { calls, content } = yield* planWith(dialect, url)

      assert.strictEqual(calls, 1)
      assert.lengthOf(asked, 1)
      assert.deepStrictEqual(content.items.map(({ owner }) => owner), [
        plain.tasks[0]!.agent,
        plain.tasks[1]!.agent
      ])
    }))

  it.effect.each([
    ["silence", ""],
    ["silence after half an answer", "{\"message\":"]
  ])("%s is a timeout, and the connection is closed (H34)", ([, half]) =>
    Effect.gen(function*() {
      const asked = yield* Deferred.make<void>()
      const closed = yield* Deferred.make<void>()
      const { url } = yield* ModelServer.make((_, response) => {
        if (half !== "") response.write(half)
        response.on("close", () => Deferred.doneUnsafe(closed, Effect.void))
        Deferred.doneUnsafe(asked, Effect.void)
      })

      const planning = yield* Effect.forkChild(Effect.flip(planWith(dialect, url)))
      yield* Deferred.await(asked)
      yield* TestClock.adjust("60 seconds")

      assert.strictEqual((yield* Fiber.join(planning)).reason, "timeout")
      yield* Deferred.await(closed)
    }))

  it.live("nobody at the address is unreachable", () =>
    Effect.gen(function*() {
      const gone = yield* Effect.scoped(ModelServer.make(() => undefined))

      assert.strictEqual((yield* Effect.flip(planWith(dialect, gone.url))).reason, "unreachable")
    }))

  it.live("a connection that is reset is unreachable", () =>
    Effect.gen(function*() {
      const error = yield* errorOf((_, response) => response.socket?.resetAndDestroy())

      assert.deepStrictEqual(error, { reason: "unreachable", calls: 1 })
    }))

  it.live("a connection that is reset amid the answer is unreachable", () =>
    Effect.gen(function*() {
      const error = yield* errorOf((_, response) => {
        response.write("{\"message\":", () => response.socket?.resetAndDestroy())
      })

      assert.deepStrictEqual(error, { reason: "unreachable", calls: 1 })
    }))

  it.live.each([
    [429, "limited"],
    [500, "failed"],
    [503, "failed"],
    [401, "failed"],
    [404, "failed"],
    [302, "failed"]
  ] as const)("HTTP %j is its reason and is not asked again", ([code, reason]) =>
    Effect.gen(function*() {
      assert.deepStrictEqual(yield* errorOf(status(code)), { reason, calls: 1 })
    }))

  it.live("a redirect is not followed: the texts go nowhere else", () =>
    Effect.gen(function*() {
      const elsewhere = yield* ModelServer.make((_, response) =>
        ModelServer.says(response, JSON.stringify(good))
      )
      const error = yield* errorOf((_, response) =>
        response.writeHead(307, { location: elsewhere.url }).end()
      )

      assert.strictEqual(error.reason, "failed")
      assert.lengthOf(elsewhere.asked, 0)
    }))

  it.live("an answer of 1 MB is too large (H34)", () =>
    Effect.gen(function*() {
      const error = yield* errorOf((_, response) =>
        ModelServer.says(response, JSON.stringify({ ...good, share: ["s".repeat(1_000_000)] }))
      )

      assert.deepStrictEqual(error, { reason: "too_large", calls: 1 })
    }))

  it.live("an answer that never ends is hung up on, not collected (H34)", () =>
    Effect.gen(function*() {
      const closed = yield* Deferred.make<void>()
      const error = yield* errorOf((_, response) => {
        const more = () => {
          while (!response.destroyed && response.write("s".repeat(16_384))) continue
        }
        response.on("drain", more).on("close", () => Deferred.doneUnsafe(closed, Effect.void))
        more()
      })

      assert.deepStrictEqual(error, { reason: "too_large", calls: 1 })
      yield* Deferred.await(closed)
    }))

  it.live.each([
    "<html>Bad gateway</html>",
    "",
    "{\"plan\":[]}",
    "17"
  ])("an answer of %j is malformed after one more call (H34)", (text) =>
    Effect.gen(function*() {
      const asBody = yield* errorOf((_, response) => response.end(text))
      const asText = yield* errorOf((_, response) => ModelServer.says(response, text))

      assert.deepStrictEqual(asBody, { reason: "malformed", calls: 2 })
      assert.deepStrictEqual(asText, { reason: "malformed", calls: 2 })
    }))

  it.live("a malformed answer is refused with its reason, and a good second one counts", () =>
    Effect.gen(function*() {
      const { asked, url } = yield* ModelServer.make((call, response) =>
        ModelServer.says(response, call === 1 ? "I cannot do that" : JSON.stringify(good))
      )

      const { calls } = yield* planWith(dialect, url)

      assert.strictEqual(calls, 2)
      assert.notInclude(asked[0], "no plan")
      assert.include(asked[1], "gave an answer that is no plan")
    }))

  it.live.each(Object.entries(wrong))(
    "an answer with %s never comes back (H32)",
    ([, answer]) =>
      Effect.gen(function*() {
        const error = yield* errorOf((_, response) =>
          ModelServer.says(response, JSON.stringify(answer))
        )

        assert.deepStrictEqual(error, { reason: "malformed", calls: 2 })
      })
  )

  it.live("a sentence of 10,000 characters comes back cut (H32)", () =>
    Effect.gen(function*() {
      const { url } = yield* ModelServer.make((_, response) =>
        ModelServer.says(response, JSON.stringify({
          ...good,
          items: [{ ...item, action: "obey ".repeat(2000) }]
        }))
      )

      const { content } = yield* planWith(dialect, url)

      assert.strictEqual(content.items[0]?.action.length, 280)
    }))
})
