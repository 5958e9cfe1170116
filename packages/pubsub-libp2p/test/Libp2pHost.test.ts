/**
 * What the libp2p host promises: many nodes on one machine, clear errors at the start, and no harm
 * from broken connections.
 */
import { until } from "@chorus/port-contracts/Check"
import * as HostError from "@chorus/pubsub-libp2p/HostError"
import * as KeyFile from "@chorus/pubsub-libp2p/KeyFile"
import { Libp2pHost } from "@chorus/pubsub-libp2p/Libp2pHost"
import { assert, describe, it } from "@effect/vitest"
import { multiaddr } from "@multiformats/multiaddr"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import { chmod } from "node:fs/promises"
import { createConnection, createServer, type AddressInfo } from "node:net"
import { join } from "node:path"
import {
  addressesOf,
  connect,
  folder,
  type HostNode,
  isConnected,
  listen,
  node,
  portOf,
  reach
} from "./Libp2pTopology.ts"

const refused = (config: Partial<Parameters<typeof Libp2pHost.layer>[0]>) =>
  Effect.gen(function*() {
    const keyFile = join(yield* folder, "key")
    return yield* Effect.flip(Layer.build(Libp2pHost.layer({ keyFile, ...config })))
  })

describe("Libp2pHost", () => {
  it.live("eight nodes on one machine connect each with each, and all hear what one says", () =>
    Effect.gen(function*() {
      const path = yield* folder
      const nodes: Array<HostNode> = []
      for (let at = 0; at < 8; at++) {
        const bootstrap = nodes.flatMap(addressesOf)
        nodes.push(yield* node({ keyFile: join(path, String(at)), bootstrap }))
      }
      const heard = yield* Effect.forEach(nodes, listen)

      yield* until("each knows each", () =>
        nodes.every((one) => nodes.every((other) => one === other || isConnected(one, other))))
      yield* reach(nodes[7]!, heard.slice(0, 7))

      assert.strictEqual(heard[7]?.size, 0)
    }))

  it.live("a port in use is named, and what to do about it", () =>
    Effect.gen(function*() {
      const other = yield* node({ keyFile: join(yield* folder, "key") })
      const address = `/ip4/127.0.0.1/tcp/${portOf(other)}`

      const error = yield* refused({ listen: [address] })

      assert.deepInclude(error, {
        reason: "port_in_use",
        message: `${address} is in use; stop what uses it, or pick another --listen`
      })
    }))

  it.live("an address of another machine is named", () =>
    Effect.gen(function*() {
      const error = yield* refused({ listen: ["/ip4/192.0.2.1/tcp/0"] })

      assert.deepInclude(error, { reason: "address_unknown" })
      assert.include(error.message, "/ip4/192.0.2.1/tcp/0 is no address of this machine")
    }))

  it.live("a malformed address is named, whether to listen on or to dial", () =>
    Effect.gen(function*() {
      const good = "/ip4/127.0.0.1/tcp/4001"
      for (const bad of ["", "localhost:4001", "/ip4/localhost/tcp/1", "/ip4/127.0.0.1/udp/4001"]) {
        for (const config of [{ listen: [good, bad] }, { bootstrap: [bad] }]) {
          const error = yield* refused(config)

          assert.deepInclude(error, { reason: "address_malformed" })
          assert.include(error.message, `"${bad}" is not an address like /ip4/`)
        }
      }
      for (const bad of [good, `${good}/p2p/12D3KooWnobody`]) {
        assert.include((yield* refused({ bootstrap: [bad] })).message, bad)
      }
    }))

  it.live("a key file that others can read keeps the node from starting", () =>
    Effect.gen(function*() {
      const keyFile = join(yield* folder, "key")
      yield* Effect.scoped(node({ keyFile }))
      yield* Effect.promise(() => chmod(keyFile, 0o644))

      const error = yield* refused({ keyFile })

      assert.deepInclude(error, { reason: "exposed" })
    }))

  it.live("H37: in a private network only who holds its key connects, and hears", () =>
    Effect.gen(function*() {
      const path = yield* folder
      const networkKeyFile = join(path, "network")
      yield* KeyFile.make(networkKeyFile)
      const inside = yield* node({ keyFile: join(path, "a"), networkKeyFile })
      const friend = yield* node({ keyFile: join(path, "b"), networkKeyFile })
      const stranger = yield* node({ keyFile: join(path, "c") })
      const heard = yield* listen(inside)
      yield* listen(friend)

      const dialed = yield* Effect.exit(Effect.tryPromise(() =>
        stranger.host.libp2p.dial(inside.host.libp2p.getMultiaddrs())))
      yield* connect(friend, inside)
      yield* reach(friend, [heard])

      assert.isTrue(Exit.isFailure(dialed))
      assert.isFalse(isConnected(inside, stranger))
      assert.deepStrictEqual((yield* inside.peers.links).map(({ peer }) => peer), [friend.host.self])
    }))

  it.live("connections that break at any point harm neither end", () =>
    Effect.gen(function*() {
      const path = yield* folder
      const server = yield* node({ keyFile: join(path, "server") })
      const client = yield* node({ keyFile: join(path, "client") })
      const heard = yield* listen(server)
      yield* listen(client)

      yield* Effect.forEach(breakages, (breakage) => breakRaw(portOf(server), breakage))
      yield* Effect.forEach(cuts, (bytes) => dialThrough(client, server, bytes))

      // An error that nobody caught would fail the whole run of tests.
      yield* connect(client, server)
      yield* reach(client, [heard])
    }))
})

