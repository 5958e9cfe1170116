/**
 * A node's own clocks: one that may be wrong, run wrong and jump, and one that only runs wrong.
 */
import type { Moment } from "@chorus/coordination-core/machine/Machine"
import { Ticker } from "@chorus/coordination-core/ports/Ticker"
import * as Effect from "effect/Effect"
import * as Queue from "effect/Queue"
import * as Stream from "effect/Stream"
import type { Timeline } from "./Timeline.ts"

/** The true time at which a simulation begins, in milliseconds since 1970. */
export const startMillis = 1_800_000_000_000

export interface LocalClock {
  readonly now: () => Moment
  /** The wall clock shows so much more from now on. */
  readonly jump: (millis: number) => void
  /** From now on so many local seconds pass in one. */
  readonly run: (rate: number) => void
}

export const make = (timeline: Timeline): LocalClock => {
  let [rate, anchor, elapsed, shift] = [1, 0, 0, 0]
  const monotonic = () => elapsed + (timeline.nowMillis() - anchor) * rate
  return {
    now: () => {
      const monotonicMillis = Math.floor(monotonic())
      return { monotonicMillis, wallMillis: startMillis + monotonicMillis + shift }
    },
    jump: (millis) => { shift += Math.round(millis) },
    run: (faster) => {
      elapsed = monotonic()
      anchor = timeline.nowMillis()
      rate = faster
    }
  }
}

/** A ticker on the clock, every so often. */
export const ticker = (timeline: Timeline, clock: LocalClock, everyMillis: number): Ticker["Service"] =>
  Ticker.of({
    now: Effect.sync(clock.now),
    ticks: Stream.callback<Moment>((queue) =>
      Effect.acquireRelease(
        Effect.sync(() => {
          let cancel = (): void => undefined
          const tick = () => {
            Queue.offerUnsafe(queue, clock.now())
            cancel = timeline.after(everyMillis, tick)
          }
          cancel = timeline.after(everyMillis, tick)
          return () => cancel()
        }),
        (cancel) => Effect.sync(cancel)
      ), { bufferSize: 1, strategy: "sliding" })
  })
