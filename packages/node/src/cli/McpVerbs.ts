/**
 * The verb for agents that speak MCP.
 */
import * as Effect from "effect/Effect"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Option from "effect/Option"
import * as Module from "node:module"
import { dirname } from "node:path"
import type { Settings } from "../mcp/Process.ts"
import { version } from "../Version.ts"
import * as Connection from "./Connection.ts"
import * as Failure from "./Failure.ts"
import * as Files from "./Files.ts"
import * as Speaker from "./Speaker.ts"
import { agent } from "./TaskVerbs.ts"

export const mcp = Command.make("mcp", {
  agent,
  repo: Flag.String("repo").pipe(
    Flag.withDescription("The repository that the agent works in (or CHORUS_REPO; else that of the folder)"),
    Flag.optional
  ),
  http: Flag.Boolean("http").pipe(
    Flag.withDescription("Serve HTTP instead of stdin and stdout; clients need the token in NAME.mcp.token"),
    Flag.withDefault(false)
  ),
  host: Flag.String("host").pipe(
    Flag.withDescription("With --http: the address to listen on, as clients call it (default 127.0.0.1)"),
    Flag.withDefault("127.0.0.1")
  ),
  port: Flag.Int("port").pipe(
    Flag.withDescription("With --http: the port to listen on (default: a free one, which is printed)"),
    Flag.withDefault(0)
  )
}, Effect.fnUntraced(function*(given) {
  const settings = yield* Connection.config({ repo: Option.getOrUndefined(given.repo) })
  const { values } = settings
  const speaks = yield* Connection.agent(given.agent, settings)
  const repository = values.repo ?? Speaker.repositoryOf(Speaker.folderOf())
  if (repository === undefined) {
    return yield* Failure.make("usage", "which repository? name it with --repo, CHORUS_REPO or .chorus.yaml")
  }
  if (given.port < 0 || given.port > 65_535) {
    return yield* Failure.make("usage", "--port must be between 0 and 65535")
  }
  const files = Files.of(values.db)
  const { file } = yield* Effect.promise(() => import("../mcp/Process.ts"))
  return yield* become(file, {
    version,
    agent: speaks,
    repository,
    leaseMillis: Math.round(values.claimLease * 60_000),
    socket: files.socket,
    log: files.log,
    start: [process.argv[1] ?? "", "up", "--db", files.db],
    ...(given.http ? { http: { host: given.host, port: given.port, tokenFile: files.mcpToken } } : {})
  })
})).pipe(
  Command.withExamples([
    { command: "claude mcp add chorus -- chorus mcp", description: "Tell an agent's client of it" },
    { command: "chorus mcp --http --port 7411 --agent web", description: "For a client that speaks HTTP" }
  ])
)

/** Replaces this process; what was loaded until here would stay in memory for as long as it serves. */
const become = (file: string, settings: Settings): Effect.Effect<never, Failure.Failure> =>
  Effect.suspend(() => {
    const cache = Module.getCompileCacheDir()
    process.execve?.(process.execPath, [process.execPath, file, JSON.stringify(settings)], {
      ...process.env,
      // Compiled once for all: types are taken out of the sources when they are first run.
      ...(cache === undefined ? {} : { NODE_COMPILE_CACHE: dirname(cache) })
    })
    return Failure.make("failure", "chorus mcp needs a system where a process can become another")
  })
