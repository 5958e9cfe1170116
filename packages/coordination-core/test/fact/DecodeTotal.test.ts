/**
 * H21: any bytes give a fact or a typed refusal. Nothing throws, nothing leaks into prototypes.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Decode from "@chorus/coordination-core/fact/Decode"
import { verdicts } from "@chorus/coordination-core/fact/Refusal"
import * as Hash from "@chorus/coordination-core/identity/Hash"
import * as Canonical from "@chorus/coordination-core/replica/Canonical"
import * as Replica from "@chorus/coordination-core/replica/Replica"
import * as Paper from "@chorus/coordination-core/testing/Paper"
import * as Result from "effect/Result"
import * as fc from "fast-check"
import { golden, goldenNames } from "./golden.ts"
import { author, envelope, opened, reasonOf } from "./sealed.ts"

const payloads = goldenNames.map(golden)
const empty = Replica.empty(Paper.person("golden founder"))
const before = Canonical.encode(empty)

/** Decodes as a fact and as a ruling; a fact that is accepted is folded. */
const survives = (payload: string, signer: string = author): void => {
  const fact = Decode.decode({ payload, signer })
  const ruling = Decode.ruling({ payload, signer })
  const refusals = [
    ...(Result.isFailure(fact) ? [fact.failure] : []),
    ...(Result.isFailure(ruling) ? [ruling.failure] : [])
  ]
  for (const { detail, reason } of refusals) {
    assert.property(verdicts, reason)
    assert.isBelow(detail.length, 1000)
    assert.notInclude(detail, "\n")
  }
  if (Result.isSuccess(fact)) {
    assert.strictEqual<string>(fact.success.fact.id, Hash.ofText(payload))
    Replica.evolve(empty, Result.getOrElse(Decode.complete(fact.success, []), () => fact.success.fact))
  }
  assert.strictEqual(Canonical.encode(empty), before)
  assert.notProperty({}, "polluted")
}

/** Values that decoders choke on. */
const nasty = fc.oneof(
  fc.jsonValue({ maxDepth: 2 }),
  fc.constantFrom<unknown>(
    null, true, "", "\u0000", "\ud800", "\udc00\ud800", "__proto__", "x".repeat(5000), "名".repeat(300),
    0, -1, 1.5, 1e308, 2 ** 53, Number.MIN_VALUE, [], [[]], {}, [null], Array.from({ length: 40 }, () => ""),
    JSON.parse("{\"__proto__\":{\"polluted\":true}}"),
    JSON.parse("{\"constructor\":{\"prototype\":{\"polluted\":true}}}"),
    JSON.parse("{\"toString\":1,\"valueOf\":null,\"toJSON\":2,\"length\":-1}"),
    JSON.parse("[".repeat(500) + "]".repeat(500)),
    JSON.parse("{\"a\":".repeat(500) + "1" + "}".repeat(500))
  )
)

interface Mutation {
  readonly at: number
  readonly kind: "set" | "drop" | "rename" | "grow"
  readonly value: unknown
}

const mutation: fc.Arbitrary<Mutation> = fc.record({
  at: fc.nat(200),
  kind: fc.constantFrom("set", "set", "drop", "rename", "grow"),
  value: nasty
})

const mutations = fc.array(mutation, { minLength: 1, maxLength: 4 })

/** All (object, key) places inside a value, the value's own fields first. */
const placesOf = (value: unknown): ReadonlyArray<readonly [Record<string, unknown>, string]> =>
  typeof value !== "object" || value === null ? [] : Object.keys(value).flatMap((key) => {
    const fields = value as Record<string, unknown>
    return [[fields, key] as const, ...placesOf(fields[key])]
  })

const mutate = (payload: string, all: ReadonlyArray<Mutation>): string => {
  const root = JSON.parse(payload) as unknown
  for (const { at, kind, value } of all) {
    const places = placesOf(root)
    const [fields, key] = places[at % Math.max(1, places.length)] ?? [{}, ""]
    const old = fields[key]
    if (kind === "set") put(fields, key, JSON.parse(JSON.stringify(value)))
    if (kind === "drop" || kind === "rename") delete fields[key]
    if (kind === "rename") put(fields, "__proto__", old)
    if (kind === "grow" && Array.isArray(old) && JSON.stringify(old).length < 500) {
      put(fields, key, Array.from({ length: 50 }, () => old[0]))
    }
  }
  return JSON.stringify(root)
}

/** Sets a field as JSON.parse does: `__proto__` is a name like any other. */
const put = (fields: Record<string, unknown>, key: string, value: unknown): void => {
  Object.defineProperty(fields, key, { value, enumerable: true, configurable: true, writable: true })
}

const unit = fc.nat(0xffff).map((code) => String.fromCharCode(code))

describe("Decode is total", () => {
  it("H21: any text, with lone surrogates and NUL", () => {
    fc.assert(fc.property(fc.string({ unit, maxLength: 200 }), (text) => survives(text)), { numRuns: 1500 })
  })

  it("H21: any bytes, read as text", () => {
    const decoder = new TextDecoder()
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => survives(decoder.decode(bytes))),
      { numRuns: 1500 }
    )
  })

  it("H21: any JSON, as the whole and as the data", () => {
    fc.assert(
      fc.property(nasty, (value) => {
        survives(JSON.stringify(value))
        survives(JSON.stringify(envelope(value)))
      }),
      { numRuns: 1000 }
    )
  })

  it("H21: every golden payload with fields set, dropped, renamed and grown", () => {
    fc.assert(
      fc.property(fc.constantFrom(...payloads), mutations, (payload, all) =>
        survives(mutate(payload, all), opened(payload).signer)),
      { numRuns: 2000 }
    )
  })

  it("H21: every golden payload with characters changed, and two cut together", () => {
    const some = fc.constantFrom(...payloads)
    fc.assert(
      fc.property(some, some, fc.nat(4000), fc.nat(20), unit, (one, other, at, length, character) => {
        const cut = at % one.length
        survives(one.slice(0, cut) + character + one.slice(cut + length), opened(one).signer)
        survives(one.slice(0, cut) + other.slice(cut), opened(one).signer)
      }),
      { numRuns: 1500 }
    )
  })

  it("H21: what was kept decodes as it did when it came, and is no less suspected", () => {
    for (const payload of payloads) {
      const whole = Decode.decode(opened(payload))
      assert.deepStrictEqual(Decode.decodeKept(opened(payload), Decode.idOf(payload)), whole)
    }
    const some = fc.constantFrom(...payloads)
    fc.assert(
      fc.property(some, mutations, (payload, all) => {
        const mutated = mutate(payload, all)
        const { signer } = opened(payload)
        const [came, kept] = [Decode.decode({ payload: mutated, signer }), Decode.decodeKept({
          payload: mutated,
          signer
        }, Decode.idOf(mutated))]
        fc.pre(reasonOf(came) !== "not_canonical")
        assert.deepStrictEqual(kept, came)
      }),
      { numRuns: 1000 }
    )
  })

  it("H21: 100,000 brackets, alone, closed, and inside a fact", () => {
    for (const deep of [1000, 5000, 100_000]) {
      for (const [open, close] of [["[", "]"], ["{\"a\":", "}"]] as const) {
        survives(open.repeat(deep))
        survives(`${open.repeat(deep)}1${close.repeat(deep)}`)
        const nested = JSON.stringify(envelope("@")).replace(
          "\"@\"",
          `${open.repeat(deep)}1${close.repeat(deep)}`
        )
        survives(nested)
        survives(nested.replace("\"v\":1", `"v":${open.repeat(deep)}1${close.repeat(deep)}`))
      }
    }
  })
})
