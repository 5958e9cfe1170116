/**
 * A task's text becomes weighted terms, at a cost that no text can raise.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Terms from "@chorus/coordination-core/detection/Terms"
import { task } from "./entries.ts"

const keysOf = (kind: Terms.Kind, terms: Terms.Terms): ReadonlyArray<string> =>
  [...terms].filter(([, term]) => term.kind === kind).map(([key]) => key)

describe("terms", () => {
  const cases: ReadonlyArray<readonly [string, Terms.Kind, ReadonlyArray<string>]> = [
    ["Invoices for the tenant", "word", ["invoic", "tenant"]],
    ["Add a feature flag", "pair", ["featur flag"]],
    ["Add a feature flag", "action", ["add"]],
    ["Write parseInvoiceLine", "identifier", ["parse_invoice_line"]],
    ["Write parseInvoiceLine", "word", ["pars", "invoic", "lin"]],
    ["Call HTTPServer.listen", "identifier", ["http_server_listen"]],
    ["Read JWT_SECRET early", "constant", ["jwt_secret"]],
    ["Read JWT_SECRET", "word", []],
    ["Use os.path/join", "identifier", ["os_path_join"]],
    ["Счета для арендатора", "word", ["счета", "для", "арендатора"]],
    ["First cut. Second plan", "pair", ["first cut", "second plan"]],
    ["", "word", []]
  ]
  for (const [title, kind, keys] of cases) {
    it(`"${title}" has ${kind}: ${keys.join(", ") || "none"}`, () => {
      assert.deepStrictEqual(keysOf(kind, Terms.ofTask(task("any", title))), keys)
    })
  }

  it("a pattern of paths is no term", () => {
    for (const path of ["src/**", "conf/*.env", "{a,b}/c.sql", "log?/[0-9].txt"]) {
      assert.deepStrictEqual([...Terms.ofTask(task("any", "", { paths: [path] })).keys()], [])
    }
  })

  it("scopes and paths are terms of their own, and no words", () => {
    const terms = Terms.ofTask(task("any", "", {
      scopes: ["table:Orders=migrate"],
      paths: ["db/migrations/Orders.sql"]
    }))

    assert.deepStrictEqual([...terms.keys()], [
      "table:orders",
      "db/migrations/orders.sql",
      "orders.sql"
    ])
  })

  it("what stands in the title or is a keyword is prominent, and the title weighs more", () => {
    const terms = Terms.ofTask(task("any", "Invoices", {
      keywords: ["tenants"],
      description: "ledgers"
    }))

    assert.deepStrictEqual(
      ["invoic", "tenant", "ledger"].map((key) => terms.get(key)?.prominent),
      [true, true, false]
    )
    assert.isAbove(terms.get("invoic")?.weight ?? 0, terms.get("ledger")?.weight ?? 0)
  })
})

describe("hostile text", () => {
  const hostile: Readonly<Record<string, string>> = {
    "rare words": Array.from({ length: 400 }, (_, at) => `w${at.toString(36)}x`).join(" "),
    "one repeated word": "again ".repeat(333),
    "a long run of letters": "a".repeat(2000),
    "humps": "aB".repeat(1000),
    "capitals": "AB".repeat(1000),
    "dots": "a.".repeat(1000),
    "dashes and no letters": "-".repeat(2000),
    "underscores": "_".repeat(2000),
    "dotted dashes": "a-.".repeat(666),
    "combining marks": "a\u0301".repeat(1000),
    "half of a surrogate pair": "\ud83d".repeat(2000),
    "names of an object's own": "__proto__ constructor toString hasOwnProperty"
  }
  for (const [name, description] of Object.entries(hostile)) {
    it(`H25: ${name} give a bounded number of bounded terms`, () => {
      const terms = Terms.ofTask(task("any", "Fence", { description }))

      assert.isAtMost(terms.size, Terms.termsMax)
      assert.isTrue([...terms].every(([key, { text, weight }]) =>
        key.length <= 220 && text.length <= 2000 && Number.isFinite(weight)
      ))
      assert.isTrue(terms.has("fenc"))
    })
  }

  it("H25: stops after so many pieces, whatever the field", () => {
    const keywords = Array.from({ length: 5000 }, () => "again")
    const terms = Terms.ofTask(task("any", "Fence", { keywords, description: "never" }))

    assert.isTrue(terms.has("again"))
    assert.isFalse(terms.has("never"))
  })
})
