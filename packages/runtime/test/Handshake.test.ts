/**
 * Who is known as one of this mesh stays known, however many strangers come.
 */
import { PersonId } from "@chorus/coordination-core/identity/NodeId"
import * as MeshSettings from "@chorus/coordination-core/mesh/MeshSettings"
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Logger from "effect/Logger"
import * as Handshake from "../src/Handshake.ts"
import * as Mesh from "./mesh.ts"

const [ours, foreign] = [Mesh.settings(), MeshSettings.defaults(PersonId.make(Mesh.idOf("stranger")))]
const [own, honest] = [Mesh.idOf("own"), Mesh.idOf("honest")]

it.effect("H25 strangers push out each other, and the peer of ours that was met longest ago goes last", () =>
  Effect.gen(function*() {
    const handshake = Handshake.make(ours)
    yield* handshake.meet(own, ours)
    yield* handshake.meet(honest, ours)
    for (let nth = 0; nth < 2 * Handshake.peersMax; nth++) {
      yield* handshake.meet(Mesh.idOf(`s${nth}`), foreign)
    }
    assert.isTrue(handshake.isOurs(own))
    for (let nth = 0; nth < Handshake.peersMax; nth++) {
      yield* handshake.meet(Mesh.idOf(`o${nth}`), ours)
      yield* handshake.meet(honest, ours)
    }
    assert.isFalse(handshake.isOurs(own))
    assert.isTrue(handshake.isOurs(honest))
  }))

it.effect("of a peer that changes its settings all the time a few warnings are enough", () => {
  const said: Array<unknown> = []
  const listening = Logger.layer([Logger.make(({ message }) => void said.push(message))])
  return Effect.gen(function*() {
    const handshake = Handshake.make(ours)
    for (let nth = 0; nth < 20; nth++) {
      yield* handshake.meet(honest, { ...ours, escalationThreshold: 2 + nth % 2 })
    }
    assert.lengthOf(said, Handshake.warningsMax)
  }).pipe(Effect.provide(listening))
})
