/**
 * A map of many versions against plain Maps that are copied for every version.
 */
import { assert, describe, it } from "@effect/vitest"
import * as VersionMap from "@chorus/coordination-core/replica/VersionMap"
import * as fc from "fast-check"

interface Both {
  readonly ours: VersionMap.VersionMap<string, number>
  readonly plain: ReadonlyMap<string, number>
}

const keys = ["a", "b", "c", "d", "e", "f", "g", "h"]
const key = fc.constantFrom(...keys)
const change = fc.record({ key, value: fc.option(fc.nat({ max: 3 }), { nil: undefined }) })
/** Which of the versions so far is changed; mostly a late one. */
const step = fc.record({ of: fc.nat(), changes: fc.array(change, { maxLength: 6 }), atOnce: fc.boolean() })

interface Change {
  readonly key: string
  readonly value: number | undefined
}

const changedBy = (map: Both["ours"], changes: ReadonlyArray<Change>) =>
  changes.reduce(
    (now, each) =>
      each.value === undefined
        ? VersionMap.without(now, [each.key])
        : VersionMap.set(now, each.key, each.value),
    map
  )

const same = ({ ours, plain }: Both): void => {
  assert.sameDeepMembers([...ours], [...plain])
  const visited = new Map<string, number>()
  ours.forEach((value, each) => visited.set(each, value))
  assert.sameDeepMembers([...visited], [...plain])
  assert.sameMembers([...ours.keys()], [...plain.keys()])
  assert.sameMembers([...ours.values()], [...plain.values()])
  assert.strictEqual(ours.size, plain.size)
  for (const each of keys) {
    assert.strictEqual(ours.get(each), plain.get(each))
    assert.strictEqual(ours.has(each), plain.has(each))
  }
}

describe("VersionMap", () => {
  it("I1: every version reads for ever like a copy of its own, whichever is changed next", () => {
    fc.assert(fc.property(fc.array(step, { maxLength: 20 }), (steps) => {
      const versions: Array<Both> = [{ ours: VersionMap.empty(), plain: new Map() }]
      for (const { atOnce, changes, of } of steps) {
        const { ours, plain } = versions[of % versions.length]!
        const next = new Map(plain)
        for (const { key, value } of changes) {
          if (value === undefined) next.delete(key)
          else next.set(key, value)
        }
        const open = atOnce ? VersionMap.opened(ours) : ours
        const written = changedBy(open, changes)
        versions.forEach(same)
        versions.push({ ours: atOnce ? VersionMap.closed(written) : written, plain: next })
        versions.forEach(same)
      }
    }), { numRuns: 300 })
  })

  it("I1: a version that is changed while another is written leaves that one alone", () => {
    const first = VersionMap.from([["a", 1]])
    const open = VersionMap.set(VersionMap.opened(first), "a", 2)
    const other = VersionMap.set(first, "b", 3)
    const second = VersionMap.closed(VersionMap.set(open, "c", 4))

    assert.deepStrictEqual([...first], [["a", 1]])
    assert.deepStrictEqual([...second], [["a", 2], ["c", 4]])
    assert.deepStrictEqual([...other], [["a", 1], ["b", 3]])
  })

  it("what changes nothing gives the same version", () => {
    const map = VersionMap.from([["a", 1]])

    assert.strictEqual(VersionMap.set(map, "a", 1), map)
    assert.strictEqual(VersionMap.without(map, ["b"]), map)
    assert.strictEqual(VersionMap.filter(map, () => true), map)
  })

  it("may be changed while it is gone through", () => {
    let map = VersionMap.from<string, number>([["a", 1], ["b", 2]])
    const before = map
    for (const [key, value] of map) map = VersionMap.set(VersionMap.set(map, `${key}'`, value), key, 0)

    assert.deepStrictEqual(Object.fromEntries(map), { a: 0, "a'": 1, b: 0, "b'": 2 })
    assert.deepStrictEqual(Object.fromEntries(before), { a: 1, b: 2 })
  })
})
