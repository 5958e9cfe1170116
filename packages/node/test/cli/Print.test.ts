/**
 * Tables and texts as they are printed.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Print from "../../src/cli/Print.ts"
import { json } from "../../src/cli/Text.ts"

describe("Print", () => {
  it("a table's columns are as wide as their widest cell, and no line ends in blanks", () => {
    assert.strictEqual(
      Print.table(["TASK", "AGENT"], [["a#1", "api"], ["backend#42", "w"], ["c#3", ""]]),
      "TASK        AGENT\na#1         api\nbackend#42  w\nc#3"
    )
    assert.strictEqual(Print.table(["TASK", "AGENT"], []), "TASK  AGENT")
  })

  it("a cell stays on its line", () => {
    assert.strictEqual(Print.table(["A", "B"], [["x\n\ty", "z"]]), "A    B\nx y  z")
  })

  it("a text is cut only where it is too long, and shows it", () => {
    assert.strictEqual(Print.cut("12345", 5), "12345")
    assert.strictEqual(Print.cut("123456", 5), "1234…")
  })

  it("JSON moves no cursor, turns no reading direction, and reads as what it was made of", () => {
    const value = { title: "\u001B[2J \u009B2J \u007F \u202Eevil\u2069 é \u{1F600}" }
    assert.match(json(value), /^[\x20-\x7Eé\u{1F600}]+$/u)
    assert.deepStrictEqual(JSON.parse(json(value)), value)
  })
})
