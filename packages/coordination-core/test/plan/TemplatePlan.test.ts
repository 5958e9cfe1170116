/**
 * The template plan is valid for any request, and specific to the one that was made.
 */
import { assert, describe, it } from "@effect/vitest"
import * as PlanContent from "@chorus/coordination-core/plan/PlanContent"
import * as PlanText from "@chorus/coordination-core/plan/PlanText"
import * as TemplatePlan from "@chorus/coordination-core/plan/TemplatePlan"
import * as TaskKey from "@chorus/coordination-core/identity/TaskKey"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as fc from "fast-check"
import { agent, anyRequest, planned, request } from "./requests.ts"

const [api, web, docs] = [agent("agent-001"), agent("agent-002", "2"), agent("agent-003", "3")]
const tasks = [
  planned(web, "frontend-app", "Implement login page"),
  planned(api, "backend-api", "Define user authentication API")
]
const first = TaskKey.make("backend-api", 42)
const objection = {
  agent: web,
  reason: "The login page ships on Friday, the contract is too late",
  plan: { items: [], share: [], watch: [], success: [] }
}

describe("any request", () => {
  it("gets a plan that every agent can follow, within all limits", () => {
    const decode = Schema.decodeUnknownSync(PlanContent.PlanContent)
    fc.assert(fc.property(anyRequest, (one) => {
      const plan = TemplatePlan.make(one)

      decode(plan)
      const roster = one.tasks.map((task) => task.agent)
      assert.deepStrictEqual(PlanContent.check(plan, roster), Result.succeed(plan))
    }), { numRuns: 150 })
  })

  it("gets the same plan again", () => {
    fc.assert(fc.property(anyRequest, (one) => {
      assert.deepStrictEqual(TemplatePlan.make(one), TemplatePlan.make(structuredClone(one)))
    }))
  })

  it("gives every agent of a session of five a step", () => {
    fc.assert(fc.property(anyRequest, (one) => {
      const some = one.tasks.slice(0, 5)
      const owners = TemplatePlan.make(request(some.map((task, at) => ({
        ...task,
        task: { task_id: at, repository: "repo", title: `Part ${at}` }
      })))).items.map(({ owner }) => owner)

      assert.sameMembers([...new Set(owners)], [...new Set(some.map((task) => task.agent))])
    }))
  })

  it("gets an answer to its objection: the objector's step comes first and quotes it", () => {
    fc.assert(fc.property(anyRequest, fc.constantFrom(2, 3), (one, round) => {
      const objector = one.tasks[0]!.agent
      const answered = { ...objection, agent: objector }
      const plan = TemplatePlan.make({ ...one, round, objection: answered })

      const [step, ...others] = PlanContent.inOrder(plan.items)
      assert.strictEqual(step?.owner, objector)
      assert.include(step?.action, objection.reason.slice(0, 30))
      assert.isTrue(others.every(({ depends_on }) => depends_on.length > 0))
    }))
  })
})

