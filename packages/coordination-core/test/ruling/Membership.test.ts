/**
 * Whose facts enter, in an open and in a listed mesh (H37, I3).
 */
import { assert, describe, it } from "@effect/vitest"
import type { NodeId, PersonId } from "@chorus/coordination-core/identity/NodeId"
import type { MeshSettings } from "@chorus/coordination-core/mesh/MeshSettings"
import * as Membership from "@chorus/coordination-core/ruling/Membership"
import * as People from "@chorus/coordination-core/ruling/People"
import * as Paper from "@chorus/coordination-core/testing/Paper"
import * as fc from "fast-check"

const [first, laptop, stranger] = ["first", "laptop", "stranger"].map(Paper.node) as [NodeId, NodeId, NodeId]

const mesh = () => {
  const paper = Paper.make()
  const listed: MeshSettings = { ...paper.settings, membership: "listed", firstMember: first }
  const rule = (by: PersonId, ruling: Parameters<Paper.Paper["rule"]>[2]) => paper.rule(by, first, ruling)
  return {
    paper,
    listed,
    add: (node: NodeId, by = paper.founder) => rule(by, { kind: "add_member", node, name: "a laptop" }),
    revoke: (node: NodeId) =>
      rule(paper.founder, { kind: "revoke_member", node, last_places: {}, because: "stolen" }),
    rule,
    people: () => paper.facts.reduce(People.evolve, People.empty(paper.founder))
  }
}

describe("Membership", () => {
  it("H37: in an open mesh everybody's facts enter, in a listed one those of listed nodes alone", () => {
    const { add, listed, paper, people } = mesh()
    add(laptop)

    for (const node of [first, laptop, stranger]) {
      assert.isTrue(Membership.takes(paper.settings, people(), node))
      assert.strictEqual(Membership.takes(listed, people(), node), node !== stranger)
      assert.strictEqual(Membership.hears(listed, people(), node), node !== stranger)
    }
  })

  it("a stranger lists nobody; whom only a revoked person listed is out until another lists it", () => {
    const { add, listed, paper, people, rule } = mesh()
    const ann = Paper.person("ann")
    add(stranger, Paper.person("eve"))
    rule(paper.founder, { kind: "add_person", person: ann, name: "Ann" })
    add(laptop, ann)

    assert.isFalse(Membership.takes(listed, people(), stranger))
    assert.isTrue(Membership.takes(listed, people(), laptop))
    rule(paper.founder, { kind: "revoke_person", person: ann, because: "left" })
    assert.isFalse(Membership.takes(listed, people(), laptop))
    add(laptop)
    assert.isTrue(Membership.takes(listed, people(), laptop))
  })

  it("H37: nothing comes from a revoked node or as its gossip; what members hold of it goes round", () => {
    const { add, listed, paper, people, revoke } = mesh()
    add(laptop)
    revoke(laptop)

    for (const settings of [paper.settings, listed]) {
      assert.isFalse(Membership.hears(settings, people(), laptop))
      assert.isTrue(Membership.isShutOut(people(), laptop))
      assert.isTrue(Membership.takes(settings, people(), laptop))
    }
    add(laptop)
    assert.isFalse(Membership.hears(listed, people(), laptop))
  })

  it("H11: who is listed under which name does not depend on the order of the rulings", () => {
    const { add, paper, people, revoke, rule } = mesh()
    const others = Array.from({ length: 6 }, (_, at) => Paper.node(`revoked unlisted ${at}`))
    add(stranger)
    revoke(stranger)
    others.forEach(revoke)
    const named = ["a laptop", "another name", "a third", "a fourth"].map((name) =>
      rule(paper.founder, { kind: "add_member", node: laptop, name }).ruling!
    )
    const lowest = named.sort((a, b) => a.id < b.id ? -1 : 1)[0]!.ruling
    const whole = People.members(people())

    assert.deepStrictEqual<unknown>(whole, [
      { node: laptop, name: lowest.kind === "add_member" ? lowest.name : "none", standing: "member" },
      { node: stranger, name: "a laptop", standing: "revoked" },
      ...others.map((node) => ({ node, name: "", standing: "revoked" }))
    ].sort((a, b) => a.node < b.node ? -1 : 1))
    assert.deepStrictEqual(others.map((node) => People.isListed(people(), node)), others.map(() => false))
    const shuffled = fc.shuffledSubarray([...paper.facts], { minLength: paper.facts.length })
    fc.assert(fc.property(shuffled, (other) => {
      assert.deepStrictEqual(People.members(other.reduce(People.evolve, People.empty(paper.founder))), whole)
    }))
  })
})
