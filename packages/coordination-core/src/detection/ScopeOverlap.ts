/**
 * What two tasks both declare to touch, whether they may do so independently, and who goes first.
 */
import { compare } from "../replica/Sorted.ts"
import type { Direction } from "../fact/SessionFacts.ts"
import * as Meeting from "../task/Meeting.ts"
import * as Scope from "../task/Scope.ts"
import * as ScopeKey from "../task/ScopeKey.ts"
import type { Declared, RuleTask } from "./Rule.ts"

export interface Overlap {
  /** `table:orders`, as the task wrote it that says more exactly what it means. */
  readonly subject: string
  readonly operation1: Scope.Operation
  readonly operation2: Scope.Operation
  readonly severity: Meeting.Severity
  /** Why it matters, as a clause. */
  readonly because: string
  readonly conflicting: boolean
  readonly direction: Direction | undefined
}

/** One overlap a shared subject, its worst: the gravest first, then in the order of subjects. */
export const between = (
  task1: Pick<RuleTask, "declared">,
  task2: Pick<RuleTask, "declared">
): ReadonlyArray<Overlap> => {
  const overlaps: Array<Overlap> = []
  for (const [subject, scopes1] of task1.declared) {
    const scopes2 = task2.declared.get(subject) ?? []
    const [worst] = scopes1
      .flatMap((one) => scopes2.flatMap((other) => overlap(one, other)))
      .sort(byGravity)
    if (worst !== undefined) overlaps.push(worst)
  }
  return overlaps.sort(byGravity)
}

/**
 * What both declare to use, and neither to change: `table:orders`, as the first task wrote it. Who
 * reads one thing does not depend on each other by that.
 */
export const onlyRead = (
  task1: Pick<RuleTask, "declared">,
  task2: Pick<RuleTask, "declared">
): ReadonlyArray<string> =>
  [...task1.declared].flatMap(([subject, scopes1]) => {
    const met = scopes1.filter((one) =>
      (task2.declared.get(subject) ?? []).some((other) => isMet(one, other)))
    const [first] = met
    return first === undefined || between({ declared: new Map([[subject, scopes1]]) }, task2).length > 0
      ? []
      : [Scope.name(first.scope)]
  }).sort(compare)

const isMet = (one: Declared, other: Declared): boolean =>
  ScopeKey.meet(one.scope.kind, one.place, other.place)

const overlap = (one: Declared, other: Declared): ReadonlyArray<Overlap> => {
  const [operation1, operation2] = [one.scope.operation, other.scope.operation]
  const { first, reason, severity } = Meeting.of(operation1, operation2)
  if (severity === "none" || !isMet(one, other)) return []
  return [{
    subject: Scope.name(one.place.part === "" && other.place.part !== "" ? other.scope : one.scope),
    operation1,
    operation2,
    severity,
    because: reason,
    conflicting: Meeting.isConflicting({ severity }),
    direction: first === undefined || operation1 === operation2
      ? undefined
      : operation1 === first ? "task1_first" : "task2_first"
  }]
}

const byGravity = (a: Overlap, b: Overlap): number =>
  Meeting.byGravity(a.severity, b.severity) ||
  compare(a.subject, b.subject) ||
  compare(
    [a.operation1, a.operation2].sort().join(),
    [b.operation1, b.operation2].sort().join()
  )
