/**
 * Bare libp2p nodes that gossip on one topic, each connected with each, without any of our code.
 */
import { topics } from "@chorus/coordination-core/fact/FactTable"
import { gossipsub, type GossipsubOpts } from "@libp2p/gossipsub"
import { identify } from "@libp2p/identify"
import { noise } from "@libp2p/noise"
import { tcp } from "@libp2p/tcp"
import { yamux } from "@libp2p/yamux"
import { createLibp2p } from "libp2p"
import { setTimeout as sleep } from "node:timers/promises"

const [topic] = topics

/** What a benchmark needs of a mesh, whoever made it. */
export interface GossipMesh {
  readonly publish: (from: number, message: Uint8Array) => Promise<unknown>
  /** Deliveries so far, of all nodes. */
  readonly delivered: () => number
  readonly stop: () => Promise<unknown>
}

/** Starts one node. */
export const start = (options: Partial<GossipsubOpts>) =>
  createLibp2p({
    addresses: { listen: ["/ip4/127.0.0.1/tcp/0"] },
    transports: [tcp()],
    connectionEncrypters: [noise()],
    streamMuxers: [yamux()],
    // All nodes are on one host, which may otherwise open five connections a second.
    connectionManager: { inboundConnectionThreshold: 1000, maxIncomingPendingConnections: 1000 },
    services: { identify: identify(), pubsub: gossipsub({ allowPublishToZeroTopicPeers: true, ...options }) }
  })

/** Starts so many nodes; ends when all know that all listen. */
export const make = async (
  count: number,
  options: Partial<GossipsubOpts> = {},
  heard: () => void = () => {}
): Promise<GossipMesh> => {
  let delivered = 0
  const nodes = await Promise.all(Array.from({ length: count }, () => start(options)))
  for (const { services: { pubsub } } of nodes) {
    pubsub.subscribe(topic)
    pubsub.addEventListener("message", () => {
      delivered += 1
      heard()
    })
  }
  for (const [at, node] of nodes.entries()) {
    for (const other of nodes.slice(at + 1)) await node.dial(other.getMultiaddrs())
  }
  const knowsAll = ({ services: { pubsub } }: typeof nodes[number]) =>
    pubsub.getSubscribers(topic).length >= count - 1
  while (!nodes.every(knowsAll)) await sleep(20)
  return {
    publish: async (from, message) => nodes[from]?.services.pubsub.publish(topic, message),
    delivered: () => delivered,
    stop: () => Promise.all(nodes.map(async (node) => node.stop()))
  }
}
