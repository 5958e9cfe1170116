/**
 * One text for one state, whatever order it was built in; another text for another state (I1).
 */
import { assert, describe, it } from "@effect/vitest"
import * as Canonical from "@chorus/coordination-core/replica/Canonical"
import * as Sorted from "@chorus/coordination-core/replica/Sorted"
import * as HashMap from "effect/HashMap"
import * as HashSet from "effect/HashSet"
import * as Option from "effect/Option"
import * as fc from "fast-check"

type Entries = ReadonlyArray<readonly [string, number]>
const entries: fc.Arbitrary<Entries> = fc.uniqueArray(
  fc.tuple(fc.string({ maxLength: 3 }), fc.nat(3)),
  { selector: ([key]) => key }
)
const shuffled = entries.chain((all) =>
  fc.tuple(fc.constant(all), fc.shuffledSubarray([...all], { minLength: all.length }))
)

describe("Canonical", () => {
  it("maps, sets and records are written in one order", () => {
    fc.assert(fc.property(shuffled, ([one, other]) => {
      const ways = [
        (all: Entries): unknown => HashMap.fromIterable(all),
        (all: Entries) => HashSet.fromIterable(all.map(([key]) => key)),
        (all: Entries) => new Map(all),
        (all: Entries) => new Set(all.map(([key]) => key)),
        (all: Entries) => Object.fromEntries(all),
        (all: Entries) => ({ nested: [HashMap.fromIterable(all)] })
      ]
      for (const made of ways) assert.strictEqual(Canonical.encode(made(one)), Canonical.encode(made(other)))
    }))
  })

  it("different content gives different text, and kinds do not pass for each other", () => {
    fc.assert(fc.property(entries, entries, (one, other) => {
      const [a, b] = [one, other].map(
        (all) => JSON.stringify([...all].sort(([x], [y]) => Sorted.compare(x, y)))
      )
      assert.strictEqual(
        Canonical.encode(HashMap.fromIterable(one)) === Canonical.encode(HashMap.fromIterable(other)),
        a === b
      )
    }))
    const alike = [
      {},
      [],
      HashMap.empty(),
      HashSet.empty(),
      null,
      "{}",
      "map{}",
      { a: 1 },
      HashMap.make(["a", 1])
    ]
    assert.lengthOf(new Set(alike.map(Canonical.encode)), alike.length)
  })

  it("what has content is told apart by it, and what has none is refused", () => {
    const told = [new Map([["a", 1]]), new Map([["a", 2]]), new Set([1]), new Set([2]), new Set(["1"]),
      new Date(1), new Date(2), Option.none(), Option.some(1), Option.some(2), {}, 1, "1"]
    const texts = told.map(Canonical.encode)
    assert.lengthOf(new Set(texts), told.length)
    assert.strictEqual(Canonical.encode(HashMap.make(["a", 1])), texts[0])
    class Sealed { readonly #field = 1; get field() { return this.#field } }
    const refused = [() => 1, Symbol("a"), NaN, { a: [NaN] }, new Sealed(), Promise.resolve(1), /a/]
    for (const value of refused) assert.throws(() => Canonical.encode(value), /cannot be compared/)
  })

  it("lists keep their order, absent fields are absent, JSON stays JSON", () => {
    assert.notStrictEqual(Canonical.encode([1, 2]), Canonical.encode([2, 1]))
    assert.strictEqual(Canonical.encode({ a: undefined, b: 1 }), Canonical.encode({ b: 1 }))
    fc.assert(fc.property(fc.jsonValue(), (value) => {
      assert.strictEqual(Canonical.encode(value), Canonical.encode(JSON.parse(JSON.stringify(value))))
    }))
    assert.match(Canonical.hashOf({}), /^[0-9a-f]{64}$/)
  })
})

describe("Sorted", () => {
  it("keeps a list sorted by key, without doubles, and the same list when nothing is new", () => {
    fc.assert(fc.property(fc.array(fc.string({ maxLength: 2 })), (items) => {
      const list = items.reduce<ReadonlyArray<string>>((all, item) => Sorted.insert(all, item, String), [])
      assert.deepStrictEqual(list, [...new Set(items)].sort(Sorted.compare))
      for (const item of items) assert.strictEqual(Sorted.insert(list, item, String), list)
    }))
  })
})
