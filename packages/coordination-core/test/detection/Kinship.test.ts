/**
 * Repositories are kin by a part of their names that few others have.
 */
import { assert, describe, it } from "@effect/vitest"
import { Kinship, namesOf } from "@chorus/coordination-core/detection/Kinship"

const names = [
  "org/lantern", "python-lanternclient", "lantern-ui",
  "python-harbour", "python-meadowclient", "python-quarry"
]
const kinship = () => {
  const all = new Kinship()
  for (const [nth, name] of names.entries()) all.add(nth, name)
  return all
}

describe("kinship", () => {
  it("is close where a rare part of a name begins a part of the other", () => {
    const all = kinship()

    assert.sameMembers([...all.kin(0)], [1, 2])
    assert.isAbove(all.closeness(0, 1), 0.5)
    assert.strictEqual(all.closeness(0, 1), all.closeness(1, 0))
    assert.strictEqual(all.closeness(0, 3), 0)
    assert.isAbove(all.closeness(0, 1), all.closeness(1, 3))
  })

  it("ends with the last task of a repository", () => {
    const all = kinship()

    all.remove(1)

    assert.sameMembers([...all.kin(0)], [2])
    assert.strictEqual(all.closeness(0, 1), 0)
  })

  it("knows under which names a text speaks of a repository", () => {
    assert.deepStrictEqual(namesOf("org/backend-api"), ["backend_api", "backend api"])
    assert.deepStrictEqual(namesOf("nova"), ["nova"])
  })
})
