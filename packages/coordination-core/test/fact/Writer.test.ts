/**
 * The writer gives each draft its place in the log, and refuses what nobody would take (docs/rules.md, 4).
 */
import { assert, describe, it } from "@effect/vitest"
import * as Decode from "@chorus/coordination-core/fact/Decode"
import { draft, type Statement } from "@chorus/coordination-core/fact/Draft"
import { bytesMax } from "@chorus/coordination-core/fact/Fact"
import { table } from "@chorus/coordination-core/fact/FactTable"
import * as Writer from "@chorus/coordination-core/fact/Writer"
import { AgentName } from "@chorus/coordination-core/identity/AgentId"
import { LogNonce } from "@chorus/coordination-core/identity/FactId"
import * as Hash from "@chorus/coordination-core/identity/Hash"
import * as Paper from "@chorus/coordination-core/testing/Paper"
import * as Result from "effect/Result"
import { reasonOf } from "./sealed.ts"

const node = Paper.node("a")
const opened = Writer.open(node, LogNonce.make("00000000000000ff"))
const surroundings = { wallMillis: Date.UTC(2025, 8, 30, 10, 5), liveFrom: {}, embedded: [] }
const saying = (content: string): Statement => ({
  message_type: "session_message",
  session_id: "s",
  from_agent: AgentName.make("m1"),
  content
})
const write = (state: Writer.State, statement: Statement) =>
  Writer.write(state, draft(statement), surroundings)

describe("Writer", () => {
  it("I14: facts are numbered 1, 2, 3 and chained by the id of the one before", () => {
    const one = Result.getOrThrow(write(opened, saying("one")))
    const two = Result.getOrThrow(write(one.state, saying("two")))
    const three = Result.getOrThrow(write(two.state, saying("three")))
    const facts = [one, two, three].map(({ decoded }) => decoded.fact)

    assert.deepStrictEqual(facts.map(({ seq }) => seq), [1, 2, 3])
    assert.deepStrictEqual(facts.map(({ prev }) => prev), [undefined, facts[0]?.id, facts[1]?.id])
    assert.deepStrictEqual(
      [...new Set(facts.map(({ log }) => log))],
      [`${node}/00000000000000ff`] as Array<never>
    )
    assert.strictEqual<string | undefined>(facts[2]?.id, Hash.ofText(three.payload))
  })

  it("H20: what is written twice in one moment, or by a clock that stands still, is two facts", () => {
    const one = Result.getOrThrow(write(opened, saying("the same")))
    const two = Result.getOrThrow(write(one.state, saying("the same")))
    const elsewhere = Writer.open(node, LogNonce.make("00000000000000fe"))
    const three = Result.getOrThrow(write(elsewhere, saying("the same")))
    const facts = [one, two, three].map(({ decoded }) => decoded.fact)

    assert.lengthOf(new Set(facts.map(({ timestamp }) => timestamp)), 1)
    assert.lengthOf(new Set(facts.map(({ id }) => id)), 3)
  })

  it("a refused draft takes no number", () => {
    const one = Result.getOrThrow(write(opened, saying("one")))
    const wide = "\u0001".repeat(4000)

    assert.strictEqual(reasonOf(write(one.state, saying(wide))), "too_large")
    assert.strictEqual(reasonOf(write(one.state, saying("x".repeat(4001)))), "bad_data")
    assert.isAbove(Hash.byteLength(JSON.stringify(wide)), bytesMax)
    assert.strictEqual(Result.getOrThrow(write(one.state, saying("two"))).decoded.fact.seq, 2)
  })

  it("what it writes decodes elsewhere to the same fact, on the topic of its type", () => {
    const text = "naïve 名前 😀 \ud800 \u0000 \" \\ \n"
    const { decoded, payload } = Result.getOrThrow(write(opened, saying(text)))
    const again = Decode.decode({ payload, signer: node }, table.session_message.topic)

    assert.deepStrictEqual(Result.getOrThrow(again), decoded)
    assert.strictEqual(reasonOf(Decode.decode({ payload, signer: Paper.node("b") })), "wrong_signer")
  })

  it("timestamps are the seed's: ISO 8601 in UTC", () => {
    const { fact } = Result.getOrThrow(write(opened, saying("one"))).decoded

    assert.strictEqual(fact.timestamp, "2025-09-30T10:05:00.000Z")
  })

  it("H25: a log that has facts is over when they are many, or when it was written for ten days", () => {
    assert.isFalse(Writer.isOver(opened, Infinity))
    assert.isFalse(Writer.isOver({ ...opened, next: Writer.logFactsMax }, 0))
    assert.isTrue(Writer.isOver({ ...opened, next: Writer.logFactsMax + 1 }, 0))
    assert.isFalse(Writer.isOver({ ...opened, next: 2 }, Writer.logMillisMax - 1))
    assert.isTrue(Writer.isOver({ ...opened, next: 2 }, Writer.logMillisMax))
  })

  it("H20: a time that has no date is shown as the nearest that has one", () => {
    assert.strictEqual(Writer.isoOf(Number.MAX_SAFE_INTEGER), "+275760-09-13T00:00:00.000Z")
    assert.strictEqual(Writer.isoOf(-Infinity), "-271821-04-20T00:00:00.000Z")
  })

  it("the lowest places that still matter and the sealed facts to embed are written as given", () => {
    const nonce = LogNonce.make("0123456789abcdef")
    const written = Writer.write(
      opened,
      draft({ message_type: "resolution", session_id: "s", resolution: "r" }, [Decode.idOf("x")]),
      { ...surroundings, liveFrom: { [nonce]: 7 }, embedded: ["c2VhbGVk"] }
    )
    const { decoded } = Result.getOrThrow(written)

    assert.deepStrictEqual(decoded.fact.live_from, { [nonce]: 7 })
    assert.deepStrictEqual(decoded.embedded, ["c2VhbGVk"])
  })
})
