/**
 * Nodes that listen nowhere meet through another one, which carries what they say and is no part of
 * it: it listens to no topic and serves no request. That the nodes keep the promises of PubSub and
 * Peers this way, their contracts show; how they find a relay again, `node/test/Relay.test.ts`.
 */
import { bytesOf, latin1, until } from "@chorus/port-contracts/Check"
import * as KeyFile from "@chorus/pubsub-libp2p/KeyFile"
import { type Config, Libp2pHost } from "@chorus/pubsub-libp2p/Libp2pHost"
import * as Relay from "@chorus/pubsub-libp2p/Relay"
import type * as Upkeep from "@chorus/pubsub-libp2p/Upkeep"
import { RELAY_V2_HOP_CODEC, RELAY_V2_STOP_CODEC } from "@libp2p/circuit-relay-v2"
import { generateKeyPair } from "@libp2p/crypto/keys"
import { peerIdFromPrivateKey } from "@libp2p/peer-id"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { join } from "node:path"
import {
  addressesOf, folder, type HostNode, isConnected, listen, node, reach
} from "./Libp2pTopology.ts"

/** A node that is reached through a relay alone, and how it stood with it. */
const behind = Effect.fnUntraced(function*(
  keyFile: string,
  relay: string,
  more: Partial<Config> = {}
) {
  const standings: Array<Relay.Standing> = []
  const tell = (standing: Relay.Standing) => Effect.sync(() => void standings.push(standing))
  const made = yield* node({ keyFile, listen: [], relay: { address: relay, tell }, ...more })
  return { ...made, standings }
})

const isHeld = ({ standings }: { readonly standings: ReadonlyArray<Relay.Standing> }) =>
  standings.at(-1)?._tag === "Held"

const met = (one: HostNode, other: HostNode) =>
  until("they meet", () => isConnected(one, other) && isConnected(other, one))

