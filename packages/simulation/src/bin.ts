/**
 * `pnpm sim`: fresh seeds for a while, so many seeds, one seed again, or the planted bugs.
 *
 * Figures go to stdout, words about progress to stderr. A seed that fails prints one line that
 * runs it again, and the exit code is 1.
 */
import { parseArgs } from "node:util"
import * as Faults from "./Faults.ts"
import * as Shapes from "./Shape.ts"
import * as Simulation from "./Simulation.ts"
import * as Sweep from "./Sweep.ts"

const usage = `pnpm sim [flags]
  (none)        fresh seeds for a minute
  --seconds N   fresh seeds for so long
  --seeds N     so many seeds, from 0 on; before a release 200000
  --from S      from this seed on: how a sweep that was stopped goes on
  --seed S      one seed, once
  --trace       with --seed: all that happens, in words
  --nodes N     so many nodes a seed; where left out each draws 3 to 8
  --hours H     hours of chaos a seed; where left out each draws minutes to an hour
  --mutants     the planted bugs, and how many seeds (of --seeds, or 1000) each takes
  --json        figures in JSON
`

/** So many seeds that failed are told again at the end. */
const failedMax = 20

/** A sweep without an end in sight tells how it goes so often. */
const longMillis = 60_000

/** Seeds are drawn below this. */
const seedMax = 2_000_000_000

const { values } = parseArgs({
  options: {
    seconds: { type: "string" },
    seeds: { type: "string" },
    from: { type: "string" },
    seed: { type: "string" },
    trace: { type: "boolean" },
    nodes: { type: "string" },
    hours: { type: "string" },
    mutants: { type: "boolean" },
    json: { type: "boolean" },
    help: { type: "boolean" }
  }
})

const number = (name: "seconds" | "seeds" | "from" | "seed" | "nodes" | "hours"): number | undefined => {
  const text = values[name]
  if (text === undefined) return undefined
  const value = Number(text)
  if (Number.isFinite(value) && value >= 0 && text.trim() !== "") return value
  process.stderr.write(`sim: --${name} takes a number, and "${text}" is none\n`)
  process.exit(2)
}

const [nodes, hours] = [number("nodes"), number("hours")]
const asked: Shapes.Asked = {
  ...(nodes === undefined ? {} : { nodes }),
  ...(hours === undefined ? {} : { chaosMillis: hours * Shapes.hourMillis })
}

/** The line that runs a seed again. */
const again = (seed: number): string =>
  ["pnpm sim --seed", seed, ...nodes === undefined ? [] : ["--nodes", nodes],
    ...hours === undefined ? [] : ["--hours", hours], "--trace"].join(" ")

const say = (line: string): void => void process.stderr.write(`${line}\n`)

const once = (seed: number): number => {
  const outcome = Simulation.run({
    ...Shapes.draw(seed, asked),
    seed,
    ...(values.trace === true ? { read: (line: string) => void process.stdout.write(`${line}\n`) } : {})
  })
  if (values.json === true) process.stdout.write(`${JSON.stringify(outcome, null, 2)}\n`)
  for (const { invariant, message } of outcome.violations) say(`seed ${seed}: ${invariant}: ${message}`)
  if (outcome.violations.length === 0) say(`seed ${seed} keeps all invariants; trace ${outcome.trace}`)
  return outcome.violations.length === 0 ? 0 : 1
}

const sweep = async (first: number, count: number, forMillis: number): Promise<number> => {
  const faults = Faults.none()
  const total = { seeds: 0, failed: 0, hours: 0, sessions: 0, events: 0 }
  const failed: Array<string> = []
  const started = performance.now()
  const perMinute = (n: number) => Math.round(n * 60_000 / (performance.now() - started))
  const perCpuMinute = (n: number) => {
    const { system, user } = process.cpuUsage()
    return Math.round(n * 60_000_000 / (system + user))
  }
  const progress = () =>
    say(`${total.seeds} seeds, ${total.failed} failed, ${perMinute(total.seeds)} a minute, ` +
      `${Math.round(process.memoryUsage.rss() / 1_000_000)} MB; on with --from ${under.from()}`)
  const under = Sweep.run(first, count, () => asked, (told) => {
    const { seed, violations: [worst] } = told
    total.seeds += 1
    total.events += told.events
    total.sessions += told.sessions
    total.hours += told.millis / Shapes.hourMillis
    Faults.add(faults, told.faults)
    if (worst !== undefined) {
      total.failed += 1
      const line = `seed ${seed}: ${worst.invariant}: ${worst.message}\n  ${again(seed)}`
      if (failed.length < failedMax) failed.push(line)
      say(line)
    }
  })
  const timer = setInterval(progress, forMillis > longMillis ? longMillis : 5000)
  process.once("SIGINT", under.stop)
  const alarm = setTimeout(under.stop, Math.min(forMillis, 2 ** 31 - 1))
  await under.done
  clearInterval(timer)
  clearTimeout(alarm)
  progress()
  const silent = Faults.kinds.filter((kind) => faults[kind] === 0)
  if (values.json === true) {
    const figures = {
      ...total,
      seedsPerMinute: perMinute(total.seeds),
      seedsPerCpuMinute: perCpuMinute(total.seeds),
      hoursPerCpuMinute: perCpuMinute(total.hours),
      faults
    }
    process.stdout.write(`${JSON.stringify(figures, null, 2)}\n`)
  } else {
    process.stdout.write(`${total.seeds} seeds, ${Math.round(total.hours)} cluster-hours, ` +
      `${total.sessions} sessions, ${total.failed} failed; ` +
      `${perMinute(total.seeds)} seeds and ${perMinute(total.hours)} cluster-hours a minute, ` +
      `${perCpuMinute(total.seeds)} and ${perCpuMinute(total.hours)} a minute of one processor\n`)
    process.stdout.write(`faults: ${Faults.kinds.map((kind) => `${kind} ${faults[kind]}`).join(", ")}\n`)
    for (const line of failed) process.stdout.write(`${line}\n`)
    if (silent.length > 0) process.stdout.write(`never struck: ${silent.join(", ")}\n`)
  }
  return total.failed === 0 ? 0 : 1
}

const mutants = async (): Promise<number> => {
  const hunt = new URL("../test/mutants/Hunt.ts", import.meta.url).href
  const { report }: { report: (json: boolean, count?: number) => Promise<number> } = await import(hunt)
  return report(values.json === true, number("seeds"))
}

const main = async (): Promise<number> => {
  if (values.help === true) {
    process.stdout.write(usage)
    return 0
  }
  if (values.mutants === true) return mutants()
  const [seed, seeds, seconds] = [number("seed"), number("seeds"), number("seconds")]
  if (seed !== undefined) return once(seed)
  const first = number("from") ?? (seeds === undefined ? Date.now() % seedMax : 0)
  return seeds === undefined
    ? sweep(first, seedMax, (seconds ?? 60) * 1000)
    : sweep(first, seeds, seconds === undefined ? Infinity : seconds * 1000)
}

process.exit(await main())
