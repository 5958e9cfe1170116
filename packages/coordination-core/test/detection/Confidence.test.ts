/**
 * More evidence never makes a detection less sure.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Confidence from "@chorus/coordination-core/detection/Confidence"
import { defaults } from "@chorus/coordination-core/detection/Parameters"
import * as fc from "fast-check"

const unit = fc.double({ min: 0, max: 1, noNaN: true })
const signals: fc.Arbitrary<Confidence.Signals> = fc.record({
  likeness: unit,
  ageDays: fc.double({ min: 0, max: 400, noNaN: true }),
  mentions: fc.nat(2),
  copies: fc.nat(40),
  rarity: fc.double({ min: 0, max: 20, noNaN: true }),
  crowd: fc.option(fc.integer({ min: 1, max: 1000 }), { nil: undefined }),
  scope: fc.constantFrom("none", "shared", "conflicting"),
  contract: fc.constantFrom("none", "named", "shared"),
  consumers: fc.nat(100)
})
const of = (some: Confidence.Signals): number =>
  Confidence.of(Confidence.pushes(some, defaults), defaults)

describe("confidence", () => {
  it("H29: lies between 0 and 1, and no push is negative", () => {
    fc.assert(fc.property(signals, (some) => {
      assert.isAtLeast(of(some), 0)
      assert.isAtMost(of(some), 1)
      assert.isTrue(Object.values(Confidence.pushes(some, defaults)).every((push) => push >= 0))
    }))
  })

  const stronger: Readonly<Record<string, (some: Confidence.Signals) => Confidence.Signals>> = {
    "more likeness": (some) => ({ ...some, likeness: Math.min(1, some.likeness + 0.1) }),
    "a younger claim": (some) => ({ ...some, ageDays: some.ageDays / 2 }),
    "another mention": (some) => ({ ...some, mentions: some.mentions + 1 }),
    "fewer copies": (some) => ({ ...some, copies: Math.max(0, some.copies - 1) }),
    "a rarer term": (some) => ({ ...some, rarity: some.rarity + 1 }),
    "a rule on rarer words": (some) => ({ ...some, crowd: Math.ceil((some.crowd ?? 99) / 2) }),
    "a conflicting scope": (some) => ({ ...some, scope: "conflicting" }),
    "a contract that both name": (some) => ({ ...some, contract: "shared" }),
    "fewer consumers of it": (some) => ({ ...some, consumers: Math.floor(some.consumers / 2) })
  }
  for (const [name, more] of Object.entries(stronger)) {
    it(`H29: is not lowered by ${name}`, () => {
      fc.assert(fc.property(signals, (some) => {
        assert.isAtLeast(of(more(some)), of(some))
      }))
    })
  }

  it("a declared conflict is enough by itself, a name on many lips is not", () => {
    const nothing: Confidence.Signals = {
      likeness: 0,
      ageDays: 0,
      mentions: 0,
      copies: 0,
      rarity: 0,
      crowd: undefined,
      scope: "none",
      contract: "none",
      consumers: 0
    }

    assert.isAtLeast(of({ ...nothing, scope: "conflicting" }), 0.5)
    assert.isAtLeast(of({ ...nothing, crowd: 1 }), 0.5)
    assert.isBelow(of({ ...nothing, crowd: 50 }), 0.5)
    assert.isBelow(of(nothing), 0.05)
  })
})
