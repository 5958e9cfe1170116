/**
 * What a program may send to the HTTP API, as the whole of its way in reads it: router, guard,
 * schemas, problem details. Behind it stands a node in which one case waits, and which refuses
 * everything: what reaches it got in.
 */
import * as Effect from "effect/Effect"
import * as HttpRouter from "effect/http/HttpRouter"
import * as HttpServer from "effect/http/HttpServer"
import * as Layer from "effect/Layer"
import { Refused } from "../../src/api/Api.ts"
import { Calls } from "../../src/api/Calls.ts"
import type * as InboxRows from "../../src/api/InboxRows.ts"
import * as Routes from "../../src/http/HttpServer.ts"
import * as Malform from "./Malform.ts"
import type { Target } from "./Target.ts"

const token = "t".repeat(43)

const waiting: InboxRows.InboxItem = {
  number: 1,
  session: `dep_${"0".repeat(40)}`,
  kind: "dependency",
  status: "escalated",
  reason: "asked",
  question: "which?",
  alert: "",
  reasons: [],
  options: [{ option: "a", key: "apart", label: "apart", decision: "apart", recommended: true }],
  tasks: [],
  members: [],
  about: [],
  objections: [],
  messages: [],
  opened_at: "",
  blocked: [],
  waiting_sessions: [],
  rulings: []
}

const refusing = new Proxy({}, {
  get: (_, name) => () =>
    name === "inbox"
      ? Effect.succeed([waiting])
      : Effect.fail(new Refused({ message: "no", later: false }))
})

const routes = Routes.routes({ address: "127.0.0.1:0", token, operatorKey: "", decides: true }).pipe(
  // Every call of a node that refuses answers alike, so its shape does not matter.
  Layer.provide(Layer.succeed(Calls, refusing as Calls["Service"])),
  Layer.provide(HttpServer.layerServices)
)
const { handler } = HttpRouter.toWebHandler(routes, { disableLogger: true })

/** Method, path and body, a line each. */
const samples = [
  ["POST", "/rulings", JSON.stringify({ sealed: "AAAA", after_ms: 1000 })],
  ["POST", "/inbox/1/decision", JSON.stringify({ choice: "a" })],
  ["GET", "/sessions/dep_1a2b3c4d/votes", ""],
  ["GET", "/inbox/1", ""],
  ["GET", "/outcomes?limit=3", ""]
].map((lines) => lines.join("\n"))

/** A request that a client can send at all; the rest never leaves it. */
const requestOf = (input: string): Request | undefined => {
  const [method = "GET", path = "/", ...body] = input.split("\n")
  try {
    return new Request(new URL(path, "http://127.0.0.1"), {
      method,
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json", host: "127.0.0.1" },
      ...(method === "GET" || method === "HEAD" ? {} : { body: body.join("\n").toWellFormed() })
    })
  } catch {
    return undefined
  }
}

export const target: Target = {
  name: "HTTP request",
  share: 2,
  make: (chance) => Malform.text(chance, samples),
  open: async (input) => {
    const request = requestOf(String(input))
    if (request === undefined) return false
    const response = await handler(request)
    const text = await response.text()
    if (response.status >= 500) throw new Error(`${response.status}: ${text}`)
    return response.ok || response.status === 409
  }
}
