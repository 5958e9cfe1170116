/**
 * Agents as tests play them: the official client of MCP, at `chorus mcp`.
 */
import { Client, type ClientOptions, type Transport } from "@modelcontextprotocol/client"
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio"
import { assert } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { existsSync } from "node:fs"
import * as Wire from "../../src/api/Wire.ts"
import * as Files from "../../src/cli/Files.ts"
import { bin, machine, until } from "../Nodes.ts"

/** The revisions of the protocol that are tried; the last needs no beginning. */
export type Revision = "2025-06-18" | "2025-11-25" | "2026-07-28"

export type Agent = Effect.Success<ReturnType<typeof connected>>

/** An agent of a repository, over stdio; named after its folder where it has no name. */
export const stdio = Effect.fnUntraced(function*(given: {
  readonly agent?: string
  readonly repository: string
  readonly db: string
  readonly revision: Revision
  readonly env?: Readonly<Record<string, string>>
  readonly cwd?: string
}) {
  const { agent = "", cwd, db, env = {}, repository, revision } = given
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: [bin, "mcp", "--db", db, "--repo", repository],
    ...(cwd === undefined ? {} : { cwd }),
    env: { ...machine, ...env, CHORUS_AGENT: agent },
    stderr: "pipe"
  })
  return yield* connected(transport, revision)
})

/** A client that is connected for as long as the scope is open, and what it was answered. */
export const connected = (transport: Transport, revision: Revision) =>
  Effect.acquireRelease(
    Effect.promise(async () => {
      const options: ClientOptions = revision === "2026-07-28"
        ? { versionNegotiation: { mode: { pin: revision } } }
        : { supportedProtocolVersions: [revision] }
      const client = new Client({ name: "test", version: "1.0.0" }, options)
      await client.connect(transport, { timeout: 100_000 })
      assert.strictEqual(client.getNegotiatedProtocolVersion(), revision)
      return { client, heard: new Array<string>() }
    }),
    ({ client }) => Effect.promise(() => client.close())
  ).pipe(Effect.map(({ client, heard }) => {
    const call = (name: string, given: Readonly<Record<string, unknown>> = {}) =>
      Effect.promise(async () => {
        const result = await client.callTool({ name, arguments: given }, { timeout: 100_000 })
        heard.push(JSON.stringify(result))
        return result
      })
    return {
      client,
      /** All that this agent was answered, as JSON. */
      heard,
      call,
      /** What a tool found, which the client has checked against its schema. */
      found: (name: string, given?: Readonly<Record<string, unknown>>) =>
        Effect.map(call(name, given), (result): Found => {
          assert.isNotTrue(result.isError, JSON.stringify(result.content))
          const [content] = result.content
          assert.deepStrictEqual(
            content?.type === "text" ? JSON.parse(content.text) : undefined,
            result.structuredContent
          )
          // The client has checked it, and each test looks at what it needs.
          return result.structuredContent as Found
        }),
      /** How a tool refused. */
      problem: (name: string, given?: Readonly<Record<string, unknown>>) =>
        Effect.map(call(name, given), ({ content: [content], isError }) => {
          assert.isTrue(isError)
          const text = content?.type === "text" ? content.text : ""
          assert.match(text, /^[^\n]+\nNext: [^\n]+$/)
          return text
        })
    }
  }))

interface Brief {
  readonly session: string
  readonly kind: string
  readonly status: string
  readonly with: ReadonlyArray<string>
  readonly reason: string
  readonly plan?: string
  readonly plan_text?: string
  readonly your_vote: string
}

export interface Found {
  readonly next: string
  readonly news: ReadonlyArray<string>
  readonly alert?: Brief
  readonly waiting?: ReadonlyArray<Brief>
  readonly encounters?: ReadonlyArray<{ readonly task: string; readonly because: string }>
  readonly [name: string]: unknown
}

/** The first session that waits, once it has a plan. */
export const planned = (agent: Agent, session: string) =>
  Effect.map(
    until("a plan is there", agent.found("chorus_inbox"), ({ waiting = [] }) =>
      waiting.some((row) => row.session === session && row.plan !== undefined)),
    ({ waiting = [] }) => waiting.find((row) => row.session === session)?.plan ?? ""
  )

/** Stops the node of a database with the scope, whoever started it, and even if it is just starting. */
export const stoppedAtTheEnd = (db: string) => {
  const { log, socket } = Files.of(db)
  const status = Effect.promise(() => Wire.call(socket, "status").catch(() => undefined))
  return Effect.addFinalizer(() =>
    Effect.gen(function*() {
      if (!existsSync(log)) return
      const running = yield* until("the node is up", status, (answer) => answer !== undefined)
      yield* Effect.promise(() => Wire.call(socket, "stop").catch(() => undefined))
      const ended = Effect.sync(() => running === undefined || !isRunning(running.pid))
      yield* until("the node has ended", ended, (has) => has)
    }).pipe(Effect.orDie)
  )
}

const isRunning = (pid: number): boolean => {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}
