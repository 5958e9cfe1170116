/**
 * A relay between real processes: of another mesh than those it carries, so that whatever reaches the
 * one from the other came through it and not from it.
 */
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { join } from "node:path"
import { chorus, claimed, folder, knows, until, up } from "./Nodes.ts"

it.live("S7 H12: a node joins through a relay, catches up, hears; one that is gone is told, and found", () =>
  Effect.gen(function*() {
    const path = yield* folder
    const [a, b, r] = ["a", "b", "r"].map((name) => join(path, `${name}.db`)) as [string, string, string]
    const relay = yield* up(r, "--relay serve")
    const first = yield* up(a, `--relay ${relay.addresses[0]}`)
    yield* claimed(first, "api", "r#1")
    const address = `${relay.addresses[0]}/p2p-circuit/p2p/${first.node}`

    const second = yield* up(b, `--bootstrap ${address}`)
    yield* knows(second, "r#1")
    yield* claimed(first, "api", "r#2")
    yield* knows(second, "r#2")

    assert.include(first.addresses, address)
    assert.strictEqual(second.founder, first.founder)
    assert.deepStrictEqual(yield* relay.client.tasks({ all: true }), [])
    const links = yield* second.client.peers()
    assert.include(links.find(({ node }) => node === first.node)?.address, "/p2p-circuit/")
    assert.include((yield* first.client.status()).addresses, address)
    assert.include((yield* chorus(`pair --json --db "${a}"`)).stdout, address)
    assert.match(relay.output.stderr, /^--relay serve finds no other machine while only loopback is/m)

    relay.child.kill("SIGKILL")
    yield* relay.ended
    yield* until("it is said", Effect.sync(() => first.output.stderr), (said) => said.includes("not reached"))
    const doctor = yield* chorus(`doctor --db "${a}"`)
    assert.strictEqual(doctor.code, 2)
    assert.match(doctor.stdout, /^attention  relay: not reached through .+\n +see that a node with --relay/m)
    yield* up(r)
    yield* claimed(first, "api", "r#3")
    yield* knows(second, "r#3")
  }))
