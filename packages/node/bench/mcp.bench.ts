/**
 * What the processes of fifty agents hold in memory, against as many that run nothing at all, and
 * against as many that load Effect's own MCP server and the node's usual client.
 *
 * Each of ours has served: it listed its tools, and asked the node that all of them share. The RSS of
 * a process counts what it shares with the others too; beside it stands what is its own.
 */
import type { Benchmark, Row } from "@chorus/bench/Benchmark"
import { ratioOf } from "@chorus/bench/Benchmark"
import { type ChildProcess, execFileSync, spawn } from "node:child_process"
import { once } from "node:events"
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as Wire from "../src/api/Wire.ts"
import * as Files from "../src/cli/Files.ts"
import * as Process from "../src/mcp/Process.ts"

const agents = 50
const root = join(import.meta.dirname, "..")

const requests = [
  { jsonrpc: "2.0", id: 1, method: "initialize", params: { protocolVersion: "2025-11-25" } },
  { jsonrpc: "2.0", id: 2, method: "tools/list" },
  { jsonrpc: "2.0", id: 3, method: "tools/call", params: { name: "chorus_status" } }
].map((request) => `${JSON.stringify(request)}\n`).join("")

/** A process that waits for its stdin to end, once it has said its last line. */
const waiting = async (args: ReadonlyArray<string>, cache: string, lines: number, input = "") => {
  const child = spawn(process.execPath, args, {
    cwd: root,
    env: { ...process.env, NODE_COMPILE_CACHE: cache },
    stdio: ["pipe", "pipe", "ignore"]
  })
  child.stdin.write(input)
  for (let said = 0; said < lines;) {
    const [text] = await once(child.stdout, "data")
    said += String(text).split("\n").length - 1
  }
  return child
}

const megabytes = (children: ReadonlyArray<ChildProcess>) => {
  const rss = execFileSync("ps", ["-o", "rss=", "-p", children.map(({ pid }) => pid).join(",")], {
    encoding: "utf8"
  })
  return Math.round(rss.trim().split("\n").reduce((sum, line) => sum + Number(line), 0) / 1024)
}

/** What the processes do not share, where the system tells. */
const ownMegabytes = (children: ReadonlyArray<ChildProcess>): string => {
  const kilobytes = children.flatMap(({ pid }) => {
    const file = `/proc/${pid}/smaps_rollup`
    return existsSync(file) ? [...readFileSync(file, "utf8").matchAll(/^Private_\w+: +(\d+)/gm)] : []
  }).reduce((sum, [, amount]) => sum + Number(amount), 0)
  return kilobytes === 0 ? "?" : String(Math.round(kilobytes / 1024))
}

/** What so many of a process hold at once; one that ran before has left its compiled code. */
const held = async (start: () => Promise<ChildProcess>) => {
  const ended = async (child: ChildProcess) => {
    child.stdin?.end()
    await once(child, "exit")
  }
  await ended(await start())
  const children: Array<ChildProcess> = []
  for (let at = 0; at < agents; at++) children.push(await start())
  const found = { amount: megabytes(children), own: ownMegabytes(children) }
  await Promise.all(children.map(ended))
  return found
}

const idle = (more = "") => `${more};process.stdout.write("\\n");process.stdin.resume()`

const run: Benchmark["run"] = async () => {
  const folder = mkdtempSync(join(tmpdir(), "chorus-bench-"))
  const files = Files.of(join(folder, "chorus.db"))
  const cache = join(folder, "cache")
  const settings: Process.Settings = {
    version: "0", agent: "bench", repository: "bench", leaseMillis: 60_000, socket: files.socket,
    log: files.log, start: [join(root, "src/bin.ts"), "up", "--db", files.db]
  }
  try {
    const ours = await held(() => waiting([Process.file, JSON.stringify(settings)], cache, 3, requests))
    const bare = await held(() => waiting(["-e", idle()], cache, 1))
    const loads = "await import('effect/ai/McpServer'); await import('./src/api/Client.ts')"
    const effect = await held(() => waiting(["--input-type=module", "-e", idle(loads)], cache, 1))
    const row = (of: string, baseline: typeof ours): Row => ({
      of: `${agents} processes, ${of}`,
      ours: { amount: ours.amount, unit: "MB" },
      baseline: { amount: baseline.amount, unit: "MB" },
      beside: { "own, ours": `${ours.own} MB`, "own, baseline": `${baseline.own} MB` }
    })
    return [row("idle Node", bare), row("Effect's McpServer", effect)]
  } finally {
    await Wire.call(files.socket, "stop").catch(() => undefined)
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
  }
}

export default {
  measures: "Memory (RSS) of the processes that serve agents over MCP.",
  baseline: "as many processes",
  ratio: "ours ÷ baseline",
  goal: {
    says: "<= 1.5 × idle Node",
    reached: ([first]) => first !== undefined && ratioOf("ours ÷ baseline", first).wall <= 1.5
  },
  run
} satisfies Benchmark
