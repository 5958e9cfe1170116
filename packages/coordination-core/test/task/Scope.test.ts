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

  const meet = (one: string, other: string) => Scope.meet(Scope.parse(one)!, Scope.parse(other)!)

  it("two scopes meet when their keys are one in normal form, or one is a part of the other", () => {
    const same = [
      ["api:POST /v1/users/{id}=replace", "api: post /v1/Users/:userId/=use"],
      ["api:POST /v1/users/{id}=replace", "api:/v1/users/<id>?full=1=use"],
      ["table:\"public\".\"Orders\"=migrate", "table:orders=use"],
      ["table:orders=migrate", "table:`orders`.`Total`=use"],
      ["table:app.orders.total=change", "table:[orders].[total]=use"],
      ["env:JWT_SECRET=add", "env:${jwt_secret}=use"],
      ["env:JWT_SECRET=add", "env:process.env.JWT_SECRET=use"],
      ["flag:new-ui=add", "flag:NEW_UI=use"],
      ["package:npm:Lodash=change", "package:lodash@^4.17=use"],
      ["package:@acme/api@^1.2=change", "package:@acme/api@1.9.3=use"],
      ["package:Flask_Login>=1,<3=change", "package:flask-login~=2.1=use"],
      ["file:./docs//api.yaml=change", "file:docs/api.yaml=use"]
    ] as const
    for (const [one, other] of same) {
      assert.isTrue(meet(one, other) && meet(other, one), `${one} and ${other}`)
      assert.strictEqual(Scope.subject(Scope.parse(one)!), Scope.subject(Scope.parse(other)!))
    }
    const apart = [
      ["api:users=use", "table:users=use"],
      ["api:POST /v1/users/{id}=replace", "api:GET /v1/users/{id}=use"],
      ["api:GET /v1/users/{id}=use", "api:GET /v1/users=use"],
      ["table:orders.total=change", "table:orders.state=use"],
      ["package:lodash@^4=change", "package:lodash@3.x || ~2.1=use"],
      ["package:lodash@<4=change", "package:lodash@>=4.0.0=use"]
    ] as const
    for (const [one, other] of apart) assert.isFalse(meet(one, other), `${one} and ${other}`)
  })

  it("normalising is idempotent, keeps what a scope is about, and meeting has no order", () => {
    const part = fc.constantFrom(
      "/", ".", ":", "{", "}", "<", ">", "[", "]", "\"", "`", "$", "@", "^", "~", "=", "-", "_", "(",
      "*", " ", "GET ", "post ", "public", "env.", "process.env.", "npm:", "1", "2.0", "x", "||", "a",
      "Users", "é", "İ"
    )
    const scope = fc.record({
      kind: fc.constantFrom(...Scope.kinds),
      key: fc.array(part, { minLength: 1, maxLength: 10 }).map((parts) => parts.join("")),
      operation: fc.constantFrom(...Scope.operations)
    })
    fc.assert(fc.property(scope, scope, (one, other) => {
      const normal = Scope.normal(one)
      assert.deepStrictEqual(Scope.normal(normal), normal)
      assert.strictEqual(Scope.subject(normal), Scope.subject(one))
      assert.isTrue(Scope.meet(one, normal))
      const alike = { ...other, kind: one.kind }
      assert.strictEqual(Scope.meet(one, alike), Scope.meet(alike, one))
    }), { numRuns: 1000 })
  })
})
