/**
 * A posting holds what was put in, as a short list or as a map, whichever fits.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Posting from "@chorus/coordination-core/detection/Posting"
import { FactId } from "@chorus/coordination-core/identity/FactId"
import * as Canonical from "@chorus/coordination-core/replica/Canonical"
import * as Hash from "@chorus/coordination-core/identity/Hash"
import * as fc from "fast-check"

const item = (at: number) => ({ claim: FactId.make(Hash.ofText(String(at))), at })
const items = Array.from({ length: Posting.fewMax + 20 }, (_, at) => item(at))
const postingOf = (all: ReadonlyArray<ReturnType<typeof item>>) =>
  all.reduce<Posting.Posting<ReturnType<typeof item>>>(Posting.insert, Posting.empty)

describe("a posting", () => {
  it("keeps few items as a list and many as a map", () => {
    const few = postingOf(items.slice(0, Posting.fewMax))
    const many = postingOf(items.slice(0, Posting.fewMax + 1))

    assert.deepStrictEqual([few.few.length, Posting.size(few)], [Posting.fewMax, Posting.fewMax])
    assert.deepStrictEqual([many.few.length, Posting.size(many)], [0, Posting.fewMax + 1])
  })

  it("is the same whatever the order, and whatever came and went", () => {
    const some = fc.shuffledSubarray(items)
    fc.assert(fc.property(some, some, (stay, go) => {
      const gone = go.filter((one) => !stay.includes(one))
      const posting = gone.reduce(
        (rest, { claim }) => Posting.remove(rest, claim),
        postingOf([...gone, ...stay])
      )

      assert.strictEqual(Canonical.encode(posting), Canonical.encode(postingOf(stay.toReversed())))
    }), { numRuns: 30 })
  })
})
