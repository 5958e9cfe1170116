/**
 * MCP over streamable HTTP: each request is a POST to `/mcp`, and its answer is JSON.
 *
 * Who has the token may speak. A browser that a page has led here is refused by its `Origin`, and a
 * name that was made to point here by its `Host`, before the token is looked at. The server has
 * nothing to say by itself, so there is no stream to GET, and no session to keep.
 */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http"
import type { AddressInfo } from "node:net"
import * as Caller from "./Caller.ts"
import * as Protocol from "./Protocol.ts"
import type { Server } from "./Server.ts"
import * as Token from "./Token.ts"

export interface Options {
  readonly host: string
  readonly port: number
  readonly token: string
}

/** No request of ours is nearly as long. */
const bodyBytesMax = 1024 * 1024
/** Agents on one machine. */
const connectionsMax = 128

/** Listens, and gives the address; fails when it is taken. */
export const listen = (server: Server, options: Options): Promise<string> =>
  new Promise((resolve, reject) => {
    const http = createServer((request, response) => {
      respond(server, options, request).then(
        (said) => send(response, said),
        () => send(response, { status: 500 })
      )
    })
    http.maxConnections = connectionsMax
    http.once("error", reject)
    http.listen(options.port, options.host, () => {
      // A server that listens on a port has an address of this form.
      const { port } = http.address() as AddressInfo
      const host = options.host.includes(":") ? `[${options.host}]` : options.host
      resolve(`http://${host}:${port}/mcp`)
    })
  })

interface Said {
  readonly status: number
  readonly body?: Protocol.Response
  readonly headers?: Readonly<Record<string, string>>
}

const send = (response: ServerResponse, { body, headers = {}, status }: Said): void => {
  const text = body === undefined ? "" : JSON.stringify(body)
  response.writeHead(status, {
    ...(body === undefined ? {} : { "content-type": "application/json" }),
    "content-length": Buffer.byteLength(text),
    "cache-control": "no-store",
    ...headers
  })
  response.end(text)
}

const respond = async (server: Server, options: Options, request: IncomingMessage): Promise<Said> => {
  const { headers, method, url = "" } = request
  const isOwn = Caller.isOwnPage(headers.origin, String(headers["sec-fetch-site"]))
  if (!Caller.isHere(headers.host, options.host) || !isOwn) return { status: 403 }
  if (!Token.isIn(headers.authorization, options.token)) {
    return { status: 401, headers: { "www-authenticate": "Bearer" } }
  }
  if (url.split("?")[0] !== "/mcp") return { status: 404 }
  if (method !== "POST") return { status: 405, headers: { allow: "POST" } }
  if (!/^application\/json\s*(;|$)/i.test(headers["content-type"] ?? "")) return { status: 415 }
  if (!/application\/(json|\*)|\*\/\*|^$/.test(headers.accept ?? "")) return { status: 406 }
  const body = await bodyOf(request)
  if (body === undefined) return { status: 413 }
  return await spoken(server, headers, parsed(body))
}

const bodyOf = async (request: IncomingMessage): Promise<string | undefined> => {
  const chunks: Array<Buffer> = []
  let bytes = 0
  for await (const chunk of request) {
    // A request without an encoding of its own is read as bytes.
    const part = chunk as Buffer
    bytes += part.length
    if (bytes > bodyBytesMax) return undefined
    chunks.push(part)
  }
  return Buffer.concat(chunks).toString()
}

const parsed = (body: string): unknown => {
  try {
    return JSON.parse(body)
  } catch {
    return undefined
  }
}

const spoken = async (
  server: Server,
  headers: IncomingMessage["headers"],
  message: unknown
): Promise<Said> => {
  const request = Protocol.read(message)
  if (request === "broken") {
    const [code, what] = message === undefined
      ? [Protocol.errors.parse, "this is no JSON"]
      : [Protocol.errors.request, "this is no JSON-RPC request"]
    return { status: 400, body: Protocol.failure(null, code, what) }
  }
  const revision = headers["mcp-protocol-version"]
  if (revision !== undefined && !Protocol.revisions.includes(String(revision))) {
    return {
      status: 400,
      body: Protocol.unspoken(null, String(revision))
    }
  }
  if (request === "silent") return { status: 202 }
  const wrong = mismatch(headers, request)
  if (wrong !== undefined) {
    return { status: 400, body: Protocol.failure(request.id, Protocol.errors.header, wrong) }
  }
  const body = await Protocol.answer(server, request)
  const isUnknown = request.revision !== undefined && body.error?.code === Protocol.errors.method
  return { status: isUnknown ? 404 : body.error?.code === Protocol.errors.revision ? 400 : 200, body }
}

/** Requests that name their revision say in headers as well what they are; both have to be the same. */
const mismatch = (
  headers: IncomingMessage["headers"],
  { method, params, revision }: Protocol.Request
): string | undefined => {
  if (revision === undefined) return undefined
  if (headers["mcp-protocol-version"] !== revision) return "MCP-Protocol-Version is not that of the request"
  if (headers["mcp-method"] !== method) return "Mcp-Method is not that of the request"
  const named: Readonly<Record<string, string>> = { "tools/call": "name", "resources/read": "uri" }
  const name = params[named[method] ?? ""]
  return name === undefined || decoded(headers["mcp-name"]) === name
    ? undefined
    : "Mcp-Name is not that of the request"
}

/** A header's value; what no header can hold comes as `=?base64?…?=`. */
const decoded = (header: string | ReadonlyArray<string> | undefined): string => {
  const text = String(header ?? "").trim()
  const [, coded] = /^=\?base64\?([A-Za-z0-9+/=]*)\?=$/.exec(text) ?? []
  return coded === undefined ? text : Buffer.from(coded, "base64").toString()
}