describe("Relay", () => {
  it.live("H37: nodes of a private network that listen nowhere meet, in it alone", () =>
    Effect.gen(function*() {
      const path = yield* folder
      const networkKeyFile = join(path, "network")
      yield* KeyFile.make(networkKeyFile)
      const relay = yield* node({ keyFile: join(path, "r"), networkKeyFile, relayFor: 2 })
      const [address = "none"] = addressesOf(relay)
      const a = yield* behind(join(path, "a"), address, { networkKeyFile })
      const bootstrap = yield* a.peers.addresses
      const b = yield* behind(join(path, "b"), address, { bootstrap, networkKeyFile })
      const stranger = yield* behind(join(path, "c"), address, { bootstrap })
      yield* a.peers.serve((request) => Effect.succeed(bytesOf(`re: ${latin1(request)}`)))
      const heard = yield* Effect.forEach([a, b], listen)
      yield* met(a, b)

      yield* reach(a, heard.slice(1))
      yield* reach(b, heard.slice(0, 1))
      const large = "x".repeat(300_000)
      const answer = latin1(yield* b.peers.request(a.host.self, bytesOf(large)))
      const { peers: { links } } = b
      const link = (yield* links).find(({ peer }) => peer === a.host.self)

      assert.deepStrictEqual(addressesOf(a), [])
      assert.deepStrictEqual(yield* a.peers.addresses, [`${address}/p2p-circuit/p2p/${a.host.self}`])
      assert.strictEqual(answer, `re: ${large}`)
      assert.include(link?.address, "/p2p-circuit/")
      assert.isFalse(isHeld(stranger))
      assert.deepStrictEqual(stranger.host.libp2p.getPeers(), [])
    }))

  it.live("a relay that is full says so, and what a node that went held is free", () =>
    Effect.gen(function*() {
      const path = yield* folder
      const relay = yield* node({ keyFile: join(path, "r"), relayFor: 1 })
      const [address = "none"] = addressesOf(relay)
      const first = yield* behind(join(path, "a"), address)
      const second = yield* behind(join(path, "b"), address)

      assert.isTrue(isHeld(first))
      assert.deepStrictEqual(second.standings, [{ _tag: "Missed", why: "it is full" }])
      yield* first.leave
      yield* until("the other one has it", () => isHeld(second))
      yield* relay.leave
      yield* until("it is missed", () => !isHeld(second))
    }))

  it.live("a node that is no relay, and one that is not there, are told, and the start goes on", () =>
    Effect.gen(function*() {
      const path = yield* folder
      const plain = yield* node({ keyFile: join(path, "r") })
      const [address = "none"] = addressesOf(plain)
      const a = yield* behind(join(path, "a"), address)
      yield* plain.leave
      const b = yield* behind(join(path, "b"), address)

      assert.deepStrictEqual(a.standings[0], { _tag: "Missed", why: "it is there, and carries nobody" })
      assert.include(b.standings[0]?._tag === "Missed" ? b.standings[0].why : "", "ECONNREFUSED")
    }))

  it.live("H37: who claims to be the relay of a node is not let in, and who has none takes no circuits", () =>
    Effect.gen(function*() {
      const path = yield* folder
      const relay = yield* node({ keyFile: join(path, "r"), relayFor: 2 })
      const [address = "none"] = addressesOf(relay)
      const a = yield* behind(join(path, "a"), address)
      const stranger = yield* behind(join(path, "b"), address, { bootstrap: yield* a.peers.addresses })
      yield* met(a, stranger)
      const [open] = stranger.host.libp2p.getConnections(a.host.libp2p.peerId)
      const stream = yield* Effect.promise(() => open!.newStream(RELAY_V2_STOP_CODEC))
      yield* until("it is cut", () => stream.status === "reset" || stream.status === "aborted")
      const caller = yield* node({ keyFile: join(path, "d"), bootstrap: yield* a.peers.addresses })
      yield* met(a, caller)
      const plain = yield* node({ keyFile: join(path, "c"), bootstrap: addressesOf(relay) })

      assert.notInclude(caller.host.libp2p.getProtocols(), RELAY_V2_STOP_CODEC)
      assert.notInclude(plain.host.libp2p.getProtocols(), RELAY_V2_STOP_CODEC)
      assert.notInclude(plain.host.libp2p.getProtocols(), RELAY_V2_HOP_CODEC)
      assert.include(relay.host.libp2p.getProtocols(), RELAY_V2_HOP_CODEC)
    }))

  it.effect("a reservation that was held for long is made anew, by a connection of its own", () =>
    Effect.gen(function*() {
      const id = peerIdFromPrivateKey(yield* Effect.promise(() => generateKeyPair("Ed25519")))
      const done: Array<string> = []
      const during = Effect.fnUntraced(function*(days: number) {
        const open = Date.now() - days * 24 * 60 * 60_000
        // All of libp2p that is asked of a node with a reservation.
        const libp2p = {
          getConnections: () => [{ timeline: { open } }],
          hangUp: async () => void done.push("hang up"),
          dial: async () => void done.push("dial"),
          services: { identify: { identify: async () => ({ protocols: [RELAY_V2_HOP_CODEC] }) } }
        } as unknown as Upkeep.Node
        const store = { hasReservation: () => true, addRelay: async () => void done.push("reserve") }
        return yield* Relay.attend(libp2p, { id, multiaddrs: [] }, store)
      })

      yield* during(5)
      assert.deepStrictEqual(done, [])
      assert.deepStrictEqual(yield* during(7), { _tag: "Held" })
      assert.deepStrictEqual(done, ["hang up", "dial", "reserve"])
    }))

  it.live("the address of a relay leads to it without another one", () =>
    Effect.gen(function*() {
      const keyFile = join(yield* folder, "key")
      const tell = () => Effect.void
      for (const bad of ["nowhere", "/ip4/127.0.0.1/tcp/1", "/ip4/127.0.0.1/tcp/1/p2p/12D3KooWnobody"]) {
        const host = Libp2pHost.layer({ keyFile, relay: { address: bad, tell } })
        const error = yield* Effect.flip(Layer.build(host))

        assert.deepInclude(error, { reason: "address_malformed" })
        assert.include(error.message, `"${bad}" is not an address like /ip4/`)
      }
    }))
})
