/**
 * Many seeds, on every core: worker threads take seeds from a list and tell what came of each.
 *
 * One seed in twenty runs twice and must give the same trace (I16).
 */
import { availableParallelism } from "node:os"
import { isMainThread, parentPort, Worker } from "node:worker_threads"
import * as Faults from "./Faults.ts"
import * as Shapes from "./Shape.ts"
import * as Simulation from "./Simulation.ts"

/** Of so many seeds one runs twice. */
export const twiceEvery = 20

/** What is kept of a seed's outcome. */
export interface Told {
  readonly seed: number
  readonly violations: ReadonlyArray<Simulation.Violation>
  readonly faults: Faults.Counts
  readonly millis: number
  readonly events: number
  readonly sessions: number
  readonly nodes: number
}

/** Runs one seed, now and then twice. */
export const one = (seed: number, asked: Shapes.Asked): Told => {
  const shape = Shapes.draw(seed, asked)
  const outcome = Simulation.run({ ...shape, seed })
  const { events, faults, millis, statistics, trace } = outcome
  const again = seed % twiceEvery === 0 ? Simulation.run({ ...shape, seed }).trace : trace
  const violations = again === trace ? outcome.violations : [
    ...outcome.violations,
    { invariant: "I16", message: `trace ${trace}, and ${again} the second time`, atMillis: millis }
  ]
  return { seed, violations, faults, millis, events, sessions: statistics.sessions, nodes: statistics.nodes }
}

/** A seed that breaks off has failed like any other, and the sweep goes on. */
const oneWhole = (seed: number, asked: Shapes.Asked): Told => {
  try {
    return one(seed, asked)
  } catch (error) {
    const violations = [{ invariant: "I12", message: `it breaks off: ${String(error)}`, atMillis: 0 }]
    return { seed, violations, faults: Faults.none(), millis: 0, events: 0, sessions: 0, nodes: 0 }
  }
}

/** A sweep under way. */
export interface Sweep {
  /** All that was found; ends when the seeds are run or the sweep is stopped. */
  readonly done: Promise<void>
  readonly stop: () => void
  /** The first seed that is not run yet: where to go on. */
  readonly from: () => number
}

/** Runs seeds from `first` on until `count` are run, and tells of each as soon as it is done. */
export const run = (
  first: number,
  count: number,
  asked: (seed: number) => Shapes.Asked,
  tell: (told: Told) => void,
  threads = availableParallelism()
): Sweep => {
  let next = first
  let from = first
  let stopped = false
  const ahead = new Set<number>()
  const work = () => new Promise<void>((resolve, reject) => {
    const worker = new Worker(new URL(import.meta.url))
    const give = () => {
      if (stopped || next >= first + count) return void worker.terminate().then(() => resolve(), reject)
      const seed = next++
      worker.postMessage({ seed, asked: asked(seed) })
    }
    worker.on("message", (told: Told) => {
      ahead.add(told.seed)
      while (ahead.delete(from)) from += 1
      tell(told)
      give()
    })
    worker.on("error", reject)
    give()
  })
  return {
    done: Promise.all(Array.from({ length: Math.min(threads, count) }, work)).then(() => undefined),
    stop: () => { stopped = true },
    from: () => from
  }
}

if (!isMainThread && parentPort !== null) {
  const port = parentPort
  port.on("message", ({ asked, seed }: { readonly seed: number; readonly asked: Shapes.Asked }) =>
    port.postMessage(oneWhole(seed, asked)))
}
