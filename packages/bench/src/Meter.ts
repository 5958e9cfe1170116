/**
 * Measures work: wall time and CPU time, after a warm-up, in turns, medians.
 *
 * Two sides are measured alternately, so that what else the machine does meets both alike.
 */
import type { Spent } from "./Benchmark.ts"

export type Work<A = unknown> = () => A | Promise<A>

export interface Turns {
  /** Turns that are not counted; 1 unless given. */
  readonly warmUps?: number
  /** Turns of which the median is taken; 5 unless given. */
  readonly rounds?: number
}

export interface Meter {
  /** Runs work once, uncounted. */
  readonly warmUp: (work: Work) => Promise<void>
  /** What one run costs, and what it gives. */
  readonly once: <A>(work: Work<A>) => Promise<readonly [A, Spent]>
  /** The median costs of two sides, in turns. */
  readonly paired: (
    sides: { readonly ours: Work; readonly baseline: Work },
    turns?: Turns
  ) => Promise<{ readonly ours: Spent; readonly baseline: Spent }>
  /** How many runs went before the counted ones. */
  readonly warmUps: () => number
}

export const make = (): Meter => {
  let warmed = 0
  const warmUp = async (work: Work): Promise<void> => {
    await work()
    warmed += 1
  }
  return {
    warmUp,
    once,
    paired: async ({ baseline, ours }, { rounds = 5, warmUps = 1 } = {}) => {
      for (let turn = 0; turn < warmUps; turn++) {
        await warmUp(baseline)
        await warmUp(ours)
      }
      const spent: { ours: Array<Spent>; baseline: Array<Spent> } = { ours: [], baseline: [] }
      for (let round = 0; round < rounds; round++) {
        spent.baseline.push((await once(baseline))[1])
        spent.ours.push((await once(ours))[1])
      }
      return { ours: median(spent.ours), baseline: median(spent.baseline) }
    },
    warmUps: () => warmed
  }
}

const once = async <A>(work: Work<A>): Promise<readonly [A, Spent]> => {
  const cpu = process.cpuUsage()
  const wall = performance.now()
  const pending = work()
  // Waiting costs a turn of the queue, which work that is done at once must not pay.
  const result = pending instanceof Promise ? await pending : pending
  const wallMillis = performance.now() - wall
  const { system, user } = process.cpuUsage(cpu)
  return [result, { wallMillis, cpuMillis: (system + user) / 1000 }]
}

/** The middle of each figure by itself. */
const median = (all: ReadonlyArray<Spent>): Spent => ({
  wallMillis: middle(all.map(({ wallMillis }) => wallMillis)),
  cpuMillis: middle(all.map(({ cpuMillis }) => cpuMillis))
})

const middle = (numbers: ReadonlyArray<number>): number =>
  numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN
