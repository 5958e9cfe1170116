/**
 * Whole nodes in one process, on libp2p and SQLite, whose messages are counted, lost and doubled,
 * and whose model is a count.
 */
import * as NodeDefaults from "@chorus/coordination-core/coordination/NodeSettings"
import { topics } from "@chorus/coordination-core/fact/FactTable"
import { PersonId } from "@chorus/coordination-core/identity/NodeId"
import * as MeshSettings from "@chorus/coordination-core/mesh/MeshSettings"
import { Peers } from "@chorus/coordination-core/ports/Peers"
import { PubSub } from "@chorus/coordination-core/ports/PubSub"
import { Reasoner } from "@chorus/coordination-core/ports/Reasoner"
import * as TemplateReasoner from "@chorus/reasoning/TemplateReasoner"
import * as ChorusNode from "@chorus/runtime/ChorusNode"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as HashMap from "effect/HashMap"
import * as Layer from "effect/Layer"
import * as Schedule from "effect/Schedule"
import { join } from "node:path"
import * as Files from "../../src/cli/Files.ts"
import * as Layers from "../../src/Layers.ts"
import * as Mesh from "../../src/Mesh.ts"
import * as Operator from "../../src/Operator.ts"

export type Node = ChorusNode.ChorusNode["Service"]

/** Shares of what arrives, from 0 to 1. */
export interface Weather {
  readonly loss: number
  readonly doubled: number
}

const [, discussion] = topics

/** A small, well-known generator (mulberry32): the same weather every time. */
const generator = (seed: number) => () => {
  seed = (seed + 0x6d2b79f5) | 0
  let mixed = Math.imul(seed ^ (seed >>> 15), 1 | seed)
  mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
  return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
}

/** Starts so many nodes that are all connected with each other. */
export const start = Effect.fnUntraced(function*(folder: string, count: number, weather: Weather) {
  const founder = yield* Operator.ownId(Files.of(join(folder, "0", "chorus.db")).operatorKey)
  const mesh = MeshSettings.defaults(PersonId.make(founder))
  const random = generator(20_251_125)
  const counted = { bytes: 0, calls: 0 }
  const weathered = Layer.effect(
    PubSub,
    Effect.map(PubSub, (inner) => ({
      publish: (topic, message) => {
        if (topic === discussion) counted.bytes += message.length
        return inner.publish(topic, message)
      },
      subscribe: (topic, listener) =>
        inner.subscribe(topic, (message, from) =>
          random() < weather.loss
            ? Effect.succeed("ignore" as const)
            : random() < weather.doubled
            ? Effect.andThen(listener(message, from), listener(message, from))
            : listener(message, from))
    }))
  )
  const model = Layer.effect(
    Reasoner,
    Effect.map(Reasoner, (inner) => ({
      plan: (request) => {
        counted.calls += 1
        return inner.plan(request)
      }
    }))
  ).pipe(Layer.provide(TemplateReasoner.layer))
  const nodes: Array<Node> = []
  let bootstrap: ReadonlyArray<string> = []
  for (let number = 0; number < count; number++) {
    const files = Files.of(join(folder, `${number}`, "chorus.db"))
    const network = Layers.network({ keyFile: files.nodeKey, bootstrap })
    const ports = Layer.mergeAll(
      Layers.storage(files.db),
      Layer.provideMerge(weathered, network),
      Layers.time,
      model
    )
    const settings = { ...NodeDefaults.defaults, settleMillis: 0 }
    const node = ChorusNode.layer({ mesh, settings, drawNonce: Mesh.drawNonce })
    const built = yield* Layer.build(Layer.provideMerge(node, ports))
    nodes.push(Context.get(built, ChorusNode.ChorusNode))
    bootstrap = [...bootstrap, ...(yield* Context.get(built, Peers).addresses)]
  }
  for (const node of nodes) {
    yield* until(node.state, ({ catchUp }) => HashMap.size(catchUp.peers) >= count - 1)
  }
  return { nodes, counted }
})

/** Asks every two milliseconds; whoever runs this bounds it. */
export const until = <A, E>(ask: Effect.Effect<A, E>, right: (answer: A) => boolean): Effect.Effect<A, E> =>
  Effect.repeat(ask, { until: right, schedule: Schedule.spaced("2 millis") })
