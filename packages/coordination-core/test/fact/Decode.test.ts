/**
 * What is refused and why, what is tolerated, and where exactly the limits are (docs/rules.md, 4).
 */
import { assert, describe, it } from "@effect/vitest"
import * as Decode from "@chorus/coordination-core/fact/Decode"
import { bytesMax, depthMax, forkProofBytesMax } from "@chorus/coordination-core/fact/Fact"
import { type Reason, refusal, type Refusal, verdicts } from "@chorus/coordination-core/fact/Refusal"
import { FactId } from "@chorus/coordination-core/identity/FactId"
import * as Hash from "@chorus/coordination-core/identity/Hash"
import * as Paper from "@chorus/coordination-core/testing/Paper"
import * as Result from "effect/Result"
import { author, decode, envelope, message, nonce, reasonOf, seal, whole } from "./sealed.ts"

const accepted = (payload: unknown): Decode.Decoded => Result.getOrThrow(decode(payload))
const text = JSON.stringify(message("hello"))
const id = "a".repeat(64)

/** A fact of a type that may be as long as it likes, filled up to an exact number of bytes. */
const filled = (bytes: number, data: object): string => {
  const fill = (length: number) => JSON.stringify(envelope({ ...data, filler: "x".repeat(length) }))
  return fill(bytes - Hash.byteLength(fill(0)))
}
const forkProof = {
  message_type: "fork_proven",
  log: `${author}/${nonce}`,
  seq: 1,
  embedded: [seal(text), seal(text)]
}
const dependency = (data: object, changed: object = {}) =>
  envelope({
    message_type: "dependency_detected",
    dependency: {
      task1: { task_id: 1, repository: "a", title: "A" },
      task2: { task_id: 2, repository: "b", title: "B" },
      relationship: "API_Contract",
      confidence: 0.8,
      reason: "because"
    },
    hop_count: 0,
    max_hops: 3,
    ...data
  }, { type: "dependency_alert", ...changed })
/** A message with a field nested so deep: objects by numbers are what JavaScript writes by recursion. */
const nested = (levels: number): string =>
  JSON.stringify(message("hello", { deep: "@" }))
    .replace("\"@\"", `${"{\"0\":".repeat(levels)}1${"}".repeat(levels)}`)
const rulingText = JSON.stringify({
  v: 1,
  by: Paper.person("ann"),
  timestamp: "",
  ruling: { kind: "add_person", person: Paper.person("bob"), name: "Bob" }
})
const embedsMessage = () => {
  const decoded = accepted(envelope(
    { message_type: "resolution", session_id: "s", resolution: "r", embedded: [seal(text)] },
    { type: "coordination_complete" }
  ))
  return Decode.complete(decoded, [whole(text)])
}

