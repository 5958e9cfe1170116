/**
 * Peers on a memory mesh: the peer's server runs inside the request.
 */
import type { NodeId } from "@chorus/coordination-core/identity/NodeId"
import {
  messageBytesMax,
  type PeerChange,
  Peers,
  PeersError
} from "@chorus/coordination-core/ports/Peers"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Queue from "effect/Queue"
import * as Stream from "effect/Stream"
import type { Place } from "./MemoryMesh.ts"

export const make = (place: Place): Peers["Service"] =>
  Peers.of({
    self: place.self,
    addresses: Effect.succeed([]),
    links: Effect.succeed([]),
    // Unbounded, because a change that is lost is never made good.
    changes: Stream.callback<PeerChange>((queue) =>
      Effect.acquireRelease(
        Effect.sync(() => {
          const watcher = (change: PeerChange) => void Queue.offerUnsafe(queue, change)
          place.watchers.add(watcher)
          for (const peer of place.neighbours.keys()) watcher({ _tag: "Connected", peer })
          return watcher
        }),
        (watcher) => Effect.sync(() => place.watchers.delete(watcher))
      )
    ),
    request: (peer, request) =>
      Effect.gen(function*() {
        yield* sized("request", request)
        const server = (yield* neighbour(place, peer)).server
        if (server === undefined) return yield* error(`${peer} serves no requests`)
        const answer = yield* Effect.suspend(() => server(request.slice(), place.self)).pipe(
          Effect.catchCause((cause) => error(`${peer} could not answer`, cause))
        )
        yield* sized("answer", answer)
        yield* neighbour(place, peer)
        return answer.slice()
      }).pipe(
        Effect.timeoutOrElse({
          duration: "30 seconds",
          orElse: () => error(`${peer} did not answer within 30 seconds`)
        })
      ),
    serve: (server) =>
      Effect.acquireRelease(
        Effect.suspend(() => {
          if (place.server !== undefined) return error("this node has a server already")
          place.server = server
          return Effect.void
        }),
        () => Effect.sync(() => { place.server = undefined })
      )
  })

export const layer = (place: Place): Layer.Layer<Peers> => Layer.succeed(Peers, make(place))

const error = (message: string, cause?: unknown) =>
  Effect.fail(new PeersError(cause === undefined ? { message } : { message, cause }))

const sized = (what: string, { length }: Uint8Array) =>
  length > messageBytesMax
    ? error(`the ${what} holds ${length} bytes; at most ${messageBytesMax} are sent`)
    : Effect.void

const neighbour = (place: Place, peer: NodeId) => {
  const found = place.neighbours.get(peer)
  return found === undefined ? error(`${peer} is not connected`) : Effect.succeed(found)
}
