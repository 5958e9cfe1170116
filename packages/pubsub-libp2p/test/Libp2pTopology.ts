/**
 * Nodes of libp2p on loopback, each with a key file of its own in a folder that ends with them.
 */
import { topics } from "@chorus/coordination-core/fact/FactTable"
import { type PeerChange, Peers } from "@chorus/coordination-core/ports/Peers"
import { PubSub } from "@chorus/coordination-core/ports/PubSub"
import { bytesOf, latin1, until } from "@chorus/port-contracts/Check"
import { links, type Node, type Topology } from "@chorus/port-contracts/Topology"
import { type Config, Libp2pHost } from "@chorus/pubsub-libp2p/Libp2pHost"
import * as Libp2pPeers from "@chorus/pubsub-libp2p/Libp2pPeers"
import * as Libp2pPubSub from "@chorus/pubsub-libp2p/Libp2pPubSub"
import { multiaddr } from "@multiformats/multiaddr"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Schedule from "effect/Schedule"
import * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"

const [topic] = topics

export interface HostNode extends Node {
  readonly host: Libp2pHost["Service"]
}

/** A folder that ends with the scope. */
export const folder = Effect.acquireRelease(
  Effect.promise(() => mkdtemp(join(tmpdir(), "chorus-"))),
  (path) => Effect.promise(() => rm(path, { recursive: true }))
)

/** A node; it ends with the scope, or when it leaves. */
export const node = (config: Config) =>
  Effect.gen(function*() {
    const scope = yield* Scope.fork(yield* Effect.scope)
    const services = yield* Layer.mergeAll(Libp2pPubSub.layer, Libp2pPeers.layer).pipe(
      Layer.provideMerge(Libp2pHost.layer(config)),
      Layer.buildWithScope(scope)
    )
    return {
      host: Context.get(services, Libp2pHost),
      pubsub: Context.get(services, PubSub),
      peers: Context.get(services, Peers),
      leave: Scope.close(scope, Exit.void)
    } satisfies HostNode
  })

/** Connects two nodes, and waits until both know; a machine that dials too often has to wait. */
export const connect = (from: HostNode, to: HostNode) =>
  to.peers.addresses.pipe(
    Effect.flatMap((addresses) => Effect.tryPromise(() => from.host.libp2p.dial(addresses.map(multiaddr)))),
    Effect.retry(Schedule.spaced("100 millis")),
    Effect.andThen(Effect.never),
    Effect.raceFirst(
      until("both are connected", () => isConnected(from, to) && isConnected(to, from))
    )
  )

/** Dials a peer that is connected already. */
export const dialAgain = (from: HostNode, to: HostNode) =>
  Effect.promise(() => from.host.libp2p.dial(to.host.libp2p.getMultiaddrs(), { force: true }))

export const isConnected = (from: HostNode, to: HostNode): boolean =>
  from.host.libp2p.getPeers().some((peer) => peer.toString() === to.host.self)

/** Keeps what a node hears. */
export const listen = ({ pubsub }: HostNode) =>
  Effect.gen(function*() {
    const heard = new Set<string>()
    yield* pubsub.subscribe(topic, (message) =>
      Effect.sync(() => {
        heard.add(latin1(message))
        return "accept" as const
      }))
    return heard
  })

/** Says something new again and again until it is heard. */
export const reach = (from: HostNode, heard: ReadonlyArray<Set<string>>) => {
  let count = 0
  const { self } = from.host
  const say = Effect.suspend(() => from.pubsub.publish(topic, bytesOf(`${self} ${count++}`)))
  const isHeard = () => heard.every((words) => [...words].some((word) => word.startsWith(self)))
  return Effect.andThen(say, Effect.sleep("50 millis")).pipe(
    Effect.forever,
    Effect.raceFirst(until("everyone hears it", isHeard))
  )
}

export const addressesOf = ({ host }: HostNode) => host.libp2p.getMultiaddrs().map(String)

export const portOf = (at: HostNode) => Number(addressesOf(at)[0]?.split("/")[4])

export const topology: Topology = (size, shape) =>
  Effect.gen(function*() {
    const path = yield* folder
    const nodes = yield* Effect.forEach(Array.from({ length: size }), (_, at) =>
      node({ keyFile: join(path, String(at)) }))
    yield* Effect.forEach(links(size, shape), ([a, b]) => connect(nodes[a]!, nodes[b]!))
    return nodes
  })

/** The same, of nodes that listen nowhere: a relay carries all, and is not counted among them. */
export const relayedTopology: Topology = (size, shape) =>
  Effect.gen(function*() {
    const path = yield* folder
    const relay = yield* node({ keyFile: join(path, "relay"), relayFor: size })
    const [address = "none"] = addressesOf(relay)
    const nodes = yield* Effect.forEach(Array.from({ length: size }), (_, at) =>
      node({ keyFile: join(path, String(at)), listen: [], relay: { address, tell: () => Effect.void } }))
    yield* Effect.forEach(links(size, shape), ([a, b]) => connect(nodes[a]!, nodes[b]!))
    const isCounted = ({ peer }: PeerChange) => peer !== relay.host.self
    return nodes.map((one) => ({
      ...one,
      peers: { ...one.peers, changes: Stream.filter(one.peers.changes, isCounted) }
    }))
  })