describe("HostError", () => {
  it("says what to do about each cause that it knows, and what is wrong about others", () => {
    const messages = ["EADDRINUSE", "EACCES", "EADDRNOTAVAIL", "EWHATEVER"].map((code) =>
      HostError.fromCause(new Error(`All failed:\n\n  /ip4/1.2.3.4/tcp/80: listen ${code}: x\n`))
    )

    assert.deepStrictEqual(messages.map(({ message, reason }) => [reason, message]), [
      ["port_in_use", "/ip4/1.2.3.4/tcp/80 is in use; stop what uses it, or pick another --listen"],
      [
        "port_forbidden",
        "/ip4/1.2.3.4/tcp/80 needs more rights; pick a --listen with a port above 1023"
      ],
      [
        "address_unknown",
        "/ip4/1.2.3.4/tcp/80 is no address of this machine; pick another --listen"
      ],
      [
        "failed",
        "the node cannot start: All failed: /ip4/1.2.3.4/tcp/80: listen EWHATEVER: x "
      ]
    ])
  })
})

/** What a stranger writes before it resets the connection; 20 times each. */
const breakages = Array.from({ length: 20 }, () => [
  "",
  "junk",
  "\u0013/multistream/1.0.0\n",
  "\u0013/multistream/1.0.0\n\u0007/noise\n\u0000\u0020short"
]).flat()

/** After so many bytes a connection between two nodes is reset. */
const cuts = Array.from({ length: 60 }, (_, at) => 1 + at * 25)

const breakRaw = (port: number, text: string) =>
  Effect.callback<void>((resume) => {
    const socket = createConnection(port, "127.0.0.1", () => {
      socket.write(Buffer.from(text, "latin1"), () => socket.resetAndDestroy())
    })
    socket.on("error", () => {})
    socket.on("close", () => resume(Effect.void))
  })

/** Dials through a relay that resets both sides after so many bytes. */
const dialThrough = (from: HostNode, to: HostNode, bytes: number) =>
  Effect.gen(function*() {
    const relay = createServer((near) => {
      const far = createConnection(portOf(to), "127.0.0.1")
      let left = bytes
      for (const [one, other] of [[near, far], [far, near]] as const) {
        one.on("error", () => {})
        one.on("close", () => other.destroy())
        one.on("data", (data) => {
          left -= data.length
          if (left > 0) other.write(data)
          else [one, other].forEach((socket) => socket.resetAndDestroy())
        })
      }
    })
    yield* Effect.callback<void>((resume) => {
      relay.listen(0, "127.0.0.1", () => resume(Effect.void))
    })
    const { port } = relay.address() as AddressInfo
    const detour = addressesOf(to)[0]!.replace(/tcp\/\d+/, `tcp/${port}`)
    yield* Effect.ignore(Effect.tryPromise(() => from.host.libp2p.dial(multiaddr(detour))))
    from.host.libp2p.getConnections().forEach((open) => open.abort(new Error("enough")))
    yield* until("they part", () => !isConnected(from, to))
    relay.close()
  })
