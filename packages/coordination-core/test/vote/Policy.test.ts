/**
 * How many may abstain: the three policies, written out for 2 to 10 members.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Policy from "@chorus/coordination-core/vote/Policy"

const members = [2, 3, 4, 5, 6, 7, 8, 9, 10]

describe("Policy", () => {
  it.each([
    ["unanimous", [0, 0, 0, 0, 0, 0, 0, 0, 0]],
    ["allButOne", [0, 1, 1, 1, 1, 1, 1, 1, 1]],
    ["majority", [0, 1, 1, 2, 2, 3, 3, 4, 4]]
  ] as const)("%s", (policy, expected) => {
    assert.deepStrictEqual(members.map((count) => Policy.abstentionsMax(policy, count)), [...expected])
  })

  it("H6: under every policy more than half of the members agree by themselves", () => {
    for (const policy of ["unanimous", "allButOne", "majority"] as const) {
      for (const count of members) assert.isAbove(count - Policy.abstentionsMax(policy, count), count / 2)
    }
  })
})
