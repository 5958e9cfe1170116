/**
 * Agreed plans as a merge order, and what others read of it: footers, Markdown, JSON. Pure.
 *
 * Circles come out as circles, with ways out, and no footer is made for them. What agents wrote
 * stands in code spans, so that no title becomes a link, a mention or a heading elsewhere.
 */
import { show } from "@chorus/coordination-core/identity/AgentId"
import { TaskKey } from "@chorus/coordination-core/identity/TaskKey"
import * as MergeOrder from "@chorus/coordination-core/plan/MergeOrder"
import * as Schema from "effect/Schema"
import type { Agreed } from "../api/LandingRows.ts"
import { oneLine } from "../cli/Print.ts"
import * as Change from "./Change.ts"

const strings = Schema.Array(Schema.String)

/** What `chorus export` tells. */
export const ExportReport = Schema.Struct({
  sessions: strings,
  /** In the order in which they land; those of a circle stand at its place. */
  order: Schema.Array(Schema.Struct({
    task: TaskKey,
    title: Schema.String,
    agent: Schema.String,
    change: Schema.optionalKey(Schema.String),
    /** The tasks that have to land first, and why. */
    after: Schema.Array(Schema.Struct({ task: TaskKey, because: Schema.String })),
    /** The footers of the change; none inside a circle. */
    footers: strings
  })),
  circles: Schema.Array(Schema.Struct({ tasks: strings, because: strings, ways_out: strings })),
  /** Tasks that others wait for, and whose change nobody named. */
  without_change: strings,
  /** The steps of all plans, in their order. */
  steps: Schema.Array(Schema.Struct({
    session: Schema.String,
    step: Schema.String,
    agent: Schema.String,
    action: Schema.String,
    done_when: Schema.String
  }))
})
export type ExportReport = typeof ExportReport.Type

/** The report of some agreed plans; `named` says of which change a task is, before what the task says. */
export const report = (
  all: ReadonlyArray<Agreed>,
  named: ReadonlyMap<string, string> = new Map()
): ExportReport => {
  const plans = all.filter(({ nothing_to_do }) => !nothing_to_do)
  const tasks = new Map(plans.flatMap((plan) => plan.tasks).map((row) => [row.task, row]))
  const agents = [...tasks.values()].map(({ agent }) => agent)
  const edges = MergeOrder.direct(
    plans.flatMap(({ first, items, tasks: works }) => MergeOrder.edges(items, works, first))
  )
  const groups = MergeOrder.groups([...tasks.keys()], edges)
  const changeOf = (task: TaskKey) => Change.reference(named.get(task) ?? tasks.get(task)?.change)
  const isTwisted = (one: TaskKey, other: TaskKey) =>
    groups.some((group) => group.includes(one) && group.includes(other))
  const waited = edges.filter(({ after, before }) => !isTwisted(before, after)).map(({ before }) => before)
  return {
    sessions: all.map(({ session }) => session),
    order: groups.flat().flatMap((task) => {
      const row = tasks.get(task)
      const before = edges.filter(({ after }) => after === task)
      const change = changeOf(task)
      return row === undefined ? [] : [{
        task,
        title: row.title,
        agent: show(row.agent, agents),
        ...(change === undefined ? {} : { change }),
        after: before.map((edge) => ({ task: edge.before, because: edge.because })),
        footers: before
          .filter((edge) => !isTwisted(edge.before, task))
          .flatMap((edge) => changeOf(edge.before) ?? [])
          .map(Change.footer)
      }]
    }),
    circles: groups.filter(({ length }) => length > 1).map((group) => circle(group, edges)),
    without_change: [...new Set(waited)].filter((task) => changeOf(task) === undefined),
    steps: plans.flatMap(({ items, session }) =>
      items.map(({ action, done_when, id, owner }) =>
        ({ session, step: id, agent: show(owner, agents), action, done_when })))
  }
}

const circle = (group: MergeOrder.Group, edges: ReadonlyArray<MergeOrder.Edge>) => {
  const inside = edges.filter(({ after, before }) => group.includes(after) && group.includes(before))
  const [first = "", second = ""] = group
  return {
    tasks: [...group],
    because: inside.map(({ after, because, before }) => `${after} waits for ${before}: ${because}`),
    ways_out: [
      `split: make two changes of ${first}, one that lands before ${second} and one after it`,
      `flag: land ${first} behind a flag that is off, then ${second}, then turn it on`,
      "queue: put them in one shared change queue that lands them together " +
      "(Zuul: allow-circular-dependencies; Mergify and depends-on-action leave circles out)"
    ]
  }
}

/** The footers, under the task whose change they belong to; of one task, the bare lines. */
export const dependsOn = ({ order }: ExportReport, only?: string): string =>
  only === undefined
    ? order.map(({ change, footers, task }) =>
      [`# ${task}${change === undefined ? "" : ` ${change}`}`, ...footers].join("\n")).join("\n\n")
    : order.filter(({ task }) => task === only).flatMap(({ footers }) => footers).join("\n")

export const markdown = ({ circles, order, steps, without_change }: ExportReport): string =>
  [
    "## Merge order",
    "",
    ...(order.length === 0 ? ["Nothing has to be coordinated."] : []),
    ...order.flatMap(({ after, agent, change, task, title }, at) => [
      `${at + 1}. ${code(task)} ${code(title)} (${code(agent)})${change === undefined ? "" : `: ${change}`}`,
      ...after.map(({ because, task: before }) => `   - after ${code(before)}: ${because}`)
    ]),
    ...circles.flatMap(({ because, tasks, ways_out }) => [
      "",
      `### Circle: ${tasks.map(code).join(", ")}`,
      "",
      ...because.map((why) => `- ${code(why)}`),
      "",
      "Ways out:",
      "",
      ...ways_out.map((way) => `- ${code(way)}`)
    ]),
    ...(without_change.length === 0
      ? []
      : ["", `Without a change yet: ${without_change.map(code).join(", ")}`]),
    ...(steps.length === 0 ? [] : ["", "## Steps", ""]),
    ...steps.map(({ action, agent, done_when, step }) =>
      `- ${step}, ${code(agent)}: ${code(action)} Done when: ${code(done_when)}`)
  ].join("\n")

/** Text of others as a code span: nothing in it is a link, a mention, a tag or a heading. */
const code = (text: string): string => `\`${oneLine(text).replaceAll("`", "'")}\``
