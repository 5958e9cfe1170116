/**
 * What the client of an agent may send, as the MCP server of that agent reads it.
 */
import * as Result from "effect/Result"
import { NoAnswer } from "../../src/api/Wire.ts"
import * as Protocol from "../../src/mcp/Protocol.ts"
import * as Server from "../../src/mcp/Server.ts"
import * as Malform from "./Malform.ts"
import type { Target } from "./Target.ts"

/** A node that refuses all that it is asked is enough to have every message answered. */
const server = Server.make({
  agent: "a", repository: "r", leaseMillis: 1000, socket: "", log: "", start: [],
  call: () => Promise.reject(new NoAnswer("refused", "no"))
}, "0")

const stateless = { "io.modelcontextprotocol/protocolVersion": "2026-07-28" }
const words = { title: "t", description: "d", scopes: ["table:orders=migrate"], paths: ["src/a.ts"] }
const samples = [
  { method: "initialize", params: { protocolVersion: "2025-11-25", capabilities: {} } },
  { method: "server/discover", params: { _meta: stateless } },
  { method: "tools/call", params: { name: "chorus_start", arguments: { task: "1", ...words } } },
  { method: "resources/read", params: { uri: "chorus://session/dep_0123" } }
].map((request) => JSON.stringify({ jsonrpc: "2.0", id: 1, ...request }))

export const target: Target = {
  name: "MCP message",
  share: 4,
  make: (chance) => Malform.text(chance, samples),
  open: async (input) => {
    const message = Result.getOrUndefined(Result.try((): unknown => JSON.parse(String(input))))
    return (await Protocol.handle(server, message))?.result !== undefined
  }
}
