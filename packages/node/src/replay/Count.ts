/**
 * What a replay brought, counted from the state at its end.
 */
import type * as Coordination from "@chorus/coordination-core/coordination/Coordination"
import * as TaskKey from "@chorus/coordination-core/identity/TaskKey"
import * as Replica from "@chorus/coordination-core/replica/Replica"
import * as Status from "@chorus/coordination-core/session/Status"
import type { Counted, LinksFound } from "../api/Reports.ts"
import * as Print from "../cli/Print.ts"
import type { Link, Recorded } from "./Recording.ts"

export interface Course {
  readonly tasks: ReadonlyArray<Recorded>
  readonly nodes: number
  readonly plans: { readonly asked: number; readonly calls: number }
  readonly seconds: number
  readonly taskMillis: number
  readonly links: ReadonlyArray<Link> | undefined
}

export const count = (state: Coordination.State, course: Course): Counted => {
  const { links, nodes, plans, seconds, taskMillis, tasks } = course
  const world = Replica.world(state.replica)
  const all = Replica.openedSessions(state.replica)
  const dependencies = all.filter(({ opening }) => opening.kind === "dependency")
  const sessions: Record<string, number> = {}
  for (const session of all) {
    const status = Status.statusOf(session, world)
    sessions[status] = (sessions[status] ?? 0) + 1
  }
  const pairs = new Set(dependencies.map(({ opening }) =>
    pairOf(opening.claims.map(({ task }) => TaskKey.id(task)))
  ))
  return {
    tasks: tasks.length,
    repositories: new Set(tasks.map(({ repository }) => repository)).size,
    nodes,
    facts: factsOf(state),
    dependencies: dependencies.length,
    alerts_per_task: rounded(dependencies.length / tasks.length, 3),
    sessions,
    plans: plans.asked,
    model_calls: plans.calls,
    seconds: rounded(seconds, 1),
    tasks_per_second: rounded(tasks.length / seconds, 1),
    ...(links === undefined ? {} : { links: found(links, tasks, pairs, taskMillis) })
  }
}

/** The closing table. */
export const table = (counted: Counted): string => {
  const { links, sessions } = counted
  const outcomes = Status.statuses.flatMap((status) =>
    sessions[status] === undefined ? [] : [`${sessions[status]} ${status}`])
  const nodes = counted.nodes === 1 ? "1 node" : `${counted.nodes} nodes`
  const extent = `${counted.tasks} of ${counted.repositories} repositories over ${nodes}`
  return Print.table(["tasks", extent], [
    ["dependencies", `${counted.dependencies}, ${counted.alerts_per_task} alerts per task`],
    ["sessions", outcomes.join(", ") || "none"],
    ["plans", `${counted.plans} made, ${counted.model_calls} model calls`],
    ...(links === undefined ? [] : [
      ["links", `${links.found} of ${links.total} found, recall ${percent(links.recall)}, ` +
        `precision ${percent(links.precision)}`],
      ["", `${links.held_together} of the ${links.total} had both tasks held at the same time; ` +
        "no other can be found"]
    ]),
    ["facts", String(counted.facts)],
    ["time", `${counted.seconds} s, ${counted.tasks_per_second} tasks a second`]
  ])
}

const found = (
  links: ReadonlyArray<Link>,
  tasks: ReadonlyArray<Recorded>,
  pairs: ReadonlySet<string>,
  taskMillis: number
): LinksFound => {
  const byId = new Map(tasks.map((task) => [task.id, task]))
  const tasksOf = ({ from, to }: Link) => [byId.get(from), byId.get(to)] as const
  const ends = [...new Map(links.map((link) => [pairOf([link.from, link.to]), tasksOf(link)]))]
    .filter(([, [from, to]]) => from !== undefined && to !== undefined && from.repository !== to.repository)
  const together = ends.filter(([, [from, to]]) =>
    Math.abs((from?.atMillis ?? 0) - (to?.atMillis ?? 0)) < taskMillis)
  const hits = ends.filter(([pair]) => pairs.has(pair)).length
  return {
    total: ends.length,
    held_together: together.length,
    found: hits,
    recall: rounded(hits / Math.max(1, ends.length), 3),
    precision: rounded(hits / Math.max(1, pairs.size), 3)
  }
}

const factsOf = ({ catchUp }: Coordination.State): number =>
  [...catchUp.heads].reduce((sum, [, { seq }]) => sum + seq, 0)

const pairOf = (ids: ReadonlyArray<string>): string => ids.toSorted().join(" ")

const rounded = (value: number, digits: number): number => Number(value.toFixed(digits))

const percent = (share: number): string => `${rounded(share * 100, 1)} %`
