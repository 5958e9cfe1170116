/**
 * Feedback remembers which repositories work together, less and less, and forgives.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Feedback from "@chorus/coordination-core/detection/Feedback"
import * as HashMap from "effect/HashMap"

const pair = { from: "shop", to: "ledger" }
const day = 86_400_000
const both = (feedback: Feedback.Feedback, at: number) =>
  Feedback.between(feedback, "shop", "ledger", at).both

describe("feedback", () => {
  it("knows nothing at first", () => {
    assert.strictEqual(both(Feedback.empty, 0), 0)
    assert.strictEqual(Feedback.total(Feedback.empty, 0), 0)
    assert.deepStrictEqual(Feedback.partnersOf(Feedback.empty, "shop"), [])
  })

  it("tells who depends on whom, and fades by half in its half-life", () => {
    const feedback = Feedback.confirmed(Feedback.empty, pair, 0)

    const now = Feedback.between(feedback, "shop", "ledger", 0)
    const back = Feedback.between(feedback, "ledger", "shop", 0)
    assert.deepStrictEqual([now.forward, now.backward], [back.backward, back.forward])
    assert.isAbove(now.forward, now.backward)
    assert.isAbove(both(feedback, 0), both(feedback, Feedback.halfLifeMillis))
    assert.strictEqual(Feedback.between(feedback, "shop", "ledger", day).ageMillis, day)
    assert.deepStrictEqual(Feedback.partnersOf(feedback, "ledger"), ["shop"])
  })

  it("trusts a pair less the more of it was dismissed, and never less than not at all", () => {
    let feedback = Feedback.confirmed(Feedback.empty, pair, 0)
    const before = both(feedback, day)
    for (let nth = 0; nth < 5; nth++) feedback = Feedback.dismissed(feedback, pair, day)

    assert.isBelow(both(feedback, day), before)
    assert.isAtLeast(both(feedback, day), 0)
    assert.strictEqual(both(Feedback.dismissed(Feedback.empty, pair, 0), 0), 0)
  })

  it("takes over the verdicts of sessions, either way round", () => {
    const feedback = Feedback.ofVerdicts(HashMap.make(
      ["ledger shop", { good: 2, bad: 0, atMillis: 0 }],
      ["farm shop", { good: 0, bad: 3, atMillis: 0 }]
    ))

    const { backward, forward } = Feedback.between(feedback, "shop", "ledger", 0)
    assert.isAbove(forward, 0)
    assert.strictEqual(backward, forward)
    assert.deepStrictEqual(Feedback.partnersOf(feedback, "shop"), ["ledger"])
    assert.strictEqual(Feedback.between(feedback, "shop", "farm", 0).both, 0)
  })

  it("remembers a bounded number of partners, the latest", () => {
    let feedback = Feedback.empty
    for (let nth = 0; nth <= Feedback.partnersMax; nth++) {
      feedback = Feedback.confirmed(feedback, { from: "shop", to: `repo-${nth}` }, nth)
    }

    const partners = Feedback.partnersOf(feedback, "shop")
    assert.lengthOf(partners, Feedback.partnersMax)
    assert.strictEqual(partners.at(-1), `repo-${Feedback.partnersMax}`)
  })
})
