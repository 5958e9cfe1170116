/**
 * The node's answers about alerts as text for people.
 */
import { AgentKey, fromKey } from "@chorus/coordination-core/identity/AgentId"
import { inWords } from "@chorus/coordination-core/command/MuteCommands"
import { TaskKey } from "@chorus/coordination-core/identity/TaskKey"
import type * as Rows from "../api/AlertRows.ts"
import { briefly } from "../view/Brief.ts"
import type { Hint } from "./Hint.ts"
import { cut, oneLine, table } from "./Print.ts"

export const heldBack = ({ alerts, count }: Rows.HeldBack): string =>
  count === 0 ? "no alert was held back" : [
    table(
      ["TASKS", "RULE", "SURE", "HELD BACK BECAUSE"],
      alerts.map((row) => [
        `${row.task1}, ${row.task2}`,
        row.relationship,
        percent(row.confidence),
        cut(row.held_back_because, 80)
      ])
    ),
    `${count} since the node started` +
    (count > alerts.length ? `; the latest ${alerts.length} are listed` : "")
  ].join("\n")

export const mutes = (rows: ReadonlyArray<Rows.MuteRow>): string =>
  rows.length === 0 ? "nothing is muted" : table(
    ["MUTE", "COVERS", "BY", "BECAUSE"],
    rows.map(({ agent, because, covers, mute, own, rule, task1, task2 }) => [
      mute.slice(0, 12),
      inWords(covers, rule, TaskKey.make(task1), TaskKey.make(task2)),
      own ? nameOf(agent) : agent,
      cut(because, 60)
    ])
  )

export const rules = (rows: ReadonlyArray<Rows.RuleRow>): string =>
  [
    table(
      ["RULE", "FIRED", "CONFIRMED", "DISMISSED", "ESTIMATE", "STATUS"],
      rows.map((row) => [
        row.origin === "repositories"
          ? repositories(row.rule)
          : row.rule + (row.decisive ? " (decisive)" : ""),
        String(row.fired),
        String(row.confirmed),
        String(row.dismissed),
        row.confirmed + row.dismissed === 0 ? "-" : percent(row.precision),
        row.status
      ])
    ),
    "estimate: how many of its alerts matter; 50 % at first, moved by each verdict, by old ones less"
  ].join("\n")

export const why = (report: Rows.WhyReport, hint: Hint): string =>
  [
    report.score === undefined
      ? `${report.task1} and ${report.task2} were not compared`
      : `${report.task1} and ${report.task2}: ${report.relationship ?? ""}, score ${report.score} ` +
        `(an alert needs ${report.threshold})`,
    ...(report.reason === undefined ? [] : [oneLine(report.reason)]),
    ...(report.direction === undefined ? [] : [
      `${report.direction === "task1_first" ? report.task1 : report.task2} has to go first`
    ]),
    ...(report.evidence.length === 0 ? [] : ["Evidence:"]),
    ...report.evidence.map(({ kind, weight, what }) =>
      `  ${percent(weight).padStart(5)}  ${kind}: ${oneLine(what)}`),
    ...report.sessions.map((session) => `Session: ${hint(`show ${briefly(session)}`)}`),
    ...(report.missing.length === 0 ? [] : ["Missing for an alert:"]),
    ...report.missing.map((what) => `  ${oneLine(what)}`)
  ].join("\n")

export const suggestions = (rows: ReadonlyArray<Rows.SuggestionRow>): string =>
  rows.length === 0 ? "no open task is without a holder" : table(
    ["TASK", "READY", "COLLIDES WITH", "TITLE"],
    rows.map(({ collisions, ready, task, title, waits_for }) => [
      task,
      ready ? "yes" : `waits for ${cut(waits_for.join(", "), 40)}`,
      collisions.length === 0
        ? "nothing"
        : cut(collisions.map((one) => `${one.task} (${one.severity})`).join(", "), 60),
      cut(title, 50)
    ])
  )

const repositories = (pair: string): string => {
  const [one = "", other = ""] = pair.split(" ")
  return one === other ? `within ${one}` : `${one} and ${other}`
}

const percent = (share: number): string => `${Math.round(100 * share)} %`

const nameOf = (agent: string): string => fromKey(AgentKey.make(agent)).name
