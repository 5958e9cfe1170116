/**
 * The ticker of a running node: Effect's clock, so that the `TestClock` drives it in tests.
 *
 * Ticks fall on the multiples of their interval, the same for every listener, and are made when a
 * listener asks: a slow one misses some and never meets an old one. A timer that fires a little
 * early is made to wait. While the machine sleeps the monotonic clock may stand still.
 */
import type { Moment } from "@chorus/coordination-core/machine/Machine"
import { Ticker } from "@chorus/coordination-core/ports/Ticker"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"

export interface Options {
  /** Milliseconds from tick to tick, at least 1. */
  readonly everyMillis: number
}

export const layer = ({ everyMillis }: Options): Layer.Layer<Ticker> =>
  Layer.succeed(Ticker, {
    now,
    ticks: Stream.fromEffectRepeat(Effect.flatMap(now, ({ monotonicMillis }) =>
      tickAt(monotonicMillis - monotonicMillis % everyMillis + everyMillis)))
  })

const now: Effect.Effect<Moment> = Clock.clockWith((clock) =>
  Effect.sync(() => ({
    monotonicMillis: Number(clock.monotonicTimeNanosUnsafe() / 1_000_000n),
    wallMillis: clock.currentTimeMillisUnsafe()
  }))
)

const tickAt = (dueMillis: number): Effect.Effect<Moment> =>
  Effect.flatMap(now, (moment) => {
    const left = dueMillis - moment.monotonicMillis
    return left <= 0
      ? Effect.succeed(moment)
      : Effect.andThen(Effect.sleep(left), tickAt(dueMillis))
  })
