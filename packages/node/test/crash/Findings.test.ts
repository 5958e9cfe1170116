/**
 * The judge of crashes is judged: each broken promise is found, and nothing where none was broken.
 */
import type { Fact } from "@chorus/coordination-core/fact/Fact"
import { assert, describe, it } from "@effect/vitest"
import * as Findings from "./Findings.ts"
import type { Kept } from "./Kept.ts"

/** Only what the judge looks at. */
const fact = (seq: number, id = `id-${seq}`, prev = seq === 1 ? undefined : `id-${seq - 1}`) =>
  ({ id, log: "node/log", seq, prev, from: "node" }) as unknown as Fact

const keeping = (...facts: ReadonlyArray<Fact>): Kept => ({
  facts,
  payloads: new Map(facts.map(({ id, seq }) => [id, `payload mark-${seq}.`])),
  events: ["event"],
  delivered: ["event"]
})

const three = keeping(fact(1), fact(2), fact(3))
const fine: Findings.Left = {
  node: "node",
  acknowledged: ["mark-1.", "mark-3."],
  dead: three,
  kept: three,
  others: three,
  mustHold: ["event"],
  lines: ["event"],
  stored: ["event"]
}

describe("the judge of crashes", () => {
  it("finds nothing when all promises held", () => {
    assert.deepStrictEqual(Findings.of(fine), [])
    assert.deepStrictEqual(Findings.died("SIGKILL", ""), [])
  })

  const broken: ReadonlyArray<readonly [string, Partial<Findings.Left>, RegExp]> = [
    ["an acknowledged fact that is gone", { acknowledged: ["mark-4."] }, /^mark-4\. was acknowledged/],
    ["a fact that was on the disk and is gone", { kept: keeping(fact(1), fact(2)) }, /:3 was on the disk/],
    ["a fact that only its peer has", { others: keeping(fact(4)) }, /:4 was sent before it was kept/],
    ["a fact that its peer never got", { others: keeping(fact(1)) }, /:2 never reached its peer/],
    ["two facts at one place", { kept: keeping(fact(1), fact(1, "x"), fact(2), fact(3)) }, /two facts at/],
    ["a second fact at its peer", { others: keeping(fact(1), fact(1, "x")) }, /peer holds two facts/],
    ["a hole in a log", { kept: keeping(fact(1), fact(3)) }, /chain of node\/log breaks at 3/],
    ["a wrong predecessor", { kept: keeping(fact(1), fact(2, "id-2", "x"), fact(3)) }, /breaks at 2/],
    ["an event that was never stored", { mustHold: ["event", "other"] }, /event other is lost/],
    ["an event that the sink lacks", { lines: [] }, /event event is lost/],
    ["an event that the sink has twice", { lines: ["event", "event"] }, /event event is doubled/],
    ["an event told before it was kept", { lines: ["event", "x"] }, /event x was told before/]
  ]
  for (const [what, change, sentence] of broken) {
    it(`finds ${what}`, () => {
      assert.match(Findings.of({ ...fine, ...change }).join("\n"), sentence)
    })
  }

  it("finds a node that ended by an error of its own", () => {
    assert.match(Findings.died(1, "chorus: no\n").join(), /ended by 1 instead of being killed: chorus: no/)
  })
})
