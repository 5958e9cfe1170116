/**
 * What keeps a node connected, beyond what libp2p does by itself.
 *
 * A bootstrap peer is dialled again while it is not connected, each by itself, and a peer that mDNS
 * announces is dialled when it is announced. A reservation at the relay is made anew when it is lost.
 * Gossip that was cut while its connection lives is taken up again. Whom nobody listens to is parted
 * from, for as long as its score is what it is. (H37)
 * Every failure is caught here: a connection that is reset is a failed dial, not a failed process.
 */
import type { GossipSub } from "@libp2p/gossipsub"
import type { Identify } from "@libp2p/identify"
import type { Connection, Libp2p, PeerId, PeerInfo } from "@libp2p/interface"
import { mdns, type MulticastDNSComponents } from "@libp2p/mdns"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Queue from "effect/Queue"
import * as Schedule from "effect/Schedule"
import type * as Scope from "effect/Scope"
import * as Allowance from "./Allowance.ts"
import type * as Relay from "./Relay.ts"

export type Node = Libp2p<{ readonly identify: Identify; readonly pubsub: GossipSub }>

/** Our own name on the local network, so that nodes of other projects are not found. */
const serviceTag = "chorus-coordination.local"

const interval = "2 seconds"

/** Finds peers by mDNS. Each announcement counts, whereas libp2p itself tells a peer only once. */
export const localNetwork = (announced: Queue.Enqueue<PeerInfo>) =>
  (components: MulticastDNSComponents) => {
    const discovery = mdns({ serviceTag })(components)
    discovery.addEventListener("peer", ({ detail }) => {
      Queue.offerUnsafe(announced, detail)
    })
    return discovery
  }

/** Keeps the node connected until the scope closes. */
export const run = (
  node: Node,
  allowance: Allowance.Allowance,
  bootstrap: ReadonlyArray<PeerInfo>,
  announced: Queue.Dequeue<PeerInfo>
): Effect.Effect<void, never, Scope.Scope> =>
  Effect.gen(function*() {
    const atOnce = { concurrency: "unbounded", discard: true } as const
    const reviveAll = Effect.suspend(() =>
      Effect.forEach(cut(node), (connection) => revive(node, connection), atOnce)
    )
    const partAll = Effect.suspend(() =>
      Effect.forEach(node.getPeers().filter((peer) => isShunned(node, allowance, peer)), (peer) =>
        attempt(`still connected with ${peer}`, () => node.hangUp(peer)), atOnce)
    )
    const often = <A>(task: Effect.Effect<A>) =>
      Effect.forkScoped(Effect.repeat(task, Schedule.spaced(interval)))
    yield* often(Effect.andThen(partAll, reviveAll))
    // A dial that nobody answers takes ten seconds; meanwhile the others are dialled all the same.
    yield* Effect.forEach(bootstrap, (peer) => often(dial(node, peer)), { discard: true })
    yield* Queue.take(announced).pipe(
      Effect.flatMap((peer) => Effect.forkChild(dial(node, peer))),
      Effect.forever,
      Effect.forkScoped
    )
  })

/**
 * Attends to the relay until the scope closes, and tells when the node's standing with it changes.
 * What it gives ends when the first attempt has.
 */
export const attend = Effect.fnUntraced(function*(
  once: Effect.Effect<Relay.Standing>,
  tell: (standing: Relay.Standing) => Effect.Effect<void>
) {
  const first = yield* Deferred.make<void>()
  let told = ""
  yield* once.pipe(
    Effect.flatMap((standing) => {
      const words = standing._tag === "Held" ? standing._tag : standing.why
      if (words === told) return Effect.void
      told = words
      return tell(standing)
    }),
    Effect.andThen(Deferred.succeed(first, undefined)),
    Effect.repeat(Schedule.spaced(interval)),
    Effect.forkScoped
  )
  return Deferred.await(first)
})

/** Below this score gossipsub listens to nothing that a peer says; frames it reads all the same. */
const graylistThreshold = -80

/**
 * Does this node not listen to a peer any more? Then it keeps no connection with it either.
 * Gossipsub forgets the score of a peer that goes while its last good score is remembered.
 */
export const isShunned = ({ services }: Node, allowance: Allowance.Allowance, peer: PeerId): boolean =>
  allowance.excess(peer.toString(), performance.now() / 1000) >= Allowance.floodMin ||
  // It is on the class, but not on its interface.
  (services.pubsub as unknown as { getScore: (id: string) => number })
    .getScore(peer.toString()) < graylistThreshold

const dial = (node: Node, { id, multiaddrs }: PeerInfo): Effect.Effect<void> =>
  Effect.suspend(() => {
    if (node.getConnections(id).length > 0) return Effect.void
    const addresses = multiaddrs.map((address) =>
      address.getComponents().at(-1)?.name === "p2p" ? address : address.encapsulate(`/p2p/${id}`)
    )
    return attempt(`could not connect with ${id}`, () => node.dial(addresses))
  })

/** A connection for each peer to whom no gossip goes, though it is connected. */
const cut = (node: Node): ReadonlyArray<Connection> =>
  node.getPeers().flatMap((peer) => {
    const connections = node.getConnections(peer)
    const isGossiped = connections.some(({ streams }) =>
      streams.some(({ direction, protocol }) =>
        direction === "outbound" && protocol.startsWith("/meshsub/")
      )
    )
    return isGossiped ? [] : connections.slice(0, 1)
  })

/** Gossipsub opens its stream when a peer was identified, so the peer is identified once more. */
const revive = (node: Node, connection: Connection): Effect.Effect<void> =>
  attempt(`no gossip with ${connection.remotePeer}`, () =>
    node.services.identify.identify(connection))

const attempt = (failure: string, task: () => Promise<unknown>): Effect.Effect<void> =>
  Effect.tryPromise(task).pipe(
    Effect.asVoid,
    Effect.catch(({ cause }) => Effect.logDebug(failure, cause))
  )
