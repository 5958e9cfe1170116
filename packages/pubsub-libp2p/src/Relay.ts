/**
 * A relay: a node that others can reach carries streams to nodes that can only dial out.
 *
 *     A ──reserves──▶ relay ◀──dials── B        A ◀══ noise from end to end ══▶ B
 *
 * A relay sees sealed bytes, and who speaks with whom; it can cut a connection, and neither read nor
 * change what passes. Usual relays end a connection after two minutes or 128 KiB, which is less than
 * a mesh says; so ours bounds who is carried, not for how long. (circuit relay v2; H37)
 */
import {
  circuitRelayServer,
  type CircuitRelayServerComponents,
  type CircuitRelayService,
  circuitRelayTransport,
  type CircuitRelayTransportComponents,
  RELAY_V2_HOP_CODEC,
  RELAY_V2_STOP_CODEC
} from "@libp2p/circuit-relay-v2"
import type {
  Connection, Libp2pEvents, PeerId, PeerInfo, Stream, Transport, TypedEventTarget
} from "@libp2p/interface"
import * as Effect from "effect/Effect"
import * as Schedule from "effect/Schedule"
import type { Node } from "./Upkeep.ts"

/** Circuits that one peer of a relay has at once, in each direction. */
const circuitsMax = 64

const dayMillis = 24 * 60 * 60_000

/** A reservation holds while its peer is connected, and for this long at most. */
const reservationMillis = 7 * dayMillis

/**
 * Then a node comes anew, by a connection of its own: only the first extension of a reservation holds,
 * since the timers of later ones are not taken back.
 */
const connectionMillis = 6 * dayMillis

/** How a node stands with its relay: it has a reservation, or this keeps it from one. */
export type Standing = { readonly _tag: "Held" } | { readonly _tag: "Missed"; readonly why: string }

/** What makes a node a relay for so many peers. */
export const server = (reservationsMax: number) =>
  (components: CircuitRelayServerComponents & { readonly events: TypedEventTarget<Libp2pEvents> }) => {
    const relay: CircuitRelayService = circuitRelayServer({
      reservations: {
        maxReservations: reservationsMax,
        reservationTtl: reservationMillis,
        applyDefaultLimit: false
      },
      maxInboundHopStreams: circuitsMax,
      maxOutboundStopStreams: circuitsMax
    })(components)
    // A machine of CI comes once, under a key of its own, and would hold its reservation for a week.
    components.events.addEventListener("peer:disconnect", ({ detail }) => {
      relay.reservations.get(detail)?.signal.clear()
      relay.reservations.delete(detail)
    })
    return relay
  }

/** What is used of the transport, beyond its interface. */
interface Circuits extends Transport {
  readonly onStop: (stream: Stream, connection: Connection) => Promise<void>
  readonly reservationStore: {
    readonly hasReservation: (peer: PeerId) => boolean
    readonly addRelay: (peer: PeerId, type: "configured") => Promise<unknown>
  }
}

/** The way through relays: `relay` is the one that this node is reached by, if any. */
export const client = (relay: PeerInfo | undefined) => {
  let circuits: Circuits | undefined
  const hasReservation = () =>
    relay !== undefined && circuits?.reservationStore.hasReservation(relay.id) === true
  return {
    transport: (components: CircuitRelayTransportComponents): Transport => {
      const made = circuitRelayTransport({
        maxInboundStopStreams: circuitsMax,
        // Not every node that could be a relay is one for us.
        discoveryFilter: { has: () => true, add: () => {}, remove: () => {} }
      })(components)
      // They are on the class, but not on its interface.
      circuits = made as Circuits
      return made
    },
    /** Where the node is reached through its relay; nowhere as long as it has no reservation. */
    addresses: (node: Node): ReadonlyArray<string> =>
      relay === undefined || !hasReservation()
        ? []
        : relay.multiaddrs.map((address) => `${address}/p2p-circuit/p2p/${node.peerId}`),
    /** Lets in what the own relay carries, and nobody else who claims to be one. */
    guard: async (node: Node): Promise<void> => {
      await node.unhandle(RELAY_V2_STOP_CODEC)
      if (relay === undefined) return
      await node.handle(RELAY_V2_STOP_CODEC, async (stream, connection) => {
        const isOurs = hasReservation() && connection.remotePeer.equals(relay.id)
        if (isOurs) await circuits?.onStop(stream, connection)
        else stream.abort(new Error("not from the relay of this node"))
      }, { maxInboundStreams: circuitsMax })
    },
    /** Makes a reservation at the relay, unless there is one. */
    attend: (node: Node): Effect.Effect<Standing> =>
      relay === undefined || circuits === undefined
        ? Effect.succeed(held)
        : attend(node, relay, circuits.reservationStore)
  }
}

/** Makes a reservation at a relay, unless there is one. */
export const attend = Effect.fnUntraced(
  function*(node: Node, { id, multiaddrs }: PeerInfo, store: Circuits["reservationStore"]) {
    if (store.hasReservation(id)) {
      const openMillis = Math.max(...node.getConnections(id).map(({ timeline }) => timeline.open))
      if (Date.now() - openMillis < connectionMillis) return held
      yield* Effect.tryPromise(() => node.hangUp(id))
    }
    const connection = yield* Effect.tryPromise(() => node.dial(multiaddrs))
    const { protocols } = yield* Effect.retry(
      Effect.tryPromise(() => node.services.identify.identify(connection)),
      whileAsked
    )
    // To ask one that is no relay would shut it out for good.
    if (!protocols.includes(RELAY_V2_HOP_CODEC)) return missed("it is there, and carries nobody")
    yield* Effect.tryPromise(() => store.addRelay(id, "configured"))
    return held
  },
  Effect.catch(({ cause }) => {
    const text = cause instanceof Error ? cause.message : String(cause)
    return Effect.succeed(missed(text.includes("RESERVATION_REFUSED") ? "it is full" : text))
  })
)

/** A peer says who it is to one question at a time, and libp2p asks as well. */
const whileAsked = { times: 20, schedule: Schedule.spaced("50 millis") }

const held: Standing = { _tag: "Held" }

const missed = (why: string): Standing => ({ _tag: "Missed", why: why.replaceAll(/\s+/g, " ") })
