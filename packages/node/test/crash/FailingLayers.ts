/**
 * The composition root with failpoints around each port; `Preload.ts` puts it in the place of the
 * product's.
 *
 * With `SINK=file` events go to a file of lines beside the database, so that the sink and the
 * outbox are two things that a crash can tear apart.
 */
import * as Bookmark from "@chorus/coordination-core/coordination/Bookmark"
import { FactStore } from "@chorus/coordination-core/ports/FactStore"
import { Peers } from "@chorus/coordination-core/ports/Peers"
import { PubSub } from "@chorus/coordination-core/ports/PubSub"
import { Signer } from "@chorus/coordination-core/ports/Signer"
import { SlurpSink } from "@chorus/coordination-core/ports/SlurpSink"
import type * as Libp2pHost from "@chorus/pubsub-libp2p/Libp2pHost"
import * as JsonlSlurpSink from "@chorus/slurp/JsonlSlurpSink"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Layers from "../../src/Layers.ts"
import { point, type Step } from "./Failpoint.ts"

export * from "../../src/Layers.ts"

/** Takes a step between its two points. */
export const around = (step: Step) => <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  Effect.sync(() => point(`before ${step}`)).pipe(
    Effect.andThen(effect),
    Effect.tap(() => Effect.sync(() => point(`after ${step}`)))
  )

export const storage = (file: string) =>
  Layer.effectContext(Effect.gen(function*() {
    const built = yield* Layer.build(Layers.storage(file))
    const lines = JsonlSlurpSink.layer({ file: `${file}.jsonl` })
    const sinks = process.env["SINK"] === "file" ? yield* Layer.build(lines) : built
    const [store, sink] = [Context.get(built, FactStore), Context.get(sinks, SlurpSink)]
    return built.pipe(
      Context.add(FactStore, FactStore.of({
        ...store,
        commit: (batch) => around("store.commit")(store.commit(batch)),
        sealed: (ids) => around("store.sealed")(store.sealed(ids)),
        read: (ranges, bytesMax) => around("store.read")(store.read(ranges, bytesMax)),
        pending: (limit) => around("store.pending")(store.pending(limit)),
        delivered: (ids) => around("store.delivered")(store.delivered(ids)),
        setNote: (name, value) => {
          const step = name === Bookmark.noteName ? "store.bookmark" : "store.setNote"
          return around(step)(store.setNote(name, value))
        }
      })),
      Context.add(SlurpSink, SlurpSink.of({
        ...sink,
        deliver: (event) => around("sink.deliver")(sink.deliver(event))
      }))
    )
  }))

export const network = (config: Libp2pHost.Config) =>
  Layer.effectContext(Effect.gen(function*() {
    const built = yield* Layer.build(Layers.network(config))
    const [pubsub, peers, signer] = [
      Context.get(built, PubSub),
      Context.get(built, Peers),
      Context.get(built, Signer)
    ]
    return built.pipe(
      Context.add(PubSub, PubSub.of({
        ...pubsub,
        publish: (topic, message) => {
          const isTask = topic === "CHORUS/coordination/v1"
          const step = isTask ? "pubsub.publish-coordination" : "pubsub.publish-discussion"
          return around(step)(pubsub.publish(topic, message))
        }
      })),
      Context.add(Peers, Peers.of({
        ...peers,
        request: (peer, request) => around("peers.request")(peers.request(peer, request)),
        serve: (server) =>
          peers.serve((request, peer) => around("peers.serve")(server(request, peer)))
      })),
      Context.add(Signer, Signer.of({
        ...signer,
        seal: (purpose, payload) => {
          const step = purpose === "fact" ? "signer.seal-fact" : "signer.seal-signal"
          return around(step)(signer.seal(purpose, payload))
        }
      }))
    )
  }))