type Example = Result.Result<unknown, Refusal>
/** Made when they are asked for, so that what throws fails its own test. */
const examples: Readonly<Record<Reason, () => ReadonlyArray<Example>>> = {
  too_large: () => [
    decode(filled(bytesMax + 1, { message_type: "of the future" })),
    decode(filled(bytesMax + 1, { message_type: "session_message" })),
    decode(filled(forkProofBytesMax + 1, forkProof)),
    decode("x".repeat(forkProofBytesMax + 1)),
    Decode.ruling({ payload: "x".repeat(bytesMax + 1), signer: author })
  ],
  // Only who opens seals can see this.
  bad_seal: () => [Result.fail(refusal("bad_seal", "the signature is wrong"))],
  wrong_signer: () => [
    Decode.decode({ payload: text, signer: Paper.node("another") }),
    Decode.ruling({ payload: rulingText, signer: Paper.person("bob") })
  ],
  not_canonical: () => [
    "", "null", "[]", "1", "\"text\"", "{", `${text} `, ` ${text}`, `${text}x`, `${text}${text}`,
    text.replace("{\"v\":1", "{\"v\":1,\"v\":1"),
    text.replace("\"v\":1", "\"v\": 1"),
    text.replace("\"v\":1", "\"v\":1.0"),
    text.replace("\"seq\":1", "\"seq\":1e0"),
    text.replace("\"live_from\":{}", "\"live_from\":{},\"zero\":-0"),
    text.replace("hello", "\\u0068ello"),
    text.replace("hello", "hel\\/lo"),
    text.replace("hello", "\ud800"),
    nested(depthMax), nested(2000)
  ].map((payload) => decode(payload)),
  bad_envelope: () => [
    message("", { v: 0 }), message("", { v: "1" }), message("", { v: "2" }), message("", { v: undefined }),
    message("", { type: undefined }), message("", { type: "t".repeat(65) }),
    message("", { from: "somebody" }), message("", { from: undefined }),
    message("", { timestamp: 1 }), message("", { timestamp: "t".repeat(41) }),
    message("", { log: author }), message("", { log: `${author}/0123` }),
    message("", { log: `${Paper.node("another")}/${nonce}` }),
    message("", { seq: 0 }), message("", { seq: 1.5 }), message("", { seq: 2 ** 53 }),
    message("", { seq: 2 }), message("", { prev: id }), message("", { seq: 2, prev: "a" }),
    message("", { live_from: undefined }), message("", { live_from: { [nonce]: 0 } }),
    message("", { hop_count: -1 }), message("", { hop_count: 0.5 })
  ].map((payload) => decode(payload)),
  bad_data: () => [
    envelope(null), envelope("data"), envelope([]), envelope(undefined),
    envelope({ message_type: "session_message", session_id: "s", content: "c" }),
    envelope({ message_type: "session_message", session_id: "s", content: "c", from_agent: "a b" }),
    envelope({ message_type: "session_message", session_id: 1, content: "c", from_agent: "a" }),
    envelope(JSON.parse(`{"message_type":"session_message","__proto__":{"session_id":"s"}}`)),
    dependency({ dependency: {} }),
    dependency({ hop_count: 1e308 })
  ].map((payload): Example => decode(payload)).concat(Decode.ruling({ payload: "{}", signer: author })),
  bad_embedded: () => [
    embedsMessage(),
    Decode.complete({ ...accepted(message("")), embedded: [seal(text)] }, []),
    Decode.complete(accepted(envelope({ message_type: "ruling", ruling: "AAAA" })), [])
  ],
  wrong_type: () => [
    decode(message("", { type: "task_claim" })),
    decode(dependency({}, { type: "meta_discussion" }))
  ],
  wrong_topic: () => [
    decode(message(""), "CHORUS/coordination/v1"),
    decode(message(""), "CHORUS/context-feedback/v1")
  ],
  hops_exceeded: () => [
    dependency({ hop_count: 3 }), dependency({ hop_count: 4 }), dependency({ max_hops: 0 }),
    dependency({}, { hop_count: 3 })
  ].map((payload) => decode(payload)),
  newer_version: () => [
    message("", { v: 2 }),
    { v: 3 },
    message("", { v: 1.5, seq: -1 })
  ].map((payload) => decode(payload))
}

