/**
 * Whom a change concerns: consumers, and who is at work.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Affected from "@chorus/coordination-core/contract/Affected"
import type { ContractChange } from "@chorus/coordination-core/contract/ContractDiff"

const users = "api:POST /v1/users/{}"

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
