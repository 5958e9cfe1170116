/**
 * A mesh inside one process: nodes, and an explicit graph of who is connected with whom.
 *
 *     publish ──▶ inbox of each neighbour ──▶ its listener ── accept ──▶ inboxes of its neighbours
 *
 * Deterministic: neighbours are served in the order of their connections, a node judges its
 * messages one by one in the order of their arrival, and nothing waits for time to pass.
 */
import type { Topic } from "@chorus/coordination-core/fact/FactTable"
import type { NodeId } from "@chorus/coordination-core/identity/NodeId"
import type { PeerChange, Server } from "@chorus/coordination-core/ports/Peers"
import type { Listener } from "@chorus/coordination-core/ports/PubSub"
import { sha256 } from "@noble/hashes/sha2.js"
import { bytesToHex, concatBytes, utf8ToBytes } from "@noble/hashes/utils.js"
import * as Effect from "effect/Effect"
import * as Queue from "effect/Queue"
import type * as Scope from "effect/Scope"

/** A node that has so many messages before it loses further ones. */
const inboxMax = 65_536

/** A node remembers so many messages, to take each of them once. */
const seenMax = 65_536

/** A message on its way to a node. */
interface Delivery {
  readonly topic: Topic
  readonly message: Uint8Array
  readonly forwarder: NodeId
}

/** A node's place in the mesh: what the adapters of its ports work on. */
export interface Place {
  readonly self: NodeId
  readonly neighbours: Map<NodeId, Place>
  readonly listeners: Map<Topic, Listener>
  readonly watchers: Set<(change: PeerChange) => void>
  readonly inbox: Queue.Queue<Delivery>
  /** Ids of messages, the oldest first. */
  readonly seen: Set<string>
  server: Server | undefined
}

export interface MemoryMesh {
  /** Gives a node its place until the scope closes; then it is connected with nobody. */
  readonly join: (self: NodeId) => Effect.Effect<Place, never, Scope.Scope>
  /** Connects two nodes; nothing happens if they are connected or one of them is not here. */
  readonly connect: (a: NodeId, b: NodeId) => Effect.Effect<void>
  /** Parts two nodes; what is in an inbox already still arrives. */
  readonly disconnect: (a: NodeId, b: NodeId) => Effect.Effect<void>
}

/** An empty mesh. */
export const make = (): MemoryMesh => {
  const places = new Map<NodeId, Place>()
  return {
    join: (self) =>
      Effect.gen(function*() {
        const place = yield* Effect.acquireRelease(
          Effect.map(Queue.dropping<Delivery>(inboxMax), (inbox) => enter(places, self, inbox)),
          (place) => Effect.sync(() => leave(places, place))
        )
        yield* Effect.forkScoped(Effect.forever(takeOne(place)))
        return place
      }),
    connect: (a, b) => Effect.sync(() => link(places.get(a), places.get(b))),
    disconnect: (a, b) => Effect.sync(() => unlink(places.get(a), places.get(b)))
  }
}

/** Hands a node's own message to its neighbours, unless the node has seen it. */
export const publish = (place: Place, topic: Topic, message: Uint8Array): void => {
  if (isNew(place, topic, message)) handOn(place, topic, message)
}

const enter = (places: Map<NodeId, Place>, self: NodeId, inbox: Place["inbox"]): Place => {
  const place: Place = {
    self,
    neighbours: new Map(),
    listeners: new Map(),
    watchers: new Set(),
    inbox,
    seen: new Set(),
    server: undefined
  }
  places.set(self, place)
  return place
}

const leave = (places: Map<NodeId, Place>, place: Place): void => {
  for (const neighbour of place.neighbours.values()) unlink(place, neighbour)
  places.delete(place.self)
}

const link = (a: Place | undefined, b: Place | undefined): void => {
  if (a === undefined || b === undefined || a === b || a.neighbours.has(b.self)) return
  for (const [one, other] of [[a, b], [b, a]] as const) {
    one.neighbours.set(other.self, other)
    one.watchers.forEach((watcher) => watcher({ _tag: "Connected", peer: other.self }))
  }
}

const unlink = (a: Place | undefined, b: Place | undefined): void => {
  if (a === undefined || b === undefined || !a.neighbours.has(b.self)) return
  for (const [one, other] of [[a, b], [b, a]] as const) {
    one.neighbours.delete(other.self)
    one.watchers.forEach((watcher) => watcher({ _tag: "Gone", peer: other.self }))
  }
}

/** Takes one message out of the inbox, and hands it on if the listener accepts it. */
const takeOne = (place: Place): Effect.Effect<void> =>
  Effect.gen(function*() {
    const { forwarder, message, topic } = yield* Queue.take(place.inbox)
    const listener = place.listeners.get(topic)
    if (listener === undefined || !isNew(place, topic, message)) return
    const verdict = yield* Effect.suspend(() => listener(message.slice(), forwarder)).pipe(
      Effect.catchCause((cause) =>
        Effect.as(Effect.logWarning(`the listener of ${topic} died`, cause), "ignore" as const)
      )
    )
    if (verdict === "accept") handOn(place, topic, message, forwarder)
  })

const handOn = (place: Place, topic: Topic, message: Uint8Array, except?: NodeId): void => {
  for (const neighbour of place.neighbours.values()) {
    if (neighbour.self === except) continue
    Queue.offerUnsafe(neighbour.inbox, { topic, message, forwarder: place.self })
  }
}

/** Notes the message, and tells whether it was unknown. */
const isNew = ({ seen }: Place, topic: Topic, message: Uint8Array): boolean => {
  const id = bytesToHex(sha256(concatBytes(utf8ToBytes(`${topic}\n`), message)))
  if (seen.has(id)) return false
  seen.add(id)
  if (seen.size > seenMax) {
    const [oldest = ""] = seen
    seen.delete(oldest)
  }
  return true
}
