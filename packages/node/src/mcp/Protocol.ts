/**
 * The Model Context Protocol, as much of it as a server of tools and resources needs.
 *
 * Two ways of speaking it are understood. Until revision 2025-11-25 a client begins with
 * `initialize`; from 2026-07-28 on every request says in `_meta` which revision it is of, and
 * results say what kind they are. Nothing is remembered between requests in either.
 */
import { inWords } from "./Problem.ts"
import * as Resources from "./Resources.ts"
import { instructions, type Server, tools } from "./Server.ts"

/** Revisions that begin with `initialize`, the newest first, and those that need no beginning. */
const [stateful, stateless] = [["2025-11-25", "2025-06-18"], ["2026-07-28"]]
export const revisions: ReadonlyArray<string> = [...stateless, ...stateful]

export const errors = {
  parse: -32700,
  request: -32600,
  method: -32601,
  params: -32602,
  internal: -32603,
  resource: -32002,
  header: -32020,
  revision: -32022
} as const

export interface Response {
  readonly jsonrpc: "2.0"
  readonly id: string | number | null
  readonly result?: object
  readonly error?: { readonly code: number; readonly message: string; readonly data?: object }
}

/** A request that was understood as one. */
export interface Request {
  readonly id: string | number
  readonly method: string
  readonly params: Readonly<Record<string, unknown>>
  /** The revision that the request itself names, if it does. */
  readonly revision: unknown
}

/** What a message is: a request, something that wants no answer, or neither. */
export const read = (message: unknown): Request | "silent" | "broken" => {
  if (!isRecord(message) || message["jsonrpc"] !== "2.0") return "broken"
  const { id, method, params = {} } = message
  if (typeof method !== "string") return "result" in message || "error" in message ? "silent" : "broken"
  if (id === undefined) return "silent"
  if ((typeof id !== "string" && typeof id !== "number") || !isRecord(params)) return "broken"
  const meta = params["_meta"]
  return { id, method, params, revision: isRecord(meta) ? meta[`${prefix}protocolVersion`] : undefined }
}

const prefix = "io.modelcontextprotocol/"

/** Answers a message; undefined when it wants no answer. */
export const handle = async (server: Server, message: unknown): Promise<Response | undefined> => {
  const request = read(message)
  if (request === "silent") return undefined
  if (request === "broken") return failure(null, errors.request, "this is no JSON-RPC request")
  return await answer(server, request)
}

export const answer = async (server: Server, request: Request): Promise<Response> => {
  const { id, revision } = request
  const isStateless = revision !== undefined
  if (isStateless && (typeof revision !== "string" || !stateless.includes(revision))) {
    return unspoken(id, typeof revision === "string" ? revision : `a ${typeof revision}`)
  }
  const said = await attempted(isStateless ? modern : classic, server, request)
  if (isRefusal(said)) return failure(id, said.code, said.message)
  return {
    jsonrpc: "2.0",
    id,
    result: isStateless
      ? { ...said, resultType: "complete", _meta: { [`${prefix}serverInfo`]: infoOf(server) } }
      : said
  }
}

export const failure = (id: Response["id"], code: number, message: string, data?: object): Response =>
  ({ jsonrpc: "2.0", id, error: { code, message, ...(data === undefined ? {} : { data }) } })

interface Refusal {
  readonly code: number
  readonly message: string
}
type Said = Refusal | Readonly<Record<string, unknown>>

const isRefusal = (said: Said): said is Refusal => typeof said["code"] === "number"

/** The answer to a revision that is not known. */
export const unspoken = (id: Response["id"], requested: string): Response =>
  failure(id, errors.revision, "this revision of the protocol is not spoken here", {
    supported: revisions,
    requested
  })

type Speaking = (server: Server, request: Request) => Promise<Said> | Said

/** A node that cannot be asked fails the request, and not the connection. */
const attempted = async (speaking: Speaking, server: Server, request: Request): Promise<Said> => {
  try {
    return await speaking(server, request)
  } catch (error) {
    return { code: errors.internal, message: inWords(error) }
  }
}

const infoOf = ({ version }: Server) => ({ name: "chorus", title: "CHORUS coordination", version })
const capabilities = { tools: {}, resources: {} }

const classic: Speaking = (server, request) => {
  switch (request.method) {
    case "initialize": {
      const asked = request.params["protocolVersion"]
      const protocolVersion = stateful.find((one) => one === asked) ?? stateful[0]
      return { protocolVersion, capabilities, serverInfo: infoOf(server), instructions }
    }
    case "ping":
      return {}
    default:
      return either(server, request)
  }
}

const modern: Speaking = async (server, request) => {
  // What a list holds stays as it is for the life of the process; what is read does not.
  const [kept, stale] = [{ ttlMs: 3_600_000, cacheScope: "private" }, { ttlMs: 0, cacheScope: "private" }]
  switch (request.method) {
    case "server/discover":
      return { supportedVersions: revisions, capabilities, instructions, ...kept }
    case "tools/call":
      return await either(server, request)
    case "resources/read": {
      const said = await either(server, request)
      // A missing resource has a code of its own in older revisions alone.
      return isRefusal(said) ? { ...said, code: errors.params } : { ...said, ...stale }
    }
    default: {
      const said = await either(server, request)
      return isRefusal(said) ? said : { ...said, ...kept }
    }
  }
}

const either = async (server: Server, { method, params }: Request): Promise<Said> => {
  switch (method) {
    case "tools/list":
      return { tools: tools.map(({ told }) => told) }
    case "tools/call": {
      const { name, arguments: given = {} } = params
      if (typeof name !== "string" || !isRecord(given)) {
        return { code: errors.params, message: "name has to be a string, and arguments an object" }
      }
      const result = await server.call(name, given)
      const names = tools.map(({ told }) => told.name).join(", ")
      return result === undefined
        ? { code: errors.params, message: `no such tool; there are ${names}` }
        : { ...result }
    }
    case "resources/list":
      return { resources: Resources.resources }
    case "resources/templates/list":
      return { resourceTemplates: Resources.templates }
    case "resources/read": {
      const { uri } = params
      const contents = typeof uri === "string" ? await server.read(uri) : undefined
      return contents === undefined
        ? { code: errors.resource, message: "no such resource; resources/list has them" }
        : { contents }
    }
    default:
      return { code: errors.method, message: "this method is not served here" }
  }
}

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value)
