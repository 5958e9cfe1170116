/**
 * The network of the simulation: gossip and questions over paths that lose, double, delay, overtake
 * and break.
 *
 *     publish ──▶ each connected node ──accept──▶ those whom the sender could not reach
 *
 * Gossip goes straight to every connected node, each path with its own luck; who takes a message in
 * hands it on to nodes it was not sent to, so news crosses a bridge. What is lost is lost for good,
 * as with real gossip after a few seconds. A node notices a broken path in both directions after a
 * while; a path broken in one direction looks connected and answers nobody.
 */
import type { Topic } from "@chorus/coordination-core/fact/FactTable"
import type { Verdict } from "@chorus/coordination-core/fact/Refusal"
import type { NodeId } from "@chorus/coordination-core/identity/NodeId"
import type { PeerChange, Server } from "@chorus/coordination-core/ports/Peers"
import type { Listener } from "@chorus/coordination-core/ports/PubSub"
import type * as Effect from "effect/Effect"
import type { Chance } from "./Chance.ts"
import type * as Faults from "./Faults.ts"
import type { Timeline } from "./Timeline.ts"

/** How bad the paths are at the moment. */
export interface Weather {
  loss: number
  duplication: number
  /** How likely a long delay is, and how long it is on average. */
  delayed: number
  delayMillis: number
}

/** A place in the network, as long as its process lives. */
export interface Place {
  readonly self: NodeId
  readonly neighbours: Set<NodeId>
  readonly listeners: Map<Topic, Listener>
  readonly watchers: Set<(change: PeerChange) => void>
  server: Server | undefined
  /** Runs an effect of this process, and tells how it ended; undefined for a defect. */
  readonly run: <A, E>(effect: Effect.Effect<A, E>, ended: (value: A | undefined) => void) => void
}

/** Is a message from one node to another stopped? */
export type Block = (from: NodeId, to: NodeId) => boolean

export interface Network {
  readonly weather: Weather
  readonly join: (place: Place) => void
  /** The process is gone; what it had sent still arrives. */
  readonly leave: (place: Place) => void
  readonly block: (block: Block) => void
  readonly unblock: (block: Block) => void
  /** Holds up what one node sends to another, so that it arrives at once later. */
  readonly clog: (from: NodeId, to: NodeId, forMillis: number) => void
  readonly heal: () => void
  readonly publish: (from: NodeId, topic: Topic, message: Uint8Array, only?: ReadonlyArray<NodeId>) => void
  /** A question; the answer is undefined when there is none. */
  readonly request: (
    from: NodeId,
    to: NodeId,
    request: Uint8Array,
    answered: (answer: Uint8Array | undefined) => void
  ) => void
  readonly place: (node: NodeId) => Place | undefined
}

/** What a network needs from its world. */
export interface Surroundings {
  readonly timeline: Timeline
  readonly chance: Chance
  readonly struck: (kind: Faults.Kind) => void
  readonly heard: (node: NodeId, topic: Topic, message: Uint8Array, verdict: Verdict) => void
}

/** A path takes between these on a good day. */
const [quickMillis, steadyMillis] = [5, 120]

/** A doubled message comes so much later, on average. */
const doubledMillis = 5000

/** A broken path is noticed after at most this. */
const noticeMillisMax = 10_000

interface Message {
  readonly topic: Topic
  readonly bytes: Uint8Array
  readonly sentTo: Set<NodeId>
}

/** The network as it is now. */
interface Net extends Surroundings {
  readonly weather: Weather
  readonly places: Map<NodeId, Place>
  readonly blocks: Set<Block>
  /** Until when a path is clogged, and when the latest message on it arrives. */
  readonly clogs: Map<string, number>
  readonly arrivals: Map<string, number>
}

export const make = (surroundings: Surroundings): Network => {
  const net: Net = {
    ...surroundings,
    weather: { ...fair },
    places: new Map(),
    blocks: new Set(),
    clogs: new Map(),
    arrivals: new Map()
  }
  const { blocks, clogs, places, timeline, weather } = net
  return {
    weather,
    place: (node) => places.get(node),
    join: (place) => {
      places.set(place.self, place)
      noticeSoon(net)
    },
    leave: (place) => leave(net, place),
    block: (block) => {
      blocks.add(block)
      noticeSoon(net)
    },
    unblock: (block) => {
      if (blocks.delete(block)) noticeSoon(net)
    },
    clog: (from, to, forMillis) => void clogs.set(`${from} ${to}`, timeline.nowMillis() + forMillis),
    heal: () => {
      blocks.clear()
      clogs.clear()
      Object.assign(weather, fair)
      noticeSoon(net)
    },
    publish: (from, topic, bytes, only) => {
      const targets = only ?? [...places.get(from)?.neighbours ?? []]
      const message: Message = { topic, bytes, sentTo: new Set([from, ...targets]) }
      for (const to of targets) send(net, message, from, to)
    },
    request: (from, to, request, answered) => {
      const there = travel(net, from, to)
      if (there === undefined) return
      timeline.after(there, () => {
        const place = places.get(to)
        if (place?.server === undefined) return answered(undefined)
        place.run(place.server(request, from), (answer) => {
          const back = travel(net, to, from)
          if (back !== undefined) timeline.after(back, () => answered(answer))
        })
      })
    }
  }
}

