/**
 * Effect on virtual time: fibers run when the simulation lets them, in one fixed order.
 *
 * The scheduler puts every task into one queue, which `drain` empties; the clock sleeps on the
 * timeline; chance and log come from the seed's world. So a node is a plain synchronous function
 * of what happens to it, and nothing depends on the event loop.
 */
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as Exit from "effect/Exit"
import * as Logger from "effect/Logger"
import * as Random from "effect/Random"
import * as References from "effect/References"
import * as Scheduler from "effect/Scheduler"
import type { Chance } from "./Chance.ts"
import type { Timeline } from "./Timeline.ts"

export interface Fibers {
  /** The scheduler, clock, chance and log, for every effect that runs here. */
  readonly context: Context.Context<never>
  /** Lets the fibers run until all of them wait. */
  readonly drain: () => void
  /** Starts an effect at once, and tells how it ended; it goes on with `drain`. */
  readonly start: <A, E>(
    context: Context.Context<never>,
    effect: Effect.Effect<A, E>,
    ended: (exit: Exit.Exit<A, E>) => void
  ) => void
}

/** Turns of the queue that one drain takes at most: a fiber that never rests is a fault. */
const turnsMax = 1_000_000

export const make = (
  timeline: Timeline,
  chance: Chance,
  log: (level: string, message: string) => void
): Fibers => {
  const queue: Array<() => void> = []
  const dispatcher: Scheduler.SchedulerDispatcher = {
    scheduleTask: (task) => void queue.push(task),
    flush: () => undefined
  }
  const scheduler: Scheduler.Scheduler = {
    executionMode: "async",
    shouldYield: () => false,
    makeDispatcher: () => dispatcher
  }
  const context = Context.empty().pipe(
    Context.add(Scheduler.Scheduler, scheduler),
    Context.add(Clock.Clock, clock(timeline)),
    Context.add(Random.Random, {
      nextIntUnsafe: () => chance.below(Number.MAX_SAFE_INTEGER),
      nextDoubleUnsafe: chance.next
    }),
    Context.add(References.MinimumLogLevel, "Error"),
    Context.add(Logger.CurrentLoggers, new Set([
      Logger.make(({ logLevel, message }) => log(logLevel, String(message)))
    ]))
  )
  const drain = (): void => {
    for (let turn = 0; queue.length > 0; turn++) {
      if (turn > turnsMax) throw new Error("the fibers never rest")
      const tasks = queue.splice(0)
      for (const task of tasks) task()
    }
  }
  return {
    context,
    drain,
    start: (own, effect, ended) => {
      Effect.runForkWith(own)(effect).addObserver(ended)
    }
  }
}

const clock = (timeline: Timeline): Clock.Clock => {
  const nanos = () => BigInt(Math.floor(timeline.nowMillis())) * 1_000_000n
  return {
    currentTimeMillisUnsafe: timeline.nowMillis,
    currentTimeMillis: Effect.sync(timeline.nowMillis),
    currentTimeNanosUnsafe: nanos,
    currentTimeNanos: Effect.sync(nanos),
    monotonicTimeNanosUnsafe: nanos,
    monotonicTimeNanos: Effect.sync(nanos),
    sleep: (duration) =>
      Effect.callback<void>((resume) => {
        const cancel = timeline.after(Duration.toMillis(duration), () => resume(Effect.void))
        return Effect.sync(cancel)
      })
  }
}
