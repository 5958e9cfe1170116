/**
 * The libp2p node behind the ports: TCP, Noise, Yamux, identify and gossipsub, under the identity
 * of a key file, until the scope closes.
 */
import { NodeId } from "@chorus/coordination-core/identity/NodeId"
import { Signer } from "@chorus/coordination-core/ports/Signer"
import { gossipsub } from "@libp2p/gossipsub"
import { identify } from "@libp2p/identify"
import type { Ed25519PrivateKey, PeerId, PeerInfo } from "@libp2p/interface"
import { noise } from "@libp2p/noise"
import { preSharedKey } from "@libp2p/pnet"
import { tcp } from "@libp2p/tcp"
import { yamux } from "@libp2p/yamux"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Queue from "effect/Queue"
import { createLibp2p } from "libp2p"
import * as Addresses from "./Addresses.ts"
import * as Allowance from "./Allowance.ts"
import { settings } from "./GossipSettings.ts"
import * as HostError from "./HostError.ts"
import * as KeyFile from "./KeyFile.ts"
import * as Libp2pSigner from "./Libp2pSigner.ts"
import * as Relay from "./Relay.ts"
import * as Upkeep from "./Upkeep.ts"

export interface Config {
  /** Holds the node's key; made if it is missing. */
  readonly keyFile: string
  /** Multiaddrs; default one free port on loopback. */
  readonly listen?: ReadonlyArray<string>
  /** Multiaddrs with peer ids; default none. */
  readonly bootstrap?: ReadonlyArray<string>
  /** Holds the key of a private network; default none, and whoever reaches the port may connect. */
  readonly networkKeyFile?: string
  /** The relay that others reach this node through, and what to do when it is won or lost; default none. */
  readonly relay?: {
    readonly address: string
    readonly tell: (standing: Relay.Standing) => Effect.Effect<void>
  }
  /** Be a relay for so many peers; default for none. */
  readonly relayFor?: number
  /** Announce this node on the local network, and dial who is announced; default no. */
  readonly mdns?: boolean
}

const stopTimeout = "10 seconds"
const announcementsMax = 256

/** A start waits so long for a reservation at the relay, so that it can name the address. */
const relayPatience = "5 seconds"

/** The peers of a demo share one host, which by default may open five connections a second. */
const connectionManager = {
  maxConnections: 128,
  inboundConnectionThreshold: 64,
  maxIncomingPendingConnections: 64,
  inboundUpgradeTimeout: 30_000,
  dialTimeout: 30_000,
  addressDialTimeout: 10_000
}

/** A machine under load answers late; the connection is not dead for that. */
const connectionMonitor = { pingTimeout: { minTimeout: 20_000 } }

/** One host serves PubSub, Peers and Signer: build its layer once and provide it to all three. */
export class Libp2pHost extends Context.Service<Libp2pHost, {
  readonly self: NodeId
  readonly key: Ed25519PrivateKey
  readonly libp2p: Upkeep.Node
  /** How much gossip of each peer is looked at. */
  readonly allowance: Allowance.Allowance
  /** Where the node is reached through its relay. */
  readonly relayed: Effect.Effect<ReadonlyArray<string>>
}>()("@chorus/pubsub-libp2p/Libp2pHost") {
  static layer(
    config: Config
  ): Layer.Layer<Libp2pHost, HostError.HostError | KeyFile.KeyFileError> {
    return Layer.effect(Libp2pHost, make(config))
  }
}

/** Seals with the host's key. */
export const signer: Layer.Layer<Signer, never, Libp2pHost> = Layer.effect(
  Signer,
  Effect.map(Libp2pHost, ({ key }) => Libp2pSigner.make(key))
)

const make = Effect.fnUntraced(function*(config: Config) {
  const listen = yield* Effect.forEach(config.listen ?? ["/ip4/127.0.0.1/tcp/0"], Addresses.listen)
  const bootstrap = yield* Effect.forEach(config.bootstrap ?? [], Addresses.bootstrap)
  const relay = config.relay === undefined ? undefined : yield* Addresses.relay(config.relay.address)
  const key = yield* KeyFile.readOrMake(config.keyFile)
  const shared = config.networkKeyFile === undefined
    ? undefined
    : yield* KeyFile.read(config.networkKeyFile)
  const allowance = Allowance.make()
  const announced = yield* Queue.sliding<PeerInfo>(announcementsMax)
  // Who was parted from may come back when its score has recovered.
  let started: Upkeep.Node | undefined
  const connectionGater = {
    denyInboundUpgradedConnection: (peer: PeerId) =>
      started !== undefined && Upkeep.isShunned(started, allowance, peer)
  }
  const relays = [...(relay === undefined ? [] : [relay]), ...bootstrap.filter(Addresses.isRelayed)]
  const circuits = Relay.client(relay)
  const libp2p: Upkeep.Node = yield* Effect.acquireRelease(
    Effect.tryPromise({
      try: () =>
        createLibp2p({
          privateKey: key,
          addresses: { listen },
          transports: relays.length === 0 ? [tcp()] : [tcp(), circuits.transport],
          connectionEncrypters: [noise()],
          streamMuxers: [yamux()],
          connectionManager,
          connectionMonitor,
          connectionGater,
          ...(shared === undefined ? {} : { connectionProtector: protector(shared) }),
          peerDiscovery: config.mdns === true ? [Upkeep.localNetwork(announced)] : [],
          services: {
            identify: identify(),
            pubsub: gossipsub(settings(allowance, relays.flatMap(Addresses.hosts))),
            ...(config.relayFor === undefined ? {} : { relay: Relay.server(config.relayFor) })
          }
        }),
      catch: HostError.fromCause
    }),
    stop
  )
  started = libp2p
  if (relays.length > 0) yield* Effect.promise(() => circuits.guard(libp2p))
  yield* Upkeep.run(libp2p, allowance, bootstrap, announced)
  if (config.relay !== undefined) {
    const first = yield* Upkeep.attend(circuits.attend(libp2p), config.relay.tell)
    yield* Effect.timeoutOption(first, relayPatience)
  }
  const relayed = Effect.sync(() => circuits.addresses(libp2p))
  return Libp2pHost.of({ self: NodeId.make(libp2p.peerId.toString()), key, libp2p, allowance, relayed })
})

/** A machine under load answers late; the other end may hold the key all the same. */
const protectionTimeout = 10_000

/** The key in the form that private networks of libp2p use. */
const protector = (shared: Ed25519PrivateKey) => {
  const hex = Buffer.from(KeyFile.seedOf(shared), "base64").toString("hex")
  const psk = new TextEncoder().encode(`/key/swarm/psk/1.0.0/\n/base16/\n${hex}`)
  return preSharedKey({ psk, timeout: protectionTimeout })
}

const stop = (libp2p: Upkeep.Node): Effect.Effect<void> =>
  Effect.tryPromise(async () => libp2p.stop()).pipe(
    Effect.timeout(stopTimeout),
    Effect.catch((error) => Effect.logWarning("the node did not stop in order", error))
  )
