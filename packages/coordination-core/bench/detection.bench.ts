/**
 * Detection against the original's rules, as tasks arrive one by one.
 *
 *     seed rules: each arriving task is compared with every known one      (N²/2 pairs)
 *     ours:       each arriving task is inserted and asked about           (N searches)
 *
 * Both get the same seeded synthetic tasks. Above `pairsMax` pairs the seed rules are measured on
 * a sample of arriving tasks and extrapolated, and the table says so.
 */
import type { Benchmark, Row, Spent } from "@chorus/bench/Benchmark"
import type { Meter } from "@chorus/bench/Meter"
import * as Detector from "@chorus/coordination-core/detection/Detector"
import * as Index from "@chorus/coordination-core/detection/Index"
import * as SeedRules from "@chorus/coordination-core/detection/SeedRules"
import { AgentKey } from "@chorus/coordination-core/identity/AgentId"
import { FactId } from "@chorus/coordination-core/identity/FactId"
import * as Hash from "@chorus/coordination-core/identity/Hash"
import type { TaskContext } from "@chorus/coordination-core/task/TaskContext"

const sizes = [1_000, 10_000]
const pairsMax = 2_000_000

/** A small, well-known generator (mulberry32): the same tasks on every machine. */
const generator = (seed: number) => () => {
  seed = (seed + 0x6d2b79f5) | 0
  let mixed = Math.imul(seed ^ (seed >>> 15), 1 | seed)
  mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
  return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
}

const words = (text: string): ReadonlyArray<string> => text.trim().split(/\s+/)
const verbs = words("Add Fix Update Implement Remove Refactor Migrate Define Replace Document Test")
const things = words(`
  api endpoint table schema migration config environment flag token permission cache queue worker
  page form report batch retry timeout index search export import event webhook client parser
`)
const glue = words("the a for of when with and in to before after so that every only")
const syllables = words("ba co di fer gu hal in jo kel lum ma nor op pra qui ros ta ul ver zan")

/** Tasks of 40 repositories; their words are drawn as in real text: few often, most rarely. */
const tasksOf = (count: number): ReadonlyArray<TaskContext> => {
  const random = generator(20_251_122)
  const pick = <A>(items: ReadonlyArray<A>): A => items[Math.floor(random() * items.length)]!
  const name = (): string => Array.from({ length: 3 }, () => pick(syllables)).join("")
  const names = Array.from({ length: 4_000 }, name)
  const subject = (): string => names[Math.floor(names.length ** random()) - 1]!
  const word = (): string => {
    const chance = random()
    return chance < 0.4 ? pick(glue) : chance < 0.5 ? pick(things) : subject()
  }
  return Array.from({ length: count }, (_, at) => ({
    task_id: at + 1,
    repository: `team/repo-${Math.floor(random() * 40)}`,
    title: `${pick(verbs)} ${subject()} ${pick(things)} for ${subject()}`,
    description: Array.from({ length: 10 + Math.floor(random() * 50) }, word).join(" ")
  }))
}

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

const agent = AgentKey.make(`bench@${"1".repeat(52)}`)
const minuteMillis = 60_000

/** Inserts and asks about each task; gives the number of alerts. */
const oursRun = (tasks: ReadonlyArray<TaskContext>): number => {
  let index = Index.empty
  let alerts = 0
  for (const [at, task] of tasks.entries()) {
    const claim = FactId.make(Hash.ofText(String(at)))
    const entry: Index.Entry = { claim, agent, task, atMillis: at * minuteMillis }
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
  goal: { says: ">= 50 × at 1,000 tasks, >= 500 × at 10,000" },
  note: `* extrapolated from a sample of at most ${pairsMax} pairs`,
  run: async (meter) => {
    const few = tasksOf(500)
    await meter.warmUp(() => seedRun(meter, few))
    await meter.warmUp(() => oursRun(few))
    const rows: Array<Row> = []
    for (const size of sizes) rows.push(await row(meter, size))
    return rows
  }
} satisfies Benchmark
