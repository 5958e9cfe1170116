/**
 * In which order the changes of tasks land, by the plans that their agents agreed to. Pure.
 *
 *     steps of a plan ──landing steps──▶ edges between tasks ──▶ groups in order
 *
 * A change lands with its owner's last step, and with each earlier one that is done when it is
 * merged. A group of several tasks is a circle: each of them waits for the others. Every group comes
 * after all that its tasks wait for. Cost: tasks × edges.
 */
import type { AgentKey } from "../identity/AgentId.ts"
import type { TaskKey } from "../identity/TaskKey.ts"
import { inOrder, type Linked, type PlanItem } from "./PlanContent.ts"

/** A task of a session and who holds it. */
export interface Work {
  readonly task: TaskKey
  readonly agent: AgentKey
}

/** `before` has to land before `after`. */
export interface Edge {
  readonly before: TaskKey
  readonly after: TaskKey
  readonly because: string
}

export type Group = ReadonlyArray<TaskKey>

/**
 * The edges of one plan. Where its steps leave two tasks unordered, the task that the alert told to
 * go first does so: what was agreed weighs more than what was detected.
 */
export const edges = (
  items: ReadonlyArray<PlanItem>,
  works: ReadonlyArray<Work>,
  first?: TaskKey
): ReadonlyArray<Edge> => {
  const before = ancestors(items)
  const found = pairs(works).flatMap(([one, other]): ReadonlyArray<Edge> => {
    const because = stepsBetween(landings(items, one.agent), landings(items, other.agent), before)
    return because === undefined ? [] : [{ before: one.task, after: other.task, because }]
  })
  const isOrdered = (...tasks: ReadonlyArray<TaskKey>): boolean =>
    found.some(({ after, before }) => tasks.includes(before) && tasks.includes(after))
  if (first === undefined || !works.some(({ task }) => task === first)) return found
  const detected = works
    .filter(({ task }) => task !== first && !isOrdered(first, task))
    .map(({ task }) => ({ before: first, after: task, because: `the alert says that ${first} goes first` }))
  return [...found, ...detected]
}

/** The tasks in groups, each after all that it waits for; a group of several is a circle. */
export const groups = (
  tasks: ReadonlyArray<TaskKey>,
  edges: ReadonlyArray<Edge>
): ReadonlyArray<Group> => {
  const all = [...new Set([...tasks, ...edges.flatMap(({ after, before }) => [before, after])])]
  const reached = new Map(all.map((task) => [task, reachable(task, edges)]))
  const reaches = (from: TaskKey, to: TaskKey): boolean => reached.get(from)?.has(to) === true
  const left = [...all]
  const ordered: Array<Group> = []
  while (left.length > 0) {
    // Of what is left, something waits for nothing outside its own circle.
    const free = left.find((task) => left.every((other) => !reaches(other, task) || reaches(task, other)))
    const group = left.filter((task) =>
      task === free || (free !== undefined && reaches(free, task) && reaches(task, free)))
    ordered.push(group)
    left.splice(0, left.length, ...left.filter((task) => !group.includes(task)))
  }
  return ordered
}

/** The edges that no longer way between the same two tasks says already; those of circles stay. */
export const direct = (edges: ReadonlyArray<Edge>): ReadonlyArray<Edge> => {
  const reached = new Map(edges.map(({ after }) => [after, reachable(after, edges)]))
  const reaches = (from: TaskKey, to: TaskKey): boolean => reached.get(from)?.has(to) === true
  return edges.filter(({ after, before }, at) =>
    !edges.slice(0, at).some((other) => other.before === before && other.after === after) &&
    !edges.some(({ after: between, before: same }) =>
      same === before && reaches(between, after) && !reaches(after, between) && !reaches(between, before)))
}

const reachable = (from: TaskKey, edges: ReadonlyArray<Edge>): ReadonlySet<TaskKey> => {
  const found = new Set<TaskKey>()
  const open = [from]
  for (let task = open.pop(); task !== undefined; task = open.pop()) {
    for (const { after, before } of edges) {
      if (before === task && !found.has(after)) {
        found.add(after)
        open.push(after)
      }
    }
  }
  return found
}

/** Each work with each other one of another agent, both ways. */
const pairs = (works: ReadonlyArray<Work>): ReadonlyArray<readonly [Work, Work]> =>
  works.flatMap((one) =>
    works.flatMap((other): ReadonlyArray<readonly [Work, Work]> =>
      one.task === other.task || one.agent === other.agent ? [] : [[one, other]]))

/** The steps with which something of an agent is merged. */
const landings = (items: ReadonlyArray<PlanItem>, agent: AgentKey): ReadonlyArray<PlanItem> => {
  const own = inOrder(items).filter(({ owner }) => owner === agent)
  return own.filter((item) => item === own.at(-1) || isMerged.test(item.done_when))
}

const isMerged = /\b(?:is|are|has been|have been) (?:merged|landed)\b/i

const stepsBetween = (
  ones: ReadonlyArray<PlanItem>,
  others: ReadonlyArray<PlanItem>,
  before: ReadonlyMap<string, ReadonlySet<string>>
): string | undefined => {
  for (const other of others) {
    const one = ones.find(({ id }) => before.get(other.id)?.has(id) === true)
    if (one !== undefined) return `step ${other.id} waits for step ${one.id}`
  }
  return undefined
}

/** Of each step, all steps that it waits for. */
export const ancestors = (items: ReadonlyArray<Linked>): ReadonlyMap<string, ReadonlySet<string>> => {
  const found = new Map<string, ReadonlySet<string>>()
  for (const { depends_on, id } of inOrder(items)) {
    found.set(id, new Set(depends_on.flatMap((known) => [known, ...(found.get(known) ?? [])])))
  }
  return found
}
