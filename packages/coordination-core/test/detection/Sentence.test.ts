/**
 * Sentences from other people's words stay short, whole and readable.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Sentence from "@chorus/coordination-core/detection/Sentence"
import * as fc from "fast-check"

describe("sentences", () => {
  it("a text is cut to its limit and never inside a character", () => {
    const texts = fc.string({ unit: "grapheme" })
    fc.assert(fc.property(texts, fc.integer({ min: 1, max: 20 }), (text, max) => {
      const cut = Sentence.cut(text, max)

      assert.isAtMost(cut.length, max)
      assert.isTrue(cut.isWellFormed())
      if (text.length <= max) assert.strictEqual(cut, text)
    }))
  })

  it("a line has no line break and no control character", () => {
    assert.strictEqual(Sentence.line(" one\r\n\ttwo\u0000three "), "one two three")
  })

  const quotes: ReadonlyArray<readonly [ReadonlyArray<string>, string]> = [
    [[], ""],
    [["jwt"], `"jwt"`],
    [["jwt", "token"], `"jwt" and "token"`],
    [["one", "two", "three", "four"], `"one", "two" and "three"`],
    [["flag", "feature flag"], `"feature flag"`],
    [["OrderPlaced", "order placed", "order"], `"OrderPlaced"`],
    [["api", "openapi"], `"api" and "openapi"`],
    [["token", "token"], `"token"`]
  ]
  for (const [texts, expected] of quotes) {
    it(`${JSON.stringify(texts)} reads ${expected || "nothing"}`, () => {
      assert.strictEqual(Sentence.quoted(texts), expected)
    })
  }
})
