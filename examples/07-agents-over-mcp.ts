/**
 * Two agents as their clients run them: `chorus mcp` over stdio, one process an agent. No node runs at
 * first; the first call starts one. The second agent is told what it runs into, and both agree.
 *
 *     node examples/07-agents-over-mcp.ts
 */
import { Client } from "@modelcontextprotocol/client"
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio"
import { spawnSync } from "node:child_process"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"

const chorus = fileURLToPath(new URL("../chorus", import.meta.url))
const folder = mkdtempSync(join(tmpdir(), "chorus-mcp-"))
const db = join(folder, "chorus.db")

/** What is used here of the tools' answers; the output schema of each tool says all. */
interface Found {
  readonly next: string
  readonly news: ReadonlyArray<string>
  readonly alert?: { readonly session: string; readonly reason: string }
  readonly waiting?: ReadonlyArray<{ readonly session: string; readonly plan?: string }>
  readonly status?: string
}

/** Who speaks is settled here: the tools take no name. */
const agent = async (name: string, repository: string) => {
  const client = new Client({ name: "example", version: "1.0.0" })
  await client.connect(new StdioClientTransport({
    command: chorus,
    args: ["mcp", "--db", db, "--repo", repository],
    env: { ...process.env as Record<string, string>, CHORUS_AGENT: name },
    stderr: "inherit"
  }))
  const call = async (tool: string, given: Record<string, unknown> = {}): Promise<Found> => {
    const { content, isError, structuredContent } = await client.callTool({ name: tool, arguments: given })
    if (isError === true) throw new Error(JSON.stringify(content))
    // The client has checked it against the tool's schema.
    return structuredContent as unknown as Found
  }
  return { name, call, close: () => client.close() }
}

type Agent = Awaited<ReturnType<typeof agent>>

/** Asks again until there is an answer, as an agent does between its steps. */
const until = async <A>(ask: () => Promise<A | undefined>): Promise<A> => {
  for (let asked = 0; asked < asksMax; asked++) {
    const found = await ask()
    if (found !== undefined) return found
    await new Promise((resume) => { setTimeout(resume, 100) })
  }
  throw new Error(`no answer came in ${asksMax} times of asking`)
}

const asksMax = 600

/** Reads the plan, which the node whose turn it is makes, and votes. */
const agree = async ({ call, name }: Agent, session: string): Promise<void> => {
  const plan = await until(async () =>
    (await call("chorus_inbox")).waiting?.find((row) => row.session === session)?.plan)
  await call("chorus_answer", { session, stance: "agree", plan })
  console.log(`${name} agrees to plan ${plan}`)
}

try {
  const [api, web] = [await agent("api", "backend"), await agent("web", "app")]
  await api.call("chorus_start", { title: "Replace the users API", scopes: ["api:GET /v1/users=replace"] })
  const { alert, next } = await web.call("chorus_start", {
    title: "Show the users page",
    scopes: ["api:GET /v1/users=use"]
  })
  if (alert === undefined) throw new Error("nothing was noticed")
  console.log(`web is told: ${alert.reason}\nand what to do: ${next}`)

  await agree(api, alert.session)
  await agree(web, alert.session)
  const news = await until(async () =>
    (await api.call("chorus_check")).news.find((line) => line.includes("is resolved")))
  console.log(`api hears: ${news}`)

  for (const one of [api, web]) {
    console.log(`${one.name}: ${(await one.call("chorus_done", { results: "merged" })).status}`)
    await one.close()
  }
} finally {
  // The node that the first call started goes on without the agents, so it is told to stop.
  spawnSync(chorus, ["stop", "--db", db])
  rmSync(folder, { recursive: true, force: true })
}
