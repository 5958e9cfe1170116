/**
 * From the start of a process to the moment when another node of the mesh sees it listen.
 *
 *     ours: chorus up: database, key, mesh, node, interface, libp2p ──▶ subscribed
 *     bare: a script with libp2p and nothing else                   ──▶ subscribed
 *
 * Both are started from their TypeScript and dial the same bare host in this process. Ours knows its
 * mesh, as at every start but the first. The CPU is the started process's, as Linux counts it.
 */
import { type Benchmark, ratioOf, type Row, type Spent } from "@chorus/bench/Benchmark"
import type { Meter } from "@chorus/bench/Meter"
import { topics } from "@chorus/coordination-core/fact/FactTable"
import { type ChildProcess, spawn } from "node:child_process"
import { once } from "node:events"
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import * as RawMesh from "./mesh/RawMesh.ts"

const rounds = 5
const waitMillisMax = 120_000
const ratio = "ours ÷ baseline"
const [topic] = topics

const bin = join(import.meta.dirname, "../src/bin.ts")
const bare = join(import.meta.dirname, "mesh/RawNode.ts")

type Host = Awaited<ReturnType<typeof RawMesh.start>>

/** What Linux counted for a process, in hundredths of a second; nothing elsewhere. */
const cpuMillisOf = ({ pid }: ChildProcess): number => {
  const file = `/proc/${pid}/stat`
  if (!existsSync(file)) return Number.NaN
  // The name in parentheses may hold blanks; user and system time are the 12th and 13th after it.
  const fields = readFileSync(file, "utf8").split(") ").at(-1)?.split(" ") ?? []
  return (Number(fields[11]) + Number(fields[12])) * 10
}

/** Founds a mesh of one node, which then ends. */
const found = async (db: string): Promise<void> => {
  const child = spawn(process.execPath, [bin, "up", "--db", db], { stdio: ["ignore", "pipe", "ignore"] })
  let said = ""
  child.stdout.on("data", (data) => {
    said += String(data)
    if (said.includes("/p2p/")) child.kill("SIGTERM")
  })
  await once(child, "exit")
}

/** Starts a process and waits until the host sees it listen; ends it afterwards. */
const started = async (host: Host, args: ReadonlyArray<string>): Promise<Spent> => {
  const before = performance.now()
  const child = spawn(process.execPath, args, { stdio: ["ignore", "ignore", "pipe"] })
  let said = ""
  child.stderr.on("data", (data) => { said += String(data) })
  try {
    while (host.services.pubsub.getSubscribers(topic).length === 0) {
      if (child.exitCode !== null || performance.now() > before + waitMillisMax) throw new Error(said)
      await sleep(2)
    }
    return { wallMillis: performance.now() - before, cpuMillis: cpuMillisOf(child) }
  } finally {
    const gone = child.exitCode === null ? once(child, "exit") : undefined
    child.kill("SIGKILL")
    await gone
    while (host.services.pubsub.getSubscribers(topic).length > 0) await sleep(2)
  }
}

const middle = (all: ReadonlyArray<Spent>): Spent => {
  const of = (name: keyof Spent) =>
    all.map((each) => each[name]).sort((a, b) => a - b)[Math.floor(all.length / 2)] ?? Number.NaN
  return { wallMillis: of("wallMillis"), cpuMillis: of("cpuMillis") }
}

const run = async (meter: Meter): Promise<ReadonlyArray<Row>> => {
  const folder = mkdtempSync(join(tmpdir(), "chorus-bench-"))
  const host = await RawMesh.start({})
  try {
    host.services.pubsub.subscribe(topic)
    const [address = ""] = host.getMultiaddrs().map(String)
    const db = join(folder, "chorus.db")
    await found(db)
    const ours = () => started(host, [bin, "up", "--db", db, "--bootstrap", address])
    const baseline = () => started(host, [bare, address])
    await meter.warmUp(baseline)
    await meter.warmUp(ours)
    const spent: { readonly ours: Array<Spent>; readonly baseline: Array<Spent> } = { ours: [], baseline: [] }
    for (let round = 0; round < rounds; round++) {
      spent.baseline.push(await baseline())
      spent.ours.push(await ours())
    }
    return [{ of: "process to mesh", ours: middle(spent.ours), baseline: middle(spent.baseline) }]
  } finally {
    await host.stop()
    rmSync(folder, { recursive: true })
  }
}

export default {
  measures: "A node from the start of its process until a peer sees it listen.",
  baseline: "bare libp2p",
  ratio,
  goal: { says: "<= 1.2 ×", reached: (rows) => rows.every((row) => ratioOf(ratio, row).wall <= 1.2) },
  run
} satisfies Benchmark
