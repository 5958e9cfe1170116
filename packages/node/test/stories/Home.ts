/**
 * A developer's machine, empty at first: a home of its own, `chorus` on the PATH, and two small
 * repositories, of which `web` calls what `users-api` serves.
 *
 * Commands are typed to a shell as a person types them. Agents are started by the official client of
 * MCP from the entry that `chorus setup` wrote, in the folder of their repository.
 */
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio"
import { assert } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { execFileSync, spawnSync } from "node:child_process"
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"
import * as Client from "../../src/api/Client.ts"
import * as Files from "../../src/cli/Files.ts"
import * as Clients from "../mcp/Clients.ts"
import { folder, machine, start } from "../Nodes.ts"

export const top = fileURLToPath(new URL("../../../..", import.meta.url))

/** The node of this home, whoever starts it, ends with the scope. */
export const make = Effect.fnUntraced(function*(settings: Readonly<Record<string, string>> = {}) {
  const path = yield* folder
  const db = join(path, "data", "chorus", "chorus.db")
  yield* Clients.stoppedAtTheEnd(db)
  const env = {
    ...settings,
    HOME: path,
    XDG_DATA_HOME: join(path, "data"),
    PATH: [join(path, "bin"), dirname(process.execPath), "/usr/bin", "/bin"].join(":")
  }
  mkdirSync(join(path, "bin"))
  symlinkSync(join(top, "chorus"), join(path, "bin", "chorus"))
  const [api, web] = [join(path, "users-api"), join(path, "web")] as const
  for (const [root, file, text] of [
    [api, "openapi.yaml", openapi("/v1/users", "/v1/orders")],
    [web, "src/users.ts", "export const users = () => fetch(\"/v1/users\").then((all) => all.json())\n"]
  ] as const) {
    mkdirSync(dirname(join(root, file)), { recursive: true })
    mkdirSync(join(root, ".claude"))
    execFileSync("git", ["init", "-q", "-b", "main", root])
    writeFileSync(join(root, file), text)
    committed(root)
  }

  /** Types a line in a folder; it has to end with this code. */
  const typed = Effect.fnUntraced(function*(cwd: string, line: string, code = 0) {
    const ended = yield* Effect.scoped(Effect.flatMap(
      start("/bin/sh", ["-c", line], { cwd, env }),
      (process) => process.ended
    ))
    assert.strictEqual(ended.code, code, `${line}: ${ended.stderr}${ended.stdout}`)
    return ended
  })

  /** An agent that its client starts. */
  const agent = Effect.fnUntraced(function*(root: string, name: string, more = {}) {
    const entry = JSON.parse(readFileSync(join(root, ".mcp.json"), "utf8"))
    const { args, command } = Schema.decodeUnknownSync(Entry)(entry).mcpServers.chorus
    const transport = new StdioClientTransport({
      command,
      args: [...args],
      cwd: root,
      env: { ...machine, ...env, ...more, CHORUS_AGENT: name },
      stderr: "pipe"
    })
    return { ...yield* Clients.connected(transport, "2025-11-25"), pid: () => transport.pid ?? 0 }
  })

  /** What the hook that `chorus setup` wrote for an event does, given a file that is about to be edited. */
  const hook = (root: string, event: string, name: string, file?: string, more = {}) => {
    const entries = JSON.parse(readFileSync(join(root, ".claude/settings.json"), "utf8"))
    const command = Schema.decodeUnknownSync(Hooks)(entries).hooks[event]?.[0]?.hooks[0]?.command ?? "false"
    const given = file === undefined ? {} : { tool_input: { file_path: join(root, file) } }
    const { status: code, stderr, stdout } = spawnSync("/bin/sh", ["-c", command], {
      cwd: root,
      encoding: "utf8",
      env: { ...machine, ...env, ...more, CHORUS_AGENT: name },
      input: JSON.stringify({ hook_event_name: event, cwd: root, ...given })
    })
    return { code, stderr, stdout }
  }

  return { path, db, api, web, env, typed, agent, hook, node: Client.make(Files.of(db).socket) }
})

const Entry = Schema.Struct({
  mcpServers: Schema.Struct({
    chorus: Schema.Struct({ command: Schema.String, args: Schema.Array(Schema.String) })
  })
})

const Hooks = Schema.Struct({
  hooks: Schema.Record(
    Schema.String,
    Schema.Array(Schema.Struct({ hooks: Schema.Array(Schema.Struct({ command: Schema.String })) }))
  )
})

/** A description of an API with these paths. */
export const openapi = (...paths: ReadonlyArray<string>): string =>
  [
    "openapi: 3.0.0",
    "info: {title: users, version: '1'}",
    "paths:",
    ...paths.map((path) => `  ${path}: {get: {responses: {'200': {description: ok}}}}`),
    ""
  ].join("\n")

export const committed = (root: string): void => {
  const as = ["-c", "user.name=t", "-c", "user.email=t@example.invalid"]
  execFileSync("git", ["-C", root, "add", "."])
  execFileSync("git", ["-C", root, ...as, "commit", "-q", "-m", "As it is"])
}
