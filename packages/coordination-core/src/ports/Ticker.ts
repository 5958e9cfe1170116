/**
 * The port to time: what the moment is, and a tick now and then.
 *
 * Promises: `monotonicMillis` never runs backwards; ticks come until the stream is interrupted, no
 * tick before its moment; a slow listener gets the latest tick, not a queue of old ones.
 *
 * Not promised: evenness, and that the wall clock is right or never jumps.
 *
 * The contract is `@chorus/port-contracts/TickerContract`.
 */
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type * as Stream from "effect/Stream"
import type { Moment } from "../machine/Machine.ts"

export class Ticker extends Context.Service<Ticker, {
  readonly now: Effect.Effect<Moment>
  readonly ticks: Stream.Stream<Moment>
}>()("@chorus/coordination-core/ports/Ticker") {}
