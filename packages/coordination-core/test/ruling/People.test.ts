/**
 * Who may rule, and which members are revoked, in whatever order the rulings come (docs/rules.md, 7).
 */
import { assert, describe, it } from "@effect/vitest"
import type { Fact } from "@chorus/coordination-core/fact/Fact"
import type { Origin } from "@chorus/coordination-core/identity/FactId"
import * as FactIds from "@chorus/coordination-core/identity/FactId"
import type { PersonId } from "@chorus/coordination-core/identity/NodeId"
import * as People from "@chorus/coordination-core/ruling/People"
import type { RulingPayload } from "@chorus/coordination-core/ruling/Ruling"
import * as Arbitraries from "@chorus/coordination-core/testing/Arbitraries"
import * as Laws from "@chorus/coordination-core/testing/Laws"
import * as Paper from "@chorus/coordination-core/testing/Paper"
import * as fc from "fast-check"

const [founder, ann, bob, eve] = ["founder", "ann", "bob", "eve"].map((name) => Paper.person(name)) as
  [PersonId, PersonId, PersonId, PersonId]
const names = new Map([[founder, "founder"], [ann, "ann"], [bob, "bob"], [eve, "eve"]])
const carrier = Paper.node("carrier")
const member = Paper.node("member")

type Said = readonly [by: PersonId, ruling: RulingPayload["ruling"]]
const add = (person: PersonId) => ({ kind: "add_person", person, name: names.get(person) ?? "" }) as const
const revoke = (person: PersonId) => ({ kind: "revoke_person", person, because: "left" }) as const

const written = (said: ReadonlyArray<Said>): ReadonlyArray<Fact> => {
  const paper = Paper.make()
  for (const [by, ruling] of said) paper.rule(by, carrier, ruling)
  return paper.facts
}

const fold = (facts: ReadonlyArray<Fact>) => facts.reduce(People.evolve, People.empty(founder))

/** The standing of everyone known, by name, in whatever order the rulings come. */
const standings = (...said: ReadonlyArray<Said>) => {
  const facts = written(said)
  const of = (all: ReadonlyArray<Fact>) =>
    Object.fromEntries(fold(all).known.map(({ person, standing }) => [names.get(person), standing]))
  fc.assert(
    fc.property(fc.shuffledSubarray([...facts], { minLength: facts.length }), (other) => {
      assert.deepStrictEqual(of(other), of(facts))
    }),
    { numRuns: 20 }
  )
  return of(facts)
}

const placeOf = (log: FactIds.LogNonce, seq: number): Origin => ({
  node: member,
  log: FactIds.log(member, log),
  seq
})

const [one, two] = ["1111111111111111", "2222222222222222"].map((nonce) => FactIds.LogNonce.make(nonce)) as
  [FactIds.LogNonce, FactIds.LogNonce]

