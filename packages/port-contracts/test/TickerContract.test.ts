/**
 * The test of the test: a right ticker keeps every promise of the contract, and each wrong one
 * breaks the promise it is meant to break.
 */
import type { Moment } from "@chorus/coordination-core/machine/Machine"
import * as TickerContract from "@chorus/port-contracts/TickerContract"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Queue from "effect/Queue"
import * as Stream from "effect/Stream"

/** What a ticker may do wrong. */
interface Faults {
  readonly now: (real: Moment) => Moment
  readonly tick: (real: Moment) => Moment
  readonly first: boolean
  readonly buffer: number
  readonly listenersMax: number
  readonly ticksMax: number
}

const none: Faults = {
  now: (real) => real,
  tick: (real) => real,
  first: false,
  buffer: 1,
  listenersMax: Infinity,
  ticksMax: Infinity
}

const subject = (wrong: Partial<Faults> = {}): TickerContract.Subject => {
  const faults = { ...none, ...wrong }
  const listeners = new Set<(tick: Moment) => void>()
  let real: Moment = { monotonicMillis: 0, wallMillis: 0 }
  let ticks = 0
  return {
    everyMillis: 100,
    pass: (millis) =>
      Effect.sync(() => {
        const { monotonicMillis, wallMillis } = real
        real = { monotonicMillis: monotonicMillis + millis, wallMillis: wallMillis + millis }
        if (ticks++ < faults.ticksMax) listeners.forEach((listener) => listener(faults.tick(real)))
      }),
    setWall: (wallMillis) => Effect.sync(() => void (real = { ...real, wallMillis })),
    ticker: {
      now: Effect.sync(() => faults.now(real)),
      ticks: Stream.callback<Moment>((queue) =>
        Effect.sync(() => {
          if (faults.first) Queue.offerUnsafe(queue, real)
          if (listeners.size < faults.listenersMax) {
            listeners.add((tick) => Queue.offerUnsafe(queue, tick))
          }
        }), { bufferSize: faults.buffer, strategy: "sliding" })
    }
  }
}

TickerContract.suite("a right one", Effect.sync(() => subject()))

describe("a wrong ticker breaks its promise", () => {
  const later = (by: number) => (real: Moment) => ({
    ...real,
    monotonicMillis: real.monotonicMillis + by
  })

  const wrong: ReadonlyArray<readonly [title: string, breaks: RegExp, Partial<Faults>]> = [
    ["that stands still", /time that passes/, {
      now: () => ({ monotonicMillis: 0, wallMillis: 0 })
    }],
    ["that counts in seconds", /time that passes/, {
      now: (real) => ({ ...real, monotonicMillis: Math.floor(real.monotonicMillis / 1000) })
    }],
    ["that follows the wall clock", /backwards/, {
      now: ({ wallMillis }) => ({ monotonicMillis: wallMillis, wallMillis })
    }],
    ["that never ticks", /every listener/, { ticksMax: 0 }],
    ["that stops", /every listener/, { ticksMax: 3 }],
    ["that has one listener", /every listener/, { listenersMax: 1 }],
    ["that ticks at once", /before its moment/, { first: true }],
    ["whose ticks are of the future", /before its moment/, { tick: later(1) }],
    ["whose ticks are of the past", /before its moment/, { tick: later(-1000) }],
    ["that queues", /slow listener/, { buffer: 100 }],
    ["that queues two", /slow listener/, { buffer: 2 }]
  ]

  for (const [title, breaks, faults] of wrong) {
    it.effect(title, () =>
      Effect.gen(function*() {
        const broken = TickerContract.promises.filter((promise) => breaks.test(promise.title))
        assert.lengthOf(broken, 1)

        for (const { check } of broken) {
          assert.isTrue(Exit.isFailure(yield* Effect.exit(check(subject(faults)))))
        }
      }))
  }
})
