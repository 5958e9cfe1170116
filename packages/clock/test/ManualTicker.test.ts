/**
 * What the hand on the manual ticker does.
 */
import { layer, ManualTicker } from "@chorus/clock/ManualTicker"
import { Ticker } from "@chorus/coordination-core/ports/Ticker"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"

const start = { monotonicMillis: 1000, wallMillis: 1_759_226_700_000 }

describe("the manual ticker", () => {
  it.effect("stands where it was put, and moves both clocks", () =>
    Effect.gen(function*() {
      const [ticker, hand] = [yield* Ticker, yield* ManualTicker]
      const before = yield* ticker.now
      yield* hand.advance(250)
      assert.deepStrictEqual(before, start)
      assert.deepStrictEqual(yield* ticker.now, {
        monotonicMillis: 1250,
        wallMillis: start.wallMillis + 250
      })
    }).pipe(Effect.provide(layer(start))))

  it.effect("set to an earlier moment turns back the wall clock alone", () =>
    Effect.gen(function*() {
      const [ticker, hand] = [yield* Ticker, yield* ManualTicker]
      yield* hand.set({ monotonicMillis: 10, wallMillis: 20 })
      assert.deepStrictEqual(yield* ticker.now, { monotonicMillis: 1000, wallMillis: 20 })
    }).pipe(Effect.provide(layer(start))))

  it.effect("ticks once a move, with the moment it moved to", () =>
    Effect.gen(function*() {
      const [ticker, hand] = [yield* Ticker, yield* ManualTicker]
      const first = Stream.runHead(ticker.ticks)
      const moves = [hand.advance(5), hand.advance(0), hand.set({ ...start, wallMillis: 7 })]
      for (const move of moves) {
        const heard = yield* Effect.forkChild(first, { startImmediately: true })
        yield* move
        assert.deepStrictEqual(Option.getOrThrow(yield* Fiber.join(heard)), yield* ticker.now)
      }
    }).pipe(Effect.provide(layer(start))))
})