const fair: Weather = { loss: 0, duplication: 0, delayed: 0, delayMillis: 0 }

const isOpen = ({ blocks }: Net, from: NodeId, to: NodeId): boolean =>
  ![...blocks].some((block) => block(from, to))

/** How long a message takes; undefined when it never arrives. */
const travel = (net: Net, from: NodeId, to: NodeId): number | undefined => {
  const { arrivals, chance, clogs, struck, timeline, weather } = net
  if (net.blocks.size > 0 && !isOpen(net, from, to)) return undefined
  if (weather.loss > 0 && chance.happens(weather.loss)) {
    struck("loss")
    return undefined
  }
  let millis = chance.between(quickMillis, steadyMillis)
  if (weather.delayed > 0 && chance.happens(weather.delayed)) {
    struck("long delay")
    millis += chance.exponential(weather.delayMillis)
  }
  const path = `${from} ${to}`
  const held = (clogs.get(path) ?? 0) - timeline.nowMillis()
  if (held > millis) {
    struck("clogged path")
    millis = held + chance.next()
  }
  const arrival = timeline.nowMillis() + millis
  if (arrival < (arrivals.get(path) ?? 0)) struck("reordering")
  else arrivals.set(path, arrival)
  return millis
}

const send = (net: Net, message: Message, from: NodeId, to: NodeId): void => {
  const millis = travel(net, from, to)
  if (millis === undefined) return
  net.timeline.after(millis, () => deliver(net, message, from, to))
  if (net.weather.duplication > 0 && net.chance.happens(net.weather.duplication)) {
    net.struck("duplication")
    net.timeline.after(millis + net.chance.exponential(doubledMillis), () => deliver(net, message, from, to))
  }
}

const deliver = (net: Net, message: Message, from: NodeId, to: NodeId): void => {
  const place = net.places.get(to)
  const listener = place?.listeners.get(message.topic)
  if (place === undefined || listener === undefined) return
  place.run(listener(message.bytes, from), (verdict = "ignore") => {
    net.heard(to, message.topic, message.bytes, verdict)
    if (verdict === "accept") handOn(net, message, place)
  })
}

const handOn = (net: Net, message: Message, { neighbours, self }: Place): void => {
  for (const to of neighbours) {
    if (message.sentTo.has(to)) continue
    message.sentTo.add(to)
    send(net, message, self, to)
  }
}

const isReachable = (net: Net, a: NodeId, b: NodeId): boolean => isOpen(net, a, b) || isOpen(net, b, a)

/** Lets two nodes notice that they can, or cannot, speak to each other. */
const notice = (net: Net, a: Place, b: Place): void => {
  if (net.places.get(a.self) !== a || net.places.get(b.self) !== b) return
  const isLinked = a.neighbours.has(b.self)
  if (isLinked === isReachable(net, a.self, b.self)) return
  for (const [one, other] of [[a, b], [b, a]] as const) {
    if (isLinked) one.neighbours.delete(other.self)
    else one.neighbours.add(other.self)
    const change: PeerChange = { _tag: isLinked ? "Gone" : "Connected", peer: other.self }
    one.watchers.forEach((watcher) => watcher(change))
  }
}

const noticeSoon = (net: Net): void => {
  const all = [...net.places.values()]
  all.forEach((a, at) =>
    all.slice(at + 1).forEach((b) => {
      if (a.neighbours.has(b.self) === isReachable(net, a.self, b.self)) return
      net.timeline.after(net.chance.between(0, noticeMillisMax), () => notice(net, a, b))
    })
  )
}

const leave = ({ places }: Net, place: Place): void => {
  if (places.get(place.self) === place) places.delete(place.self)
  for (const other of places.values()) {
    if (!other.neighbours.delete(place.self)) continue
    other.watchers.forEach((watcher) => watcher({ _tag: "Gone", peer: place.self }))
  }
}
