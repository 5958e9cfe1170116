/**
 * What comes of it when two tasks do something to one thing: how bad it is, why, and who has to go
 * first. One row for each pair of operations.
 *
 * `notice`: they should know of each other; `warning`: the work of one may have to be done again;
 * `severe`: something breaks if nobody speaks. Removing comes after its users have left, making
 * before anybody uses; where no order helps, none is named. (docs/rules.md, 5)
 */
import type { Operation } from "./Scope.ts"

export const severities = ["none", "notice", "warning", "severe"] as const
export type Severity = typeof severities[number]

export interface Meeting {
  readonly severity: Severity
  /** Why, as a clause: `what is used goes away`. */
  readonly reason: string
  /** Whose task has to move first: who does this. */
  readonly first: Operation | undefined
}

const row = (severity: Severity, reason: string, first?: Operation): Meeting => ({ severity, reason, first })

/** By the two operations in the order of `Scope.operations`. */
const table: Readonly<Record<string, Meeting>> = {
  "add add": row("warning", "both make it, and one of the two will be thrown away"),
  "add extend": row("notice", "it has to be there before it is extended", "add"),
  "add change": row("warning", "it changes while it is being made", "add"),
  "add replace": row("warning", "what is being made is to be replaced", "add"),
  "add remove": row("severe", "one makes what the other takes away"),
  "add migrate": row("warning", "it has to be there before it is migrated", "add"),
  "add use": row("notice", "it has to be there before it is used", "add"),
  "extend extend": row("notice", "both extend it, and the extensions may clash"),
  "extend change": row("warning", "what is extended changes underneath"),
  "extend replace": row("severe", "an extension of what is replaced is lost", "replace"),
  "extend remove": row("severe", "one builds on what the other takes away"),
  "extend migrate": row("warning", "what is extended moves underneath", "migrate"),
  "extend use": row("notice", "the extension has to be there before it is relied on", "extend"),
  "change change": row("warning", "both change it, and each may undo the other"),
  "change replace": row("severe", "a change of what is replaced is lost", "replace"),
  "change remove": row("severe", "a change of what is removed is lost"),
  "change migrate": row("warning", "it changes while it is being migrated"),
  "change use": row("warning", "what is used changes underneath", "change"),
  "replace replace": row("severe", "both replace it, and only one replacement can stay"),
  "replace remove": row("severe", "one puts in its place what the other takes away"),
  "replace migrate": row("severe", "it is migrated while it is being replaced"),
  "replace use": row("severe", "what is used is replaced", "replace"),
  "remove remove": row("warning", "both take it away"),
  "remove migrate": row("severe", "it is migrated while it is being taken away"),
  "remove use": row("severe", "what is used goes away; its users have to leave first", "use"),
  "migrate migrate": row("severe", "two migrations of one thing need an order"),
  "migrate use": row("severe", "what is used moves underneath", "migrate"),
  "use use": row("none", "both only use it")
}

/** What comes of two operations on one thing, in whatever order. */
export const of = (one: Operation, other: Operation): Meeting =>
  table[`${one} ${other}`] ?? table[`${other} ${one}`] ?? unknown

const unknown = row("none", "")

/** Whether two tasks that meet so cannot both go on as they are. */
export const isConflicting = ({ severity }: Pick<Meeting, "severity">): boolean =>
  severity === "warning" || severity === "severe"

/** The graver of two first. */
export const byGravity = (a: Severity, b: Severity): number => severities.indexOf(b) - severities.indexOf(a)
