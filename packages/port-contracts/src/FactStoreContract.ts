/**
 * What every fact store promises, as tests.
 *
 * Promised: a commit is all or nothing, and what it wrote is there when the store is opened again;
 * committing a fact or an event again changes nothing; facts come back byte for byte in the order
 * of commits, with the moment they were first seen; a place of a log may hold two facts (a fork);
 * a fact whose `seq` is no whole number from 1 on is refused; `read` follows each log and keeps
 * within its bytes, but gives at least one; facts are found under their subjects until they are
 * retired; what is pending stays so until delivered; commits at once all land, each with its own
 * outcome; a second opening is refused while the first lives.
 *
 * Not promised: that a failed commit left nothing behind after the disk itself failed, that facts
 * make sense, secrecy.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import * as fc from "fast-check"
import { forAll, sameList } from "./Check.ts"
import { fact, ids, logs, opened, type Place, reason, type StorePromise } from "./FactStoreSample.ts"
import * as FactStoreSubjects from "./FactStoreSubjects.ts"
import { event } from "./SlurpSinkContract.ts"

export type { Place }

/** Runs the contract; `fresh` makes a place of its own for each promise. */
export const suite = (name: string, fresh: Effect.Effect<Place, never, Scope.Scope>): void => {
  describe(`FactStore contract: ${name}`, () => {
    for (const { check, title } of promises) it.live(title, () => Effect.flatMap(fresh, check))
  })
}

const texts = fc.oneof(fc.constantFrom("", " a\n", "a\u0000b"), fc.string({ unit: "binary" }))
const notes = fc.tuple(fc.constantFrom("a", "b", "mesh"), texts)
const payloads = fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 4 })

