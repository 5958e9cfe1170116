/**
 * What every fact store promises about subjects and retirement, as part of its contract.
 */
import type { FactStore, StoredFact } from "@chorus/coordination-core/ports/FactStore"
import { assert } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import * as fc from "fast-check"
import { forAll } from "./Check.ts"
import { fact, ids, logs, opened, type StorePromise } from "./FactStoreSample.ts"

const subjects = fc.constantFrom("session a", "session ab", "session b", "member x", "member x y", "s", "")

const about = (store: FactStore["Service"], subject: string) =>
  Effect.map(Stream.runCollect(store.about(subject)), (facts) => new Set(facts.map(({ id }) => id)))

/** Pages through the subjects that begin so, a few at a time. */
const listed = Effect.fnUntraced(function*(store: FactStore["Service"], beginning: string) {
  const found: Array<string> = []
  for (let pages = 0; pages < 10; pages++) {
    const page = yield* store.subjects(beginning, found.at(-1) ?? "", 2)
    assert.isAtMost(page.length, 2)
    found.push(...page)
  }
  return found
})

export const promises: ReadonlyArray<StorePromise> = [
  {
    title: "the facts of a log between two places are given in order, with their moments",
    check: opened((store) =>
      Effect.gen(function*() {
        const facts = [[0, 4], [0, 1], [0, 3], [0, 2], [1, 2]] as const
        yield* store.commit({ facts: facts.map(([log, seq]) => fact(logs[log], seq)), events: [] })
        assert.deepStrictEqual(
          yield* store.placed(logs[0], 2, 3),
          [fact(logs[0], 2), fact(logs[0], 3)]
        )
        assert.deepStrictEqual(yield* store.placed(logs[0], 5, 9), [])
      })
    )
  },
  {
    title: "the ids of a stretch of a log are listed in order, both sides of a fork with them",
    check: opened((store) =>
      Effect.gen(function*() {
        const [log, other] = logs
        const fork = [fact(log, 3, Uint8Array.of(1)), fact(log, 3, Uint8Array.of(2))]
        const facts = [fact(log, 5), fact(log, 4), ...fork, fact(other, 3), fact(log, 2)]
        yield* store.commit({ facts, events: [] })
        assert.deepStrictEqual(
          yield* store.listed(log, 3, 4),
          [...fork, fact(log, 4)].map(({ id, seq }) => ({ id, seq }))
        )
        assert.deepStrictEqual(yield* store.listed(log, 6, 9), [])
      })
    )
  },
  {
    title: "a fact is found under each subject that any commit of it named",
    check: opened((store) => {
      let seq = 0
      const known = new Map<string, Set<string>>()
      return forAll(fc.array(fc.uniqueArray(subjects), { maxLength: 4 }), (batch) =>
        Effect.gen(function*() {
          const facts = batch.map((named) => ({ ...fact(logs[0], ++seq), subjects: named }))
          yield* store.commit({ facts: facts.map((each) => ({ ...each, subjects: [] })), events: [] })
          yield* store.commit({ facts, events: [] })
          for (const { id, subjects: named } of facts) {
            for (const subject of named) known.set(subject, (known.get(subject) ?? new Set()).add(id))
          }

          for (const [subject, expected] of known) {
            assert.deepStrictEqual(yield* about(store, subject), expected)
          }
          for (const { subjects: [named], ...bare } of facts) {
            if (named === undefined) continue
            const found = yield* Stream.runCollect(store.about(named))
            assert.deepStrictEqual(found.find(({ id }) => id === bare.id), bare)
          }
        }), 30)
    })
  },
  {
    title: "a subject of many facts gives all of them",
    check: opened((store) =>
      Effect.gen(function*() {
        const facts = Array.from({ length: 1500 }, (_, at) => ({
          ...fact(logs[0], at + 1),
          subjects: ["session a"]
        }))
        yield* store.commit({ facts, events: [] })
        assert.strictEqual((yield* about(store, "session a")).size, 1500)
        assert.strictEqual((yield* about(store, "session")).size, 0)
      })
    )
  },
  {
    title: "the subjects that begin so are listed page by page, each once",
    check: opened((store) =>
      Effect.gen(function*() {
        const named = ["b x", "a", "ab", "b", "a b c", "\u{10FFFF}", "", "a b"]
        const facts = named.map((subject, at) => ({
          ...fact(logs[0], at + 1),
          subjects: [subject, "b x"]
        }))
        yield* store.commit({ facts, events: [] })
        const beginningSo = (beginning: string) =>
          named.filter((subject) => subject !== "" && subject.startsWith(beginning))

        for (const beginning of ["a", "a b", "b", "b x", "none"]) {
          const found = yield* listed(store, beginning)
          assert.sameMembers(found, beginningSo(beginning))
        }
      })
    )
  },
  {
    title: "the subjects of the latest facts are named first, each once, within the limit",
    check: opened((store) =>
      Effect.gen(function*() {
        const named = [["a 1", "b 1"], ["a 2"], ["a 3"], ["b 2"], ["a 1", "a 4"]]
        const facts = named.map((subjects, at) => ({ ...fact(logs[0], at + 1), subjects }))
        yield* store.commit({ facts, events: [] })
        yield* store.commit({ facts: facts.slice(0, 1), events: [] })

        const newest = yield* store.newest("a ", 9)
        assert.sameMembers(newest.slice(0, 2), ["a 1", "a 4"])
        assert.deepStrictEqual(newest.slice(2), ["a 3", "a 2"])
        assert.deepStrictEqual(yield* store.newest("b ", 1), ["b 2"])
        assert.deepStrictEqual(yield* store.newest("c ", 9), [])
      })
    )
  },
  {
    title: "what is retired is gone for good, from its subjects too",
    check: (place) => {
      const [one, two, other] = [fact(logs[0], 1), fact(logs[0], 2), fact(logs[1], 1)]
      const named = (stored: StoredFact) => ({ ...stored, subjects: ["session a", `only ${stored.id}`] })
      const write = opened((store) =>
        Effect.gen(function*() {
          yield* store.commit({ facts: [one, two, other].map(named), events: [] })
          yield* store.retire([one.id, fact(logs[1], 9).id], [["past a", "resolved"]])
        })
      )
      const read = opened((store) =>
        Effect.gen(function*() {
          assert.deepStrictEqual(yield* ids(store), [two.id, other.id])
          assert.deepStrictEqual(yield* about(store, "session a"), new Set([two.id, other.id]))
          assert.strictEqual((yield* store.subjects("only ", "", 9)).length, 2)
          assert.strictEqual((yield* store.sealed([one.id])).size, 0)
          assert.strictEqual((yield* store.read([{ log: logs[0], from: 1 }], 1e6)).length, 1)
          assert.strictEqual(yield* store.note("past a"), "resolved")
        })
      )
      return Effect.andThen(write(place), read(place))
    }
  }
]
