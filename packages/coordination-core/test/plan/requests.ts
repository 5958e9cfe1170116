/**
 * Requests for plans: those of tests by hand, and any that a session could make.
 */
import { AgentKey } from "@chorus/coordination-core/identity/AgentId"
import type { PlannedTask, PlanRequest } from "@chorus/coordination-core/plan/PlanRequest"
import { operations } from "@chorus/coordination-core/task/Scope"
import * as TaskContext from "@chorus/coordination-core/task/TaskContext"
import * as fc from "fast-check"

export const agent = (name: string, node = "1"): AgentKey =>
  AgentKey.make(`${name}@${node.repeat(52)}`)

export const planned = (
  owner: AgentKey,
  repository: string,
  title: string,
  more: Partial<TaskContext.TaskContext> = {}
): PlannedTask => ({ agent: owner, task: { task_id: 42, repository, title, ...more } })

export const request = (
  tasks: ReadonlyArray<PlannedTask>,
  more: Partial<PlanRequest> = {}
): PlanRequest => ({
  session: "dep_0",
  kind: "dependency",
  round: 1,
  tasks,
  relationship: "API_Contract",
  reason: "Both tasks speak of the same API.",
  first: undefined,
  objection: undefined,
  ...more
})

const text = (maxLength: number) =>
  fc.oneof(
    fc.string({ unit: "binary", maxLength: 40 }),
    fc.constantFrom("\\\"", "語", "\u0001", "😀", "a b").map((unit) =>
      unit.repeat(Math.floor(maxLength / unit.length))
    )
  )

const nameOf = (maxLength: number) =>
  fc.oneof(
    fc.stringMatching(/^[a-z/_."-]{1,12}$/),
    fc.constantFrom("語", "\"", "n").map((unit) => unit.repeat(maxLength))
  )

const subject = fc.constantFrom("table:orders", `api:${"語".repeat(160)}`)

const plannedTask = (agents: ReadonlyArray<AgentKey>): fc.Arbitrary<PlannedTask> =>
  fc.record({
    agent: fc.constantFrom(...agents),
    task: fc.record({
      task_id: fc.oneof(fc.nat(), nameOf(100)),
      repository: nameOf(140),
      title: text(200),
      description: text(80),
      scopes: fc.array(
        fc.tuple(subject, fc.constantFrom(...operations)).map((parts) => parts.join("=")),
        { maxLength: 3 }
      )
    })
  })

/** Any request of a session: 1 to 16 tasks of 1 to 16 agents with names of any length. */
export const anyRequest: fc.Arbitrary<PlanRequest> = fc
  .tuple(fc.integer({ min: 1, max: 16 }), fc.constantFrom(1, 9, 64))
  .map(([count, length]) =>
    Array.from({ length: count }, (_, at) =>
      agent(String(at).padStart(length, "a"), at < 8 ? "1" : "2"))
  )
  .chain((agents) => fc.array(plannedTask(agents), { minLength: 1, maxLength: 16 }))
  .chain((tasks) => fc.record({
    session: fc.constant("plan_0"),
    kind: fc.constantFrom("dependency", "conflict", "planning"),
    round: fc.integer({ min: 1, max: 3 }),
    tasks: fc.constant(tasks),
    relationship: fc.constantFrom(
      "API_Contract", "Database_Schema", "Configuration_Dependency", "Security_Compliance",
      "Shared_Scope", "GraphQL_Schema", "conflict", "constructor", ""
    ),
    reason: text(500),
    first: fc.option(fc.constantFrom(...tasks.map(({ task }) => TaskContext.key(task))), {
      nil: undefined
    }),
    objection: fc.option(
      fc.record({
        agent: fc.constantFrom(...tasks.map((one) => one.agent)),
        reason: text(280),
        plan: fc.constant({ items: [], share: [], watch: [], success: [] })
      }),
      { nil: undefined }
    )
  }))
