/**
 * A plan that no agent could follow is refused, and says why.
 */
import { assert, describe, it } from "@effect/vitest"
import * as PlanContent from "@chorus/coordination-core/plan/PlanContent"
import * as Result from "effect/Result"
import * as fc from "fast-check"
import { agent } from "./requests.ts"

const [api, web] = [agent("agent-001"), agent("agent-002", "2")]

const step = (
  id: string,
  depends_on: ReadonlyArray<string> = [],
  owner = api
): PlanContent.PlanItem => ({
  id,
  owner,
  action: "Do it.",
  depends_on,
  done_when: "It is done."
})
const planOf = (...items: ReadonlyArray<PlanContent.PlanItem>): PlanContent.PlanContent =>
  ({ items, share: [], watch: [], success: [] })

describe("check", () => {
  const refused: ReadonlyArray<readonly [string, PlanContent.PlanContent, string]> = [
    ["two steps of one name", planOf(step("1"), step("1")), "the same id"],
    ["an owner from outside", planOf(step("1", [], web)), "not in the session"],
    ["a step after one that is not there", planOf(step("1", ["2"])), "not in the plan"],
    ["a step after itself", planOf(step("1", ["1"])), "circle"],
    ["steps in a circle", planOf(step("0"), step("1", ["2"]), step("2", ["1"])), "circle"],
    [
      "more text than a fact has room for",
      { ...planOf(step("1")), share: Array.from({ length: 8 }, () => "語".repeat(280)) },
      "longer than"
    ]
  ]
  for (const [title, plan, why] of refused) {
    it(`refuses ${title}`, () => {
      const result = PlanContent.check(plan, [api])

      assert.include(Result.isFailure(result) ? result.failure : "accepted", why)
    })
  }

  it("accepts any plan without doubles and circles by members", () => {
    const waits = fc.array(fc.array(fc.nat(11), { maxLength: 4 }), { minLength: 1, maxLength: 12 })
    const twelve = fc.array(fc.boolean(), { minLength: 12, maxLength: 12 })
    fc.assert(fc.property(waits, twelve, (all, mine) => {
      const plan = planOf(...all.map((before, at) => step(
        String(at),
        [...new Set(before.filter((earlier) => earlier < at).map(String))],
        mine[at] === true ? api : web
      )))

      assert.deepStrictEqual(PlanContent.check(plan, [api, web]), Result.succeed(plan))
    }))
  })
})

describe("inOrder", () => {
  it("puts every step after those it depends on", () => {
    const items = [step("3", ["2", "1"]), step("2", ["1"]), step("1")]

    assert.deepStrictEqual(PlanContent.inOrder(items).map(({ id }) => id), ["1", "2", "3"])
  })

  it("leaves out what waits in a circle", () => {
    const items = [step("1"), step("2", ["3"]), step("3", ["2"]), step("4", ["3"])]

    assert.deepStrictEqual(PlanContent.inOrder(items).map(({ id }) => id), ["1"])
  })
})