describe("Decode", () => {
  for (const [reason, refused] of Object.entries(examples)) {
    it(`H21: what is refused as ${reason} is told so, with words for a person`, () => {
      const all = refused()
      assert.deepStrictEqual(
        all.map((example) => Result.isFailure(example) ? example.failure.reason : example.success),
        all.map(() => reason)
      )
      for (const example of all) {
        assert.match(Result.isFailure(example) ? example.failure.detail : "", /^\S[^\n]{9,}$/)
      }
    })
  }

  it("every reason has a verdict: honest nodes of other versions are ignored, the rest rejected", () => {
    const ignored = new Set<string>(["hops_exceeded", "newer_version"])

    assert.sameMembers(Object.keys(verdicts), Object.keys(examples))
    for (const [reason, verdict] of Object.entries(verdicts)) {
      assert.strictEqual(verdict, ignored.has(reason) ? "ignore" : "reject", reason)
    }
  })

  it("H39: a fact of an unknown type is taken on any topic, in any envelope, and says nothing", () => {
    for (const messageType of ["of_the_future", "unknown", "constructor", "", 7, undefined]) {
      const { embedded, fact } = accepted(envelope(
        { message_type: messageType, embedded: ["x"], session_id: "s" },
        { type: "brand_new" }
      ))

      assert.deepStrictEqual<unknown>(fact.data, { message_type: "unknown" })
      assert.deepStrictEqual([embedded, fact.embedded], [[], []])
      const opened = Decode.complete({ embedded, fact, ruling: undefined }, [])
      assert.strictEqual(Result.getOrThrow(opened), fact)
    }
  })

  it("H39: unknown fields of known types are tolerated, and are part of the id", () => {
    const plain = accepted(message("hello")).fact
    const more = JSON.stringify(message("hello", { mood: "good" }))

    assert.deepStrictEqual(accepted(more).fact.data, plain.data)
    assert.strictEqual<string>(accepted(more).fact.id, Hash.ofText(more))
    assert.notStrictEqual(accepted(more).fact.id, plain.id)
  })

  it("the id is the hash of the payload, on whatever topic and in whatever envelope it came", () => {
    assert.strictEqual<string>(accepted(text).fact.id, Hash.ofText(text))
    assert.strictEqual<string>(Decode.idOf(text), Hash.ofText(text))
  })

  it("what was kept is read with the id under which it was kept, and looked at like what comes in", () => {
    const kept = Decode.decodeKept({ payload: text, signer: author }, FactId.make(id))

    assert.deepStrictEqual<unknown>(Result.getOrThrow(kept), {
      ...accepted(text),
      fact: { ...accepted(text).fact, id, embedded: [] }
    })
    const another = { payload: text, signer: Paper.node("another") }
    assert.strictEqual(reasonOf(Decode.decodeKept(another, FactId.make(id))), "wrong_signer")
  })

  it("a fact travels on the topic of its row, and catch-up asks for no topic", () => {
    assert.isUndefined(reasonOf(decode(message(""), "hmmm/meta-discussion/v1")))
    assert.isUndefined(reasonOf(decode(message(""))))
  })

  it("H28: a dependency may travel one hop less than its maximum", () => {
    assert.isUndefined(reasonOf(decode(dependency({ hop_count: 2 }, { hop_count: 2 }))))
  })

  it("a fact may have exactly 16 KiB, a fork proof exactly 48, however many characters that are", () => {
    assert.isUndefined(reasonOf(decode(filled(bytesMax, { message_type: "of the future" }))))
    assert.isUndefined(reasonOf(decode(filled(forkProofBytesMax, forkProof))))
    const wide = JSON.stringify(envelope({ message_type: "new", filler: "名".repeat(bytesMax / 3) }))

    assert.isBelow(wide.length, bytesMax)
    assert.strictEqual(reasonOf(decode(wide)), "too_large")
  })

  it("H21: a fact may be nested 64 deep, so that no answer depends on how much stack is left", () => {
    assert.strictEqual(depthMax, 64)
    assert.isUndefined(reasonOf(decode(nested(depthMax - 1))))
    assert.strictEqual(reasonOf(decode(nested(depthMax))), "not_canonical")
  })

  it("what a fact embeds is put into it in its order, opened", () => {
    const claims = ["a#1", "b#2"].map((task) => claimText(task))
    const opening = JSON.stringify(envelope({
      message_type: "session_opened",
      session_kind: "planning",
      reason: "",
      tasks_involved: [],
      terms: { policy: "unanimous", max_participants: 2, max_messages: 0, max_duration_ms: 1000 },
      embedded: claims.map(seal)
    }, { type: "coordination_request" }))

    assert.deepStrictEqual<unknown>(whole(opening).embedded.map(({ id }) => id), claims.map(Hash.ofText))
    assert.notProperty(whole(opening), "ruling")
    const carried = whole(JSON.stringify(envelope({ message_type: "ruling", ruling: seal(rulingText) })))
    assert.strictEqual<string | undefined>(carried.ruling?.id, Hash.ofText(rulingText))
  })
})

const claimText = (task: string): string =>
  JSON.stringify(envelope({
    message_type: "task_claimed",
    repository: task.slice(0, 1),
    task_id: task.slice(2),
    agent_id: "m1",
    claimed_until_ms: 0
  }, { type: "task_claim" }))