export const promises: ReadonlyArray<StorePromise> = [
  ...FactStoreSubjects.promises,
  {
    title: "facts come back byte for byte, in the order of commits",
    check: opened((store) => {
      let seq = 0
      return forAll(fc.array(payloads), (batches) =>
        Effect.gen(function*() {
          const before = yield* Stream.runCollect(store.facts)
          const written = batches.map((batch) => batch.map((it) => fact(logs[0], ++seq, it)))

          for (const facts of written) yield* store.commit({ facts, events: [] })

          const after = yield* Stream.runCollect(store.facts)
          assert.deepStrictEqual(after, [...before, ...written.flat()])
        }))
    })
  },
  {
    title: "the order of commits holds however many facts there are",
    check: opened((store) =>
      Effect.gen(function*() {
        const written = Array.from({ length: 1500 }, (_, at) => fact(logs[0], 2000 - at))

        yield* store.commit({ facts: written.slice(0, 700), events: [] })
        yield* store.commit({ facts: written.slice(700), events: [] })

        sameList(yield* ids(store), written.map(({ id }) => id))
      })
    )
  },
  {
    title: "what was committed is there when the store is opened again",
    check: (place) => {
      const facts = [fact(logs[0], 1), fact(logs[0], 2)]
      const write = opened((store) =>
        Effect.gen(function*() {
          yield* store.commit({ facts, events: [event("a"), event("b")] })
          yield* store.delivered(["a"])
          yield* store.setNote("mesh", "settings")
        })
      )
      const read = opened((store) =>
        Effect.gen(function*() {
          assert.deepStrictEqual(yield* Stream.runCollect(store.facts), facts)
          assert.deepStrictEqual(yield* store.pending(9), [event("b")])
          assert.strictEqual(yield* store.note("mesh"), "settings")
        })
      )
      return Effect.andThen(write(place), read(place))
    }
  },
  {
    title: "a batch with a fact that cannot be leaves nothing behind",
    check: opened((store) =>
      Effect.gen(function*() {
        for (const seq of [0, -1, 1.5, Number.NaN, 2 ** 60]) {
          const facts = [fact(logs[0], 1), fact(logs[0], seq), fact(logs[0], 3)]
          assert.strictEqual(yield* reason(store.commit({ facts, events: [event("a")] })), "failed")
        }
        assert.deepStrictEqual(yield* ids(store), [])
        assert.deepStrictEqual(yield* store.pending(9), [])
      })
    )
  },
  {
    title: "a fact that is committed again keeps its first bytes and its first moment",
    check: opened((store) =>
      Effect.gen(function*() {
        const first = fact(logs[0], 1, Uint8Array.of(1))
        const again = { ...first, sealed: Uint8Array.of(2), seenAtMillis: 99 }

        yield* store.commit({ facts: [first], events: [] })
        yield* store.commit({ facts: [again, fact(logs[0], 2), again], events: [] })

        assert.deepStrictEqual(yield* Stream.runCollect(store.facts), [first, fact(logs[0], 2)])
      })
    )
  },
  {
    title: "what the caller does to its bytes after a commit changes nothing",
    check: opened((store) =>
      Effect.gen(function*() {
        const sealed = Uint8Array.of(1, 2, 3)
        const written = { ...fact(logs[0], 1), sealed }
        yield* store.commit({ facts: [written], events: [] })
        sealed.fill(0)
        const kept = yield* store.sealed([written.id])
        assert.deepStrictEqual(kept.get(written.id), Uint8Array.of(1, 2, 3))
      })
    )
  },
  {
    title: "two facts at one place of a log are both kept",
    check: opened((store) =>
      Effect.gen(function*() {
        const fork = [fact(logs[0], 1, Uint8Array.of(1)), fact(logs[0], 1, Uint8Array.of(2))]
        yield* store.commit({ facts: fork, events: [] })
        assert.deepStrictEqual(yield* Stream.runCollect(store.facts), fork)
        assert.strictEqual((yield* store.read([{ log: logs[0], from: 1 }], 99)).length, 2)
      })
    )
  },
  {
    title: "sealed gives the bytes of the facts it has and leaves out the others",
    check: opened((store) =>
      Effect.gen(function*() {
        const [one, two, missing] = [fact(logs[0], 1), fact(logs[1], 1), fact(logs[1], 2)]
        yield* store.commit({ facts: [one, two], events: [] })
        assert.deepStrictEqual(
          yield* store.sealed([two.id, missing.id, one.id]),
          new Map([[one.id, one.sealed], [two.id, two.sealed]])
        )
      })
    )
  },
  {
    title: "read gives each range, from its place on or up to another, in the order of its log",
    check: opened((store) =>
      Effect.gen(function*() {
        const [log, other] = logs
        const facts = [10, 2, 9, 1, 3].flatMap((seq) => [fact(log, seq), fact(other, seq)])
        yield* store.commit({ facts, events: [] })
        assert.deepStrictEqual(
          yield* store.read([{ log: other, from: 9 }, { log, from: 2 }], 1e6),
          [
            ...[9, 10].map((seq) => fact(other, seq).sealed),
            ...[2, 3, 9, 10].map((seq) => fact(log, seq).sealed)
          ]
        )
        assert.deepStrictEqual(yield* store.read([{ log, from: 11 }], 1e6), [])
        assert.deepStrictEqual(
          yield* store.read([{ log, from: 2, upTo: 9 }, { log: other, from: 1, upTo: 1 }], 1e6),
          [...[2, 3, 9].map((seq) => fact(log, seq).sealed), fact(other, 1).sealed]
        )
      })
    )
  },
  {
    title: "read stops before it passes bytesMax, but gives at least one",
    check: opened((store) =>
      Effect.gen(function*() {
        const sizes = [30, 50, 21, 1]
        const facts = sizes.map((size, at) => fact(logs[0], at + 1, new Uint8Array(size)))
        yield* store.commit({ facts, events: [] })
        const sizesWithin = (bytesMax: number) =>
          Effect.map(store.read([{ log: logs[0], from: 1 }], bytesMax), (read) =>
            read.map(({ length }) => length))

        assert.deepStrictEqual(yield* sizesWithin(1), [30])
        assert.deepStrictEqual(yield* sizesWithin(79), [30])
        assert.deepStrictEqual(yield* sizesWithin(80), [30, 50])
        assert.deepStrictEqual(yield* sizesWithin(100), [30, 50])
        assert.deepStrictEqual(yield* sizesWithin(102), sizes)
      })
    )
  },
  {
    title: "pending gives the events that were not delivered, oldest first, within its limit (H30)",
    check: opened((store) =>
      Effect.gen(function*() {
        yield* store.commit({ facts: [], events: [event("c"), event("a")] })
        yield* store.delivered(["a", "b"])
        yield* store.commit({ facts: [], events: [event("b"), event("d")] })
        assert.deepStrictEqual(yield* store.pending(9), ["c", "b", "d"].map(event))
        assert.deepStrictEqual(yield* store.pending(2), ["c", "b"].map(event))
      })
    )
  },
  {
    title: "a delivered event that is committed again stays delivered (H30)",
    check: opened((store) =>
      Effect.gen(function*() {
        yield* store.commit({ facts: [], events: [event("a"), event("b")] })
        yield* store.delivered(["a"])
        yield* store.commit({ facts: [], events: [event("b"), event("a")] })
        assert.deepStrictEqual(yield* store.pending(9), [event("b")])
      })
    )
  },
  {
    title: "a note keeps its last value, whatever text that is",
    check: opened((store) =>
      forAll(fc.array(notes), (written) =>
        Effect.gen(function*() {
          for (const [name, value] of written) yield* store.setNote(name, value)
          for (const [name, value] of new Map(written)) {
            assert.strictEqual(yield* store.note(name), value)
          }
          assert.isUndefined(yield* store.note("never set"))
        }))
    )
  },
  {
    title: "commits at once all land, and a bad one among them fails alone",
    check: opened((store) =>
      Effect.gen(function*() {
        const batches = Array.from({ length: 200 }, (_, at) => [
          fact(logs[0], at + 1),
          fact(logs[1], at === 66 ? 0 : at + 1)
        ])

        const reasons = yield* Effect.forEach(
          batches,
          (facts) => reason(store.commit({ facts, events: [] })),
          { concurrency: "unbounded" }
        )

        assert.deepStrictEqual(reasons, batches.map((_, at) => at === 66 ? "failed" : "none"))
        const good = batches.flatMap((facts, at) => at === 66 ? [] : facts)
        sameList((yield* ids(store)).sort(), good.map(({ id }) => id).sort())
      })
    )
  },
  {
    title: "a second opening is refused while the first lives, and not after",
    check: (place) =>
      Effect.gen(function*() {
        const second = reason(opened((store) => store.note("a"))(place))
        assert.strictEqual(yield* opened(() => second)(place), "locked")
        assert.strictEqual(yield* second, "none")
      })
  }
]
