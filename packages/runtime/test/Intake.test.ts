/**
 * The gate: what a flood, a stranger and a node of other settings come to, with real mailboxes.
 */
import * as Holdings from "@chorus/coordination-core/catchup/Holdings"
import { draft } from "@chorus/coordination-core/fact/Draft"
import * as Writer from "@chorus/coordination-core/fact/Writer"
import { LogNonce } from "@chorus/coordination-core/identity/FactId"
import { PersonId } from "@chorus/coordination-core/identity/NodeId"
import * as MeshSettings from "@chorus/coordination-core/mesh/MeshSettings"
import * as MemorySigner from "@chorus/pubsub-memory/MemorySigner"
import * as MemoryMesh from "@chorus/pubsub-memory/MemoryMesh"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as HashMap from "effect/HashMap"
import * as Logger from "effect/Logger"
import * as Result from "effect/Result"
import * as Handshake from "../src/Handshake.ts"
import * as Mesh from "./mesh.ts"

const settings = MeshSettings.defaults(PersonId.make(MemorySigner.idOf("founder")))
const other = MemorySigner.idOf("other")

/** Collects what is logged as a warning. */
const warnings = () => {
  const lines: Array<string> = []
  const layer = Logger.layer([Logger.make(({ logLevel, message }) => {
    if (logLevel === "Warn") lines.push(String(message))
  })])
  return { lines, layer }
}

describe("Handshake", () => {
  it.effect("a difference is said once a peer, in words that name the setting and both values", () =>
    Effect.gen(function*() {
      const { layer, lines } = warnings()
      const handshake = Handshake.make(settings)
      const theirs = { ...settings, maxParticipants: 7 }
      yield* Effect.provide(
        Effect.gen(function*() {
          for (let times = 0; times < 3; times++) assert.isTrue(yield* handshake.meet(other, theirs))
          assert.isTrue(yield* handshake.meet(MemorySigner.idOf("a third"), settings))
          yield* handshake.meet(other, { ...theirs, coordinationHops: 5 })
        }),
        layer
      )

      assert.lengthOf(lines, 2)
      assert.match(lines[0] ?? "", /has other mesh settings: maxParticipants is 5 here and 7 there$/)
      assert.match(lines[1] ?? "", / 5 here and 7 there; coordinationHops is 3 here and 5 there$/)
      assert.isTrue(handshake.isOurs(other))
    }))

  it.effect("H37: a node of another founder is none of ours, nor is one that has said nothing", () =>
    Effect.gen(function*() {
      const { layer, lines } = warnings()
      const handshake = Handshake.make(settings)
      const founder = PersonId.make(MemorySigner.idOf("another founder"))

      assert.isFalse(handshake.isOurs(other))
      assert.isFalse(yield* Effect.provide(handshake.meet(other, { ...settings, founder }), layer))
      assert.isFalse(handshake.isOurs(other))
      assert.match(lines[0] ?? "", new RegExp(`is of another mesh: founder is .+ here and ${founder} there`))
    }))

  it.effect("I11: peers beyond the limit push out the one met first", () =>
    Effect.gen(function*() {
      const handshake = Handshake.make(settings)
      for (let nth = 0; nth <= Handshake.peersMax; nth++) {
        yield* handshake.meet(MemorySigner.idOf(`peer ${nth}`), settings)
      }

      assert.isFalse(handshake.isOurs(MemorySigner.idOf("peer 0")))
      assert.isTrue(handshake.isOurs(MemorySigner.idOf("peer 1")))
    }))
})

describe("Intake", () => {
  it.effect("H26 H37: a member's flood enters slowly and is counted, and another's fact passes it", () =>
    Effect.gen(function*() {
      const mesh = yield* Mesh.make
      const all = yield* Mesh.nodes(mesh, ["a", "b"])
      const [a, b] = all as [Mesh.Node, Mesh.Node]
      const flooder = MemorySigner.make(MemorySigner.idOf("flooder"))
      let writer = Writer.open(flooder.self, LogNonce.make("f".repeat(16)))
      for (let nth = 0; nth < 3000; nth++) {
        const written = Result.getOrThrow(Writer.write(writer, draft({
          message_type: "task_claimed",
          repository: "flood",
          task_id: nth,
          agent_id: Mesh.agent("flooder"),
          claimed_until_ms: 0
        }), { wallMillis: 0, liveFrom: {}, embedded: [] }))
        writer = written.state
        // The other node hands the flood on as its own neighbour's message.
        MemoryMesh.publish(b.place, "CHORUS/coordination/v1", yield* flooder.seal("fact", written.payload))
      }
      yield* Mesh.ask(b, Mesh.definesApi)
      const after = yield* Mesh.until(a.state, ({ catchUp }) =>
        [...HashMap.keys(catchUp.heads)].some((log) => log.startsWith(b.self)))
      const { dropped } = yield* a.counters

      assert.strictEqual(dropped, 3000 - 2000 - 256)
      const flood = Holdings.placesOf(after.catchUp, flooder.self).map(([, seq]) => seq)
      assert.isAtMost(flood[0] ?? 0, 2000)
      yield* mesh.hand.advance(1000)
      yield* Mesh.until(a.state, ({ catchUp }) =>
        Holdings.placesOf(catchUp, flooder.self).some(([, seq]) => seq === 2000 + 200))
    }))
})
