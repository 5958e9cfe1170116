/**
 * Which contracts stand between the repositories of two tasks, and who has to go first.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Contract from "@chorus/coordination-core/contract/Contract"
import * as Link from "@chorus/coordination-core/contract/Link"
import * as Naming from "@chorus/coordination-core/contract/Naming"
import * as Stating from "@chorus/coordination-core/contract/Stating"
import { draft } from "@chorus/coordination-core/fact/Draft"
import { kinds } from "@chorus/coordination-core/task/Scope"
import * as Replica from "@chorus/coordination-core/replica/Replica"
import * as Paper from "@chorus/coordination-core/testing/Paper"
import * as fc from "fast-check"
import { task } from "../detection/entries.ts"

const users = "api:POST /v1/users/{}"

/** What some nodes stated, and the paper it is on. */
const stated = () => {
  const paper = Paper.make()
  const state = (
    node: string,
    repository: string,
    provides: ReadonlyArray<string>,
    consumes: ReadonlyArray<string>
  ) =>
    Stating.parts(
      { repository, provides: Object.fromEntries(provides.map((name) => [name, "0"])), consumes },
      undefined
    ).map((part) => paper.state(Paper.node(node), draft(part)))
  state("a", "backend", [users, "env:JWT_SECRET", "table:orders"], ["package:logger"])
  state("b", "web", [], [users, "env:JWT_SECRET"])
  state("b", "report", ["package:logger"], ["env:JWT_SECRET", "table:orders"])
  return { paper, known: Link.known(Replica.evolveAll(Replica.empty(paper.founder), paper.facts)) }
}

const { known } = stated()

const declaring = (repository: string, ...scopes: Array<string>) => task(repository, "Some work", { scopes })

describe("Link", () => {
  it("stands where one provides, the other consumes and the first task names; who both name first", () => {
    const all = "JWT_SECRET, the orders table, the logger"

    assert.deepStrictEqual(
      Link.between(known, task("backend", all), task("report", "New table of orders"))
        .map(({ consumer, consumers, contract, provider }) => [contract, provider, consumer, consumers]),
      [
        ["table:orders", "backend", "report", 1],
        ["package:logger", "report", "backend", 1],
        ["env:JWT_SECRET", "backend", "report", 2]
      ]
    )
    assert.lengthOf(Link.between(known, task("report", all), task("backend", "Any work")), 3)
    assert.deepStrictEqual(Link.between(known, task("backend", "Any work"), task("report", all)), [])
    assert.deepStrictEqual(Link.between(known, task("web", all), task("nowhere", all)), [])
    assert.deepStrictEqual(Link.between(known, task("web", all), task("report", all)), [])
    assert.deepStrictEqual(Link.between(known, task("backend", all), task("backend", all)), [])
  })

  it("is named by a scope in any writing, by the whole word, or by a path", () => {
    const named = (title: string, ...scopes: ReadonlyArray<string>) =>
      known.namedBy(task("backend", title, { scopes })).map(({ by, contract }) => `${contract} by ${by}`)

    assert.deepStrictEqual(named("anything"), [])
    assert.deepStrictEqual(named("x", "api:post /v1/users/:id/=replace"), [
      `${users} by api:post /v1/users/:id/=replace`
    ])
    assert.lengthOf(named("x", "api:/v1/users/{id}=migrate"), 1)
    assert.lengthOf(named("x", "table:public.orders.total=use"), 1)
    assert.lengthOf(named("x", "api:/v1/users=migrate", "table:order=use"), 0)
    assert.deepStrictEqual(named("rotate the jwt_secret"), ["env:JWT_SECRET by JWT_SECRET"])
    assert.deepStrictEqual(named("POST /v1/users/{userId} takes a phone number"), [
      `${users} by /v1/users/{}`
    ])
    assert.deepStrictEqual(named("the OLD_JWT_SECRET_PATH and /v1/users/{id}/phones"), [])
    const { by } = known.namedBy(task("backend", "x", { paths: ["orders"] }))[0] ?? {}
    assert.strictEqual(by, "orders")
  })

  it("whatever a task names is found by its marks", () => {
    const name = fc.tuple(
      fc.constantFrom(...kinds),
      fc.oneof(
        fc.string({ minLength: 1, maxLength: 12 }),
        fc.array(fc.constantFrom("/", "v1", "Users", "{id}", ".", "_", "-", "é", "GET ", "@", "İ"), {
          minLength: 1,
          maxLength: 8
        }).map((parts) => parts.join(""))
      )
    ).map(([kind, key]) => Contract.nameOf(kind, key)).filter((name) => name !== undefined)
    fc.assert(fc.property(name, fc.string({ maxLength: 4 }), fc.boolean(), (contract, around, isScope) => {
      const spoken = contract.slice(contract.indexOf(":") + 1).replace(/^[A-Z]+ /, "")
      const words = isScope
        ? { title: "x", scopes: [`${contract}=use`] }
        : { title: `${around} ${spoken} ${around}` }
      const read = Naming.read(words)
      if (Naming.namingIn(contract, read) === undefined) return
      const marks = Naming.marks(read)
      assert.isTrue(Naming.marksOf(contract).some((mark) => marks.has(mark)))
    }))
  })

  it("lets the provider go first, unless its task takes away what others use or only uses it", () => {
    const first = (scope: string) => {
      const [link] = Link.between(known, declaring("backend", scope), task("web", "Some work"))
      return link && [Link.first(link), Link.direction(link, "backend"), Link.direction(link, "web")]
    }

    assert.deepStrictEqual(first("env:JWT_SECRET=replace"), ["provider", "task1_first", "task2_first"])
    assert.deepStrictEqual(first("env:JWT_SECRET=remove"), ["consumer", "task2_first", "task1_first"])
    assert.deepStrictEqual(first("env:JWT_SECRET=use"), [undefined, undefined, undefined])
    const [asked] = Link.between(known, declaring("web", "env:JWT_SECRET=remove"), task("backend", "x"))
    assert.strictEqual(asked && Link.first(asked), "provider")
  })

  it("is none where both tasks declare to use it only, whatever scope stands first", () => {
    const between = (own: ReadonlyArray<string>, theirs: ReadonlyArray<string>) =>
      Link.between(known, declaring("backend", ...own), declaring("web", ...theirs))
        .map(({ consuming, providing }) => [providing, consuming])
    const [uses, changes] = ["env:JWT_SECRET=use", "env:jwt_secret=change"]

    assert.deepStrictEqual(between([uses], [uses]), [])
    assert.deepStrictEqual(between([uses, changes], [uses]), [[changes, uses]])
    assert.deepStrictEqual(between([uses], [uses, changes]), [[uses, changes]])
  })

  it("I3: what a banned node stated stands for nothing", () => {
    const { paper } = stated()
    const [part] = Stating.parts({ repository: "other", provides: {}, consumes: ["table:x"] }, undefined)
    assert.isNotEmpty(known.namedBy(task("backend", "rotate the JWT_SECRET")))
    if (part !== undefined) paper.fork(Paper.node("b"), draft(part))
    const now = Link.known(Replica.evolveAll(Replica.empty(paper.founder), paper.facts))

    assert.deepStrictEqual(now.namedBy(task("backend", "rotate the JWT_SECRET")), [])
  })
})
