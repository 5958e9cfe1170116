/**
 * A small sweep over the failpoints; `pnpm crash` is the whole one.
 */
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { type Label, labels } from "./Failpoint.ts"
import * as Sweep from "./Sweep.ts"
import type { Outcome } from "./Victim.ts"

const some: ReadonlyArray<Label> = [
  "after operator-key.link",
  "before peers.serve",
  "after sqlite.insert-fact",
  "after sqlite.commit",
  "after store.bookmark",
  "after sink.deliver",
  "before store.delivered"
]

/** Some twenty starts of a node, on a machine that may be busy. */
const patience = 600_000

it.live("H22 H30 H38 I4 I9 G7: killed anywhere, a node loses, forks and doubles nothing", () =>
  Effect.gen(function*() {
    const outcomes: Array<Outcome> = []

    yield* Sweep.sweep(Sweep.aims(some.length, some), 1, (outcome) =>
      Effect.sync(() => outcomes.push(outcome)))

    assert.sameMembers(outcomes.map(({ aim }) => aim.label), [...some])
    assert.deepStrictEqual(outcomes.flatMap(({ findings }) => findings), [])
  }), patience)

it("G7: there are at least 30 labels, and a long sweep comes to each of them", () => {
  const aims = Sweep.aims(500)
  assert.isAtLeast(labels.length, 30)
  assert.strictEqual(new Set(aims.map(({ label }) => label)).size, labels.length)
})
