/**
 * The HTTP API and the webhook of a real node: what a program sees, may do, and is refused.
 */
import { AgentName } from "@chorus/coordination-core/identity/AgentId"
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { readFileSync, statSync } from "node:fs"
import { createServer, request as httpRequest } from "node:http"
import type { AddressInfo } from "node:net"
import { join } from "node:path"
import * as InboxRows from "../../src/api/InboxRows.ts"
import * as Rows from "../../src/api/Rows.ts"
import { listenersMax } from "../../src/http/HttpApi.ts"
import * as Webhook from "../../src/inbox/Webhook.ts"
import { chorus, claimed, folder, text, until, up } from "../Nodes.ts"

interface Got {
  readonly status: number
  readonly type: string
  readonly body: string
}

interface Asked {
  /** A Unix socket to ask instead of the host. */
  readonly socketPath?: string
  readonly method?: string
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
}

/** A request as a program makes it, that may claim any host and origin. */
const ask = (base: string, path: string, { body, headers = {}, method = "GET", socketPath }: Asked = {}) =>
  Effect.callback<Got>((resume) => {
    const all = { "content-type": "application/json", ...headers }
    const socket = socketPath === undefined ? {} : { socketPath }
    const sent = httpRequest(new URL(base + path), { method, headers: all, ...socket })
    sent.once("response", (response) => {
      let got = ""
      response.setEncoding("utf8").on("data", (chunk: string) => (got += chunk)).once("end", () => resume(
        Effect.succeed({
          status: response.statusCode ?? 0,
          type: response.headers["content-type"] ?? "",
          body: got
        })
      ))
    })
    sent.end(typeof body === "string" || body === undefined ? body : JSON.stringify(body))
  })

const strict = <S extends Schema.ConstraintDecoder<unknown>>(schema: S, got: Got): S["Type"] => {
  assert.strictEqual(got.status, 200, got.body)
  return Schema.decodeUnknownSync(schema)(JSON.parse(got.body), { onExcessProperty: "error" })
}

/** Problem details of this status, whatever was asked. */
const isProblem = (got: Got, status: number, detail?: RegExp) => {
  assert.strictEqual(got.status, status, got.body)
  assert.strictEqual(got.type, "application/problem+json")
  const problem = JSON.parse(got.body) as { status: number; title: string; detail?: string }
  assert.strictEqual(problem.status, status)
  assert.isAbove(problem.title.length, 0)
  if (detail !== undefined) assert.match(problem.detail ?? "", detail)
}

/** What a generator of clients needs: what each call does, that it takes a token, what it answers. */
const Described = Schema.Struct({
  components: Schema.Struct({ securitySchemes: Schema.Record(Schema.String, Schema.Unknown) }),
  paths: Schema.Record(Schema.String, Schema.Record(Schema.String, Schema.Struct({
    summary: Schema.String,
    security: Schema.Array(Schema.Record(Schema.String, Schema.Unknown)),
    responses: Schema.Record(Schema.String, Schema.Unknown)
  })))
})

const describes = (got: Got) => {
  const { components, paths } = Schema.decodeUnknownSync(Described)(JSON.parse(got.body))
  assert.deepInclude(components.securitySchemes["token"], { type: "http", scheme: "bearer" })
  const all = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, call]) => ({ ...call, path, method })))
  for (const path of ["/inbox/{case}/decision", "/rulings", "/events", "/sessions/{session}"]) {
    assert.include(Object.keys(paths), path)
  }
  for (const { method, path, responses, security, summary } of all) {
    assert.isAbove(summary.length, 0, path)
    // On loopback whoever is on the machine may read.
    const open = method === "get" ? [{}] : []
    assert.deepStrictEqual(security, [...open, { token: [] }], path)
    assert.includeMembers(Object.keys(responses), ["400", "401", "403"], path)
    if (method === "post") assert.includeMembers(Object.keys(responses), ["409", "413", "415", "503"], path)
  }
}

/** A receiver of pings that is out of order. */
const receiver = Effect.acquireRelease(
  Effect.callback<{
    readonly url: string
    readonly taken: Array<{ readonly headers: NodeJS.Dict<string | Array<string>>; readonly body: string }>
    readonly server: ReturnType<typeof createServer>
  }>((resume) => {
    const taken: Array<{ headers: NodeJS.Dict<string | Array<string>>; body: string }> = []
    const server = createServer((request, response) => {
      let body = ""
      request.setEncoding("utf8").on("data", (chunk: string) => (body += chunk)).once("end", () => {
        taken.push({ headers: request.headers, body })
        response.writeHead(503).end()
      })
    })
    server.listen(0, "127.0.0.1", () => {
      // A server that listens on a port has an address of this form.
      const { port } = server.address() as AddressInfo
      resume(Effect.succeed({ url: `http://127.0.0.1:${port}/hook`, taken, server }))
    })
  }),
  ({ server }) => Effect.sync(() => server.closeAllConnections())
)

