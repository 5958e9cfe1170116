/**
 * When the system's ticker ticks.
 */
import * as SystemTicker from "@chorus/clock/SystemTicker"
import { Ticker } from "@chorus/coordination-core/ports/Ticker"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/testing/TestClock"

const ticks = (count: number) =>
  Effect.flatMap(Ticker, (ticker) => Stream.runCollect(Stream.take(ticker.ticks, count)))

describe("the system's ticker", () => {
  it.effect("ticks on the multiples of its interval, for late listeners too", () =>
    Effect.gen(function*() {
      const early = yield* Effect.forkChild(ticks(3), { startImmediately: true })
      yield* TestClock.adjust(130)
      const late = yield* Effect.forkChild(ticks(2), { startImmediately: true })
      yield* TestClock.adjust(170)

      const times = Effect.map(Fiber.joinAll([early, late]), (heard) =>
        heard.map((moments) => moments.map(({ monotonicMillis }) => monotonicMillis)))

      assert.deepStrictEqual(yield* times, [[100, 200, 300], [200, 300]])
    }).pipe(Effect.provide(SystemTicker.layer({ everyMillis: 100 }))))

  it.live("by the real clock: no tick comes early, and both clocks are the machine's", () =>
    Effect.gen(function*() {
      const before = Date.now()
      const heard = yield* ticks(20)
      const [first, last] = [heard[0]!, heard.at(-1)!]
      assert.isAtLeast(last.monotonicMillis - first.monotonicMillis, 19 * 3 - 3)
      const intervals = heard.map(({ monotonicMillis }) => Math.floor(monotonicMillis / 3))
      assert.lengthOf(new Set(intervals), 20)
      assert.isAtLeast(first.wallMillis, before)
      assert.isAtMost(last.wallMillis, Date.now())
    }).pipe(Effect.provide(SystemTicker.layer({ everyMillis: 3 }))))
})
