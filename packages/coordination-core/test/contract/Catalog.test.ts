/**
 * Who is between two repositories, and whom a change concerns.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Affected from "@chorus/coordination-core/contract/Affected"
import * as Catalog from "@chorus/coordination-core/contract/Catalog"
import type { ContractChange } from "@chorus/coordination-core/contract/ContractDiff"
import * as Stating from "@chorus/coordination-core/contract/Stating"
import { draft } from "@chorus/coordination-core/fact/Draft"
import * as Replica from "@chorus/coordination-core/replica/Replica"
import * as Paper from "@chorus/coordination-core/testing/Paper"

const users = "api:POST /v1/users/{}"

const replica = () => {
  const paper = Paper.make()
  const state = (
    node: string,
    repository: string,
    provides: ReadonlyArray<string>,
    consumes: ReadonlyArray<string>
  ) =>
    Stating.parts(
      {
        repository,
        provides: Object.fromEntries(provides.map((name) => [name, "0"])),
        consumes
      },
      undefined
    ).map((part) => paper.state(Paper.node(node), draft(part)))
  state("a", "backend", [users, "env:JWT_SECRET", "table:orders"], ["package:log"])
  state("b", "web", [], [users, "env:JWT_SECRET"])
  state("b", "report", ["package:log"], ["env:JWT_SECRET", "table:orders"])
  return Replica.evolveAll(Replica.empty(paper.founder), paper.facts)
}

const words = (title: string, scopes: ReadonlyArray<string> = []): Catalog.Words => ({ title, scopes })

describe("Catalog", () => {
  it("between two repositories stands what one provides and the other consumes, the rarest first", () => {
    const links = Catalog.between(replica(), "web", "backend")

    assert.deepStrictEqual(
      links.map(({ consumer, consumers, contract, provider }) => [contract, provider, consumer, consumers]),
      [
        [users, "backend", "web", 1],
        ["env:JWT_SECRET", "backend", "web", 2]
      ]
    )
    assert.deepStrictEqual(
      Catalog.between(replica(), "backend", "report").map(
        ({ contract, provider }) => `${provider} ${contract}`
      ),
      ["report package:log", "backend table:orders", "backend env:JWT_SECRET"]
    )
    assert.deepStrictEqual(Catalog.between(replica(), "web", "nowhere"), [])
  })

  it("with words only what they name: by a scope in any writing, or by the whole word", () => {
    const named = (...given: ReadonlyArray<Catalog.Words>) =>
      Catalog.between(replica(), "web", "backend", given).map(
        ({ contract, named: by }) => `${contract} by ${by}`
      )

    assert.deepStrictEqual(named(words("anything")), [])
    assert.deepStrictEqual(named(words("x", ["api:post /v1/users/:id/=replace"])), [
      `${users} by api:post /v1/users/:id/=replace`
    ])
    assert.deepStrictEqual(named(words("x"), words("rotate the jwt_secret")), [
      "env:JWT_SECRET by JWT_SECRET"
    ])
    assert.deepStrictEqual(named(words("POST /v1/users/{userId} takes a phone number")), [
      `${users} by /v1/users/{}`
    ])
    assert.deepStrictEqual(named(words("the OLD_JWT_SECRET_PATH and /v1/users/{id}/phones")), [])
  })
})

describe("Affected", () => {
  const change: ContractChange = {
    contract: users,
    file: "openapi.yaml",
    what: "changed",
    breaking: true,
    why: "body.phone: is new and must be given",
    members: []
  }
  const tasks: ReadonlyArray<Affected.OpenTask> = [
    { task: "web#1", agent: "w@b", title: "Colour of the buttons" },
    { task: "mobile#7", agent: "m@c", title: "Call POST /v1/users/:id at sign-up" },
    { task: "report#2", agent: "r@b", title: "Count", scopes: ["api:POST /v1/users/{user}=use"] },
    { task: "docs#3", agent: "d@b", title: "Spelling" },
    { task: "backend#9", agent: "a@a", title: "Phone", scopes: ["api:POST /v1/users/{id}=change"] }
  ]
  const consumers = [
    { repository: "web", consumes: [users] },
    { repository: "backend", consumes: [users] }
  ]

  it("tells who consumes it, and who is at work against it, the surest first", () => {
    const [affected] = Affected.by([change], consumers, tasks, "backend")

    assert.deepStrictEqual(affected?.consumers, ["web"])
    assert.deepStrictEqual(
      affected?.atWork.map(({ agent, by, task }) => [task, agent, by]),
      [
        ["report#2", "r@b", "declares"],
        ["mobile#7", "m@c", "mentions"],
        ["web#1", "w@b", "consumes"]
      ]
    )
    assert.isTrue(affected !== undefined && Affected.needsAttention(affected))
  })

  it("what breaks nobody known, or nothing, needs no attention", () => {
    const needs = (each: ContractChange, known: ReadonlyArray<Affected.Consumer>) =>
      Affected.by([each], known, tasks.slice(3), "backend").map(Affected.needsAttention)

    assert.deepStrictEqual(needs(change, []), [false])
    assert.deepStrictEqual(needs({ ...change, breaking: false }, consumers), [false])
    assert.deepStrictEqual(needs(change, consumers), [true])
  })
})
