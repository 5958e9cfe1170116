/**
 * What every ticker promises, as tests.
 *
 * Promised: `monotonicMillis` follows the time that passes and never runs backwards, whatever the
 * wall clock does; ticks come to every listener as long as time passes, none before its moment; a
 * slow listener gets the latest tick, not a queue of old ones.
 *
 * Not promised: evenness, a tick for each moment, and that the wall clock is right or never jumps.
 */
import type { Moment } from "@chorus/coordination-core/machine/Machine"
import type { Ticker } from "@chorus/coordination-core/ports/Ticker"
import { assert, describe, it } from "@effect/vitest"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"

/** A ticker under test, and the time under it. */
export interface Subject {
  readonly ticker: Ticker["Service"]
  /** While so many milliseconds pass there is at least one tick. */
  readonly everyMillis: number
  /** Lets time pass. */
  readonly pass: (millis: number) => Effect.Effect<void>
  /** Sets the wall clock, forwards or back. */
  readonly setWall: (millis: number) => Effect.Effect<void>
}

/** Runs the contract; `fresh` makes a ticker of its own for each promise, under the `TestClock`. */
export const suite = (name: string, fresh: Effect.Effect<Subject, never, Scope.Scope>): void => {
  describe(`Ticker contract: ${name}`, () => {
    for (const { check, title } of promises) it.effect(title, () => Effect.flatMap(fresh, check))
  })
}

export const promises: ReadonlyArray<{
  readonly title: string
  readonly check: (subject: Subject) => Effect.Effect<void, never, Scope.Scope>
}> = [
  {
    title: "now measures the time that passes",
    check: ({ pass, ticker }) =>
      Effect.gen(function*() {
        for (const millis of [1, 1234, 3_600_000]) {
          const before = yield* ticker.now
          yield* pass(millis)
          const after = yield* ticker.now
          assert.isAtLeast(after.monotonicMillis - before.monotonicMillis, millis)
        }
      })
  },
  {
    title: "monotonic time never runs backwards, whatever the wall clock does (H20)",
    check: ({ pass, setWall, ticker }) =>
      Effect.gen(function*() {
        yield* pass(10_000)
        for (const wallMillis of [5000, 1_759_226_700_000, 0]) {
          const before = yield* ticker.now
          yield* setWall(wallMillis)
          const after = yield* ticker.now
          yield* pass(1000)
          const later = yield* ticker.now
          assert.isAtLeast(after.monotonicMillis, before.monotonicMillis)
          assert.isAtLeast(later.monotonicMillis, after.monotonicMillis + 1000)
        }
      })
  },
  {
    title: "ticks come to every listener as long as time passes",
    check: (subject) =>
      Effect.gen(function*() {
        const heard = [yield* listen(subject), yield* listen(subject)]
        yield* passUntil(subject, () => heard.every(({ length }) => length >= 5))
        assert.isTrue(heard.every(({ length }) => length >= 5), "a listener heard too little")
      })
  },
  {
    title: "no tick comes before its moment, and none while no time passes",
    check: (subject) =>
      Effect.gen(function*() {
        const { now } = subject.ticker
        const { monotonicMillis: start } = yield* now
        const early: Array<Moment> = []
        const heard = yield* listen(subject, (tick) =>
          Effect.map(now, ({ monotonicMillis }) => {
            if (tick.monotonicMillis > monotonicMillis) early.push(tick)
          }))

        yield* settle(() => heard.length > 0)
        const atOnce = heard.length
        yield* passUntil(subject, () => heard.length >= 5)

        assert.strictEqual(atOnce, 0)
        assert.deepStrictEqual(early, [])
        const times = [start, ...heard.map(({ monotonicMillis }) => monotonicMillis)]
        assert.deepStrictEqual(times, times.toSorted((a, b) => a - b))
      })
  },
  {
    title: "a slow listener gets the latest tick, not a queue of old ones",
    check: (subject) =>
      Effect.gen(function*() {
        const gate = yield* Deferred.make<void>()
        const heard = yield* listen(subject, () => Deferred.await(gate))
        yield* passUntil(subject, () => heard.length === 1)
        for (let at = 0; at < 10; at++) yield* subject.pass(subject.everyMillis)
        const released = yield* subject.ticker.now

        yield* Deferred.succeed(gate, undefined)
        yield* passUntil(subject, () => heard.length > 1)

        assert.isAtLeast(heard[1]?.monotonicMillis ?? 0, released.monotonicMillis)
      })
  }
]

/** Hears ticks until the check ends, and does something slow or not with each. */
const listen = Effect.fnUntraced(function*(
  { ticker }: Subject,
  then: (tick: Moment) => Effect.Effect<void> = () => Effect.void
) {
  const heard: Array<Moment> = []
  const hear = Stream.runForEach(ticker.ticks, (tick) => {
    heard.push(tick)
    return then(tick)
  })
  yield* Effect.forkScoped(hear, { startImmediately: true })
  return heard
})

/** Lets time pass until it holds, or for a hundred ticks. */
const passUntil = Effect.fnUntraced(function*(subject: Subject, holds: () => boolean) {
  for (let at = 0; at < 100 && !holds(); at++) {
    yield* subject.pass(subject.everyMillis)
    yield* settle(holds)
  }
})

/** Lets the other fibers run until it holds, or long enough. */
const settle = Effect.fnUntraced(function*(holds: () => boolean) {
  for (let at = 0; at < 50 && !holds(); at++) yield* Effect.yieldNow
})
