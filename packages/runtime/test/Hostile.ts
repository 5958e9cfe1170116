/**
 * A hostile insider: an honest key that seals whatever it likes, connected with everyone, and known
 * as of the same mesh.
 */
import * as Hash from "@chorus/coordination-core/identity/Hash"
import { isKnown, table } from "@chorus/coordination-core/fact/FactTable"
import * as MemoryMesh from "@chorus/pubsub-memory/MemoryMesh"
import * as MemoryPeers from "@chorus/pubsub-memory/MemoryPeers"
import * as MemorySigner from "@chorus/pubsub-memory/MemorySigner"
import * as Effect from "effect/Effect"
import * as Base64 from "effect/encoding/Base64"
import * as Mesh from "./mesh.ts"

/** Joins the mesh; `seal` makes its next fact, `say` sends one to all, `give` some to one. */
export const join = Effect.fnUntraced(function*(mesh: Mesh.Mesh, all: ReadonlyArray<Mesh.Node>) {
  const self = MemorySigner.idOf("mallory")
  const signer = MemorySigner.make(self)
  const place = yield* mesh.graph.join(self)
  const give = (to: Mesh.Node, sealed: ReadonlyArray<Uint8Array>) => {
    const given = sealed.map((fact) => Base64.encode(fact))
    const question = JSON.stringify({ v: 1, settings: Mesh.settings(), vector: {}, given })
    return MemoryPeers.make(place).request(to.self, new TextEncoder().encode(question))
  }
  for (const node of all) {
    yield* mesh.graph.connect(self, node.self)
    yield* give(node, [])
  }
  let seq = 0
  let prev: string | undefined

  const seal = (data: { readonly message_type: string } & Record<string, unknown>, liveFrom = {}) => {
    if (!isKnown(data.message_type)) throw new Error(`no type ${data.message_type}`)
    seq += 1
    const payload = JSON.stringify({
      v: 1,
      type: table[data.message_type].envelope,
      from: self,
      timestamp: "2027-01-15T08:00:00.000Z",
      log: `${self}/00000000000000ff`,
      seq,
      ...(prev === undefined ? {} : { prev }),
      live_from: liveFrom,
      data
    })
    prev = Hash.ofText(payload)
    const { topic } = table[data.message_type]
    return Effect.map(signer.seal("fact", payload), (sealed) => ({ sealed, topic }))
  }
  const say = (...of: Parameters<typeof seal>) =>
    Effect.map(seal(...of), ({ sealed, topic }) => MemoryMesh.publish(place, topic, sealed))
  return { self, seal, say, give }
})
