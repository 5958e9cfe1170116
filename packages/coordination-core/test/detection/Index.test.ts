/**
 * The index keeps its laws: it is a set of entries, however they came and went.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Detector from "@chorus/coordination-core/detection/Detector"
import * as Index from "@chorus/coordination-core/detection/Index"
import * as Canonical from "@chorus/coordination-core/replica/Canonical"
import * as HashMap from "effect/HashMap"
import * as fc from "fast-check"
import { anEntry, entries } from "./arbitraries.ts"
import { atMillis, entry, indexOf, task } from "./entries.ts"

describe("laws", () => {
  it("inserting and removing an entry gives the index before", () => {
    fc.assert(fc.property(entries, anEntry, (known, one) => {
      const before = indexOf(known.filter(({ claim }) => claim !== one.claim))

      const after = Index.remove(Index.insert(before, one), one.claim)

      assert.strictEqual(Canonical.encode(after), Canonical.encode(before))
    }))
  })

  it("the order of insertions does not matter", () => {
    const shuffled = entries.chain((known) => fc.tuple(
      fc.constant(known),
      fc.shuffledSubarray(known, { minLength: known.length })
    ))
    fc.assert(fc.property(shuffled, ([known, other]) => {
      assert.strictEqual(Canonical.encode(indexOf(known)), Canonical.encode(indexOf(other)))
    }))
  })

  it("H27: inserting an entry again changes nothing", () => {
    fc.assert(fc.property(entries, (known) => {
      const index = indexOf(known)

      assert.strictEqual(Canonical.encode(indexOf([...known, ...known])), Canonical.encode(index))
      assert.strictEqual(Index.size(index), known.length)
    }))
  })

  it("removing what is not there gives the very same index", () => {
    const index = indexOf([entry(task("shop", "Sell things"))])

    assert.strictEqual(Index.remove(index, entry(task("shop", "Something else")).claim), index)
  })
})

describe("values", () => {
  const options = {
    ...Detector.defaults,
    parameters: { ...Detector.defaults.parameters, threshold: 0 },
    nowMillis: atMillis,
    limit: 3
  }
  const steps = fc.array(fc.tuple(fc.boolean(), anEntry), { minLength: 1, maxLength: 12 })

  it("an index gives the answers of its entries, whatever became of it since", () => {
    fc.assert(fc.property(steps, anEntry, fc.nat(), (all, one, turn) => {
      const indexes = all.reduce<ReadonlyArray<Index.Index>>((known, [isAdded, other]) => {
        // Any index may be the one that goes on, not the latest alone.
        const from = known[(turn + known.length) % known.length] ?? Index.empty
        const gone = [...HashMap.keys(from.entries)][0] ?? other.claim
        return [...known, isAdded ? Index.insert(from, other) : Index.remove(from, gone)]
      }, [Index.empty])

      for (const index of [...indexes, ...indexes.toReversed()]) {
        const anew = indexOf([...HashMap.values(index.entries)].map(({ entry }) => entry))
        assert.deepStrictEqual(Detector.detect(index, one, options), Detector.detect(anew, one, options))
      }
    }), { numRuns: 40 })
  })

  it("the empty index stays empty", () => {
    indexOf([entry(task("shop", "Sell vouchers"))])

    assert.strictEqual(Index.frequency(Index.empty, "voucher"), 0)
  })
})

describe("an entry", () => {
  it("stands under its terms", () => {
    const index = indexOf([
      entry(task("shop", "Add vouchers")),
      entry(task("web", "Print vouchers"))
    ])

    assert.strictEqual(Index.frequency(index, "voucher"), 2)
    assert.strictEqual(Index.frequency(index, "print"), 1)
    assert.strictEqual(Index.frequency(index, "absent"), 0)
  })

  it("replaces what was known of its claim", () => {
    const first = entry(task("shop", "Sell vouchers"))
    const second = { ...first, task: task("shop", "Sell tickets") }

    const index = indexOf([first, second])

    assert.strictEqual(Index.size(index), 1)
    assert.strictEqual(Index.frequency(index, "voucher"), 0)
    assert.strictEqual(Index.get(index, first.claim)?.entry, second)
  })
})
