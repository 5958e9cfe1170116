/**
 * What a task declares to touch, in its one written form.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Scope from "@chorus/coordination-core/task/Scope"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as fc from "fast-check"

const decode = Schema.decodeUnknownResult(Scope.Text)
const decodes = (text: string): boolean => Result.isSuccess(decode(text))

describe("Scope", () => {
  it("the examples of the documents parse", () => {
    assert.deepStrictEqual(Scope.parse("api:POST /v1/users=replace"), {
      kind: "api",
      key: "POST /v1/users",
      operation: "replace"
    })
    assert.deepStrictEqual(Scope.parse("table:orders=migrate")?.kind, "table")
    assert.deepStrictEqual(Scope.parse("env:JWT_SECRET=add")?.operation, "add")
  })

  it("every kind and every operation parses, and the last equals sign divides", () => {
    const scope = fc.record({
      kind: fc.constantFrom(...Scope.kinds),
      key: fc.stringMatching(/^[!-~]([ -~]{0,158}[!-~])?$/),
      operation: fc.constantFrom(...Scope.operations)
    })
    fc.assert(fc.property(scope, (made) => {
      assert.deepStrictEqual(Scope.parse(`${made.kind}:${made.key}=${made.operation}`), made)
    }))
    assert.strictEqual(Scope.parse("api:GET /x?a=b=use")?.key, "GET /x?a=b")
  })

  it("anything else is no scope, and what parses is what travels", () => {
    const wrong = [
      "", "orders", "table:orders", "table:=use", "table: =use", "table:orders=drop", "view:orders=use",
      "Table:orders=use", " table:orders=use", "table:orders=use ", "table:a\nb=use",
      `table:${"x".repeat(161)}=use`, `table:${" ".repeat(10_000)}orders=use`
    ]
    for (const text of wrong) {
      assert.isUndefined(Scope.parse(text), text)
      assert.isFalse(decodes(text), text)
    }
    const unit = fc.nat(0xffff).map((code) => String.fromCharCode(code))
    fc.assert(fc.property(fc.string({ unit }), fc.string(), (text, key) => {
      for (const each of [text, `table:${key}=use`]) {
        assert.strictEqual(decodes(each), Scope.parse(each) !== undefined)
      }
    }))
  })

  it("two scopes are about the same thing when kind and key are, whatever the case", () => {
    const subject = (text: string) => Scope.subject(Scope.parse(text)!)

    assert.strictEqual(subject("api:POST /v1/Users=replace"), subject("api: post /v1/users =use"))
    assert.notStrictEqual(subject("api:users=use"), subject("table:users=use"))
  })
})
