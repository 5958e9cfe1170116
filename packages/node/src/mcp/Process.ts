/**
 * The process that serves one agent: small, because there is one an agent. It loads Node's own
 * modules and this folder, and nothing else.
 *
 * `chorus mcp` finds out who speaks and where the node is, and then becomes this process, so that
 * what it needed for that does not stay in memory.
 */
import * as Module from "node:module"
import { fileURLToPath } from "node:url"
import * as Desk from "./Desk.ts"
import { inWords } from "./Problem.ts"
import * as Server from "./Server.ts"
import * as Waking from "./Waking.ts"

export interface Settings extends Desk.Settings {
  readonly version: string
  /** Where to serve over HTTP; over stdin and stdout when left out. */
  readonly http?: { readonly host: string; readonly port: number; readonly tokenFile: string }
}

/** The file that is run. */
export const file = fileURLToPath(import.meta.url)

const run = async ({ http, version, ...settings }: Settings): Promise<void> => {
  const server = Server.make(Desk.make(settings), version)
  // The node comes up while the client says hello; what goes wrong is told by the first call.
  Waking.wake(settings).catch(() => undefined)
  if (http !== undefined) return await serveHttp(server, http)
  const { serve } = await import("./Stdio.ts")
  Module.flushCompileCache()
  await serve(server)
}

const serveHttp = async (
  server: Server.Server,
  { host, port, tokenFile }: NonNullable<Settings["http"]>
): Promise<void> => {
  const [{ listen }, Token] = await Promise.all([import("./Http.ts"), import("./Token.ts")])
  const url = await listen(server, { host, port, token: Token.ofFile(tokenFile) })
  if (!/^(127\.|::1$|localhost$)/.test(host)) {
    process.stderr.write("whoever reaches this address and has the token may speak for the agent\n")
  }
  Module.flushCompileCache()
  process.stdout.write(`${JSON.stringify({ url, token_file: tokenFile })}\n`)
}

if (process.argv[1] === file) {
  try {
    // `chorus mcp` wrote it.
    await run(JSON.parse(process.argv[2] ?? "") as Settings)
  } catch (error) {
    process.stderr.write(`chorus: ${inWords(error)}\n`)
    process.exit(1)
  }
}
