/**
 * The order in which changes land: it keeps every edge, and what waits in a circle is told.
 */
import { assert, describe, it } from "@effect/vitest"
import { TaskKey } from "@chorus/coordination-core/identity/TaskKey"
import * as MergeOrder from "@chorus/coordination-core/plan/MergeOrder"
import type { PlanItem } from "@chorus/coordination-core/plan/PlanContent"
import * as TemplatePlan from "@chorus/coordination-core/plan/TemplatePlan"
import * as fc from "fast-check"
import { agent, planned, request } from "./requests.ts"

const task = (name: string | number) => TaskKey.make(`repo${name}#1`)
const [a, b, c] = [task("a"), task("b"), task("c")]
const edge = (before: TaskKey, after: TaskKey): MergeOrder.Edge => ({ before, after, because: "" })

const graphs = fc.integer({ min: 2, max: 9 }).chain((size) =>
  fc.record({
    tasks: fc.constant(Array.from({ length: size }, (_, at) => task(at))),
    edges: fc.array(
      fc.tuple(fc.nat(size - 1), fc.nat(size - 1)).filter(([from, to]) => from !== to),
      { maxLength: 18 }
    ).map((all) => all.map(([from, to]) => edge(task(from), task(to))))
  }))

/** Naively: is there a way along the edges? */
const hasWay = (from: TaskKey, to: TaskKey, edges: ReadonlyArray<MergeOrder.Edge>): boolean => {
  const walk = (at: TaskKey, steps: number): boolean =>
    steps > 0 && edges.some(({ after, before }) => before === at && (after === to || walk(after, steps - 1)))
  return walk(from, 4)
}

describe("groups", () => {
  it("every edge leads to a later group, or lies inside a circle, and each task stands once", () => {
    fc.assert(fc.property(graphs, ({ edges, tasks }) => {
      const groups = MergeOrder.groups(tasks, edges)
      const place = (one: TaskKey) => groups.findIndex((group) => group.includes(one))

      assert.sameMembers(groups.flat(), tasks)
      for (const { after, before } of edges) assert.isAtMost(place(before), place(after))
      for (const [at, group] of groups.entries()) {
        const inside = edges.filter(({ after, before }) => place(before) === at && place(after) === at)
        // A circle is one: in it each task is waited for and waits; a single one is in no circle.
        for (const one of group) {
          assert.strictEqual(inside.some(({ after }) => after === one), group.length > 1)
          assert.strictEqual(inside.some(({ before }) => before === one), group.length > 1)
        }
      }
    }))
  })

  it("two tasks that wait for each other are always in one circle", () => {
    const small = graphs.filter(({ tasks }) => tasks.length <= 4)
    fc.assert(fc.property(small, ({ edges, tasks }) => {
      const groups = MergeOrder.groups(tasks, edges)
      for (const one of tasks) {
        for (const other of tasks) {
          if (one === other) continue
          const isTold = groups.some((group) => group.includes(one) && group.includes(other))
          const isCircle = hasWay(one, other, edges) && hasWay(other, one, edges)
          assert.strictEqual(isTold, isCircle)
        }
      }
    }))
  })

  it("what edges say twice is said once, and the order stays", () => {
    assert.deepStrictEqual(
      MergeOrder.direct([edge(a, b), edge(b, c), edge(a, c), edge(a, b)]),
      [edge(a, b), edge(b, c)]
    )
    fc.assert(fc.property(graphs, ({ edges, tasks }) => {
      assert.deepStrictEqual(
        MergeOrder.groups(tasks, MergeOrder.direct(edges)).map((group) => [...group].sort()),
        MergeOrder.groups(tasks, edges).map((group) => [...group].sort())
      )
    }), { examples: [[{ tasks: [a, b, c], edges: [edge(a, b), edge(b, c), edge(a, c)] }]] })
  })
})

describe("edges", () => {
  const [api, web] = [agent("agent-001"), agent("agent-002", "2")]
  const works = [{ task: a, agent: api }, { task: b, agent: web }]
  const step = (
    id: string,
    owner: PlanItem["owner"],
    depends_on: ReadonlyArray<string>,
    done_when = "Done."
  ) => ({ id, owner, action: "Do it.", depends_on, done_when })

  it("a change lands with its owner's last step", () => {
    const items = [step("1", api, []), step("2", web, ["1"]), step("3", api, ["2"]), step("4", web, ["3"])]

    assert.deepStrictEqual(MergeOrder.edges(items, works), [
      { before: a, after: b, because: "step 4 waits for step 3" }
    ])
  })

  it("an owner who merges before and after another waits in a circle", () => {
    const items = [
      step("1", api, [], "The column is merged."),
      step("2", web, ["1"]),
      step("3", api, ["2"], "It is merged.")
    ]
    const edges = MergeOrder.edges(items, works)

    assert.deepStrictEqual(edges.map(({ after, before }) => [before, after]), [[a, b], [b, a]])
    assert.deepStrictEqual(MergeOrder.groups([a, b], edges), [[a, b]])
  })

  it("what was agreed weighs more than the direction of the alert, which fills in where it is silent", () => {
    const silent = [step("1", api, []), step("2", web, [])]
    const agreed = [step("1", api, []), step("2", web, ["1"])]

    assert.deepStrictEqual(MergeOrder.edges(silent, works, b).map(({ before }) => before), [b])
    assert.deepStrictEqual(MergeOrder.edges(agreed, works, b).map(({ before }) => before), [a])
  })

  it("the template plan lets whoever leads land first, without a circle", () => {
    const asked = request([planned(api, "api", "Replace the users API"), planned(web, "web", "Show users")])
    const { items } = TemplatePlan.make(asked)
    const both = asked.tasks.map(({ agent, task }) => ({
      agent,
      task: TaskKey.make(`${task.repository}#${task.task_id}`)
    }))
    const groups = MergeOrder.groups(both.map(({ task }) => task), MergeOrder.edges(items, both))

    assert.lengthOf(groups, 2)
  })
})
