/**
 * Forms of one word meet in one stem, and different words do not.
 */
import { assert, describe, it } from "@effect/vitest"
import { stem } from "@chorus/coordination-core/detection/Stem"
import * as fc from "fast-check"

const families = [
  "table tables",
  "migrate migrates migrated migrating migration migrations",
  "authenticate authenticated authentication",
  "implement implements implemented implementing implementation",
  "configure configures configured configuration",
  "policy policies",
  "retry retries retried retrying",
  "process processes processing processed",
  "cache caches cached caching",
  "plan plans planned planning",
  "class classes",
  "encrypt encrypts encrypted encryption"
].map((family) => family.split(" "))

describe("stem", () => {
  for (const [first = "", ...others] of families) {
    it(`${first}: ${others.join(", ")}`, () => {
      for (const other of others) assert.strictEqual(stem(other), stem(first))
    })
  }

  it("keeps different words apart", () => {
    const words = ["table", "stable", "author", "auth", "api", "rapid", "set", "setting",
      "state", "status", "token", "form", "format", "port", "import", "string", "feed", "redis"]

    assert.strictEqual(new Set(words.map(stem)).size, words.length)
  })

  it("gives every word a stem that is no longer than the word and one", () => {
    fc.assert(fc.property(fc.string({ unit: "grapheme", minLength: 1 }), (word) => {
      assert.isAtMost(stem(word).length, word.length)
      assert.isAtLeast(stem(word).length, 1)
    }))
  })
})
