/**
 * What every signer promises, as tests.
 *
 * Promised: what one signer seals, every signer of its kind opens to the same text and the peer id
 * of the sealing key; a seal for one purpose does not open as another; a seal with any bit flipped,
 * any bytes appended or left out is refused; any bytes at all are opened or refused, never thrown
 * at; `read` gives what `open` gave.
 *
 * Not promised: that two seals of one text are the same bytes, secrecy, what `read` says of a seal
 * that was never opened.
 */
import { NodeId } from "@chorus/coordination-core/identity/NodeId"
import { type Purpose, SealError, type SignerShape } from "@chorus/coordination-core/ports/Signer"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type * as Scope from "effect/Scope"
import * as fc from "fast-check"
import { forAll, quietly } from "./Check.ts"

/** Two signers of one kind with two keys. */
export type Signers = Effect.Effect<readonly [SignerShape, SignerShape], unknown, Scope.Scope>

/** Runs the contract. */
export const suite = (name: string, signers: Signers): void => {
  describe(`Signer contract: ${name}`, () => {
    for (const { check, title } of promises) it.live(title, () => quietly(check(signers)))
  })
}

export const promises: ReadonlyArray<{
  readonly title: string
  readonly check: (signers: Signers) => Effect.Effect<void, unknown, Scope.Scope>
}> = [
  {
    title: "any text that one signer seals, another opens",
    check: between(function*(a, b) {
      yield* forAll(texts, (payload) =>
        Effect.gen(function*() {
          const opened = yield* b.open("fact", yield* a.seal("fact", payload))

          assert.strictEqual(opened.payload, payload)
        }))
    })
  },
  {
    title: "a seal names the key that made it, as a peer id",
    check: between(function*(a, b) {
      for (const signer of [a, b]) {
        const { signer: named } = yield* a.open("fact", yield* signer.seal("fact", "{}"))

        assert.strictEqual(named, signer.self)
        assert.isTrue(Schema.is(NodeId)(named))
      }
      assert.notStrictEqual(a.self, b.self)
    })
  },
  {
    title: "a seal opens for its purpose alone (H9)",
    check: between(function*(a, b) {
      for (const purpose of purposes) {
        const sealed = yield* a.seal(purpose, "{}")
        for (const other of purposes) {
          if (other === purpose) yield* b.open(other, sealed)
          else yield* refused(b.open(other, sealed))
        }
      }
    })
  },
  {
    title: "a seal with any bit flipped is refused",
    check: between(function*(a, b) {
      const sealed = yield* a.seal("fact", "{\"said\":\"agree\"}")

      for (const at of sealed.keys()) {
        for (let bit = 1; bit < 256; bit *= 2) {
          const flipped = sealed.with(at, (sealed[at] ?? 0) ^ bit)
          yield* refused(b.open("fact", flipped))
        }
      }
    })
  },
  {
    title: "a seal with bytes appended is refused",
    check: between(function*(a, b) {
      const sealed = yield* a.seal("fact", "{}")

      yield* forAll(appendices, (appendix) =>
        refused(b.open("fact", new Uint8Array([...sealed, ...appendix]))))
    })
  },
  {
    title: "a seal that ends early is refused",
    check: between(function*(a, b) {
      const sealed = yield* a.seal("fact", "{}")

      for (const length of sealed.keys()) yield* refused(b.open("fact", sealed.slice(0, length)))
    })
  },
  {
    title: "bytes that nobody sealed are refused, by open and by read (H21)",
    check: between(function*(a) {
      yield* forAll(fc.uint8Array({ maxLength: 512, size: "max" }), (garbage) =>
        Effect.andThen(refused(a.open("fact", garbage)), refused(a.read("fact", garbage))))
    })
  },
  {
    title: "read gives what open gave",
    check: between(function*(a, b) {
      yield* forAll(texts, (payload) =>
        Effect.gen(function*() {
          const sealed = yield* a.seal("signal", payload)

          const opened = yield* b.open("signal", sealed)

          assert.deepStrictEqual(yield* b.read("signal", sealed), opened)
        }))
    })
  }
]

const purposes: ReadonlyArray<Purpose> = ["fact", "signal", "ruling"]

/** Any text, with what coders of text stumble over: nothing, a mark of order, NUL, an emoji. */
const texts = fc.oneof(
  fc.constantFrom("", "\uFEFF{}", "\0", "ÄÖ", "👩‍🚀", "\u2028"),
  fc.string({ unit: "binary", maxLength: 2048, size: "max" })
)

/** Any bytes, with what a lenient reader of protocol buffers skips: an unknown field. */
const appendices = fc.oneof(
  fc.constantFrom(Uint8Array.of(0x7a, 1, 0), Uint8Array.of(0x78, 0), Uint8Array.of(0)),
  fc.uint8Array({ minLength: 1, maxLength: 16 })
)

type Body = (a: SignerShape, b: SignerShape) => Effect.fn.Return<void, unknown, Scope.Scope>

function between(body: Body) {
  return (signers: Signers) => Effect.flatMap(signers, ([a, b]) => Effect.gen(() => body(a, b)))
}

function refused<A>(effect: Effect.Effect<A, SealError>) {
  return Effect.map(Effect.flip(effect), (error) => assert.instanceOf(error, SealError))
}
