/**
 * What a process costs that runs before every edit: hooks and `check` of a running node against a Node
 * that does nothing, and the help of the command line against a process that only loads its library.
 *
 * The processor's time of whole processes, as the shell counts it, with the compiled code kept.
 */
import type { Benchmark, Row } from "@chorus/bench/Benchmark"
import { ratioOf } from "@chorus/bench/Benchmark"
import { execFile, spawn } from "node:child_process"
import { once } from "node:events"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { promisify } from "node:util"

const [runs, rounds] = [10, 5]
const bin = join(import.meta.dirname, "../src/bin.ts")
const around = join(import.meta.dirname, "..")

/** Runs a process so many times; gives the milliseconds of one on the processor and on the wall. */
const spent = async (args: ReadonlyArray<string>, env: NodeJS.ProcessEnv, input = "/dev/null") => {
  const script = `n=0; while [ $n -lt ${runs} ]; do "$@" < "$INPUT" > /dev/null 2>&1; n=$((n+1)); done; times`
  const began = performance.now()
  const { stdout } = await promisify(execFile)("sh", ["-c", script, "sh", process.execPath, ...args], {
    cwd: around,
    env: { ...env, INPUT: input }
  })
  const wallMillis = (performance.now() - began) / runs
  const [, children = ""] = stdout.trim().split("\n")
  const seconds = [...children.matchAll(/(\d+)m([\d.]+)s/g)]
    .reduce((sum, [, minutes, rest]) => sum + 60 * Number(minutes) + Number(rest), 0)
  return { wallMillis, cpuMillis: (1000 * seconds) / runs }
}

type Spent = Awaited<ReturnType<typeof spent>>

const median = (all: ReadonlyArray<Spent>): Spent =>
  all.toSorted((a, b) => a.cpuMillis - b.cpuMillis)[Math.floor(all.length / 2)] ??
    { wallMillis: Number.NaN, cpuMillis: Number.NaN }

const inTurns = async (of: string, ours: () => Promise<Spent>, baseline: () => Promise<Spent>) => {
  await baseline()
  await ours()
  const all: { ours: Array<Spent>; baseline: Array<Spent> } = { ours: [], baseline: [] }
  for (let round = 0; round < rounds; round++) {
    all.baseline.push(await baseline())
    all.ours.push(await ours())
  }
  return { of, ours: median(all.ours), baseline: median(all.baseline) }
}

const run = async (): Promise<ReadonlyArray<Row>> => {
  const folder = mkdtempSync(join(tmpdir(), "chorus-bench-"))
  const edit = join(folder, "edit.json")
  writeFileSync(edit, JSON.stringify({ cwd: around, tool_input: { file_path: join(around, "src/bin.ts") } }))
  const env = {
    ...process.env,
    NODE_COMPILE_CACHE: join(folder, "cache"),
    CHORUS_DB: join(folder, "chorus.db"),
    CHORUS_AGENT: "bench",
    CHORUS_REPO: "bench"
  }
  const stdio = ["ignore", "pipe", "ignore"] as const
  const node = spawn(process.execPath, [bin, "up", "--json"], { env, stdio: [...stdio] })
  try {
    await once(node.stdout, "data")
    const idle = () => spent(["-e", "0"], env)
    return [
      await inTurns("hook pre-edit", () => spent([bin, "hook", "pre-edit"], env, edit), idle),
      await inTurns("check", () => spent([bin, "check", "--paths", "src"], env), idle),
      await inTurns("--help", () => spent([bin, "--help"], env), () => spent(library, env))
    ]
  } finally {
    node.kill()
    await once(node, "exit")
    rmSync(folder, { recursive: true, force: true })
  }
}

const library = ["--input-type=module", "-e", "import \"effect/cli\""]
const goals = [3, 3, 1.3]

export default {
  measures: "The whole process of a hook, a check and the help.",
  baseline: "node -e 0, and a process that only imports effect/cli",
  ratio: "ours ÷ baseline",
  goal: {
    says: "hook and check ≤ 3, help ≤ 1.3 (CPU)",
    reached: (rows) => rows.every((row, at) => ratioOf("ours ÷ baseline", row).cpu <= (goals[at] ?? 0))
  },
  run
} satisfies Benchmark
