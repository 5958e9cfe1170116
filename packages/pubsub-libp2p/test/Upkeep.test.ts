/**
 * What keeps nodes connected: bootstrap peers that come back, gossip that is taken up again, and
 * mDNS, tried in a network namespace that has only loopback, so that no packet leaves the machine.
 */
import { until } from "@chorus/port-contracts/Check"
import { assert, describe, it } from "@effect/vitest"
import * as Allowance from "@chorus/pubsub-libp2p/Allowance"
import * as Upkeep from "@chorus/pubsub-libp2p/Upkeep"
import { generateKeyPair } from "@libp2p/crypto/keys"
import type { PeerInfo } from "@libp2p/interface"
import { peerIdFromPrivateKey } from "@libp2p/peer-id"
import { type Multiaddr, multiaddr } from "@multiformats/multiaddr"
import * as Effect from "effect/Effect"
import * as Queue from "effect/Queue"
import * as TestClock from "effect/testing/TestClock"
import { execFile } from "node:child_process"
import { join } from "node:path"
import { promisify } from "node:util"
import {
  addressesOf,
  connect,
  dialAgain,
  folder,
  type HostNode,
  isConnected,
  listen,
  node,
  portOf,
  reach
} from "./Libp2pTopology.ts"

describe("Upkeep", () => {
  it.live("a bootstrap peer that comes back is found again, under its old name", () =>
    Effect.gen(function*() {
      const path = yield* folder
      const first = yield* node({ keyFile: join(path, "first") })
      const port = portOf(first)
      const other = yield* node({ keyFile: join(path, "other"), bootstrap: addressesOf(first) })
      const heard = yield* listen(other)
      yield* until("they connect", () => isConnected(other, first))
      yield* first.leave
      yield* until("they part", () => !isConnected(other, first))

      const again = yield* node({
        keyFile: join(path, "first"),
        listen: [`/ip4/127.0.0.1/tcp/${port}`]
      })
      yield* until("they connect again", () => isConnected(other, first))
      yield* reach(again, [heard])

      assert.strictEqual(again.host.self, first.host.self)
    }))

  it.effect("a bootstrap peer that answers no dial keeps no other from being dialled again", () =>
    Effect.gen(function*() {
      const [mute, other] = yield* Effect.forEach([1, 2], () =>
        Effect.map(Effect.promise(() => generateKeyPair("Ed25519")), peerIdFromPrivateKey))
      const dialled: Array<string> = []
      const dial = ([address]: ReadonlyArray<Multiaddr>) => {
        dialled.push(String(address).slice(-8))
        return String(address).endsWith(String(mute)) ? new Promise(() => {}) : Promise.reject(new Error())
      }
      // All of libp2p that is asked while nobody is connected.
      const libp2p = { dial, getConnections: () => [], getPeers: () => [] } as unknown as Upkeep.Node
      const peers = [mute, other].map((id) => ({ id: id!, multiaddrs: [multiaddr("/ip4/127.0.0.1/tcp/1")] }))
      const announced = yield* Queue.unbounded<PeerInfo>()

      yield* Upkeep.run(libp2p, Allowance.make(), peers, announced)
      for (let second = 0; second < 9; second++) yield* TestClock.adjust("1 second")

      const times = [mute, other].map((id) => dialled.filter((end) => String(id).endsWith(end)).length)
      assert.deepStrictEqual(times, [1, 5])
    }))

  it.live("gossip outlives its stream, and one of two connections", () =>
    Effect.gen(function*() {
      const path = yield* folder
      const a = yield* node({ keyFile: join(path, "a") })
      const b = yield* node({ keyFile: join(path, "b") })
      const [atA, atB] = [yield* listen(a), yield* listen(b)]
      const meet = Effect.andThen(reach(a, [atB]), reach(b, [atA]))
      const connections = () => a.host.libp2p.getConnections()
      const forget = () => [atA, atB].forEach((heard) => heard.clear())
      yield* connect(a, b)
      yield* meet

      const [first] = connections()
      const gossip = first!.streams.filter(({ protocol }) => protocol.includes("meshsub"))
      gossip.forEach((stream) => stream.abort(new Error("cut on purpose")))
      forget()
      yield* meet
      assert.isAbove(gossip.length, 0)

      const identified: Array<HostNode> = []
      for (const one of [a, b]) {
        one.host.libp2p.addEventListener("peer:identify", () => identified.push(one))
      }
      yield* dialAgain(b, a)
      yield* until("the second connection is in use", () => identified.length === 2)
      yield* Effect.promise(() => connections()[0]!.close())
      yield* until("there is one connection", () => connections().length === 1)
      forget()
      yield* meet
    }))

  it("nodes on one local network find each other by mDNS, and find each other again", async () => {
    const forbidden = await alone("true").then(() => undefined, (error: Error) => error.message)
    if (forbidden !== undefined) {
      // Where namespaces are not to be had, that has to be the reason, and no fault of ours.
      assert.match(forbidden, /ENOENT|not permitted|denied|not found|unrecognized|Invalid argument/)
      return
    }

    const { stdout } = await alone(`exec "${process.execPath}" "${new URL(child).pathname}"`)

    assert.strictEqual(stdout, "met twice\n")
  })
})

/** Runs a shell line in such a namespace. */
const alone = (line: string) =>
  promisify(execFile)("unshare", [
    "--map-root-user",
    "--net",
    "sh",
    "-ec",
    `ip link set lo up multicast on; ip route add 224.0.0.0/4 dev lo; ${line}`
  ])

const child = import.meta.resolve("./MdnsPair.ts")
