/**
 * What a ping says, and what is said of a webhook that does not take it.
 */
import * as Paper from "@chorus/coordination-core/testing/Paper"
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { createServer as createHttpServer } from "node:http"
import { createServer } from "node:net"
import type { AddressInfo } from "node:net"
import * as Webhook from "../../src/inbox/Webhook.ts"
import * as InboxView from "../../src/view/InboxView.ts"
import { observer, stateOf } from "../view/paper.ts"

const made = (url: string) => Webhook.make({ url, secret: "s", node: "n", nowMillis: Effect.succeed(0) })
const failure = (url: string) => Effect.flip(made(url)(1, [], 0))

/** A port that nobody listens on. */
const closedPort = Effect.callback<number>((resume) => {
  const server = createServer().listen(0, "127.0.0.1", () => {
    // A server that listens on a port has an address of this form.
    const { port } = server.address() as AddressInfo
    server.close(() => resume(Effect.succeed(port)))
  })
})

/** The bodies that a receiver took. */
const receiver = Effect.acquireRelease(
  Effect.callback<{ readonly url: string; readonly taken: Array<string>; end: () => void }>((resume) => {
    const taken: Array<string> = []
    const server = createHttpServer((request, response) => {
      let body = ""
      request.setEncoding("utf8").on("data", (chunk: string) => (body += chunk)).once("end", () => {
        taken.push(body)
        response.end()
      })
    }).listen(0, "127.0.0.1", () => {
      const { port } = server.address() as AddressInfo
      resume(Effect.succeed({ url: `http://127.0.0.1:${port}/`, taken, end: () => server.close() }))
    })
  }),
  ({ end }) => Effect.sync(end)
)

it.live("a ping says what is new, and how much waits in all", () =>
  Effect.scoped(Effect.gen(function*() {
    const { taken, url } = yield* receiver
    const paper = Paper.make()
    const [one, other] = [paper.agent("a", "api"), paper.agent("b", "web")]
    const opening = paper.depend(paper.claim(one, "backend#60"), paper.claim(other, "web#10"))
    paper.escalate(one.node, Paper.session(opening), "who?")
    const look = { state: stateOf(paper), nowMillis: 0, wallMillis: 0, self: observer }
    const { items } = InboxView.rows(look)
    yield* made(url)(1, items, 1)
    yield* made(url)(2, items, 9)
    yield* made(url)(3, [...items, ...items], 9)
    const bodies = taken.map((body) => JSON.parse(body) as { text: string; waiting: number })

    assert.deepStrictEqual(bodies.map(({ text, waiting: all }) => [text.split("\n")[0], all]), [
      ["1 case waits for a person:", 1],
      ["1 more case waits for a person, 9 in all:", 9],
      ["2 more cases wait for a person, 9 in all:", 9]
    ])
  })))

it.live("why a ping was not taken is said in words that quote nothing of the address", () =>
  Effect.gen(function*() {
    const refused = yield* failure(`http://127.0.0.1:${yield* closedPort}/secret`)
    const malformed = yield* failure("http://user:secret@127.0.0.1/")

    assert.strictEqual(refused, "the webhook cannot be reached (ECONNREFUSED)")
    assert.strictEqual(malformed, "the webhook cannot be reached")
  }))
