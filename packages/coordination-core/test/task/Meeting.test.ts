/**
 * What comes of two operations on one thing.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Meeting from "@chorus/coordination-core/task/Meeting"
import { operations } from "@chorus/coordination-core/task/Scope"

describe("Meeting", () => {
  it("there is a verdict for each pair, the same in both orders, and a reason in words", () => {
    for (const one of operations) {
      for (const other of operations) {
        const meeting = Meeting.of(one, other)
        assert.deepStrictEqual(Meeting.of(other, one), meeting)
        assert.isNotEmpty(meeting.reason, `${one} ${other}`)
        assert.include([one, other, undefined], meeting.first)
        assert.strictEqual(meeting.severity === "none", one === "use" && other === "use")
      }
    }
  })

  it("users go after what makes a thing, and before what takes it away", () => {
    assert.deepStrictEqual(
      operations.map((operation) => Meeting.of(operation, "use").first),
      ["add", "extend", "change", "replace", "use", "migrate", undefined]
    )
    for (const [one, other] of [["replace", "use"], ["extend", "remove"], ["migrate", "migrate"]] as const) {
      assert.strictEqual(Meeting.of(one, other).severity, "severe")
    }
  })
})