describe("People", () => {
  const subject = { initial: People.empty(founder), evolve: People.evolve }
  for (const law of Laws.fold(subject, Arbitraries.facts())) {
    it(`H7 H11: ${law.title}`, () => law.check(50))
  }

  it("the founder is known from the beginning, and nobody else", () => {
    assert.deepStrictEqual(standings(), { founder: "founder" })
    assert.isTrue(People.isKnown(fold([]), founder))
    assert.isFalse(People.isKnown(fold([]), ann))
  })

  it("people add people, along a chain from the founder", () => {
    assert.deepStrictEqual(standings([founder, add(ann)], [ann, add(bob)]), {
      founder: "founder",
      ann: "active",
      bob: "active"
    })
    assert.deepStrictEqual(standings([eve, add(bob)], [bob, add(eve)]), { founder: "founder" })
  })

  it("H11: a chain of any length holds in whatever order, the founder first and then by their keys", () => {
    const chain = Array.from({ length: 12 }, (_, at) => Paper.person(`friend ${at}`))
    const facts = written(chain.map((person, at) => [chain[at - 1] ?? founder, add(person)]))

    fc.assert(fc.property(fc.shuffledSubarray([...facts], { minLength: facts.length }), (all) => {
      assert.deepStrictEqual(
        fold(all).known.map(({ person }) => person),
        [founder, ...chain.toSorted()]
      )
    }))
    assert.isTrue(chain.some((person) => person < founder), "the founder is not first by its key")
    assert.deepStrictEqual(fold([]).known, [{ person: founder, name: "founder", standing: "founder" }])
  })

  it("H11: of several names of one person the ruling with the lowest id gives it", () => {
    const facts = written(Array.from({ length: 8 }, (_, at) =>
      [founder, { kind: "add_person", person: ann, name: `Ann ${at}` }]))
    const lowest = facts.map(({ ruling }) => ruling!).sort((a, b) => a.id < b.id ? -1 : 1)[0]!.ruling

    assert.deepStrictEqual(fold(facts).known.map(({ name }) => name), [
      "founder",
      lowest.kind === "add_person" ? lowest.name : "none"
    ])
  })

  it("who is revoked stays known; whom only the revoked added loses good standing with them", () => {
    const said: ReadonlyArray<Said> = [
      [founder, add(ann)], [ann, add(bob)], [founder, revoke(ann)]
    ]
    assert.deepStrictEqual(standings(...said), { founder: "founder", ann: "revoked", bob: "revoked" })
    const people = fold(written(said))
    assert.isTrue(People.isKnown(people, bob))
    assert.isFalse(People.inGoodStanding(people, bob))
    assert.isTrue(People.inGoodStanding(people, founder))
    assert.isFalse(People.inGoodStanding(people, eve))
    assert.isTrue(People.inGoodStanding(fold(written(said.slice(0, 2))), bob))
    assert.deepStrictEqual(standings(...said, [founder, add(bob)]), {
      founder: "founder",
      ann: "revoked",
      bob: "active"
    })
  })

  it("a revocation is for good: adding the same key again does not undo it", () => {
    assert.deepStrictEqual(standings([founder, add(ann)], [founder, revoke(ann)], [founder, add(ann)]), {
      founder: "founder",
      ann: "revoked"
    })
  })

  it("a stranger revokes nobody, and only the founder revokes the founder", () => {
    assert.deepStrictEqual(standings([founder, revoke(eve)]), { founder: "founder" })
    assert.deepStrictEqual(standings([founder, add(ann)], [eve, revoke(ann)], [ann, revoke(founder)]), {
      founder: "founder",
      ann: "active"
    })
    assert.deepStrictEqual(standings([founder, add(ann)], [founder, add(bob)], [ann, revoke(bob)]), {
      founder: "founder",
      ann: "active",
      bob: "revoked"
    })
    assert.deepStrictEqual(standings([founder, add(ann)], [founder, revoke(founder)]), {
      founder: "revoked",
      ann: "revoked"
    })
  })

  it("I3: a member is revoked beyond its last valid place of each log, wholly in logs not named", () => {
    const people = fold(written([
      [founder, { kind: "revoke_member", node: member, last_places: { [one]: 5 }, because: "lost" }]
    ]))

    assert.isTrue(People.isRevokedMember(people, member))
    assert.isFalse(People.isRevokedMember(people, carrier))
    assert.deepStrictEqual(
      [placeOf(one, 5), placeOf(one, 6), placeOf(two, 1)].map((place) => People.isRevoked(people, place)),
      [false, true, true]
    )
  })

  it("of several revocations of a member the lowest places hold, in whatever order", () => {
    const revocation = (last_places: Readonly<Record<FactIds.LogNonce, number>>): Said =>
      [founder, { kind: "revoke_member", node: member, last_places, because: "lost" }]
    const facts = written(
      [revocation({ [one]: 5, [two]: 3 }), revocation({ [one]: 7 }), revocation({ [one]: 6, [two]: 9 })]
    )

    fc.assert(fc.property(fc.shuffledSubarray([...facts], { minLength: 3 }), (all) => {
      const people = fold(all)
      assert.deepStrictEqual(
        [placeOf(one, 5), placeOf(one, 6), placeOf(two, 1)].map((place) => People.isRevoked(people, place)),
        [false, true, true]
      )
    }))
  })

  it("a stranger revokes no member; someone added later does, from the beginning", () => {
    const revocation: Said = [ann, { kind: "revoke_member", node: member, last_places: {}, because: "lost" }]

    assert.isFalse(People.isRevokedMember(fold(written([revocation])), member))
    assert.isTrue(People.isRevokedMember(fold(written([revocation, [founder, add(ann)]])), member))
  })

  it("a decision about a session is none about people", () => {
    const people = fold(written([[founder, add(ann)]]))
    const [decided] = written([
      [founder, { kind: "decide_session", session_id: "s", decision: "a first", replaces: [] }]
    ])

    assert.strictEqual(People.evolve(people, decided!), people)
  })

  it("the same ruling carried twice is one ruling", () => {
    const paper = Paper.make()
    const carried = [paper.rule(founder, carrier, add(ann))]
    const ruling = carried[0]!.ruling
    const once = fold(carried)

    assert.strictEqual(People.evolve(once, { ...carried[0]!, from: member }), once)
    assert.strictEqual(ruling?.by, founder)
  })
})
