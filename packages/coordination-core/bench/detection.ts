/**
 * Detection against the original's rules, as tasks arrive one by one. Run by `pnpm bench`.
 *
 *     seed rules: each arriving task is compared with every known one      (N²/2 pairs)
 *     ours:       each arriving task is inserted and asked about           (N searches)
 *
 * The ratio is time of the seed rules ÷ ours, over the same seeded synthetic tasks. Above
 * `pairsMax` pairs the seed rules are measured on a sample of arriving tasks and extrapolated, and
 * the table says so. CPU time stands beside wall time, because machines are shared. `--json` prints
 * the rows as JSON.
 */
import { loadavg } from "node:os"
import * as Detector from "@chorus/coordination-core/detection/Detector"
import * as Index from "@chorus/coordination-core/detection/Index"
import * as SeedRules from "@chorus/coordination-core/detection/SeedRules"
import { AgentKey } from "@chorus/coordination-core/identity/AgentId"
import { FactId } from "@chorus/coordination-core/identity/FactId"
import * as Hash from "@chorus/coordination-core/identity/Hash"
import type { TaskContext } from "@chorus/coordination-core/task/TaskContext"

const sizes = [1_000, 10_000]
const pairsMax = 2_000_000

interface Spent {
  readonly wallMillis: number
  readonly cpuMillis: number
}

interface Row {
  readonly tasks: number
  readonly seed: Spent & { readonly findings: number; readonly extrapolated: boolean }
  readonly ours: Spent & { readonly alerts: number; readonly microsPerTask: number }
  readonly ratio: { readonly wall: number; readonly cpu: number }
}

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

const measured = <A>(work: () => A): readonly [A, Spent] => {
  const cpu = process.cpuUsage()
  const wall = performance.now()
  const result = work()
  const wallMillis = performance.now() - wall
  const { system, user } = process.cpuUsage(cpu)
  return [result, { wallMillis, cpuMillis: (system + user) / 1000 }]
}

const seedRun = (tasks: ReadonlyArray<TaskContext>): Row["seed"] => {
  const pairs = (tasks.length * (tasks.length - 1)) / 2
  const stride = Math.max(1, Math.ceil(pairs / pairsMax))
  let compared = 0
  const [findings, spent] = measured(() => {
    let sum = 0
    for (let at = stride; at < tasks.length; at += stride) {
      compared += at
      sum += SeedRules.detect(tasks.slice(0, at), tasks[at]!).length
    }
    return sum
  })
  const scale = pairs / compared
  return {
    wallMillis: spent.wallMillis * scale,
    cpuMillis: spent.cpuMillis * scale,
    findings: Math.round(findings * scale),
    extrapolated: stride > 1
  }
}

const agent = AgentKey.make(`bench@${"1".repeat(52)}`)
const minuteMillis = 60_000

const oursRun = (tasks: ReadonlyArray<TaskContext>): Row["ours"] => {
  const entries = tasks.map((task, at): Index.Entry => ({
    claim: FactId.make(Hash.ofText(String(at))),
    agent,
    task,
    atMillis: at * minuteMillis
  }))
  const [alerts, spent] = measured(() => {
    let index = Index.empty
    let sum = 0
    for (const entry of entries) {
      index = Index.insert(index, entry)
      const options = { ...Detector.defaults, nowMillis: entry.atMillis, limit: 3 }
      sum += Detector.detect(index, entry, options).length
    }
    return sum
  })
  return { ...spent, alerts, microsPerTask: (1000 * spent.wallMillis) / tasks.length }
}

const row = (tasks: ReadonlyArray<TaskContext>): Row => {
  const ours = oursRun(tasks)
  const seed = seedRun(tasks)
  return {
    tasks: tasks.length,
    seed,
    ours,
    ratio: { wall: seed.wallMillis / ours.wallMillis, cpu: seed.cpuMillis / ours.cpuMillis }
  }
}

const warmUp = tasksOf(500)
seedRun(warmUp)
oursRun(warmUp)
const rows = sizes.map((size) => row(tasksOf(size)))

const millis = ({ cpuMillis, wallMillis }: Spent): string =>
  `${wallMillis.toFixed(0)} ms (CPU ${cpuMillis.toFixed(0)})`

const table = [
  ["tasks", "seed rules", "findings", "ours", "a task", "alerts", "seed rules ÷ ours"],
  ...rows.map(({ ours, ratio, seed, tasks }) => [
    String(tasks),
    `${millis(seed)}${seed.extrapolated ? " *" : ""}`,
    String(seed.findings),
    millis(ours),
    `${ours.microsPerTask.toFixed(0)} µs`,
    String(ours.alerts),
    `${ratio.wall.toFixed(1)} × (CPU ${ratio.cpu.toFixed(1)} ×)`
  ])
]

if (process.argv.includes("--json")) console.log(JSON.stringify({ load: loadavg(), rows }))
else {
  const widths = table[0]!.map((_, column) =>
    Math.max(...table.map((line) => line[column]!.length)))
  for (const line of table) {
    console.log(line.map((text, column) => text.padEnd(widths[column]!)).join("  ").trimEnd())
  }
  console.log(`* extrapolated from a sample of at most ${pairsMax} pairs`)
  console.log(`load ${loadavg().map((load) => load.toFixed(1)).join(" ")}`)
}
