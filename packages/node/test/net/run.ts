/**
 * Real nodes on a real network, as `pnpm net` runs them: eight processes of `chorus up` in network
 * namespaces, cut in halves for a minute, one killed while it plans, one late, and bad lines.
 *
 *     pnpm net [--nodes 8] [--seconds 60] [--parts partition,planner,late,lines] [--loopback] [--json]
 *
 * Where namespaces are not permitted it says so and runs over relays on 127.0.0.1. It ends within
 * its time in any case, and everything that it started ends with it.
 */
import * as Effect from "effect/Effect"
import { spawn } from "node:child_process"
import { fileURLToPath } from "node:url"
import { parseArgs } from "node:util"
import * as Nodes from "../Nodes.ts"
import * as Checks from "./Checks.ts"
import * as FakeModel from "./FakeModel.ts"
import * as Loopback from "./Loopback.ts"
import * as Mesh from "./Mesh.ts"
import * as Namespaces from "./Namespaces.ts"
import * as Parts from "./Parts.ts"
import { type Line, perfect } from "./Wires.ts"

const { values } = parseArgs({
  options: {
    nodes: { type: "string", default: "8" },
    seconds: { type: "string", default: "60" },
    parts: { type: "string", default: "partition,planner,late,lines" },
    loopback: { type: "boolean", default: false },
    json: { type: "boolean", default: false },
    inside: { type: "boolean", default: false }
  }
})
const nodes = Number(values.nodes)
const seconds = Number(values.seconds)
const parts = values.parts.split(",")

/** Beside the partition itself: starting, takeovers, catching up, on a machine that is shared. */
const patienceSeconds = 240

const thinkMillis = 300
const badLine: Line = { delayMillis: 200, loss: 0.05 }

/** Equal this soon after healing, and about one call to a model a dependency. */
const equalWithinSeconds = 10
const callsPerDependencyMax = 1.05

const play = {
  partition: Parts.partition,
  planner: Parts.planner,
  late: Parts.late,
  lines: Parts.lines
}

const say = (text: string) => Effect.sync(() => process.stderr.write(`${text}\n`))

/** A mesh over lines of one kind, and what happens to it. */
const stage = Effect.fnUntraced(function*(line: Line, chosen: ReadonlyArray<keyof typeof play>) {
  const wires = values.inside ? yield* Namespaces.make(line) : Loopback.make(line)
  // In the namespaces nodes ask from two halves, and nothing else is there to ask.
  const model = yield* FakeModel.make(values.inside ? "0.0.0.0" : "127.0.0.1", thinkMillis)
  const folder = yield* Nodes.folder
  yield* say(`${nodes} nodes start over ${wires.says}`)
  const mesh = yield* Mesh.make(wires, folder, model, nodes)
  const pairs: Array<Mesh.Dependency> = []
  const measured: Record<string, number> = {}
  for (const part of chosen) {
    const started = performance.now()
    const done = yield* play[part]({ mesh, wires, model, nodes, seconds })
    yield* say(`part ${part} took ${Math.round((performance.now() - started) / 1000)} s`)
    pairs.push(...done.pairs)
    Object.assign(measured, done.measured)
  }
  yield* Checks.equal(mesh)
  const faults: Array<string> = [...(yield* Checks.faults(mesh, pairs))]
  const calls = pairs.map((pair) => Checks.callsOf(model.calls, pair))
  for (const [at, count] of calls.entries()) {
    if (count !== 1) yield* say(`${pairs[at]?.name ?? ""} took ${count} calls to a model`)
  }
  const takeovers = chosen.includes("planner") ? 1 : 0
  const perDependency = (calls.reduce((sum, count) => sum + count, 0) - takeovers) / pairs.length
  if (perDependency > callsPerDependencyMax) faults.push(`${perDependency} calls to a model a dependency`)
  if ((measured["equal_after_healing"] ?? 0) > equalWithinSeconds) faults.push("not equal soon after healing")
  if (measured["agreed_while_apart"] === 1) faults.push("votes met across the cut")
  return {
    wires: wires.says,
    dependencies: pairs.length,
    calls_per_dependency: perDependency,
    ...measured,
    faults
  }
})

const run = Effect.gen(function*() {
  if (values.inside) Namespaces.prepareFor(nodes + 1)
  const onGoodLines = (["partition", "planner", "late"] as const).filter((part) => parts.includes(part))
  const reports = []
  if (onGoodLines.length > 0) reports.push(yield* Effect.scoped(stage(perfect, onGoodLines)))
  if (parts.includes("lines")) reports.push(yield* Effect.scoped(stage(badLine, ["lines"])))
  return reports
}).pipe(Effect.timeout(`${seconds + patienceSeconds} seconds`))

/** Runs this file again as the first process of its own namespaces. */
const enter = () => {
  const again = [process.execPath, fileURLToPath(import.meta.url), ...process.argv.slice(2), "--inside"]
  const [command, ...args] = [...Namespaces.enter, ...again]
  const child = spawn(command, args, { stdio: ["pipe", "inherit", "inherit"] })
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => child.kill("SIGKILL"))
  child.once("exit", (code) => process.exit(code ?? 1))
}

const main = async () => {
  const signals = new AbortController()
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => signals.abort())
  // Whoever started it inside is gone, and with it the reason to go on.
  if (values.inside) process.stdin.on("end", () => process.exit(1)).resume()
  const reports = await Effect.runPromise(run, { signal: signals.signal })
  for (const report of reports) {
    if (values.json) process.stdout.write(`${JSON.stringify(report)}\n`)
    else console.table(Object.entries(report).map(([what, value]) => ({ what, value: String(value) })))
  }
  process.exit(reports.every(({ faults }) => faults.length === 0) ? 0 : 1)
}

const obstacle = values.inside || values.loopback ? undefined : Namespaces.obstacle()
if (obstacle !== undefined) {
  process.stderr.write(`network namespaces cannot be used here (${obstacle}); running on loopback\n`)
}
if (values.inside || values.loopback || obstacle !== undefined) await main()
else enter()
