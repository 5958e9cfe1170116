/**
 * The name of a contract is the same, however what it names was written.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Contract from "@chorus/coordination-core/contract/Contract"
import type * as Shape from "@chorus/coordination-core/contract/Shape"

describe("Contract", () => {
  it.each([
    [
      "api:POST /v1/users/{}",
      "api",
      ["POST /v1/users/{id}", "post /v1/users/:userId/", "POST /v1/Users/<id>?x=1"]
    ],
    ["table:orders", "table", ["orders", '"public"."Orders"', "`orders`"]],
    ["env:JWT_SECRET", "env", ["JWT_SECRET", "jwt_secret"]],
    ["package:@org/lib", "package", ["@org/lib", "@org/lib@^2.1.0", "@Org/Lib"]],
    ["package:my-lib", "package", ["my_lib", "My-Lib"]]
  ] as const)("%s", (name, kind, written) => {
    assert.deepStrictEqual(
      written.map((key) => Contract.nameOf(kind, key)),
      written.map(() => name)
    )
    assert.deepStrictEqual(
      written.map((key) => Contract.normalName(`${kind}:${key}`)),
      written.map(() => name)
    )
    assert.strictEqual(Contract.normalName(name), name)
  })

  it("what is empty or too long is no name", () => {
    assert.isUndefined(Contract.nameOf("table", ""))
    assert.isUndefined(Contract.nameOf("env", "X".repeat(200)))
    assert.strictEqual(Contract.normalName("later:Kind"), "later:Kind")
  })

  it("a contract that two files describe has the members of both, and what is unknown is listed", () => {
    const column = (name: string): Shape.Member => ({ name, is: "text", side: "both", required: false })
    const found = (file: string, name: string): Contract.Scanned => ({
      provides: [{ name: "table:orders", file, shape: [column(name)] }],
      consumes: [{ name: "env:A", file }],
      unknown: [{ file, because: "half of it" }]
    })
    const merged = Contract.merged([found("b.sql", "total"), found("a.sql", "id")])

    assert.deepStrictEqual(
      merged.provides.map(({ file, shape }) => [file, shape.map(({ name }) => name)]),
      [["b.sql", ["id", "total"]]]
    )
    assert.lengthOf(merged.consumes, 1)
    assert.deepStrictEqual(
      merged.unknown.map(({ file }) => file),
      ["a.sql", "b.sql"]
    )
  })
})
