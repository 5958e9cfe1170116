/**
 * What peers say to each other directly decodes, or is refused; nothing throws (H21).
 */
import { assert, describe, it } from "@effect/vitest"
import { logsMax, marksMax, stretchesMax } from "@chorus/coordination-core/catchup/Difference"
import * as Exchange from "@chorus/coordination-core/catchup/Exchange"
import { forkProofBytesMax } from "@chorus/coordination-core/fact/Fact"
import { log, LogNonce } from "@chorus/coordination-core/identity/FactId"
import * as Hash from "@chorus/coordination-core/identity/Hash"
import * as MeshSettings from "@chorus/coordination-core/mesh/MeshSettings"
import { messageBytesMax } from "@chorus/coordination-core/ports/Peers"
import * as Paper from "@chorus/coordination-core/testing/Paper"
import * as Base64 from "effect/encoding/Base64"
import * as Result from "effect/Result"
import * as fc from "fast-check"
import { reasonOf } from "../fact/sealed.ts"

const settings = MeshSettings.defaults(Paper.person("founder"))
const head = { seq: 7, id: Hash.ofText("a fact") }
const vector = { [log(Paper.node("a"), LogNonce.make("0123456789abcdef"))]: head }
const logId = log(Paper.node("a"), LogNonce.make("0123456789abcdef"))
const question = {
  v: 1,
  settings,
  vector,
  after: logId,
  upTo: logId,
  search: { log: logId, after: 0, upTo: 9 },
  given: ["c2VhbGVk"]
}
const answer = {
  v: 1,
  settings,
  facts: ["c2VhbGVk"],
  more: true,
  lacks: [{ log: logId, from: 1, upTo: 2 }],
  marks: { log: logId, after: 0, sums: [[1, "0"], [2, "f"]] }
}

describe("Exchange", () => {
  it("a question and an answer decode to what was said", () => {
    assert.deepStrictEqual<unknown>(Result.getOrThrow(Exchange.question(JSON.stringify(question))), question)
    assert.deepStrictEqual<unknown>(Result.getOrThrow(Exchange.answer(JSON.stringify(answer))), answer)
  })

  it("a node that joins names no settings yet; an answer always does", () => {
    assert.isUndefined(reasonOf(Exchange.question(JSON.stringify({ v: 1, vector: {} }))))
    assert.strictEqual(
      reasonOf(Exchange.answer(JSON.stringify({ ...answer, settings: undefined }))),
      "bad_data"
    )
  })

  it("H25: a message carries as many bytes of facts as a batch may have, and no more", () => {
    const fact = Base64.encode(new Uint8Array(16_384))
    const full = Array.from({ length: Exchange.batchBytesMax / 16_384 }, () => fact)
    const over = [...full, fact]

    assert.isUndefined(reasonOf(Exchange.question(JSON.stringify({ ...question, given: full }))))
    assert.isUndefined(reasonOf(Exchange.answer(JSON.stringify({ ...answer, facts: full }))))
    assert.strictEqual(reasonOf(Exchange.question(JSON.stringify({ ...question, given: over }))), "bad_data")
    assert.strictEqual(reasonOf(Exchange.answer(JSON.stringify({ ...answer, facts: over }))), "bad_data")
  })

  it("another version, a bad head, too many or too long facts are refused", () => {
    const questions = [
      { ...question, v: 2 },
      { ...question, vector: { [Object.keys(vector)[0]!]: { ...head, seq: -1 } } },
      { ...question, vector: { [Object.keys(vector)[0]!]: { ...head, id: "x" } } },
      { ...question, settings: { ...settings, maxParticipants: 1 } },
      { ...question, search: { log: logId, after: 0, upTo: 0 } },
      { ...question, given: Array.from({ length: Exchange.batchFactsMax + 1 }, () => "") }
    ]
    const answers = [
      { ...answer, facts: Array.from({ length: Exchange.batchFactsMax + 1 }, () => "") },
      { ...answer, facts: ["x".repeat(80_000)] },
      { ...answer, more: "yes" },
      { ...answer, lacks: Array.from({ length: stretchesMax + 1 }, () => answer.lacks[0]!) },
      { ...answer, marks: { ...answer.marks, sums: Array.from({ length: marksMax + 1 }, () => [1, ""]) } }
    ]
    for (const each of questions) assert.strictEqual(
      reasonOf(Exchange.question(JSON.stringify(each))),
      "bad_data"
    )
    for (const each of answers) assert.strictEqual(
      reasonOf(Exchange.answer(JSON.stringify(each))),
      "bad_data"
    )
  })

  it("H12: the greatest fork proof, sealed, is no reason to refuse what comes with it", () => {
    const sealed = "x".repeat(Math.ceil((forkProofBytesMax + 200) / 3) * 4)

    assert.isUndefined(reasonOf(Exchange.answer(JSON.stringify({ ...answer, facts: ["eA==", sealed] }))))
  })

  it("the greatest batch fits into a message between peers, beside the greatest vector", () => {
    const heads = Array.from({ length: logsMax }, (_, nth) =>
      [`${logId}${nth}`, { ...head, top: Number.MAX_SAFE_INTEGER, seq: Number.MAX_SAFE_INTEGER }])
    const bytes = JSON.stringify({ ...question, vector: Object.fromEntries(heads) }).length
    assert.isBelow(Exchange.batchBytesMax * 4 / 3 + Exchange.batchFactsMax * 8 + bytes, messageBytesMax)
  })

  it("H21: any text gives a message or a refusal", () => {
    const texts = [question, answer].map((message) => JSON.stringify(message))
    const cut = fc.tuple(fc.nat(600), fc.nat(30))
    fc.assert(fc.property(fc.string(), cut, fc.jsonValue(), (text, [from, length], value) => {
      const mutated = texts.map((each) => each.slice(0, from) + text + each.slice(from + length))
      for (const each of [text, JSON.stringify(value), ...mutated]) {
        for (const result of [reasonOf(Exchange.question(each)), reasonOf(Exchange.answer(each))]) {
          assert.include([undefined, "bad_data"], result)
        }
      }
    }))
  })

  it("H21: nesting without end and names of objects are data like any other", () => {
    const open = "[".repeat(100_000)
    for (const nested of [open, open + "]".repeat(100_000), "{\"a\":".repeat(100_000)]) {
      assert.strictEqual(reasonOf(Exchange.question(nested)), "bad_data")
      assert.strictEqual(reasonOf(Exchange.answer(nested)), "bad_data")
    }
    const named = Exchange.question(
      `{"v":1,"vector":{"__proto__":{"seq":1,"id":"${head.id}"},"constructor":1}}`
    )
    assert.deepStrictEqual<unknown>(Result.getOrThrow(named), { v: 1, vector: {} })
    assert.notProperty({}, "seq")
  })
})
