/**
 * Serves the HTTP API on loopback, or on a Unix socket that only its owner may open (0600).
 *
 *     Host, Origin ─▶ token (over TCP: what changes something; beyond loopback: everything) ─▶ API
 *
 * Whatever goes wrong on the way is told as problem details; what of a request cannot be read, by
 * its place there.
 */
import * as NodeHttpServer from "@effect/platform-node/NodeHttpServer"
import * as ByteSize from "effect/ByteSize"
import * as Effect from "effect/Effect"
import * as Builder from "effect/http-api/HttpApiBuilder"
import * as Middleware from "effect/http-api/HttpApiMiddleware"
import * as HttpBody from "effect/http/HttpBody"
import * as HttpIncomingMessage from "effect/http/HttpIncomingMessage"
import * as HttpRouter from "effect/http/HttpRouter"
import * as Server from "effect/http/HttpServer"
import * as HttpServerError from "effect/http/HttpServerError"
import * as HttpServerRequest from "effect/http/HttpServerRequest"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as ProblemDetails from "effect/http/ProblemDetails"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"
import { chmodSync, lstatSync, rmSync } from "node:fs"
import { createServer } from "node:http"
import { connect } from "node:net"
import * as Token from "../mcp/Token.ts"
import * as Caller from "../mcp/Caller.ts"
import { HttpApi } from "./HttpApi.ts"
import * as HttpHandlers from "./HttpHandlers.ts"

export interface Options extends HttpHandlers.Options {
  /** `HOST:PORT`, or the path of a socket. */
  readonly address: string
  readonly token: string
}

/** No request of ours is nearly as long. */
const bodyMax = ByteSize.kibibytes(64)
/** Programs that listen, on one machine. */
const connectionsMax = 128

/** Serves until the scope closes. */
export const layer = (options: Options) =>
  HttpRouter.serve(routes(options), { disableLogger: true, disableListenLog: true }).pipe(
    Layer.provideMerge(server(listensOn(options.address)))
  )

/** What is served, on whatever listens. */
export const routes = (options: Options) =>
  Layer.mergeAll(
    Builder.layer(HttpApi, { openapiPath: "/openapi.json" }).pipe(
      Layer.provide(HttpHandlers.layer(options)),
      Layer.provide(Middleware.layerProblemDetails({ includeDetails: true }))
    ),
    HttpRouter.middleware(guarded(listensOn(options.address), options.token), { global: true })
  )

/** Where it can be called, e.g. `http://127.0.0.1:7400`. */
export const address = Effect.map(Server.HttpServer, ({ address: at }) =>
  at._tag === "UnixPathAddress" ? at.path : Server.formatAddress(at))

type Listens =
  | { readonly path: string }
  | { readonly host: string; readonly port: number }

const listensOn = (address: string): Listens => {
  const [, host = "", port] = /^\[?([^/\]]+)\]?:(\d+)$/.exec(address) ?? []
  return port === undefined ? { path: address } : { host, port: Number(port) }
}

const server = (listens: Listens) => {
  const make = () => {
    const http = createServer()
    http.maxConnections = connectionsMax
    if ("path" in listens) http.once("listening", () => chmodSync(listens.path, 0o600))
    return http
  }
  return Layer.unwrap(Effect.gen(function*() {
    // Whatever answers there, and what is no socket, is somebody's: listening fails then.
    if ("path" in listens && (yield* isStale(listens.path))) rmSync(listens.path)
    // Whoever listens to events would hold the end up for ever.
    return NodeHttpServer.layer(make, { ...listens, gracefulShutdownTimeout: "1 second" })
  }))
}

/** Is this a socket that nobody listens on any more? */
const isStale = (path: string): Effect.Effect<boolean> =>
  lstatSync(path, { throwIfNoEntry: false })?.isSocket() !== true ? Effect.succeed(false) : Effect.callback(
    (resume) => {
      const socket = connect(path)
      const end = (stale: boolean) => {
        socket.destroy()
        resume(Effect.succeed(stale))
      }
      socket.once("connect", () => end(false))
      socket.once("error", ({ code }: NodeJS.ErrnoException) => end(code === "ECONNREFUSED"))
    }
  )

const guarded = (listens: Listens, token: string) =>
  <E, R>(next: Effect.Effect<HttpServerResponse.HttpServerResponse, E, R>) =>
    Effect.flatMap(HttpServerRequest.HttpServerRequest, (request) => {
      const refused = "path" in listens ? undefined : refusal(listens.host, token, request)
      if (refused !== undefined) return Effect.succeed(refused)
      return next.pipe(
        Effect.provideService(HttpIncomingMessage.MaxBodySize, bodyMax),
        // A path that leads nowhere and a body that is too long end the handler instead of its answer.
        Effect.catchCause((cause): Effect.Effect<HttpServerResponse.HttpServerResponse, E> =>
          Effect.map(HttpServerError.causeResponse(cause), ([response]) => response)),
        Effect.map(told),
        Effect.map(beating),
        Effect.map(HttpServerResponse.setHeaders({
          "cache-control": "no-store",
          "x-content-type-options": "nosniff"
        }))
      )
    })

const refusal = (
  host: string,
  token: string,
  { headers, method }: HttpServerRequest.HttpServerRequest
): HttpServerResponse.HttpServerResponse | undefined => {
  const isLocal = Caller.isLoopback(host)
  // Beyond loopback it has many names, and the token, which no page has, is asked for everything.
  const isStrange = isLocal && !Caller.isHere(headers["host"], host)
  const isOwn = Caller.isOwnPage(headers["origin"], headers["sec-fetch-site"])
  if (isStrange || !isOwn) return problem(403)
  const changes = method !== "GET" && method !== "HEAD"
  if (!changes && isLocal) return undefined
  return Token.isIn(headers["authorization"], token)
    ? undefined
    : HttpServerResponse.setHeader(problem(401), "www-authenticate", "Bearer")
}

const titles: Readonly<Record<number, string>> = {
  401: "Unauthorized",
  403: "Forbidden",
  404: "Not Found",
  405: "Method Not Allowed",
  413: "Content Too Large",
  415: "Unsupported Media Type"
}

const problem = (status: number): HttpServerResponse.HttpServerResponse =>
  ProblemDetails.toResponse({
    type: ProblemDetails.blankType,
    status,
    title: titles[status] ?? (status < 500 ? "Bad Request" : "Internal Server Error")
  })

/** A failure that is no problem details becomes one, and names its status alone. */
const told = (response: HttpServerResponse.HttpServerResponse): HttpServerResponse.HttpServerResponse =>
  response.status >= 400 && response.headers["content-type"] !== ProblemDetails.contentType
    ? problem(response.status)
    : response

/** A comment of a stream of events. */
const beat = new TextEncoder().encode(":\n\n")

/**
 * A stream begins at once, since its head comes with its first bytes, and goes on with a comment now
 * and then, so that a listener that is gone is noticed.
 */
const beating = (response: HttpServerResponse.HttpServerResponse): HttpServerResponse.HttpServerResponse => {
  const { body } = response
  return body._tag === "Stream"
    ? HttpServerResponse.setBody(response, HttpBody.stream(
      Stream.merge(Stream.map(Stream.tick("15 seconds"), () => beat), body.stream, { haltStrategy: "right" }),
      body.contentType
    ))
    : response
}
