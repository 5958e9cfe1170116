/**
 * Two facts at one place ban the key, whoever carries them and in whatever order (H10, I14).
 */
import { assert, describe, it } from "@effect/vitest"
import * as Forks from "@chorus/coordination-core/ban/Forks"
import { draft } from "@chorus/coordination-core/fact/Draft"
import type { Fact } from "@chorus/coordination-core/fact/Fact"
import * as Arbitraries from "@chorus/coordination-core/testing/Arbitraries"
import * as Laws from "@chorus/coordination-core/testing/Laws"
import * as Paper from "@chorus/coordination-core/testing/Paper"
import * as HashMap from "effect/HashMap"
import * as fc from "fast-check"

const fold = (facts: ReadonlyArray<Fact>) => facts.reduce(Forks.evolve, Forks.empty)

/** A claim, and other claims at the same place. */
const forked = (others: number) => {
  const paper = Paper.make()
  const liar = paper.agent("liar", "m1")
  const first = paper.claim(liar, "repo#0")
  const rest = Array.from({ length: others }, (_, at) =>
    paper.fork(liar.node, draft({
      message_type: "task_claimed",
      repository: "repo",
      task_id: at + 1,
      agent_id: liar.name,
      claimed_until_ms: 0
    })))
  return { paper, liar, facts: [first, ...rest] }
}

describe("Forks", () => {
  for (const law of Laws.fold({ initial: Forks.empty, evolve: Forks.evolve }, Arbitraries.facts())) {
    it(`H10: ${law.title}`, () => law.check(50))
  }

  it("one fact at a place, however often it comes, is no fork", () => {
    const { facts: [fact], liar } = forked(0)

    assert.isFalse(Forks.hasForked(fold([fact!, fact!]), liar.node))
  })

  it("H10: two facts at a place are a fork, and of more the two lowest ids are the proof", () => {
    const { facts, liar, paper } = forked(3)
    const bystander = paper.claim(paper.agent("b", "m1"), "repo#9")

    fc.assert(fc.property(fc.shuffledSubarray(facts, { minLength: 4 }), (all) => {
      const forks = fold([...all, bystander])
      const lowest = facts.map(({ id }) => id).sort().slice(0, 2)

      assert.isTrue(Forks.hasForked(forks, liar.node))
      assert.isFalse(Forks.hasForked(forks, bystander.from))
      assert.deepStrictEqual<unknown>(HashMap.toValues(forks.forks), [
        { log: all[0]!.log, seq: 1, ids: lowest }
      ])
      assert.strictEqual(Forks.at(forks, all[0]!.log, 1), lowest[0])
    }))
  })

  it("H10: a proof carried by another, or one side embedded in an opening, is enough", () => {
    const { facts: [one, two], liar, paper } = forked(1)
    const other = paper.claim(paper.agent("b", "m1"), "repo#9")
    const proof = paper.state(other.from, draft(
      { message_type: "fork_proven", log: one!.log, seq: 1 },
      [one!.id, two!.id]
    ))
    const opening = paper.open("planning", [one!, other], other.from)

    assert.isTrue(Forks.hasForked(fold([proof]), liar.node))
    assert.isFalse(Forks.hasForked(fold([proof]), other.from))
    assert.isTrue(Forks.hasForked(fold([opening, two!]), liar.node))
  })

  it("I1: what came only inside another fact is not held, so that it is still taken in itself", () => {
    const paper = Paper.make()
    const claims = ["a", "b"].map((name) => paper.claim(paper.agent(name, name), `repo-${name}#1`))
    const opening = paper.open("planning", claims)
    const forks = fold([opening])

    assert.isTrue(Forks.holds(forks, opening))
    assert.deepStrictEqual(claims.map((claim) => Forks.holds(forks, claim)), [false, false])
    assert.isTrue(Forks.holds(fold([opening, claims[0]!]), claims[0]!))
    assert.isTrue(Forks.holds(fold([claims[0]!, opening]), claims[0]!))
  })

  it("I1: every fact that was folded is held, also the third at one place", () => {
    fc.assert(fc.property(Arbitraries.facts(), (facts) => {
      const forks = fold(facts)
      for (const fact of facts) assert.isTrue(Forks.holds(forks, fact))
    }))
    const { facts } = forked(3)
    for (const fact of facts) assert.isTrue(Forks.holds(fold(facts), fact))
  })
})
