/**
 * The fold of what nodes state about contracts keeps its laws and its bounds (H25).
 */
import { assert, describe, it } from "@effect/vitest"
import * as Contracts from "@chorus/coordination-core/contract/Contracts"
import * as Catalog from "@chorus/coordination-core/contract/Catalog"
import * as Stating from "@chorus/coordination-core/contract/Stating"
import { draft } from "@chorus/coordination-core/fact/Draft"
import type { Fact } from "@chorus/coordination-core/fact/Fact"
import * as Replica from "@chorus/coordination-core/replica/Replica"
import * as Arbitraries from "@chorus/coordination-core/testing/Arbitraries"
import * as Laws from "@chorus/coordination-core/testing/Laws"
import * as Paper from "@chorus/coordination-core/testing/Paper"
import * as fc from "fast-check"

const node = Paper.node("a")

/** Statements alone, so that many are about one repository and one part. */
const statements = fc
  .array(
    fc.record({
      by: fc.nat(1),
      repository: fc.nat(40),
      version: fc.nat(2),
      part: fc.integer({ min: 1, max: 3 })
    }),
    { maxLength: 60 }
  )
  .map((steps): ReadonlyArray<Fact> => {
    const paper = Paper.make()
    for (const { by, part, repository, version } of steps) {
      paper.state(
        Paper.node(`n${by}`),
        draft({
          message_type: "contracts_stated",
          repository: `r${repository}`,
          version,
          part,
          parts: 3,
          provides: {},
          consumes: [],
          digest: "0",
          left_out: 0
        })
      )
    }
    return paper.facts
  })

const stated = (names: number, repository = "shop"): Stating.Stated => ({
  repository,
  provides: Object.fromEntries(Array.from({ length: names }, (_, at) => [`table:t${at}`, "0".repeat(16)])),
  consumes: ["env:JWT_SECRET"]
})

describe("Contracts", () => {
  const fold = { initial: Contracts.empty, evolve: Contracts.evolve }
  for (const law of Laws.fold(fold, statements)) it(`I1: ${law.title}`, () => law.check(60))
  for (const law of Laws.fold(fold, Arbitraries.facts(40))) {
    it(`I1: among other facts, ${law.title}`, () => law.check(20))
  }

  it("H25: an author is remembered with so many repositories, and a part once", () => {
    fc.assert(
      fc.property(statements, (facts) => {
        const folded = facts.reduce(Contracts.evolve, Contracts.empty)
        for (const author of ["n0", "n1"].map(Paper.node)) {
          const known = Contracts.of(folded, author)
          assert.isAtMost(known.length, Contracts.repositoriesMax)
          for (const { parts } of known) {
            assert.strictEqual(new Set(parts.map(({ part }) => part)).size, parts.length)
          }
        }
      }),
      { numRuns: 60 }
    )
  })

  it("the newest version counts, with all its parts, whatever came first", () => {
    const paper = Paper.make()
    const state = (each: Stating.Stated) => {
      const replica = Replica.evolveAll(Replica.empty(paper.founder), paper.facts)
      const known = Contracts.of(replica.contracts, node).find(
        ({ repository }) => repository === each.repository
      )
      return Stating.parts(each, known).map((part) => paper.state(node, draft(part)))
    }
    assert.lengthOf(state(stated(900)), 3)
    assert.lengthOf(state(stated(900)), 0)
    assert.lengthOf(state(stated(2)), 1)

    const [entry, ...others] = Catalog.entries(
      Replica.evolveAll(Replica.empty(paper.founder), [...paper.facts].reverse())
    )

    assert.deepStrictEqual([...(entry?.provides.keys() ?? [])], ["table:t0", "table:t1"])
    assert.deepStrictEqual(
      [entry?.version, entry?.leftOut, entry?.partsMissing, others.length],
      [2, 0, 0, 0]
    )
  })

  it("what has no room in four parts is counted, and every part fits a sealed fact", () => {
    const parts = Stating.parts(stated(2000), undefined)
    const names = parts.reduce(
      (sum, { consumes, provides }) => sum + Object.keys(provides).length + consumes.length,
      0
    )

    assert.lengthOf(parts, 4)
    assert.strictEqual(names + (parts[0]?.left_out ?? 0), 2000 + 1)
    for (const part of parts) assert.isBelow(JSON.stringify(part).length, 14 * 1024)
  })

  it("what a revoked node states does not count", () => {
    const paper = Paper.make()
    for (const part of Stating.parts(stated(2), undefined)) paper.state(node, draft(part))
    const known = () => Catalog.entries(Replica.evolveAll(Replica.empty(paper.founder), paper.facts)).length

    assert.strictEqual(known(), 1)
    paper.rule(paper.founder, Paper.node("b"), {
      kind: "revoke_member",
      node,
      last_places: {},
      because: "lost its key"
    })
    assert.strictEqual(known(), 0)
  })
})
