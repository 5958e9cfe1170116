/**
 * A node that is started again finds its mesh without being told where it is.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { createServer } from "node:net"
import { join } from "node:path"
import * as Whereabouts from "../src/Whereabouts.ts"
import { folder, type Running, text, until, up } from "./Nodes.ts"

const killed = Effect.fnUntraced(function*({ child, ended }: Running) {
  child.kill("SIGKILL")
  yield* ended
})

const met = (node: Running) =>
  until("they met", node.client.status(), ({ peers }) => peers.length === 1)

const portOf = ({ addresses }: Running): number => Number(/tcp\/(\d+)/.exec(addresses[0] ?? "")?.[1])

/** Holds a port until the scope closes. */
const taken = (port: number) =>
  Effect.acquireRelease(
    Effect.promise(() =>
      new Promise<ReturnType<typeof createServer>>((resolve) => {
        const server = createServer()
        server.listen(port, "127.0.0.1", () => resolve(server))
      })
    ),
    (server) => Effect.promise(() => new Promise((resolve) => server.close(resolve)))
  )

it.live("two nodes that were killed and started again without flags meet", () =>
  Effect.gen(function*() {
    const path = yield* folder
    const [one, other] = [join(path, "a.db"), join(path, "b.db")]
    const a = yield* up(one)
    const b = yield* up(other, `--bootstrap ${a.addresses[0]}`)
    yield* met(a)
    yield* killed(a)
    yield* killed(b)

    const too = yield* up(other)
    assert.match(yield* text(too, "doctor", 2), /^attention +peers: .+ meets nobody of it$/m)
    const again = yield* up(one)

    yield* met(again)
    assert.deepStrictEqual(again.addresses, a.addresses)
    assert.deepStrictEqual(too.addresses, b.addresses)
    assert.match(again.output.stderr, /^no address of a peer is known: .+--bootstrap ADDRESS$/m)
    assert.notInclude(too.output.stderr, "no address")
    assert.notInclude(a.output.stderr, "no address")
  }))

it.live("a node that was told where to listen listens there again without a flag", () =>
  Effect.gen(function*() {
    const db = join(yield* folder, "chorus.db")
    const first = yield* up(db, "--listen /ip4/127.0.0.2/tcp/0")
    yield* killed(first)

    const second = yield* up(db)

    assert.deepStrictEqual(second.addresses, first.addresses)
    assert.match(first.addresses[0] ?? "", /^\/ip4\/127\.0\.0\.2\//)
    assert.include(second.output.stderr, "listening on /ip4/127.0.0.2/tcp/0, as before; --listen changes it")
    yield* killed(second)
    const third = yield* up(db, "--listen /ip4/127.0.0.1/tcp/0")
    assert.match(third.addresses[0] ?? "", /^\/ip4\/127\.0\.0\.1\//)
  }))

it.live("a node whose port is taken says so, and listens on another", () =>
  Effect.gen(function*() {
    const db = join(yield* folder, "chorus.db")
    const first = yield* up(db)
    yield* killed(first)
    yield* taken(portOf(first))

    const second = yield* up(db)

    assert.include(second.output.stderr, `port ${portOf(first)}, which this node had, is taken; peers`)
    assert.notStrictEqual(portOf(second), portOf(first))
    assert.include(yield* text(second, "status"), second.addresses[0] ?? "none")
  }))

it.live("a node on loopback says what lets another machine in, and the hints name its database", () =>
  Effect.gen(function*() {
    const db = join(yield* folder, "chorus.db")
    const { output } = yield* up(db, "--mdns")
    const hints = yield* until(
      "all is said",
      Effect.sync(() => output.stderr),
      (said) => said.includes("to stop")
    )

    assert.include(
      hints,
      "to be joined from another machine, start with --listen /ip4/0.0.0.0/tcp/4001\n"
    )
    assert.match(hints, /^--mdns finds no other machine while only loopback .+ --listen \/ip4\/0\.0\.0\.0/m)
    assert.include(hints, `chorus claim --help; to stop: Ctrl-C or chorus stop --db ${db}\n`)
  }))

describe("Whereabouts.invitation", () => {
  it("names the token where only those who have the network's key connect", () => {
    const said = Whereabouts.invitation(["/ip4/127.0.0.1/tcp/1/p2p/x"], true)
    assert.strictEqual(said, "to let another node join, print it a token: chorus pair")
  })

  it("names the address through the relay, where the node has one", () => {
    const relayed = "/ip4/192.0.2.7/tcp/1/p2p/r/p2p-circuit/p2p/x"
    const said = Whereabouts.invitation(["/ip4/127.0.0.1/tcp/1/p2p/x", "/ip4/10.0.0.7/tcp/1/p2p/x", relayed])

    assert.strictEqual(said, `to join it from another machine: chorus up --bootstrap ${relayed}`)
  })

  it("names the address that another machine can dial", () => {
    const said = Whereabouts.invitation(["/ip4/127.0.0.1/tcp/1/p2p/x", "/ip4/192.0.2.7/tcp/1/p2p/x"])

    assert.strictEqual(
      said,
      "to join it from another machine: chorus up --bootstrap /ip4/192.0.2.7/tcp/1/p2p/x"
    )
  })
})
