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

/** A broken path is noticed after at most this. */
const noticeMillisMax = 10_000

export const make = ({ chance, heard, struck, timeline }: Surroundings): Network => {
  const places = new Map<NodeId, Place>()
  const blocks = new Set<Block>()
  const clogs = new Map<string, number>()
  const lastArrivals = new Map<string, number>()
  const weather: Weather = { loss: 0, duplication: 0, delayed: 0, delayMillis: 0 }
  const isOpen = (from: NodeId, to: NodeId) => ![...blocks].some((block) => block(from, to))

  /** When a message would arrive; undefined when it never does. */
  const travel = (from: NodeId, to: NodeId): number | undefined => {
    if (blocks.size > 0 && !isOpen(from, to)) return undefined
    if (weather.loss > 0 && chance.happens(weather.loss)) {
      struck("loss")
      return undefined
    }
    let millis = quickMillis + chance.next() * (steadyMillis - quickMillis)
    if (weather.delayed > 0 && chance.happens(weather.delayed)) {
      struck("long delay")
      millis += chance.exponential(weather.delayMillis)
    }
    const held = clogs.size === 0 ? 0 : (clogs.get(`${from} ${to}`) ?? 0) - timeline.nowMillis()
    if (held > millis) {
      struck("clogged path")
      millis = held + chance.next()
    }
    const path = `${from} ${to}`
    const arrival = timeline.nowMillis() + millis
    if (arrival < (lastArrivals.get(path) ?? 0)) struck("reordering")
    else lastArrivals.set(path, arrival)
    return millis
  }

  interface Message { readonly topic: Topic; readonly bytes: Uint8Array; readonly sentTo: Set<NodeId> }

  const send = (message: Message, from: NodeId, to: NodeId): void => {
    const millis = travel(from, to)
    if (millis === undefined) return
    timeline.after(millis, () => deliver(message, from, to))
    if (weather.duplication > 0 && chance.happens(weather.duplication)) {
      struck("duplication")
      timeline.after(millis + chance.exponential(5000), () => deliver(message, from, to))
    }
  }

  const deliver = (message: Message, from: NodeId, to: NodeId): void => {
    const place = places.get(to)
    const listener = place?.listeners.get(message.topic)
    if (place === undefined || listener === undefined) return
    place.run(listener(message.bytes, from), (verdict = "ignore") => {
      heard(to, message.topic, message.bytes, verdict)
      if (verdict === "accept") handOn(message, place)
    })
  }

  const handOn = (message: Message, { neighbours, self }: Place): void => {
    for (const to of neighbours) {
      if (message.sentTo.has(to)) continue
      message.sentTo.add(to)
      send(message, self, to)
    }
  }

  const connected = (a: NodeId, b: NodeId) => isOpen(a, b) || isOpen(b, a)

  /** Lets two nodes notice that they can, or cannot, speak to each other. */
  const notice = (a: Place, b: Place): void => {
    if (places.get(a.self) !== a || places.get(b.self) !== b) return
    const isLinked = a.neighbours.has(b.self)
    if (isLinked === connected(a.self, b.self)) return
    for (const [one, other] of [[a, b], [b, a]] as const) {
      if (isLinked) one.neighbours.delete(other.self)
      else one.neighbours.add(other.self)
      const change: PeerChange = { _tag: isLinked ? "Gone" : "Connected", peer: other.self }
      one.watchers.forEach((watcher) => watcher(change))
    }
  }

  const noticeSoon = (): void => {
    const all = [...places.values()]
    all.forEach((a, at) =>
      all.slice(at + 1).forEach((b) => {
        if (a.neighbours.has(b.self) === connected(a.self, b.self)) return
        timeline.after(chance.between(0, noticeMillisMax), () => notice(a, b))
      })
    )
  }

  return {
    weather,
    place: (node) => places.get(node),
    join: (place) => {
      places.set(place.self, place)
      noticeSoon()
    },
    leave: (place) => {
      if (places.get(place.self) === place) places.delete(place.self)
      for (const other of places.values()) {
        if (!other.neighbours.delete(place.self)) continue
        other.watchers.forEach((watcher) => watcher({ _tag: "Gone", peer: place.self }))
      }
    },
    block: (block) => {
      blocks.add(block)
      noticeSoon()
    },
    unblock: (block) => {
      if (blocks.delete(block)) noticeSoon()
    },
    clog: (from, to, forMillis) => void clogs.set(`${from} ${to}`, timeline.nowMillis() + forMillis),
    heal: () => {
      blocks.clear()
      clogs.clear()
      Object.assign(weather, { loss: 0, duplication: 0, delayed: 0, delayMillis: 0 })
      noticeSoon()
    },
    publish: (from, topic, bytes, only) => {
      const targets = only ?? [...places.get(from)?.neighbours ?? []]
      const message: Message = { topic, bytes, sentTo: new Set([from, ...targets]) }
      for (const to of targets) send(message, from, to)
    },
    request: (from, to, request, answered) => {
      const there = travel(from, to)
      if (there === undefined) return
      timeline.after(there, () => {
        const place = places.get(to)
        if (place?.server === undefined) return answered(undefined)
        place.run(place.server(request, from), (answer) => {
          const back = travel(to, from)
          if (back !== undefined) timeline.after(back, () => answered(answer))
        })
      })
    }
  }
}
