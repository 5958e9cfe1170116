/**
 * PubSub and Peers of one process on the simulated network.
 */
import { type PeerChange, Peers, PeersError } from "@chorus/coordination-core/ports/Peers"
import { PubSub, PubSubError } from "@chorus/coordination-core/ports/PubSub"
import * as Effect from "effect/Effect"
import * as Queue from "effect/Queue"
import * as Stream from "effect/Stream"
import type { Network, Place } from "./Network.ts"
import type { Timeline } from "./Timeline.ts"

export const pubsub = (network: Network, place: Place): PubSub["Service"] =>
  PubSub.of({
    publish: (topic, message) => Effect.sync(() => network.publish(place.self, topic, message)),
    subscribe: (topic, listener) =>
      Effect.asVoid(Effect.acquireRelease(
        Effect.suspend(() =>
          place.listeners.has(topic)
            ? Effect.fail(new PubSubError({ message: `${topic} has a listener already` }))
            : Effect.sync(() => void place.listeners.set(topic, listener))
        ),
        () => Effect.sync(() => void place.listeners.delete(topic))
      ))
  })

/** A question without an answer for this long has failed. */
const answerMillisMax = 30_000

export const peers = (timeline: Timeline, network: Network, place: Place): Peers["Service"] =>
  Peers.of({
    self: place.self,
    addresses: Effect.succeed([]),
    links: Effect.succeed([]),
    changes: Stream.callback<PeerChange>((queue) =>
      Effect.acquireRelease(
        Effect.sync(() => {
          const watcher = (change: PeerChange) => void Queue.offerUnsafe(queue, change)
          place.watchers.add(watcher)
          for (const peer of place.neighbours) watcher({ _tag: "Connected", peer })
          return watcher
        }),
        (watcher) => Effect.sync(() => place.watchers.delete(watcher))
      )
    ),
    request: (peer, request) =>
      Effect.callback<Uint8Array, PeersError>((resume) => {
        if (!place.neighbours.has(peer)) return resume(unanswered(peer, "is not connected"))
        const cancel = timeline.after(answerMillisMax, () =>
          resume(unanswered(peer, "did not answer within 30 seconds")))
        network.request(place.self, peer, request, (answer) => {
          cancel()
          resume(answer === undefined ? unanswered(peer, "could not answer") : Effect.succeed(answer))
        })
        return Effect.sync(cancel)
      }),
    serve: (server) =>
      Effect.acquireRelease(
        Effect.sync(() => { place.server = server }),
        () => Effect.sync(() => { place.server = undefined })
      )
  })

const unanswered = (peer: string, why: string) => Effect.fail(new PeersError({ message: `${peer} ${why}` }))
