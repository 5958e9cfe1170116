/**
 * What the memory mesh promises beyond its ports: an explicit graph, and the same run every time.
 */
import { topics } from "@chorus/coordination-core/fact/FactTable"
import type { NodeId } from "@chorus/coordination-core/identity/NodeId"
import type { PeerChange } from "@chorus/coordination-core/ports/Peers"
import { bytesOf, latin1, until } from "@chorus/port-contracts/Check"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as MemoryMesh from "@chorus/pubsub-memory/MemoryMesh"
import * as MemoryPeers from "@chorus/pubsub-memory/MemoryPeers"
import * as MemoryPubSub from "@chorus/pubsub-memory/MemoryPubSub"
import * as MemorySigner from "@chorus/pubsub-memory/MemorySigner"

const [topic] = topics
const [a, b, c, d] = ["a", "b", "c", "d"].map(MemorySigner.idOf) as [NodeId, NodeId, NodeId, NodeId]

/** Four nodes that listen, and what arrived where, in the order of arrival. */
const four = Effect.gen(function*() {
  const mesh = MemoryMesh.make()
  const arrivals: Array<string> = []
  const nodes = yield* Effect.forEach([a, b, c, d], (id, at) =>
    Effect.gen(function*() {
      const place = yield* mesh.join(id)
      const pubsub = MemoryPubSub.make(place)
      yield* pubsub.subscribe(topic, (message) =>
        Effect.sync(() => {
          arrivals.push(`${"abcd"[at]} ${latin1(message)}`)
          return "accept" as const
        }))
      return { place, pubsub }
    }))
  return { arrivals, mesh, nodes }
})

const say = (node: { readonly pubsub: ReturnType<typeof MemoryPubSub.make> }, text: string) =>
  node.pubsub.publish(topic, bytesOf(text))

describe("MemoryMesh", () => {
  it.live("the same graph and the same words give the same arrivals in the same order", () =>
    Effect.gen(function*() {
      const run = Effect.scoped(Effect.gen(function*() {
        const { arrivals, mesh, nodes } = yield* four
        for (const [one, other] of [[a, b], [a, c], [b, d], [c, d]] as const) {
          yield* mesh.connect(one, other)
        }
        yield* Effect.forEach(nodes, (node, at) => say(node, `from ${at}`))
        yield* until("all arrive", () => arrivals.length === 12)
        return arrivals
      }))

      const first = yield* run
      const second = yield* run

      assert.deepStrictEqual(second, first)
    }))

  it.live("parted nodes hear nothing of each other until they are connected again", () =>
    Effect.gen(function*() {
      const { arrivals, mesh, nodes: [first, second] } = yield* four
      yield* mesh.connect(a, b)
      yield* mesh.disconnect(a, b)
      yield* say(first!, "lost")
      yield* mesh.connect(a, b)
      yield* say(second!, "back")
      yield* say(first!, "there")

      yield* until("both arrive", () => arrivals.length === 2)

      assert.sameMembers(arrivals, ["a back", "b there"])
    }))

  it.live("connecting twice is connecting once, and nobody is connected with itself", () =>
    Effect.gen(function*() {
      const { mesh, nodes } = yield* four
      const changes: Array<PeerChange> = []
      nodes[0]!.place.watchers.add((change) => changes.push(change))

      for (const [one, other] of [[a, b], [b, a], [a, a], [a, MemorySigner.idOf("z")]] as const) {
        yield* mesh.connect(one, other)
      }

      assert.deepStrictEqual(changes, [{ _tag: "Connected", peer: b }])
    }))

  it.live("a peer that is parted before it answered fails the request", () =>
    Effect.gen(function*() {
      const { mesh, nodes: [first, second] } = yield* four
      yield* mesh.connect(a, b)
      yield* MemoryPeers.make(second!.place).serve((request) =>
        Effect.as(mesh.disconnect(a, b), request)
      )

      const error = yield* Effect.flip(MemoryPeers.make(first!.place).request(b, bytesOf("hello")))

      assert.strictEqual(error.message, `${b} is not connected`)
    }))

  it.live("what a listener does to its message, no other node sees", () =>
    Effect.gen(function*() {
      const { arrivals, mesh, nodes } = yield* four
      const spoiler = yield* mesh.join(MemorySigner.idOf("spoiler"))
      yield* MemoryPubSub.make(spoiler).subscribe(topic, (message) =>
        Effect.sync(() => {
          message.fill(0)
          return "accept" as const
        }))
      yield* mesh.connect(a, spoiler.self)
      yield* mesh.connect(spoiler.self, b)

      yield* say(nodes[0]!, "whole")

      yield* until("it arrives", () => arrivals.includes("b whole"))
    }))
})

describe("MemorySigner", () => {
  it("the same seed gives the same id, and an id looks like a peer id", () => {
    const ids = Array.from({ length: 100 }, (_, at) => MemorySigner.idOf(`seed ${at}`))

    assert.strictEqual(new Set(ids).size, 100)
    assert.strictEqual(MemorySigner.idOf("seed 0"), ids[0])
    for (const id of ids) assert.match(id, /^12D3KooW[1-9A-HJ-NP-Za-km-z]{44}$/)
  })
})
