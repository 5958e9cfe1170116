/**
 * The settings of a mesh: the seed's defaults, and how a difference is said.
 */
import { assert, describe, it } from "@effect/vitest"
import * as MeshSettings from "@chorus/coordination-core/mesh/MeshSettings"
import * as Paper from "@chorus/coordination-core/testing/Paper"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"

const own = MeshSettings.defaults(Paper.person("founder"))
const changed: ReadonlyArray<Partial<MeshSettings.MeshSettings>> = [
  { founder: Paper.person("another") },
  { membership: "listed" },
  { policy: "majority" },
  { maxParticipants: 6 },
  { escalationThreshold: 15 },
  { maxSessionDurationMillis: 45 * 60_000 },
  { coordinationHops: 5 }
]

describe("MeshSettings", () => {
  it("defaults are the seed's", () => {
    assert.deepStrictEqual<unknown>({ ...own, founder: undefined }, {
      founder: undefined,
      membership: "open",
      policy: "allButOne",
      maxParticipants: 5,
      escalationThreshold: 10,
      maxSessionDurationMillis: 1_800_000,
      coordinationHops: 3
    })
    assert.isTrue(Result.isSuccess(Schema.decodeUnknownResult(MeshSettings.MeshSettings)(own)))
  })

  it("a difference in any setting is said, in one line that names both values", () => {
    assert.deepStrictEqual(MeshSettings.differences(own, { ...own }), [])
    for (const change of changed) {
      const [name, value] = Object.entries(change)[0] ?? []
      const lines = MeshSettings.differences(own, { ...own, ...change })

      assert.deepStrictEqual(lines, [
        `${name} is ${own[name as keyof typeof own]} here and ${value} there`
      ])
    }
    assert.lengthOf(MeshSettings.differences(own, Object.assign({}, own, ...changed)), changed.length)
  })

  it("a node attends to its mesh's terms alone; founder, membership and hops are no terms", () => {
    for (const change of changed) {
      const isTerm = !["founder", "membership", "coordinationHops"].some((name) => name in change)
      assert.strictEqual(MeshSettings.attends(own, MeshSettings.terms({ ...own, ...change })), !isTerm)
    }
    assert.isTrue(MeshSettings.attends(own, MeshSettings.terms(own)))
  })
})
