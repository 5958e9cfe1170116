/**
 * Which declared scopes clash, and who moves first.
 */
import { assert, describe, it } from "@effect/vitest"
import { read } from "@chorus/coordination-core/detection/Rule"
import * as ScopeOverlap from "@chorus/coordination-core/detection/ScopeOverlap"
import type { Operation } from "@chorus/coordination-core/task/Scope"
import { task } from "./entries.ts"

const declaring = (...scopes: ReadonlyArray<string>) => read(task("any", "Anything", { scopes }))

describe("an overlap", () => {
  const cases: ReadonlyArray<readonly [Operation, Operation, string]> = [
    ["use", "use", "none"],
    ["add", "use", "shared, task1_first"],
    ["use", "extend", "shared, task2_first"],
    ["extend", "extend", "shared"],
    ["add", "extend", "shared, task1_first"],
    ["add", "add", "conflicting"],
    ["replace", "use", "conflicting, task1_first"],
    ["use", "remove", "conflicting, task1_first"],
    ["migrate", "use", "conflicting, task1_first"],
    ["migrate", "change", "conflicting"]
  ]
  for (const [operation1, operation2, expected] of cases) {
    it(`${operation1} and ${operation2}: ${expected}`, () => {
      const [overlap] = ScopeOverlap.between(
        declaring(`table:public.orders=${operation1}`),
        declaring(`table:orders=${operation2}`)
      )

      const found = overlap === undefined
        ? ["none"]
        : [overlap.conflicting ? "conflicting" : "shared", overlap.direction]
      assert.strictEqual(found.filter((word) => word !== undefined).join(", "), expected)
    })
  }

  it("is one a subject, its worst, and the conflicting come first", () => {
    const overlaps = ScopeOverlap.between(
      declaring("api:GET /a=add", "table:orders=use", "table:orders=migrate", "env:X=use"),
      declaring("api:GET /a=use", "table:orders=use", "env:X=use", "env:Y=add")
    )

    assert.deepStrictEqual(
      overlaps.map(({ operation1, operation2, subject }) => [subject, operation1, operation2]),
      [["table:orders", "migrate", "use"], ["api:GET /a", "add", "use"]]
    )
  })
})
