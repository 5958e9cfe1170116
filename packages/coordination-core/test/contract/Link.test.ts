/**
 * Which contracts stand between two repositories.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Link from "@chorus/coordination-core/contract/Link"
import type * as Naming from "@chorus/coordination-core/contract/Naming"
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

const words = (title: string, scopes: ReadonlyArray<string> = []): Naming.Words => ({ title, scopes })

describe("Link", () => {
  it("between two repositories stands what one provides and the other consumes, the rarest first", () => {
    const links = Link.between(replica(), "web", "backend")

    assert.deepStrictEqual(
      links.map(({ consumer, consumers, contract, provider }) => [contract, provider, consumer, consumers]),
      [
        [users, "backend", "web", 1],
        ["env:JWT_SECRET", "backend", "web", 2]
      ]
    )
    assert.deepStrictEqual(
      Link.between(replica(), "backend", "report").map(
        ({ contract, provider }) => `${provider} ${contract}`
      ),
      ["report package:log", "backend table:orders", "backend env:JWT_SECRET"]
    )
    assert.deepStrictEqual(Link.between(replica(), "web", "nowhere"), [])
  })

  it("with words only what they name: by a scope in any writing, or by the whole word", () => {
    const named = (...given: ReadonlyArray<Naming.Words>) =>
      Link.between(replica(), "web", "backend", given).map(
        ({ contract, named: by }) => `${contract} by ${by}`
      )

    assert.deepStrictEqual(named(words("anything")), [])
    assert.deepStrictEqual(named(words("x", ["api:post /v1/users/:id/=replace"])), [
      `${users} by api:post /v1/users/:id/=replace`
    ])
    assert.lengthOf(named(words("x", ["api:/v1/users/{id}=migrate"])), 1)
    assert.lengthOf(named(words("x", ["api:/v1/users=migrate", "table:orders.total=use"])), 0)
    assert.deepStrictEqual(named(words("x"), words("rotate the jwt_secret")), [
      "env:JWT_SECRET by JWT_SECRET"
    ])
    assert.deepStrictEqual(named(words("POST /v1/users/{userId} takes a phone number")), [
      `${users} by /v1/users/{}`
    ])
    assert.deepStrictEqual(named(words("the OLD_JWT_SECRET_PATH and /v1/users/{id}/phones")), [])
  })
})