/** What comes on the stream of events, until the scope closes. */
const listened = Effect.fnUntraced(function*(base: string) {
  const chunks: Array<string> = []
  yield* Effect.acquireRelease(
    Effect.sync(() => {
      const asked = httpRequest(new URL(`${base}/events`))
      asked.once("response", (response) => response.setEncoding("utf8").on("data", (chunk: string) =>
        chunks.push(chunk)))
      // It is cut when the test ends.
      asked.on("error", () => undefined).end()
      return asked
    }),
    (asked) => Effect.sync(() => asked.destroy())
  )
  return chunks
})

/** How a request is answered, of whose answer nothing more is read. */
const answered = (url: string) =>
  Effect.callback<number>((resume) => {
    const asked = httpRequest(url).once("response", ({ statusCode = 0 }) => {
      resume(Effect.succeed(statusCode))
      asked.destroy()
    })
    asked.on("error", () => undefined).end()
  })

const Announced = Schema.Struct({ http: Schema.String })

it.live("H22: a case reaches a person over HTTP and a webhook, and the person's choice comes back", () =>
  Effect.scoped(Effect.gen(function*() {
    const hook = yield* receiver
    const db = join(yield* folder, "chorus.db")
    const env = { CHORUS_HTTP_DECIDES: "true", CHORUS_WEBHOOK: hook.url }
    const node = yield* up(db, "--http 127.0.0.1:0", { env })
    const { http } = Schema.decodeUnknownSync(Announced)(JSON.parse(node.output.stdout))
    const token = readFileSync(node.files.httpToken, "utf8").trim()
    const authorization = `Bearer ${token}`
    const events = yield* listened(http)
    yield* claimed(node, "one", "r#1")
    const [row] = (yield* claimed(node, "two", "r#1")).sessions
    const session = row?.session ?? ""
    yield* node.client.escalate({ agent: AgentName.make("one"), session, reason: "<!channel> who has it?" })

    // What it tells is what the socket tells.
    const [item] = strict(Schema.Array(InboxRows.InboxItem), yield* ask(http, "/inbox"))
    assert.deepStrictEqual([item], [...yield* node.client.inbox()])
    assert.deepInclude(item, { number: 1, session, reason: "asked" })
    const [first, second] = item?.options ?? []
    strict(Schema.Array(Rows.TaskRow), yield* ask(http, "/tasks"))
    strict(Rows.StatusReport, yield* ask(http, "/status"))
    const detail = strict(Rows.SessionDetail, yield* ask(http, `/sessions/${session.slice(0, 13)}`))
    assert.strictEqual(detail.status, "escalated")
    describes(yield* ask(http, "/openapi.json"))
    yield* until("an event came", Effect.sync(() => events.join("")), (all) =>
      all.includes("\"task_claimed\""))
    for (const line of events.join("").split("\n\n").slice(0, -1).filter((told) => told !== ":")) {
      assert.match(line, /^data: \{/)
      strict(Rows.Notice, { status: 200, type: "", body: line.slice("data: ".length) })
    }

    // Whoever may not is refused, and told so as a problem.
    const decision = "/inbox/1/decision"
    const post = (body: unknown, headers: Asked["headers"] = { authorization }, path = decision) =>
      ask(http, path, { method: "POST", body, headers })
    isProblem(yield* ask(http, "/inbox", { headers: { host: "rebound.example" } }), 403)
    isProblem(yield* ask(http, "/inbox", { headers: { origin: "http://page.example" } }), 403)
    isProblem(yield* ask(http, "/inbox", { headers: { "sec-fetch-site": "cross-site" } }), 403)
    isProblem(yield* post({ choice: "a" }, {}), 401)
    isProblem(yield* post({ choice: "a" }, { authorization: `${authorization}x` }), 401)
    isProblem(yield* post({ choice: "z" }), 409, /no option "z"/)
    for (const [body, field] of [[{ choice: "a", more: 1 }, "more"], [{ choice: 5 }, "choice"]] as const) {
      const got = yield* post(body)
      isProblem(got, 400)
      const { errors } = JSON.parse(got.body) as { readonly errors: ReadonlyArray<{ path: unknown }> }
      assert.deepStrictEqual(errors.map(({ path }) => path), [["payload", field]])
    }
    isProblem(yield* post("{"), 400)
    isProblem(yield* post("x".repeat(70_000)), 413)
    isProblem(yield* post({ choice: "a" }, { authorization, "content-type": "text/html" }), 415)
    isProblem(yield* post({ sealed: "AAAA" }, { authorization }, "/rulings"), 409, /not valid/)
    isProblem(yield* post({ choice: "a" }, { authorization }, "/inbox/7/decision"), 404)
    isProblem(yield* ask(http, "/nowhere"), 404)
    isProblem(yield* ask(http, "/nowhere", { method: "PUT", headers: { authorization } }), 404)

    // Who asks for the head alone gets that of the same answer.
    for (const [path, status, type] of [
      ["/status", 200, "application/json"],
      ["/events", 200, "text/event-stream"],
      ["/nowhere", 404, "application/problem+json"]
    ] as const) {
      assert.deepStrictEqual(yield* ask(http, path, { method: "HEAD" }), { status, type, body: "" })
    }
    assert.strictEqual(statSync(node.files.httpToken).mode & 0o777, 0o600)

    // Word of it went out, signed; what is not taken is listed.
    const [ping] = yield* until("the ping waits", node.client.pings(), ([one]) => (one?.attempts ?? 0) > 0)
    assert.deepInclude(ping, { ping: 1, sessions: [session], because: "the webhook answered 503" })
    assert.match(yield* text(node, "inbox pings"), /^PING .+\n1 +waiting +\d+ .+ the webhook answered 503$/)
    const { body, headers } = hook.taken[0]!
    const secret = readFileSync(node.files.webhookSecret, "utf8").trim()
    const timestamp = String(headers["chorus-timestamp"])
    assert.strictEqual(headers["chorus-signature"], Webhook.signature(secret, timestamp, body))
    assert.strictEqual(headers["chorus-ping"], "1")
    const told = JSON.parse(body) as { text: string; cases: ReadonlyArray<unknown> }
    assert.deepStrictEqual(told.cases, [item])
    assert.include(told.text, "&lt;!channel&gt;")

    // A person's choice closes the case, in the operator's name; a default only waits.
    const later = yield* text(node, `decide 1 ${second?.option} --default-in 4h`)
    assert.match(later, /is decided so if nobody decides it before$/)
    const [waiting] = strict(Schema.Array(InboxRows.InboxItem), yield* ask(http, "/inbox"))
    assert.strictEqual(waiting?.default?.decision, second?.decision)
    isProblem(yield* post({ choice: first?.option, dismiss: true }), 409, /leave one of them out/)
    const done = strict(Rows.Done, yield* post({ choice: "two other tasks", dismiss: true }))
    assert.strictEqual(done.sessions[0]?.status, "decided")
    assert.deepStrictEqual(strict(Schema.Array(InboxRows.InboxItem), yield* ask(http, "/inbox")), [])
    const [ruling] = strict(Rows.SessionDetail, yield* ask(http, `/sessions/${session}`)).rulings
    assert.deepInclude(ruling, {
      by: node.founder, counts: true, decision: "two other tasks", verdict: "dismissed"
    })
  })), { timeout: 120_000 })

it.live("over a Unix socket its owner needs no token, and nobody else can open it", () =>
  Effect.scoped(Effect.gen(function*() {
    const path = yield* folder
    const socketPath = join(path, "api.sock")
    yield* up(join(path, "chorus.db"), `--http ${socketPath}`)
    const got = yield* ask("http://any.example", "/rulings", {
      method: "POST",
      body: { sealed: "AAAA" },
      socketPath
    })

    isProblem(got, 409, /not valid/)
    assert.strictEqual(statSync(socketPath).mode & 0o777, 0o600)
    // A second node leaves the socket to the one that answers there.
    const second = yield* chorus(`up --db ${join(path, "second.db")} --http ${socketPath}`)
    assert.strictEqual(second.code, 1)
    assert.match(second.stderr, /the HTTP API cannot listen on .+api\.sock: another program listens there/)
    assert.strictEqual((yield* ask("http://any.example", "/status", { socketPath })).status, 200)
  })), { timeout: 120_000 })

it.live("who listens hears at once that it does, and as many as may listen leave room for other calls", () =>
  Effect.scoped(Effect.gen(function*() {
    const path = yield* folder
    const node = yield* up(join(path, "chorus.db"), "--http 127.0.0.1:0")
    const { http } = Schema.decodeUnknownSync(Announced)(JSON.parse(node.output.stdout))
    const heard = (chunks: ReadonlyArray<string>) => chunks.join("").startsWith(":\n\n")

    yield* Effect.scoped(Effect.gen(function*() {
      const all = yield* Effect.forEach(Array.from({ length: listenersMax }), () => listened(http), {
        concurrency: "unbounded"
      })
      yield* until("all hear", Effect.sync(() => all.filter(heard)), ({ length }) => length === listenersMax)
      isProblem(yield* ask(http, "/events"), 503, /32 programs listen already/)
      strict(Rows.StatusReport, yield* ask(http, "/status"))
    }))
    // Whoever went away is noticed, so that there is room again.
    yield* until("there is room", answered(`${http}/events`), (status) => status === 200)
  })), { timeout: 120_000 })
