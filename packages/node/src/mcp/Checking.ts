/**
 * Whether anybody else works on what an agent is about to touch, from the tasks that the node knows.
 */
import type * as Rows from "../api/Rows.ts"
import * as Desk from "./Desk.ts"

/** What an agent is about to touch. */
export interface Intent {
  readonly scopes: ReadonlyArray<string>
  readonly paths: ReadonlyArray<string>
}

/** Somebody's task that touches the same, and by what. */
export interface Overlap {
  readonly task: string
  readonly title: string
  readonly agent: string
  readonly scopes: ReadonlyArray<string>
  readonly paths: ReadonlyArray<string>
}

/** The tasks of others that touch what is meant; the widest overlap first. */
export const overlaps = (
  desk: Desk.Settings,
  tasks: ReadonlyArray<Rows.TaskRow>,
  intent: Intent
): ReadonlyArray<Overlap> =>
  tasks
    .filter((task) => Desk.isOthers(desk, task))
    .map((task) => ({
      task: task.task,
      title: task.title,
      agent: task.agent.slice(0, task.agent.indexOf("@")),
      scopes: task.scopes.filter((theirs) => intent.scopes.some((mine) => isShared(mine, theirs))),
      paths: task.task.startsWith(`${desk.repository}#`)
        ? task.paths.filter((theirs) => intent.paths.some((mine) => isSamePlace(mine, theirs)))
        : []
    }))
    .filter(({ paths, scopes }) => paths.length + scopes.length > 0)
    .sort((a, b) => b.scopes.length + b.paths.length - a.scopes.length - a.paths.length)

/** Two that only use a thing are not in each other's way. */
const isShared = (a: string, b: string): boolean =>
  subject(a) === subject(b) && !(a.endsWith("=use") && b.endsWith("=use"))

/** `kind:key` without its operation, without regard to case. */
const subject = (scope: string): string =>
  scope.slice(0, scope.lastIndexOf("=")).replace(/: */, ":").trimEnd().toLowerCase()

const isSamePlace = (a: string, b: string): boolean => {
  const [one, other] = [plainPath(a), plainPath(b)]
  return one === other || one.startsWith(`${other}/`) || other.startsWith(`${one}/`)
}

const plainPath = (path: string): string => path.replace(/^\.\//, "").replace(/\/+(\*\*?)?$/, "")
