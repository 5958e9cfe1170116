/**
 * Peers over libp2p: one stream a request, the request on it, the answer back.
 *
 *     open stream ──▶ frame with the request ──▶ frame with the answer, or why there is none
 *
 * A node asks one peer at most 8 things at once, further requests wait their turn, and refuses what
 * a peer asks beyond that; so a slow or hostile peer holds up requests to itself alone.
 */
import { NodeId } from "@chorus/coordination-core/identity/NodeId"
import {
  messageBytesMax,
  type PeerChange,
  Peers,
  PeersError,
  type Server
} from "@chorus/coordination-core/ports/Peers"
import type { Connection, PeerId, Stream as RequestStream } from "@libp2p/interface"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as FiberSet from "effect/FiberSet"
import * as Layer from "effect/Layer"
import * as Queue from "effect/Queue"
import * as RcMap from "effect/RcMap"
import * as Semaphore from "effect/Semaphore"
import * as Stream from "effect/Stream"
import * as Frame from "./Frame.ts"
import { Libp2pHost } from "./Libp2pHost.ts"

const protocol = "/chorus/request/1.0.0"
const timeout = "30 seconds"

/** Requests under way between two nodes, in each direction. */
const atOnceMax = 8

/** A refusal that a peer words is cut after so many characters. */
const refusalLengthMax = 300

export const make = Effect.gen(function*() {
  const { libp2p, relayed, self } = yield* Libp2pHost
  const turns = yield* RcMap.make<NodeId, Semaphore.Semaphore, never, never>({
    lookup: () => Semaphore.make(atOnceMax)
  })

  const ask = (peer: NodeId, request: Uint8Array) =>
    Effect.gen(function*() {
      const connection = libp2p.getConnections().find(({ remotePeer, status }) =>
        status === "open" && remotePeer.toString() === peer
      )
      if (connection === undefined) return yield* error(`${peer} is not connected`)
      const { body, kind } = yield* Effect.tryPromise({
        try: (signal) => talk(connection, request, signal),
        catch: (cause) => silence(peer, cause)
      })
      return kind === "message" ? body : yield* error(`${peer} refused: ${readable(body)}`)
    })

  return Peers.of({
    self,
    addresses: Effect.map(relayed, (beyond) => [...libp2p.getMultiaddrs().map(String), ...beyond]),
    links: Effect.sync(() =>
      libp2p.getConnections().map(({ remoteAddr, remotePeer, timeline }) => ({
        peer: NodeId.make(remotePeer.toString()),
        address: remoteAddr.toString(),
        sinceMillis: timeline.open
      }))
    ),
    // Unbounded, because a change that is lost is never made good.
    changes: Stream.callback<PeerChange>((queue) =>
      watch(libp2p, (change) => Queue.offerUnsafe(queue, change))
    ),
    request: (peer, request) =>
      request.length > messageBytesMax
        ? error(tooLarge("request", request))
        : RcMap.get(turns, peer).pipe(
          Effect.flatMap((turn) => turn.withPermit(ask(peer, request))),
          Effect.scoped,
          Effect.timeoutOrElse({
            duration: timeout,
            orElse: () => error(`${peer} did not answer within ${timeout}`)
          })
        ),
    serve: (server) =>
      Effect.gen(function*() {
        const run = yield* FiberSet.makeRuntime<never, void>()
        const guests = new Map<NodeId, number>()
        yield* Effect.acquireRelease(
          Effect.tryPromise({
            try: () =>
              libp2p.handle(protocol, (stream, { remotePeer }) => {
                run(serveOne(server, guests, stream, NodeId.make(remotePeer.toString())))
              }),
            catch: (cause) => new PeersError({ message: "this node has a server already", cause })
          }),
          () => Effect.promise(() => libp2p.unhandle(protocol))
        )
      })
  })
})

export const layer: Layer.Layer<Peers, never, Libp2pHost> = Layer.effect(Peers, make)

