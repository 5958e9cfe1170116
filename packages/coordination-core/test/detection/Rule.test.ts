/**
 * What a rule can ask of a task.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Rule from "@chorus/coordination-core/detection/Rule"
import { task } from "./entries.ts"

describe("mentions", () => {
  const description = "unsolved queries"
  const read = Rule.read(task("any", "Resolvers for feature flags", { description }))
  const cases: ReadonlyArray<readonly [string, boolean]> = [
    ["resolver", true],
    ["Resolvers", true],
    ["query", true],
    ["feature flag", true],
    ["flag feature", false],
    ["solve", false],
    ["resolve", false],
    ["", false]
  ]
  for (const [phrase, expected] of cases) {
    it(`"${phrase}" is ${expected ? "" : "not "}in it`, () => {
      assert.strictEqual(Rule.mentions(read, phrase), expected)
    })
  }

  it("takes several words, any of which will do", () => {
    assert.isTrue(Rule.mentions(read, "mutation", "resolver"))
    assert.isFalse(Rule.mentions(read))
  })
})

describe("a task that was read", () => {
  it("has its fields, the concepts it speaks of, and what it declares", () => {
    const read = Rule.read(task("any", "Rotate tokens after login", {
      scopes: ["env:TOKEN_TTL=add", "env:token_ttl=use", "env:OTHER=use"]
    }))

    assert.strictEqual(read.title, "Rotate tokens after login")
    assert.deepStrictEqual([...read.concepts], [["identity", ["tokens", "login"]]])
    const declared = [...read.declared].map(([subject, scopes]) =>
      [subject, scopes.map(({ scope }) => scope.operation)])
    assert.deepStrictEqual(declared, [
      ["env:token_ttl", ["add", "use"]],
      ["env:other", ["use"]]
    ])
  })
})

describe("a rule", () => {
  it("knows its keywords as terms, each once", () => {
    const rule = Rule.make({
      name: "Any",
      description: "",
      keywords: ["Flag", "flags", "feature flag"],
      validator: () => Rule.unmatched
    })

    assert.deepStrictEqual(rule.keys, ["flag", "featur flag"])
  })

  it("has a name that sessions can bear", () => {
    const named = (name: string) => () =>
      Rule.make({ name, description: "", keywords: [], validator: () => Rule.unmatched })

    assert.strictEqual(named("a".repeat(64))().name.length, 64)
    for (const name of ["", "no blanks", "_", "a".repeat(65)]) assert.throws(named(name), "GraphQL_Schema")
  })
})
