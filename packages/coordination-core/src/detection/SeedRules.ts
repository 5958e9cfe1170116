/**
 * The detector of the original, literally, for comparison only: nothing in a node uses it.
 *
 * Four validators look for substrings in the lower-cased title and description; every pair of
 * different repositories is compared, so the cost is quadratic on purpose; a pair gives up to four
 * findings, each with a confidence of 0.8. It finds `api` in `rapid`, `auth` in `author`, `table`
 * in `stable`; the benchmark and the tests show what that leads to.
 */
import { key, type TaskContext } from "../task/TaskContext.ts"

export interface Finding {
  /** The task that arrived. */
  readonly task1: TaskContext
  /** The task that was known. */
  readonly task2: TaskContext
  readonly relationship: string
  readonly confidence: 0.8
  readonly reason: string
}

/** What the original announces when a task arrives: all that matches with any known task. */
export const detect = (
  known: ReadonlyArray<TaskContext>,
  task: TaskContext
): ReadonlyArray<Finding> => known.flatMap((other) => between(task, other))

/** The findings on one pair, one a matching rule. */
export const between = (task1: TaskContext, task2: TaskContext): ReadonlyArray<Finding> => {
  if (key(task1) === key(task2) || task1.repository === task2.repository) return []
  const text1 = textOf(task1)
  const text2 = textOf(task2)
  return rules
    .filter(({ matches }) => matches(text1, text2))
    .map(({ name, reason }) => ({ task1, task2, relationship: name, confidence: 0.8, reason }))
}

const textOf = (task: TaskContext): string =>
  `${task.title} ${task.description ?? ""}`.toLowerCase()

const each = (...words: ReadonlyArray<string>) => (text1: string, text2: string): boolean =>
  words.some((word) => text1.includes(word)) && words.some((word) => text2.includes(word))

const rules = [
  {
    name: "API_Contract",
    matches: (text1: string, text2: string): boolean =>
      (text1.includes("api") && text2.includes("implement")) ||
      (text2.includes("api") && text1.includes("implement")),
    reason: "API definition and implementation dependency"
  },
  {
    name: "Database_Schema",
    matches: each("database", "schema", "migration", "table"),
    reason: "Database schema dependency detected"
  },
  {
    name: "Configuration_Dependency",
    matches: each("config", "environment"),
    reason: "Configuration dependency - coordinated changes needed"
  },
  {
    name: "Security_Compliance",
    matches: each("security", "auth", "permission", "token"),
    reason: "Security implementation requires coordination"
  }
]