describe("a dependency", () => {
  it("names the tasks, and whoever defines goes before who builds on it", () => {
    const plan = TemplatePlan.make(request(tasks, { first }))

    const [written, checked, landed, built, proven] = plan.items
    assert.deepStrictEqual(plan.items.map(({ owner }) => owner), [api, web, api, web, web])
    assert.include(written?.action, `backend-api#42 "Define user authentication API"`)
    assert.include(written?.artefact, "API contract")
    assert.include(checked?.action, `frontend-app#42 "Implement login page"`)
    assert.deepStrictEqual(
      [checked, landed, built, proven].map((item) => item?.depends_on),
      [["1"], ["2"], ["2"], ["3", "4"]]
    )
  })

  it("says so when nothing tells who goes first", () => {
    const hint = ({ watch }: PlanContent.PlanContent) =>
      watch.filter((text) => text.includes("has to go first"))

    assert.lengthOf(hint(TemplatePlan.make(request(tasks))), 1)
    assert.lengthOf(hint(TemplatePlan.make(request(tasks, { first }))), 0)
  })

  it("is about the scope that both declare, and who makes it goes first", () => {
    const plan = TemplatePlan.make(request([
      planned(web, "shop", "Show stock", { scopes: ["api:GET /v1/products=use"] }),
      planned(api, "catalog", "Stock per shelf", { scopes: ["api:GET /v1/products=replace"] })
    ]))

    assert.strictEqual(plan.items[0]?.owner, api)
    assert.include(plan.items[0]?.action, "for api:GET /v1/products")
    assert.include(
      plan.watch,
      "catalog#42 is to replace api:GET /v1/products, shop#42 to use it."
    )
  })

  it("on what goes away lets its user leave first, and removes it only then", () => {
    const plan = TemplatePlan.make(request([
      planned(api, "backend-api", "Drop the old users endpoint", { scopes: ["api:GET /v1/users=remove"] }),
      planned(web, "frontend-app", "List users", { scopes: ["api:GET /v1/users=use"] })
    ], { relationship: "API_Contract" }))
    const [written, , landed, removed] = plan.items

    assert.deepStrictEqual([written?.owner, landed?.owner, removed?.owner], [web, web, api])
    assert.include(written?.action, "where it is used")
    assert.deepStrictEqual(removed?.depends_on, [landed?.id ?? ""])
    assert.include(removed?.action, "only now that nothing uses it")
  })

  it("differs by its relationship", () => {
    const artefacts = [
      "API_Contract",
      "Database_Schema",
      "Configuration_Dependency",
      "Security_Compliance",
      "GraphQL_Schema"
    ].map((relationship) => TemplatePlan.make(request(tasks, { relationship })).items[0]?.artefact)

    assert.strictEqual(new Set(artefacts).size, 5)
  })

  it("gives its reason when the relationship is a custom one", () => {
    const custom = { relationship: "GraphQL_Schema", reason: "Resolvers" }
    const plan = TemplatePlan.make(request(tasks, custom))

    assert.include(plan.watch, "Why: Resolvers")
  })
})

describe("a later round", () => {
  it("turns the order round for the objector when nothing else tells it", () => {
    const before = TemplatePlan.make(request(tasks.toReversed()))
    const after = TemplatePlan.make(request(tasks.toReversed(), { round: 2, objection }))

    assert.strictEqual(before.items[0]?.owner, api)
    assert.include(after.items[1]?.action, "frontend-app#42")
    assert.strictEqual(after.items[1]?.owner, web)
  })

  it("keeps the order when it is known, and says what the last round means", () => {
    const plan = TemplatePlan.make(request(tasks, { first, round: 3, objection }))

    assert.deepStrictEqual(plan.items.slice(0, 2).map(({ owner }) => owner), [web, api])
    assert.include(plan.watch, "This is the last round: an objection hands the case to a person.")
  })
})

describe("a conflict", () => {
  const both = [planned(api, "shop", "Sell vouchers"), planned(web, "shop", "Sell vouchers")]

  it("leaves the task with one agent, and the work of the other is handed over", () => {
    const plan = TemplatePlan.make(request(both, { kind: "conflict" }))

    const [mine, theirs, handed, finished] = plan.items
    assert.deepStrictEqual(plan.items.map(({ owner }) => owner), [api, web, web, api])
    assert.deepStrictEqual([mine?.depends_on, theirs?.depends_on], [[], []])
    assert.deepStrictEqual([handed?.depends_on, finished?.depends_on], [["1", "2"], ["3"]])
    assert.include(handed?.action, "release your claim on shop#42")
  })

  it("leaves it with the objector in the next round", () => {
    const plan = TemplatePlan.make(request(both, { kind: "conflict", round: 2, objection }))

    assert.strictEqual(plan.items.at(-1)?.owner, web)
    assert.include(plan.success, "Only agent-002 holds the task.")
  })
})

describe("a planning session", () => {
  it("has a step for everyone and ends with all of them", () => {
    const plan = TemplatePlan.make(request(
      [...tasks, planned(docs, "handbook", "Describe the login")],
      { kind: "planning", relationship: "planning" }
    ))

    assert.deepStrictEqual(plan.items.at(-1)?.depends_on, ["4", "5", "6"])
    assert.include(PlanText.render(plan), "handbook#42")
  })
})
