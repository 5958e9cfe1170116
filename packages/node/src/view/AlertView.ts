/**
 * Alerts as the node tells of them: held back, muted, by rule, and why or why not.
 */
import type * as Coordination from "@chorus/coordination-core/coordination/Coordination"
import { isSettled } from "@chorus/coordination-core/coordination/Coordination"
import { builtInRules } from "@chorus/coordination-core/detection/BuiltInRules"
import * as Inquiry from "@chorus/coordination-core/detection/Inquiry"
import type { TaskKey } from "@chorus/coordination-core/identity/TaskKey"
import * as Lessons from "@chorus/coordination-core/lesson/Lessons"
import type { Moment } from "@chorus/coordination-core/machine/Machine"
import * as Mutes from "@chorus/coordination-core/mute/Mutes"
import * as Replica from "@chorus/coordination-core/replica/Replica"
import { compare } from "@chorus/coordination-core/replica/Sorted"
import * as TaskContext from "@chorus/coordination-core/task/TaskContext"
import * as HashMap from "effect/HashMap"
import type * as Rows from "../api/AlertRows.ts"

export type View<A> = (state: Coordination.State, at: Moment) => A

/** The alerts that were held back, the latest first. */
export const heldBack = ({ detection }: Coordination.State): Rows.HeldBack => ({
  count: detection.heldBack.count,
  alerts: detection.heldBack.latest.toReversed().map(
    ({ because, confidence, reason, relationship, task1, task2 }) => ({
      task1: TaskContext.key(task1.task),
      agent1: task1.agent,
      task2: TaskContext.key(task2.task),
      agent2: task2.agent,
      relationship,
      confidence,
      reason,
      held_back_because: because
    })
  )
})

/** The mutes in effect. */
export const mutes = ({ node, replica }: Coordination.State): ReadonlyArray<Rows.MuteRow> =>
  Mutes.all(replica.mutes, Replica.world(replica).counts).map((mute) => ({
    mute: mute.id,
    covers: mute.covers,
    task1: mute.task1,
    task2: mute.task2,
    ...(mute.rule === undefined ? {} : { rule: mute.rule }),
    agent: mute.agent,
    own: mute.origin.node === node,
    because: mute.because,
    at: mute.timestamp
  }))

/** What was learnt of each rule, then of each pair of repositories; the built-in rules first. */
export const rules: View<ReadonlyArray<Rows.RuleRow>> = (state, { wallMillis }) => {
  const { lessons, node, replica, settings } = state
  const muted = new Set(
    Mutes.broadOf(replica.mutes, node, Replica.world(replica).counts)
      .map((mute) => mute.rule ?? Mutes.repositoriesOf(mute.task1, mute.task2))
  )
  const row = (
    rule: string,
    tally: Lessons.Tally | undefined,
    more: Pick<Rows.RuleRow, "origin" | "description" | "decisive">
  ): Rows.RuleRow => ({
    rule,
    ...more,
    fired: tally?.fired ?? 0,
    confirmed: tally?.confirmed ?? 0,
    dismissed: tally?.dismissed ?? 0,
    precision: Math.round(1000 * Lessons.precision(tally, wallMillis)) / 1000,
    status: muted.has(rule)
      ? "muted"
      : Lessons.isDemoted(tally, wallMillis)
      ? "demoted"
      : (tally?.confirmed ?? 0) + (tally?.dismissed ?? 0) === 0 ? "untried" : "trusted"
  })
  const known = [
    ...builtInRules.map((rule) => ({ rule, origin: "built-in" as const })),
    ...settings.rules.map((rule) => ({ rule, origin: "custom" as const }))
  ]
  const named = new Set(known.map(({ rule }) => rule.name))
  const others = [...HashMap.keys(lessons.rules)].filter((name) => !named.has(name)).sort()
  const pairs = [...HashMap.entries(lessons.pairs)].sort(([a], [b]) => compare(a, b))
  return [
    ...known.map(({ origin, rule: { decisive = false, description, name } }) =>
      row(name, Lessons.ofRule(lessons, name), { origin, description, decisive })),
    ...others.map((name) =>
      row(name, Lessons.ofRule(lessons, name), { origin: "detected", description: "", decisive: false })),
    ...pairs.map(([pair, tally]) =>
      row(pair, tally, { origin: "repositories", description: "", decisive: false }))
  ]
}

export const why = (
  task1: TaskKey,
  task2: TaskKey,
  { detection, missing, sessions, threshold }: Inquiry.Why
): Rows.WhyReport => {
  const isTurned = detection !== undefined && TaskContext.key(detection.task1.task) !== task1
  const direction = !isTurned || detection.direction === undefined
    ? detection?.direction
    : detection.direction === "task1_first" ? "task2_first" as const : "task1_first" as const
  return {
    task1,
    task2,
    ...(detection === undefined ? {} : {
      score: detection.confidence,
      relationship: detection.relationship,
      reason: detection.reason
    }),
    ...(direction === undefined ? {} : { direction }),
    threshold,
    evidence: detection?.evidence ?? [],
    sessions,
    missing
  }
}

const touching = (count: number): string =>
  count === 1 ? "an open task touches the same things" : `${count} open tasks touch the same things`

const untouched = (operation: string): string =>
  `no open task that this node knows of declares to ${operation} these`

/** What somebody who is about to begin runs into; nothing is certain before peers were asked. */
export const check = (
  state: Coordination.State,
  { encounters, readers }: Inquiry.Ahead,
  at: Moment
): Rows.CheckReport => {
  const found = encounters.length > 0
    ? { verdict: "attention" as const, because: touching(encounters.length) }
    : isSettled(state, at)
    ? { verdict: "clear" as const, because: untouched(readers.length > 0 ? "change" : "touch") }
    : { verdict: "unknown" as const, because: "the node is still asking its peers what they hold" }
  const read = [...new Set(readers.flatMap(({ what }) => what))]
  const tasks = [...new Set(readers.map(({ held }) => held.task))]
  return {
    verdict: found.verdict,
    because: [found.because, ...Inquiry.onlyRead(read, tasks)].join("; "),
    encounters: encounters.slice(0, encountersMax).map(({ because, direction, held, severity, what }) => ({
      task: held.task,
      agent: held.agent,
      severity,
      what,
      because,
      ...(direction === undefined ? {} : { first: direction === "task1_first" ? "you" : "them" }),
      claimed_at: new Date(held.atMillis).toISOString()
    }))
  }
}

/** So many are told; the gravest come first. */
const encountersMax = 10

export const suggestions = (found: ReadonlyArray<Inquiry.Suggestion>): ReadonlyArray<Rows.SuggestionRow> =>
  found.map(({ collisions, context, task, waitsFor }) => ({
    task,
    title: context.title,
    ready: waitsFor.length === 0,
    waits_for: waitsFor,
    collisions
  }))
