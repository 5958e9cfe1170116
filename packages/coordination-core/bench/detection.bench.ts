/**
 * Detection against the original's rules, as tasks arrive one by one.
 *
 *     seed rules: each arriving task is compared with every known one      (N²/2 pairs)
 *     ours:       each arriving task is inserted and asked about           (N searches)
 *
 * Both get the same seeded synthetic tasks. Above `pairsMax` pairs the seed rules are measured on
 * a sample of arriving tasks and extrapolated, and the table says so.
 */
import { type Benchmark, ratioOf, type Row, type Spent } from "@chorus/bench/Benchmark"
import type { Meter } from "@chorus/bench/Meter"
import * as Detector from "@chorus/coordination-core/detection/Detector"
import * as Index from "@chorus/coordination-core/detection/Index"
import * as SeedRules from "@chorus/coordination-core/detection/SeedRules"
import type { TaskContext } from "@chorus/coordination-core/task/TaskContext"
import { entryOf, tasksOf } from "./Tasks.ts"

/** The sizes, and how many times faster ours is to be. */
const goals = [[1_000, 50], [10_000, 500], [100_000, 5_000]] as const
const pairsMax = 2_000_000

interface SeedRun {
  readonly spent: Spent
  readonly findings: number
  readonly extrapolated: boolean
}

const seedRun = async (meter: Meter, tasks: ReadonlyArray<TaskContext>): Promise<SeedRun> => {
  const pairs = (tasks.length * (tasks.length - 1)) / 2
  const stride = Math.max(1, Math.ceil(pairs / pairsMax))
  let compared = 0
  const [findings, spent] = await meter.once(() => {
    let sum = 0
    for (let at = stride; at < tasks.length; at += stride) {
      compared += at
      sum += SeedRules.detect(tasks.slice(0, at), tasks[at]!).length
    }
    return sum
  })
  const scale = pairs / compared
  return {
    spent: { wallMillis: spent.wallMillis * scale, cpuMillis: spent.cpuMillis * scale },
    findings: Math.round(findings * scale),
    extrapolated: stride > 1
  }
}

/** Inserts and asks about each task; gives the number of alerts. */
const oursRun = (tasks: ReadonlyArray<TaskContext>): number => {
  let index = Index.empty
  let alerts = 0
  for (const [at, task] of tasks.entries()) {
    const entry = entryOf(task, at)
    index = Index.insert(index, entry)
    const options = { ...Detector.defaults, nowMillis: entry.atMillis, limit: 3 }
    alerts += Detector.detect(index, entry, options).length
  }
  return alerts
}

const row = async (meter: Meter, size: number): Promise<Row> => {
  const tasks = tasksOf(size)
  const [alerts, ours] = await meter.once(() => oursRun(tasks))
  const { extrapolated, findings, spent } = await seedRun(meter, tasks)
  return {
    of: `${size} tasks`,
    ours,
    baseline: spent,
    beside: {
      "a task": `${((1000 * ours.wallMillis) / size).toFixed(0)} µs`,
      alerts: String(alerts),
      "seed findings": `${findings}${extrapolated ? " *" : ""}`
    }
  }
}

export default {
  measures: "Detection, as tasks arrive one by one.",
  baseline: "seed rules",
  ratio: "baseline ÷ ours",
  goal: {
    says: goals.map(([size, times]) => `>= ${times} × at ${size}`).join(", "),
    reached: (rows) =>
      goals.every(([, times], at) =>
        rows[at] !== undefined && ratioOf("baseline ÷ ours", rows[at]).cpu >= times)
  },
  note: `* extrapolated from a sample of at most ${pairsMax} pairs`,
  run: async (meter) => {
    const few = tasksOf(500)
    await meter.warmUp(() => seedRun(meter, few))
    await meter.warmUp(() => oursRun(few))
    const rows: Array<Row> = []
    for (const [size] of goals) rows.push(await row(meter, size))
    return rows
  }
} satisfies Benchmark
