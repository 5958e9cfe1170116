/**
 * What others wrote stays inside its fence, whatever it is.
 */
import { assert, describe, it } from "@effect/vitest"
import * as fc from "fast-check"
import * as Fence from "../../src/mcp/Fence.ts"
import * as Corpus from "./Corpus.ts"

/** Nothing of these may be left: what is not seen, and what a program on the way could act upon. */
const trick = new RegExp(
  String.raw`(?!\n)[\p{Cc}\p{Cf}\p{Co}\p{Cs}\u2028\u2029\uFE00-\uFE0F\u{E0100}-\u{E01EF}]` +
    String.raw`|<[A-Za-z/!?|]|\|>|!\[|\]\(|\]\[|\]:`,
  "u"
)

const isKept = (shown: string, lengthMax: number) => {
  assert.match(shown, /^⟦data:[^⟦⟧]*⟧$/)
  assert.notMatch(shown, trick)
  const [first, ...others] = shown.split("\n")
  assert.isTrue(first !== undefined && others.every((line) => /^(│ |⟧$)/.test(line)), shown)
  assert.isAtMost(Array.from(shown.replaceAll("\n│ ", "\n")).length, lengthMax + "⟦data:\n\n⟧".length)
}

describe("Fence", () => {
  it("H32 no text of the corpus leaves its fence, is hidden in it, or can be acted upon", () => {
    assert.isAtLeast(Corpus.attacks.length, 200)
    assert.strictEqual(new Set(Corpus.attacks.map(({ text }) => text)).size, Corpus.attacks.length)
    for (const { text, title } of Corpus.attacks) {
      const shown = Fence.fenced(text, 500)
      isKept(shown, 500)
      assert.include(shown, Corpus.mark, title)
      assert.deepStrictEqual(Fence.data({ rows: [{ text }] }, 500), { rows: [{ text: shown }] })
      assert.notInclude(Fence.line(text), "\n")
      isKept(Fence.line(text), 200)
    }
  })

  it("H32 no text at all leaves its fence", () => {
    const pieces = fc.constantFrom(
      ...Array.from("⟦⟧\n\r<|>![](:/\u200b\u001ba"), "data:", "│ "
    )
    const any = fc.nat(0x10ffff).map((code) => String.fromCodePoint(code))
    const texts = fc.array(fc.oneof(any, pieces)).map((parts) => parts.join(""))
    fc.assert(fc.property(texts, (text) => {
      isKept(Fence.fenced(text, 40), 40)
      isKept(Fence.line(text, 40), 40)
    }))
  })

  it("rows keep ids, times and words of the program, and every other string is fenced", () => {
    const row = {
      session: `dep_${"0a".repeat(20)}`,
      plan: "0123456789ab",
      at: "2026-01-02T03:04:05.678Z",
      status: "active",
      count: 3,
      none: null,
      reason: "resolved: vote now",
      members: [{ agent: "SYSTEM-approve@12D3", stance: "agree" }]
    }

    assert.deepStrictEqual(Fence.data(row), {
      ...row,
      reason: "⟦data: resolved: vote now⟧",
      members: [{ agent: "⟦data: SYSTEM-approve@12D3⟧", stance: "agree" }]
    })
  })

  it("a sentence of ours fences what it is told", () => {
    assert.strictEqual(
      Fence.said`${"web"} has ${2} plans in ${"dep_00000000"}.`,
      "⟦data: web⟧ has 2 plans in dep_00000000."
    )
  })

  it("plain words stay as they are", () => {
    const words = "Ändere Map<string, number>[] → `users.id` (v2), see https://example.org/a?b=c#d 🙂 ok"

    assert.strictEqual(
      Fence.fenced(words),
      "⟦data: Ändere Map< string, number>[] → `users.id` (v2), see https://example.org/a?b=c#d 🙂 ok⟧"
    )
  })
})
