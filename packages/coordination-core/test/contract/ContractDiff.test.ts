/**
 * What breaks whom: by the side on which a member stands.
 */
import { assert, describe, it } from "@effect/vitest"
import type { Contract, Scanned, Unknown } from "@chorus/coordination-core/contract/Contract"
import * as ContractDiff from "@chorus/coordination-core/contract/ContractDiff"
import * as Shape from "@chorus/coordination-core/contract/Shape"
import * as fc from "fast-check"

const member = (
  name: string,
  side: Shape.Member["side"],
  changed: Partial<Shape.Member> = {}
): Shape.Member => ({ name, side, is: "string", required: false, ...changed })

/** What the diff says of one member: what became of it, and whether that breaks. */
const verdict = (old: ReadonlyArray<Shape.Member>, now: ReadonlyArray<Shape.Member>) =>
  ContractDiff.members(Shape.make(old), Shape.make(now)).map(
    ({ breaking, what, why }) => `${what}${breaking ? ", breaks" : ""}: ${why}`
  )

const [given, got, both] = (["in", "out", "both"] as const).map(
  (side) =>
    (changed: Partial<Shape.Member> = {}) =>
      member("m", side, changed)
)

describe("ContractDiff", () => {
  it.each([
    [
      "a required parameter comes",
      [],
      [given!({ required: true })],
      "added, breaks: is new and must be given"
    ],
    ["an optional parameter comes", [], [given!()], "added: is new"],
    ["a parameter goes", [given!()], [], "removed, breaks: is no longer taken"],
    [
      "a parameter becomes required",
      [given!()],
      [given!({ required: true })],
      "changed, breaks: must be given now"
    ],
    [
      "a parameter becomes optional",
      [given!({ required: true })],
      [given!()],
      "changed: need not be given now"
    ],
    [
      "a parameter takes more",
      [given!({ is: "integer" })],
      [given!({ is: "number" })],
      "changed: was integer, is number"
    ],
    [
      "a parameter takes less",
      [given!({ is: "number" })],
      [given!({ is: "integer" })],
      "changed, breaks: was number, is integer"
    ],
    ["a field of an answer comes", [], [got!({ required: true })], "added: is new"],
    ["a field of an answer goes", [got!()], [], "removed, breaks: is no longer there"],
    ["a field may be missing", [got!({ required: true })], [got!()], "changed, breaks: may be missing now"],
    ["a field of an answer is sure", [got!()], [got!({ required: true })], "changed: is always there now"],
    [
      "a field has another type",
      [got!({ is: "integer" })],
      [got!()],
      "changed, breaks: was integer, is string"
    ],
    ["a value is taken no more", [given!({ is: "value" })], [], "removed, breaks: is no longer taken"],
    ["a value is answered no more", [got!({ is: "value" })], [], "removed: is never answered any more"],
    ["a column must be filled", [], [both!({ required: true })], "added, breaks: is new and must be given"],
    ["a column may be null", [both!({ required: true })], [both!()], "changed, breaks: may be missing now"]
  ] as const)("%s", (_, old, now, expected) => {
    assert.deepStrictEqual(verdict(old, now), [expected])
  })

  it("a contract that comes breaks nobody, one that goes everybody, an equal one is no change", () => {
    const contract = (name: string): Contract => ({ name, file: "a.sql", shape: [member("id", "both")] })
    const changes = ContractDiff.diff(
      [contract("table:a"), contract("table:b")],
      [contract("table:b"), contract("table:c")]
    )

    assert.deepStrictEqual(
      changes.map(({ breaking, contract: name, what }) => [name, what, breaking]),
      [
        ["table:a", "removed", true],
        ["table:c", "added", false]
      ]
    )
  })

  it("what is needed inside of what is not needed breaks nobody who gives neither", () => {
    const inner = [given!({ name: "m.a", required: true }), given!({ name: "m.a[]", is: "value" })]

    assert.deepStrictEqual(verdict([], [given!(), ...inner]), ["added: is new"])
    assert.deepStrictEqual(verdict([given!()], [given!(), ...inner]), [
      "added, breaks: is new and must be given"
    ])
    assert.deepStrictEqual(verdict([given!(), ...inner], []), ["removed, breaks: is no longer taken"])
  })

  it("what stood in a file that one side cannot read is unknown and not gone, unless neither can", () => {
    const found = (names: ReadonlyArray<string>, unknown: ReadonlyArray<Unknown>): Scanned => ({
      provides: names.map((name) => ({ name, file: `${name}.yaml`, shape: [] })),
      consumes: [],
      unknown
    })
    const broken = (name: string, digest: string): Unknown => ({
      file: `${name}.yaml`,
      because: "half of it",
      digest
    })
    const compared = ContractDiff.compare(
      found(["a", "b", "c"], [broken("d", "1"), broken("e", "1")]),
      found(["c", "d"], [broken("a", "1"), broken("e", "1")])
    )

    assert.deepStrictEqual(
      compared.changes.map(({ contract, what }) => `${contract} ${what}`),
      ["b removed"]
    )
    assert.deepStrictEqual(
      compared.unknown.map(({ file }) => file),
      ["a.yaml", "d.yaml"]
    )
  })

  it("equal shapes, and only they, have equal digests and no change, in whatever order", () => {
    const shape = fc.array(
      fc.record({
        name: fc.constantFrom("a", "b", "c"),
        is: fc.constantFrom("integer", "string"),
        side: fc.constantFrom("in" as const, "out" as const, "both" as const),
        required: fc.boolean()
      }),
      { maxLength: 4 }
    )
    fc.assert(
      fc.property(shape, shape, (one, other) => {
        const [a, b] = [Shape.make(one), Shape.make(other)]
        assert.strictEqual(Shape.digest(a), Shape.digest(Shape.make([...one].reverse())))
        assert.strictEqual(ContractDiff.members(a, b).length === 0, Shape.digest(a) === Shape.digest(b))
      }),
      { numRuns: 300 }
    )
  })
})