/** Sends a request on a stream of its own, and takes what comes back. */
const talk = async (connection: Connection, request: Uint8Array, signal: AbortSignal) => {
  const stream = await connection.newStream([protocol], { signal })
  const giveUp = () => stream.abort(new Error("given up"))
  signal.addEventListener("abort", giveUp)
  try {
    stream.send(Frame.encode({ kind: "message", body: request }))
    const frame = await Frame.read(stream, messageBytesMax)
    await stream.close({ signal })
    return frame
  } catch (cause) {
    giveUp()
    throw cause
  } finally {
    signal.removeEventListener("abort", giveUp)
  }
}

/** Answers one request; the place among the peer's guests is free before the answer is sent. */
const serveOne = (
  server: Server,
  guests: Map<NodeId, number>,
  stream: RequestStream,
  peer: NodeId
): Effect.Effect<void> =>
  Effect.acquireUseRelease(
    Effect.sync(() => count(guests, peer, 1)),
    (present) =>
      present > atOnceMax
        ? Effect.succeed(refusal(`more than ${atOnceMax} requests at once`))
        : answer(server, stream, peer),
    () => Effect.sync(() => count(guests, peer, -1))
  ).pipe(
    Effect.timeout(timeout),
    Effect.flatMap((frame) =>
      Effect.tryPromise((signal) => {
        stream.send(Frame.encode(frame))
        return stream.close({ signal })
      })
    ),
    Effect.onError(() => Effect.sync(() => stream.abort(new Error("no answer")))),
    Effect.catchCause((cause) => Effect.logDebug(`could not answer ${peer}`, cause))
  )

const answer = (server: Server, stream: RequestStream, peer: NodeId): Effect.Effect<Frame.Frame> =>
  Effect.tryPromise(() => Frame.read(stream, messageBytesMax)).pipe(
    Effect.flatMap(({ body }) => server(body, peer)),
    Effect.map((body): Frame.Frame =>
      body.length > messageBytesMax ? refusal(tooLarge("answer", body)) : { kind: "message", body }
    ),
    Effect.catchCause((cause) => {
      // A peer may send junk at will, so junk alone is no warning.
      const log = Cause.hasDies(cause) ? Effect.logWarning : Effect.logDebug
      return Effect.as(log(`could not answer ${peer}`, cause), refusal("it cannot answer"))
    })
  )

const watch = (libp2p: Libp2pHost["Service"]["libp2p"], tell: (change: PeerChange) => void) =>
  Effect.acquireRelease(
    Effect.sync(() => {
      const connected = ({ detail }: { readonly detail: PeerId }) =>
        tell({ _tag: "Connected", peer: NodeId.make(detail.toString()) })
      const gone = ({ detail }: { readonly detail: PeerId }) =>
        tell({ _tag: "Gone", peer: NodeId.make(detail.toString()) })
      libp2p.addEventListener("peer:connect", connected)
      libp2p.addEventListener("peer:disconnect", gone)
      libp2p.getPeers().forEach((detail) => connected({ detail }))
      return () => {
        libp2p.removeEventListener("peer:connect", connected)
        libp2p.removeEventListener("peer:disconnect", gone)
      }
    }),
    (unwatch) => Effect.sync(unwatch)
  )

/** Counts a guest in or out, and tells how many there are. */
const count = (guests: Map<NodeId, number>, peer: NodeId, change: 1 | -1): number => {
  const present = (guests.get(peer) ?? 0) + change
  if (present === 0) guests.delete(peer)
  else guests.set(peer, present)
  return present
}

const error = (message: string) => Effect.fail(new PeersError({ message }))

const silence = (peer: NodeId, cause: unknown): PeersError => {
  const { message, name } = cause instanceof Error ? cause : new Error(String(cause))
  return new PeersError({
    message: name === "UnsupportedProtocolError"
      ? `${peer} serves no requests`
      : `${peer} gave no answer: ${message}`,
    cause
  })
}

const tooLarge = (what: string, { length }: Uint8Array): string =>
  `the ${what} holds ${length} bytes; at most ${messageBytesMax} are sent`

const refusal = (reason: string): Frame.Frame => ({ kind: "refusal", body: Buffer.from(reason) })

/** A peer's own words, without what could play tricks on a terminal or a log. */
const readable = (text: Uint8Array): string =>
  Buffer.from(text).toString("ascii").replaceAll(/[^ -~]/g, "?").slice(0, refusalLengthMax)
