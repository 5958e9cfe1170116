/**
 * How many calls to a model a node may make: at most so many within any hour.
 *
 * A sliding window over Effect's monotonic clock, so a changed wall clock frees nothing. It lives
 * as long as the process. (docs/rules.md, 9; hazard H33)
 */
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Ref from "effect/Ref"

const windowNanos = Duration.toNanosUnsafe("1 hour")

/** Takes one call from the budget; false when there is none left. */
export type CallBudget = Effect.Effect<boolean>

export const make = (callsPerHour: number): Effect.Effect<CallBudget> =>
  Effect.map(Ref.make<ReadonlyArray<bigint>>([]), (calls) =>
    Effect.flatMap(Clock.monotonicTimeNanos, (now) =>
      Ref.modify(calls, (taken) => {
        const recent = taken.filter((at) => now - at < windowNanos)
        return recent.length < callsPerHour ? [true, [...recent, now]] : [false, recent]
      })))
