/**
 * Nodes on a memory mesh, for the suites of the ports.
 */
import { links, type Topology } from "@chorus/port-contracts/Topology"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Scope from "effect/Scope"
import * as MemoryMesh from "@chorus/pubsub-memory/MemoryMesh"
import * as MemoryPeers from "@chorus/pubsub-memory/MemoryPeers"
import * as MemoryPubSub from "@chorus/pubsub-memory/MemoryPubSub"
import * as MemorySigner from "@chorus/pubsub-memory/MemorySigner"

export const topology: Topology = (size, shape) =>
  Effect.gen(function*() {
    const mesh = MemoryMesh.make()
    const scope = yield* Effect.scope
    const nodes = yield* Effect.forEach(Array.from({ length: size }), (_, at) =>
      Effect.gen(function*() {
        const own = yield* Scope.fork(scope)
        const place = yield* Scope.provide(mesh.join(MemorySigner.idOf(`node ${at}`)), own)
        return {
          pubsub: MemoryPubSub.make(place),
          peers: MemoryPeers.make(place),
          leave: Scope.close(own, Exit.void)
        }
      }))
    const ids = nodes.map(({ peers }) => peers.self)
    yield* Effect.forEach(links(size, shape), ([a, b]) => mesh.connect(ids[a]!, ids[b]!))
    return nodes
  })
