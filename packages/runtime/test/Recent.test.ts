/**
 * What is remembered of texts is bounded, and is what was worked out for them.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Recent from "../src/Recent.ts"

const text = (nth: number): string => String(nth).padStart(10, "0")

describe("Recent", () => {
  it("I11: keeps what came last or is asked for again, and forgets the rest", () => {
    const recent = Recent.make<number>(100)
    for (let nth = 0; nth < 1000; nth++) {
      recent.set(text(nth), nth)
      assert.strictEqual(recent.get(text(0)), 0)
    }
    const known = Array.from({ length: 1000 }, (_, nth) => recent.get(text(nth)) ?? -1)

    assert.strictEqual(known[999], 999)
    const kept = known.filter((nth) => nth >= 0)
    assert.isAtMost(kept.length, 20)
    for (const nth of kept) assert.strictEqual(known[nth], nth)
  })

  it("does not keep what is longer than all it may keep", () => {
    const recent = Recent.make<number>(5)
    recent.set("too long", 1)
    recent.set("short", 2)
    assert.deepStrictEqual([recent.get("too long"), recent.get("short")], [undefined, 2])
  })
})
