/**
 * Two facts at one place ban the key, whoever carries them and in whatever order (H10, I14).
 */
import { assert, describe, it } from "@effect/vitest"
import * as Forks from "@chorus/coordination-core/ban/Forks"
import { draft } from "@chorus/coordination-core/fact/Draft"
import type { Fact } from "@chorus/coordination-core/fact/Fact"
import * as FactIds from "@chorus/coordination-core/identity/FactId"
import * as Arbitraries from "@chorus/coordination-core/testing/Arbitraries"
import * as Laws from "@chorus/coordination-core/testing/Laws"
import * as Paper from "@chorus/coordination-core/testing/Paper"
import * as HashMap from "effect/HashMap"
import * as Option from "effect/Option"
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

  it("I1 H10: at a place stands the lowest id of all, and held is what was folded, in whatever order", () => {
    const { facts, liar, paper } = forked(2)
    const carry = (fact: Fact) =>
      paper.open("planning", [fact, paper.claim(paper.agent("b", "m1"), "repo#9")], Paper.node("b"))
    const ways = facts.map((fact) => [fact, carry(fact)] as const)
    const ids = facts.map(({ id }) => id).sort()

    fc.assert(fc.property(fc.shuffledSubarray(ways.flat(), { minLength: 1 }), (order) => {
      const forks = fold(order)
      const known = facts.filter((_, at) => ways[at]!.some((way) => order.includes(way)))
      const lowest = known.map(({ id }) => id).sort()

      assert.strictEqual(Forks.at(forks, facts[0]!.log, 1), lowest[0])
      assert.sameMembers([...Forks.held(forks)], order.map(({ id }) => id))
      for (const fact of facts) assert.strictEqual(Forks.holds(forks, fact), order.includes(fact))
      assert.deepStrictEqual(
        Option.getOrUndefined(HashMap.get(forks.forks, liar.node))?.ids,
        known.length > 1 ? [lowest[0]!, lowest[1]!] : undefined
      )
    }))
    assert.lengthOf(new Set(ids), 3)
  })

  it("H10: of several forks of an author the one at the lowest place is the proof", () => {
    const { facts: [one, two], liar } = forked(1)
    const [low, high] = ["1111111111111111", "2222222222222222"].map((nonce) =>
      FactIds.log(liar.node, FactIds.LogNonce.make(nonce))
    )
    const places = [[low!, 3], [low!, 4], [high!, 1], [high!, 3]] as const
    const forkAt = places.map(([log, seq], at) =>
      [one!, two!].map((fact) => ({ ...fact, log, seq, id: FactIds.FactId.make(`${fact.id.slice(1)}${at}`) }))
    )

    fc.assert(fc.property(fc.shuffledSubarray(forkAt, { minLength: 1 }), (some) => {
      const { log, seq } = forkAt.find((fork) => some.includes(fork))![0]!
      const proof = Option.getOrThrow(HashMap.get(fold(some.flat()).forks, liar.node))

      assert.deepStrictEqual({ log: proof.log, seq: proof.seq }, { log, seq })
    }))
  })

  it("H10: up to the place given all is forgotten but the ban; what is recalled there is held again", () => {
    const paper = Paper.make()
    const [a, b] = [paper.agent("a", "m1"), paper.agent("b", "m1")]
    const facts = ["repo#1", "repo#2", "repo#3"].map((task) => paper.claim(a, task))
    const other = paper.claim(b, "repo#4")
    const forks = fold([...facts, other])
    const holdsOf = (upTo: number) => {
      const kept = Forks.forget(forks, (log) => log === facts[0]!.log ? upTo : 0)
      return [...facts, other].map((fact) => Forks.holds(kept, fact))
    }

    assert.deepStrictEqual(holdsOf(0), [true, true, true, true])
    assert.deepStrictEqual(holdsOf(1), [false, true, true, true])
    assert.deepStrictEqual(holdsOf(2), [false, false, true, true])
    const forgotten = Forks.forget(forks, () => 3)
    assert.isTrue(Forks.holds(Forks.recall(forgotten, facts[1]!), facts[1]!))
    assert.isFalse(Forks.holds(Forks.recall(forgotten, facts[1]!), facts[0]!))
    const twice = paper.fork(a.node, draft({
      message_type: "task_released",
      claim: facts[0]!.id,
      agent_id: a.name
    }))
    const banned = Forks.forget(Forks.evolve(Forks.recall(forgotten, facts[2]!), twice), () => 3)
    assert.deepStrictEqual([Forks.size(banned), Forks.hasForked(banned, a.node)], [0, true])
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
