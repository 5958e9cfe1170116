/**
 * Rules that a team writes into a file.
 */
import { assert, describe, it } from "@effect/vitest"
import { read } from "@chorus/coordination-core/detection/Rule"
import * as WordRule from "@chorus/coordination-core/detection/WordRule"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { task } from "./entries.ts"

const decode = Schema.decodeUnknownResult(WordRule.WordRules)

describe("WordRule", () => {
  it("matches words of the one task with words of the other, in both orders, and says who is first", () => {
    const rule = WordRule.ruleOf({
      name: "GraphQL_Schema", keywords: ["graphql"], one: ["schema"], other: ["resolver"], first: "one"
    })
    const [schema, resolver] = [read(task("a", "Change schemas")), read(task("b", "Fix resolvers"))]

    assert.deepStrictEqual(rule.validator(schema, resolver), {
      matches: true,
      reason: "GraphQL_Schema: a#1 speaks of \"schemas\", b#1 of \"resolvers\".",
      direction: "task1_first"
    })
    assert.strictEqual(rule.validator(resolver, schema).direction, "task2_first")
    assert.isFalse(rule.validator(schema, schema).matches)
    assert.sameMembers([...rule.keys], ["graphql", "schema", "resolver"])
  })

  it("a file names each rule once, by a name of its own, with at least a word", () => {
    const refused = (...rules: ReadonlyArray<object>) => Result.isFailure(decode(rules))
    const good = { name: "Mine", keywords: ["crane"] }

    assert.isFalse(refused(good, { ...good, name: "Other", decisive: true }))
    const names = [{ name: "API_Contract" }, { name: "no blanks" }]
    for (const wrong of [...names, { keywords: [] }, { keywords: ["a b c"] }]) {
      assert.isTrue(refused({ ...good, ...wrong }), JSON.stringify(wrong))
    }
    assert.isTrue(refused(good, good))
  })
})
