/**
 * Signals: sealed, sent and not kept; decoding is total like that of facts (H21).
 */
import { assert, describe, it } from "@effect/vitest"
import * as Decode from "@chorus/coordination-core/fact/Decode"
import { topics } from "@chorus/coordination-core/fact/FactTable"
import * as Signal from "@chorus/coordination-core/signal/Signal"
import * as Paper from "@chorus/coordination-core/testing/Paper"
import * as Result from "effect/Result"
import * as fc from "fast-check"
import { reasonOf } from "../fact/sealed.ts"

const node = Paper.node("a")
const at = Date.UTC(2025, 8, 30, 10)
const heartbeat: Signal.SignalData = { message_type: "heartbeat", digest: "d".repeat(64) }
const planning: Signal.SignalData = { message_type: "planning", session_id: "dep_1", round: 2 }
const decode = (payload: string, signer: string = node, topic?: typeof topics[number]) =>
  Signal.decode({ payload, signer }, topic)

describe("Signal", () => {
  it("the two signals are written like this, for ever", () => {
    assert.strictEqual(
      Signal.write(node, heartbeat, at),
      `{"v":1,"type":"availability_broadcast","from":"${node}","timestamp":"2025-09-30T10:00:00.000Z",` +
        `"data":{"message_type":"heartbeat","digest":"${"d".repeat(64)}"}}`
    )
    assert.strictEqual(
      Signal.write(node, planning, at),
      `{"v":1,"type":"meta_discussion","from":"${node}","timestamp":"2025-09-30T10:00:00.000Z",` +
        `"data":{"message_type":"planning","session_id":"dep_1","round":2}}`
    )
  })

  it("what is written decodes on its own topic, and on no other", () => {
    for (const data of [heartbeat, planning]) {
      const payload = Signal.write(node, data, at)
      assert.deepStrictEqual(Result.getOrThrow(decode(payload)).data, data)
      for (const topic of topics) {
        const reason = reasonOf(decode(payload, node, topic))
        assert.strictEqual(reason, topic === Signal.topicOf(data) ? undefined : "wrong_topic")
      }
    }
    assert.notStrictEqual(Signal.topicOf(heartbeat), Signal.topicOf(planning))
  })

  it("H8: a signal sealed by another key than it names is refused", () => {
    assert.strictEqual(reasonOf(decode(Signal.write(node, heartbeat, at), Paper.node("b"))), "wrong_signer")
  })

  it("a signal is no fact, and a fact no signal", () => {
    const payload = Signal.write(node, planning, at)
    const fact = Paper.make()
    fact.claim(fact.agent("a", "m1"), "repo#1")

    assert.strictEqual(reasonOf(Decode.decode({ payload, signer: node })), "bad_envelope")
    assert.strictEqual(reasonOf(decode(JSON.stringify(fact.facts[0]))), "bad_data")
  })

  it("a round outside 1 to 3, a long digest or a long signal is refused", () => {
    const wrong: ReadonlyArray<Signal.SignalData> = [
      { ...planning, round: 0 }, { ...planning, round: 4 }, { ...heartbeat, digest: "d".repeat(65) },
      { ...planning, session_id: "s".repeat(101) }
    ]
    for (const data of wrong) assert.strictEqual(reasonOf(decode(Signal.write(node, data, at))), "bad_data")
    const payload = Signal.write(node, heartbeat, at)
    assert.isUndefined(reasonOf(decode(payload.padEnd(1024))))
    assert.strictEqual(reasonOf(decode(payload.padEnd(1025))), "too_large")
  })

  it("H21: any text gives a signal or a refusal", () => {
    const payload = Signal.write(node, planning, at)
    const cut = fc.tuple(fc.nat(300), fc.nat(20))
    fc.assert(fc.property(fc.string(), cut, fc.jsonValue(), (text, [from, length], value) => {
      const mutated = payload.slice(0, from) + text + payload.slice(from + length)
      for (const each of [text, JSON.stringify(value), mutated]) {
        const result = decode(each)
        assert.isTrue(Result.isSuccess(result) || result.failure.detail.length < 1000)
      }
    }))
    assert.strictEqual(reasonOf(decode("[".repeat(1000))), "bad_data")
  })
})
