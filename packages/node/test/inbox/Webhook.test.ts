/**
 * What is said of a webhook that does not take a ping.
 */
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { createServer } from "node:net"
import type { AddressInfo } from "node:net"
import * as Webhook from "../../src/inbox/Webhook.ts"

const failure = (url: string) =>
  Effect.flip(Webhook.make({ url, secret: "s", node: "n", nowMillis: Effect.succeed(0) })(1, []))

/** A port that nobody listens on. */
const closedPort = Effect.callback<number>((resume) => {
  const server = createServer().listen(0, "127.0.0.1", () => {
    // A server that listens on a port has an address of this form.
    const { port } = server.address() as AddressInfo
    server.close(() => resume(Effect.succeed(port)))
  })
})

it.live("why a ping was not taken is said in words that quote nothing of the address", () =>
  Effect.gen(function*() {
    const refused = yield* failure(`http://127.0.0.1:${yield* closedPort}/secret`)
    const malformed = yield* failure("http://user:secret@127.0.0.1/")

    assert.strictEqual(refused, "the webhook cannot be reached (ECONNREFUSED)")
    assert.strictEqual(malformed, "the webhook cannot be reached")
  }))
