/**
 * One session for one set of claims, whoever opens it and however often (H1, H2).
 */
import * as fc from "fast-check"
import { assert, describe, it } from "@effect/vitest"
import { draft } from "@chorus/coordination-core/fact/Draft"
import type { Fact } from "@chorus/coordination-core/fact/Fact"
import { FactId } from "@chorus/coordination-core/identity/FactId"
import * as Hash from "@chorus/coordination-core/identity/Hash"
import { TaskKey } from "@chorus/coordination-core/identity/TaskKey"
import * as MeshSettings from "@chorus/coordination-core/mesh/MeshSettings"
import * as Opening from "@chorus/coordination-core/session/Opening"
import * as Paper from "@chorus/coordination-core/testing/Paper"
import { scene, statusOf } from "./scene.ts"

describe("Opening", () => {
  const terms = MeshSettings.terms(Paper.make().settings)
  const claim = fc.record({
    task: fc.nat(20).map((n) => TaskKey.make(`repo#${n}`)),
    claim: fc.nat(20).map((n) => FactId.make(Hash.ofText(String(n))))
  })

  it("H2: the id does not depend on the order of the claims", () => {
    fc.assert(fc.property(fc.array(claim, { minLength: 2, maxLength: 5 }), (claims) => {
      const one = Opening.sessionId("planning", terms, claims)
      assert.strictEqual(Opening.sessionId("planning", terms, claims.toReversed()), one)
    }))
  })

  it("H2: another kind, other terms or another claim give another id", () => {
    fc.assert(fc.property(claim, claim, claim, (a, b, c) => {
      const one = Opening.sessionId("dependency", terms, [a, b])
      assert.notStrictEqual(Opening.sessionId("conflict", terms, [a, b]), one)
      assert.notStrictEqual(
        Opening.sessionId("dependency", { ...terms, policy: "unanimous" }, [a, b]),
        one
      )
      fc.pre(c.claim !== b.claim && c.claim !== a.claim)
      assert.notStrictEqual(Opening.sessionId("dependency", terms, [a, c]), one)
    }))
  })

  it("H1: both sides and a repetition open the same session", () => {
    const { agents: [, b], claims, opening, paper } = scene()
    const again = paper.depend(claims[1]!, claims[0]!, b!.node)

    assert.strictEqual(Paper.session(again), Paper.session(opening))
    assert.strictEqual(Paper.session(paper.depend(claims[0]!, claims[1]!)), Paper.session(opening))
  })

  it("a node that owns none of the claims opens nothing", () => {
    const { claims, paper } = scene()
    const later = paper.claim(paper.agent("c", "c"), "repo-c#1")
    const opening = paper.depend(claims[1]!, later, claims[0]!.from)

    assert.strictEqual(Paper.session(opening), "")
  })

  it("an opening over more than five members is refused, five are welcome", () => {
    const names = ["a", "b", "c", "d", "e", "f"]
    const six = scene(names, "planning")
    const five = scene(names.slice(0, 5), "planning")

    assert.strictEqual(six.session, "")
    assert.strictEqual(statusOf(five.paper, five.session), "active")
  })

  it("H6: one agent that owns both tasks opens no session with itself", () => {
    const paper = Paper.make()
    const agent = paper.agent("a", "a")
    const opening = paper.depend(paper.claim(agent, "x#1"), paper.claim(agent, "y#1"))

    assert.strictEqual(Paper.session(opening), "")
  })

  it("one agent that owns two of three claims is one member", () => {
    const paper = Paper.make()
    const [a, b] = [paper.agent("a", "a"), paper.agent("b", "b")]
    const claims = [paper.claim(a, "x#1"), paper.claim(a, "y#1"), paper.claim(b, "z#1")]
    const opening = Opening.fromFact(paper.open("planning", claims))

    assert.lengthOf(opening?.roster ?? [], 2)
    assert.lengthOf(opening?.claims ?? [], 3)
  })

  it("a dependency is between two tasks with a claim each, and planning is about tasks once each", () => {
    const paper = Paper.make()
    const [a, b] = [paper.agent("a", "a"), paper.agent("b", "b")]
    const [one, same, other] = [paper.claim(a, "x#1"), paper.claim(b, "x#1"), paper.claim(b, "y#1")]
    const opens = (claims: ReadonlyArray<Fact>, data: object = {}) => {
      const { data: whole } = paper.depend(one, other)
      if (whole.message_type !== "dependency_detected") throw new Error("not a dependency")
      const { embedded: _embedded, ...dependency } = whole
      return Paper.session(paper.state(a.node, draft({ ...dependency, ...data }, claims.map(({ id }) => id))))
    }

    assert.match(opens([one, other]), /^dep_[0-9a-f]{40}$/)
    assert.strictEqual(opens([one, same]), "")
    assert.strictEqual(opens([one, same, other]), "")
    assert.strictEqual(opens([one, other, other]), "")
    assert.strictEqual(Paper.session(paper.open("planning", [one, same])), "")
    assert.strictEqual(Paper.session(paper.open("planning", [one, other, other])), "")
    assert.strictEqual(Paper.session(paper.open("conflict", [one, same, same])), "")
  })

  it("I13: a dependency as the seed states it, without terms, is an alert and opens nothing", () => {
    const { claims, opening, paper } = scene()
    if (opening.data.message_type !== "dependency_detected") throw new Error("not a dependency")
    const { embedded: _embedded, terms: _terms, ...seeds } = opening.data

    assert.strictEqual(Paper.session(paper.state(opening.from, draft(seeds, claims.map(({ id }) => id)))), "")
  })

  it("a conflict is between two agents about one task, or two tasks of one repository", () => {
    const paper = Paper.make()
    const [a, b] = [paper.agent("a", "a"), paper.agent("b", "b")]
    const [one, two, other] = [paper.claim(a, "x#1"), paper.claim(b, "x#1"), paper.claim(b, "y#1")]
    const beside = paper.claim(b, "x#2")

    assert.match(Paper.session(paper.open("conflict", [one, two])), /^conf_[0-9a-f]{40}$/)
    assert.match(Paper.session(paper.open("conflict", [one, beside])), /^conf_[0-9a-f]{40}$/)
    assert.strictEqual(Paper.session(paper.open("conflict", [one, other])), "")
    assert.strictEqual(Paper.session(paper.open("conflict", [one, two, beside])), "")
    assert.strictEqual(Paper.session(paper.open("conflict", [two, beside])), "")
  })
})
