/**
 * Which declared paths a file could belong to both of.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Paths from "@chorus/coordination-core/task/Paths"
import * as fc from "fast-check"

const overlap = (one: string, other: string) => Paths.overlap(Paths.read(one), Paths.read(other))

const segment = fc.constantFrom("a", "b", "ab", "*", "a*", "*b", "**", "a?")
const path = fc.array(segment, { minLength: 1, maxLength: 4 }).map((segments) => segments.join("/"))

/** Does a file belong to a path, by an expression that says the same in another way? */
const holds = (declared: string, file: string): boolean => {
  const parts = declared.split("/").map((part) =>
    part === "**" ? "(?:[^/]+/)*" : `${part.replaceAll("*", "[^/]*").replaceAll("?", "[^/]")}/`)
  return new RegExp(`^${parts.join("")}(?:[^/]+/)*$`).test(`${file}/`)
}

const names = ["a", "b", "ab", "aab"]
const files = names.flatMap((one) => [one, ...names.flatMap((two) =>
  [`${one}/${two}`, ...names.map((three) => `${one}/${two}/${three}`)])])

describe("Paths", () => {
  it("overlap when one is above the other, or a pattern fits", () => {
    for (const [one, other] of [
      ["src/api", "src/api/users.ts"], ["./src//api/", "src/api"], ["src/**/*.ts", "src/a/b/c.ts"],
      ["db/migrations/*.sql", "db/migrations"], ["**/users.ts", "src/api"], ["src/{a,b}/x", "src/b/x"],
      ["**", "any"]
    ] as const) assert.isTrue(overlap(one, other) && overlap(other, one), `${one} and ${other}`)
    for (const [one, other] of [
      ["src/api", "src/apis"], ["src/*.ts", "src/a.js"], ["docs/**/*.txt", "src/a.txt"], ["a/b/c", "a/c"]
    ] as const) assert.isFalse(overlap(one, other) || overlap(other, one), `${one} and ${other}`)
  })

  it("overlap, in either order, whenever some file belongs to both", () => {
    fc.assert(fc.property(path, path, (one, other) => {
      assert.strictEqual(overlap(one, other), overlap(other, one))
      if (files.some((file) => holds(one, file) && holds(other, file))) {
        assert.isTrue(overlap(one, other), `${one} and ${other}`)
      }
    }), { numRuns: 300 })
  })

  it("H25: a path that is made to be slow is not", () => {
    const slow = Array.from({ length: 100 }, () => "**/*a*").join("/")
    assert.isTrue(overlap(slow, slow))
    assert.isAtMost(Paths.read(slow).length, Paths.segmentsMax)
  })
})
