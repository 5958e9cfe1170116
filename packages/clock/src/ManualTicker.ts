/**
 * A ticker that is moved by hand, each move one tick: for tests, for replay, where time is that of
 * a file and goes as fast as it can, and for the simulator.
 */
import type { Moment } from "@chorus/coordination-core/machine/Machine"
import { Ticker } from "@chorus/coordination-core/ports/Ticker"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Queue from "effect/Queue"
import * as Stream from "effect/Stream"

/** The hand on the ticker. */
export class ManualTicker extends Context.Service<ManualTicker, {
  /** Lets milliseconds pass on both clocks, and ticks. */
  readonly advance: (millis: number) => Effect.Effect<void>
  /** Moves to a moment and ticks; monotonic time stays where it is rather than run backwards. */
  readonly set: (moment: Moment) => Effect.Effect<void>
}>()("@chorus/clock/ManualTicker") {}

const epoch: Moment = { monotonicMillis: 0, wallMillis: 0 }

const make = (start: Moment) => {
  const listeners = new Set<Queue.Enqueue<Moment>>()
  let now = start

  const moveTo = ({ monotonicMillis, wallMillis }: Moment) => {
    now = { monotonicMillis: Math.max(now.monotonicMillis, monotonicMillis), wallMillis }
    for (const listener of listeners) Queue.offerUnsafe(listener, now)
  }

  const ticker = Ticker.of({
    now: Effect.sync(() => now),
    ticks: Stream.callback<Moment>((queue) =>
      Effect.acquireRelease(
        Effect.sync(() => listeners.add(queue)),
        () => Effect.sync(() => listeners.delete(queue))
      ), { bufferSize: 1, strategy: "sliding" })
  })
  const hand = ManualTicker.of({
    advance: (millis) =>
      Effect.sync(() =>
        moveTo({
          monotonicMillis: now.monotonicMillis + millis,
          wallMillis: now.wallMillis + millis
        })
      ),
    set: (moment) => Effect.sync(() => moveTo(moment))
  })
  return Context.make(Ticker, ticker).pipe(Context.add(ManualTicker, hand))
}

/** A ticker that stands at `start`, 1970 by default, and the hand that moves it. */
export const layer = (start: Moment = epoch): Layer.Layer<Ticker | ManualTicker> =>
  Layer.syncContext(() => make(start))
