/**
 * What two tasks both declare to touch, and whether they may do so independently.
 *
 * Two readers do not disturb each other. Whoever changes, replaces, removes or migrates a thing
 * disturbs everybody else at it, and so do two who both add it; who makes a thing moves before who
 * uses it.
 */
import type { Direction } from "../fact/SessionFacts.ts"
import { compare } from "../replica/Sorted.ts"
import type { Operation } from "../task/Scope.ts"
import type { RuleTask } from "./Rule.ts"

export interface Overlap {
  /** `table:orders` */
  readonly subject: string
  readonly operation1: Operation
  readonly operation2: Operation
  readonly conflicting: boolean
  readonly direction: Direction | undefined
}

/** One overlap a shared subject: the conflicting ones first, then in the order of subjects. */
export const between = (task1: RuleTask, task2: RuleTask): ReadonlyArray<Overlap> => {
  const overlaps: Array<Overlap> = []
  for (const [subject, operations1] of task1.declared) {
    const operations2 = task2.declared.get(subject) ?? []
    const pairs = operations1
      .flatMap((one) => operations2.map((other) => overlap(subject, one, other)))
      .filter(({ operation1, operation2 }) => operation1 !== "use" || operation2 !== "use")
    overlaps.push(...pairs.sort(bySeverity).slice(0, 1))
  }
  return overlaps.sort(bySeverity)
}

const overlap = (subject: string, operation1: Operation, operation2: Operation): Overlap => ({
  subject,
  operation1,
  operation2,
  conflicting: disturbs(operation1) || disturbs(operation2) ||
    (operation1 === "add" && operation2 === "add"),
  direction: operation2 === "use" ? "task1_first" : operation1 === "use" ? "task2_first" : undefined
})

const disturbs = (operation: Operation): boolean => !["add", "extend", "use"].includes(operation)

const bySeverity = (a: Overlap, b: Overlap): number =>
  Number(b.conflicting) - Number(a.conflicting) ||
  compare(a.subject, b.subject) ||
  compare(
    [a.operation1, a.operation2].sort().join(),
    [b.operation1, b.operation2].sort().join()
  )
