/**
 * `chorus mcp --http` with the official client, and with requests that it would not make.
 */
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/client"
import { assert, layer } from "@effect/vitest"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { chmodSync, readFileSync, statSync, writeFileSync } from "node:fs"
import { request } from "node:http"
import { join } from "node:path"
import * as Token from "../../src/mcp/Token.ts"
import { folder, started, until } from "../Nodes.ts"
import * as Clients from "./Clients.ts"

interface AtWork {
  readonly url: string
  readonly file: string
  readonly token: string
}

class Served extends Context.Service<Served, AtWork>()("@chorus/node/test/mcp/Served") {}

const served = Layer.effect(Served, Effect.gen(function*() {
  const db = join(yield* folder, "chorus.db")
  yield* Clients.stoppedAtTheEnd(db)
  const { output } = yield* started(`mcp --http --agent web --repo org/web --db "${db}"`)
  const line = yield* until("it listens", Effect.sync(() => output.stdout), (text) => text.includes("\n"))
  // The test looks at both.
  const { token_file, url } = JSON.parse(line) as { readonly token_file: string; readonly url: string }
  return Served.of({ url, file: token_file, token: readFileSync(token_file, "utf8").trim() })
}))

/** The status of a request, and its body. */
const asked = (url: string, method: string, headers: Readonly<Record<string, string>>, body = "") =>
  Effect.promise(() =>
    new Promise<{ readonly status: number | undefined; readonly text: string }>((resolve, reject) => {
      const sent = request(url, { method, headers }, (response) => {
        let text = ""
        response.setEncoding("utf8").on("data", (part: string) => (text += part))
        response.on("end", () => resolve({ status: response.statusCode, text }))
      })
      sent.once("error", reject)
      sent.end(body)
    })
  )

const ping = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "ping" })

layer(served, { excludeTestServices: true, timeout: "120 seconds" })("chorus mcp --http", (it) => {
  it.effect("who has the token may speak, from this machine, and no page of a browser", () =>
    Effect.gen(function*() {
      const { file, token, url } = yield* Served
      const right = {
        authorization: `Bearer ${token}`, "content-type": "application/json", accept: "application/json"
      }
      const status = (headers: Readonly<Record<string, string>>, method = "POST", body = ping, at = url) =>
        Effect.map(asked(at, method, { ...right, ...headers }, body), (answer) => answer.status)
      const name = { "io.modelcontextprotocol/protocolVersion": "2026-07-28" }
      const named = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/list", params: { _meta: name } })

      assert.strictEqual(statSync(file).mode & 0o777, 0o600)
      assert.match(url, /^http:\/\/127\.0\.0\.1:\d+\/mcp$/)
      const statuses = yield* Effect.all({
        right: asked(url, "POST", right, ping),
        none: status({ authorization: "" }),
        wrong: status({ authorization: `Bearer ${token.slice(0, -1)}` }),
        page: status({ origin: "http://evil.example" }),
        lookalike: status({ origin: "http://localhost.evil.example" }),
        rebound: status({ host: "evil.example:80" }),
        own: status({ origin: "http://localhost:3000" }),
        stream: status({}, "GET", ""),
        end: status({}, "DELETE", ""),
        elsewhere: status({}, "POST", ping, url.replace("/mcp", "/")),
        form: status({ "content-type": "text/plain" }),
        long: status({}, "POST", " ".repeat(2 ** 20 + 1)),
        junk: status({}, "POST", "{"),
        batch: status({}, "POST", `[${ping}]`),
        revision: status({ "mcp-protocol-version": "1999-01-01" }),
        notification: status({}, "POST", JSON.stringify({ jsonrpc: "2.0", method: "notifications/x" })),
        headers: status({ "mcp-protocol-version": "2026-07-28", "mcp-method": "tools/call" }, "POST", named),
        same: status({ "mcp-protocol-version": "2026-07-28", "mcp-method": "tools/list" }, "POST", named)
      })

      assert.deepStrictEqual(statuses, {
        right: { status: 200, text: JSON.stringify({ jsonrpc: "2.0", id: 1, result: {} }) },
        none: 401, wrong: 401, page: 403, lookalike: 403, rebound: 403, own: 200, stream: 405, end: 405,
        elsewhere: 404, form: 415, long: 413, junk: 400, batch: 400, revision: 400, notification: 202,
        headers: 400, same: 200
      })
    }))

  it.effect("a token that others may read, or that is none, is refused", () =>
    Effect.gen(function*() {
      const file = join(yield* folder, "chorus.mcp.token")
      const token = Token.ofFile(file)

      assert.strictEqual(Token.ofFile(file), token)
      assert.isTrue(Token.isIn(`Bearer ${token}`, token))
      assert.isFalse(Token.isIn(`Bearer ${token}x`, token))
      assert.isFalse(Token.isIn(undefined, token))
      chmodSync(file, 0o644)
      assert.throws(() => Token.ofFile(file), /others may read/)
      chmodSync(file, 0o600)
      writeFileSync(file, "short\n")
      assert.throws(() => Token.ofFile(file), /holds no token/)
    }).pipe(Effect.scoped))

  it.effect("an agent over HTTP is told what it gets wrong, and whose name it has is no argument", () =>
    Effect.gen(function*() {
      const { token, url } = yield* Served
      const agent = (revision: Clients.Revision, bearer: string) =>
        Clients.connected(
          new StreamableHTTPClientTransport(new URL(url), {
            requestInit: { headers: { authorization: `Bearer ${bearer}` } }
          }),
          revision
        )
      const web = yield* agent("2025-11-25", token)
      const modern = yield* agent("2026-07-28", token)

      const problems = yield* Effect.forEach([
        ["chorus_start", { title: "A", agent: "api" }],
        ["chorus_start", {}],
        ["chorus_start", { task: "api#1", title: "A" }],
        ["chorus_start", { title: "A", scopes: ["orders"] }],
        ["chorus_start", { title: "A", paths: "src" }],
        ["chorus_answer", { session: "dep_00000000", stance: "yes" }],
        ["chorus_answer", { session: "dep_00000000", message: "hello" }],
        ["chorus_done", {}]
      ] as const, ([name, given]) => web.problem(name, given))

      assert.deepStrictEqual(problems.map((problem) => problem.split(/[;:?,\n]/)[0]), [
        "there is no argument \"agent\"",
        "which task",
        "a task of another repository is not yours to work on",
        "Expected a scope",
        "paths has to be a list of strings",
        "stance has to be one of agree",
        "no session begins with \"dep_00000000\"",
        "you hold no task"
      ])
      const failures = yield* Effect.promise(() =>
        Promise.allSettled([
          web.client.callTool({ name: "chorus_decide", arguments: {} }),
          web.client.readResource({ uri: "chorus://session/../../chorus.key" }),
          web.client.readResource({ uri: "file:///etc/passwd" })
        ]))
      assert.deepStrictEqual(failures.map(({ status }) => status), ["rejected", "rejected", "rejected"])

      const started = yield* modern.found("chorus_start", { title: "Prüfe die Bestellungen", task: "7" })
      assert.deepInclude(started, { agent: "web", task: "org/web#7" })
      assert.deepInclude(yield* web.found("chorus_done"), { task: "org/web#7", status: "completed" })
      const { resources } = yield* Effect.promise(() => modern.client.listResources())
      assert.lengthOf(resources, 2)
      const stranger = yield* Effect.exit(Effect.scoped(agent("2025-11-25", "wrong")))
      assert.strictEqual(stranger._tag, "Failure")
    }).pipe(Effect.scoped))
})
