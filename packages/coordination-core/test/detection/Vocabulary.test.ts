/**
 * The vocabulary counts and lists who holds a term, whatever came and went.
 */
import { assert, describe, it } from "@effect/vitest"
import { listedMax, Vocabulary } from "@chorus/coordination-core/detection/Vocabulary"
import * as fc from "fast-check"

/** Hashes that meet in the table, among others that do not. */
const hash = fc.oneof(fc.integer({ min: 1, max: 12 }), fc.nat(5).map((nth) => nth << 27), fc.integer())
const steps = fc.array(fc.tuple(hash, fc.nat(30)), { maxLength: 400 })

const listOf = (vocabulary: Vocabulary, number: number): ReadonlyArray<number> => {
  const [place, listed] = [vocabulary.place(number), vocabulary.listed(number)]
  return listed === 1 ? [place] : Array.from(vocabulary.runs.subarray(place, place + listed))
}

describe("a vocabulary", () => {
  it("lists what a map of sets would, after any additions and removals", () => {
    fc.assert(fc.property(steps, (all) => {
      const vocabulary = new Vocabulary()
      const expected = new Map<number, Set<number>>()
      for (const [term, task] of all) {
        const holders = expected.get(term) ?? new Set()
        if (holders.has(task)) {
          vocabulary.drop(vocabulary.find(term), task)
          holders.delete(task)
        } else {
          vocabulary.add(term, task)
          holders.add(task)
        }
        if (holders.size === 0) expected.delete(term)
        else expected.set(term, holders)
      }
      for (const [term] of all) {
        const number = vocabulary.find(term)
        const holders = expected.get(term)
        if (holders === undefined) assert.strictEqual(number, -1)
        else {
          assert.strictEqual(vocabulary.counts[number], holders.size)
          assert.sameMembers([...listOf(vocabulary, number)], [...holders])
        }
      }
    }))
  })

  it("H26: lists the latest holders of a common term, and counts them all", () => {
    const vocabulary = new Vocabulary()
    const count = 3 * listedMax

    for (let task = 0; task < count; task++) vocabulary.add(7, task)

    const number = vocabulary.find(7)
    assert.strictEqual(vocabulary.counts[number], count)
    assert.isAtMost(vocabulary.listed(number), listedMax)
    assert.include(listOf(vocabulary, number), count - 1)
    for (let task = 0; task < count; task++) vocabulary.drop(number, task)
    assert.strictEqual(vocabulary.find(7), -1)
  })
})
