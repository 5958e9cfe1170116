/**
 * What open tasks declare to touch: found by a look at few, the same as by a look at all.
 */
import { assert, describe, it } from "@effect/vitest"
import { FactId } from "@chorus/coordination-core/identity/FactId"
import * as Hash from "@chorus/coordination-core/identity/Hash"
import * as Scope from "@chorus/coordination-core/task/Scope"
import * as Territory from "@chorus/coordination-core/detection/Territory"
import * as HashMap from "effect/HashMap"
import * as fc from "fast-check"
import { entry, task } from "./entries.ts"

const path = fc.array(fc.constantFrom("a", "b", "c.ts", "*", "**", "*.ts"), { minLength: 1, maxLength: 10 })
  .map((segments) => segments.join("/"))
const scope = fc.tuple(
  fc.constantFrom("table:t", "table:public.t", "table:t.c", "api:GET /a/:b", "api:/a/{c}", "env:X"),
  fc.constantFrom("use", "add", "remove", "migrate")
).map(([key, operation]) => `${key}=${operation}`)
const words = fc.record({
  repository: fc.constantFrom("one", "two"),
  scopes: fc.array(scope, { maxLength: 3 }),
  paths: fc.array(path, { maxLength: 3 })
})

const made = (said: ReadonlyArray<{ repository: string; scopes: Array<string>; paths: Array<string> }>) =>
  said.map(({ repository, ...more }, nth) =>
    entry(task(repository, "Any", more), { claim: FactId.make(Hash.ofText(String(nth))) }))

const shapeOf = ({ held, places }: Territory.Territory) => [
  [...HashMap.keys(held)].sort(),
  [...HashMap.entries(places)]
    .map(([place, claims]) => `${place}: ${[...HashMap.keys(claims)].sort().join()}`)
    .sort()
]

describe("Territory", () => {
  it("finds exactly the tasks that have something in common with a question", () => {
    fc.assert(fc.property(fc.array(words, { maxLength: 12 }), words, (said, asked) => {
      const entries = made(said)
      const territory = entries.reduce(Territory.insert, Territory.empty)
      const question = { repository: asked.repository, ...Territory.declares(asked) }

      const found = Territory.meeting(territory, question)
      const every = HashMap.toValues(territory.held).filter((held) =>
        Territory.between(question, held) !== undefined)
      assert.sameMembers(found.map(({ held }) => held.claim), every.map(({ claim }) => claim))
    }), { numRuns: 300 })
  })

  it("finds the tasks that only read what a question only reads as well", () => {
    fc.assert(fc.property(fc.array(words, { maxLength: 12 }), words, (said, asked) => {
      const territory = made(said).reduce(Territory.insert, Territory.empty)
      const question = { repository: asked.repository, ...Territory.declares(asked) }
      const isRead = (scope: string): boolean => scope.endsWith("=use")
      const shared = (scopes: ReadonlyArray<string>) =>
        scopes.filter(isRead).map((text) => Scope.parse(text)!).some((one) =>
          asked.scopes.filter(isRead).some((text) => Scope.meet(one, Scope.parse(text)!)))

      const found = Territory.readers(territory, question)
        .filter(({ held }) => Territory.between(question, held) === undefined)
      const every = HashMap.toValues(territory.held).filter((held) =>
        Territory.between(question, held) === undefined &&
        shared([...held.declared.values()].flatMap((all) => all.map(({ scope }) =>
          `${Scope.name(scope)}=${scope.operation}`))))
      assert.sameMembers(found.map(({ held }) => held.claim), every.map(({ claim }) => claim))
      assert.isTrue(found.every(({ what }) => what.length > 0))
    }), { numRuns: 300 })
  })

  it("H25: what is removed leaves nothing, and what is put in again stands once", () => {
    fc.assert(fc.property(fc.array(words, { maxLength: 6 }), (said) => {
      const entries = made(said)
      const once = entries.reduce(Territory.insert, Territory.empty)
      assert.deepStrictEqual(shapeOf(entries.reduce(Territory.insert, once)), shapeOf(once))
      const left = entries.reduce((rest, { claim }) => Territory.remove(rest, claim), once)
      assert.deepStrictEqual([HashMap.size(left.held), HashMap.size(left.places)], [0, 0])
    }), { numRuns: 50 })
  })

  it("H26: a question looks at a bounded number of tasks", () => {
    const crowd = made(Array.from({ length: Territory.visitedMax * 2 }, () =>
      ({ repository: "one", scopes: ["env:X=use"], paths: ["a"] })))
    const territory = crowd.reduce(Territory.insert, Territory.empty)
    const question = { repository: "one", ...Territory.declares({ scopes: ["env:X=remove"], paths: ["**"] }) }
    assert.isAtMost(Territory.meeting(territory, question).length, Territory.visitedMax)
  })
})
