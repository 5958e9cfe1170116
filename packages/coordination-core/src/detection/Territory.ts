/**
 * What open tasks declare to touch: their scopes in all repositories, their paths in each one.
 *
 *     scope    `table:orders`            ──▶ the claims that declare it
 *     path     `backend at src/api`      ──▶ the claims whose path is that, up to its first pattern
 *              `backend below src`       ──▶ the claims whose path is somewhere below
 *
 * Inserting and removing cost the size of the entry; asking costs the size of the question and of
 * the answer, `visitedMax` claims at most, whatever the number of tasks.
 */
import * as HashMap from "effect/HashMap"
import * as Option from "effect/Option"
import type { Direction } from "../fact/SessionFacts.ts"
import type { AgentKey } from "../identity/AgentId.ts"
import type { FactId } from "../identity/FactId.ts"
import * as TaskKey from "../identity/TaskKey.ts"
import { compare } from "../replica/Sorted.ts"
import * as Meeting from "../task/Meeting.ts"
import * as Paths from "../task/Paths.ts"
import * as TaskContext from "../task/TaskContext.ts"
import type { Entry } from "./Index.ts"
import { declaredIn, type RuleTask } from "./Rule.ts"
import * as ScopeOverlap from "./ScopeOverlap.ts"

/** A claim, and what its task declares. */
export interface Held {
  readonly claim: FactId
  readonly agent: AgentKey
  readonly task: TaskKey.TaskKey
  readonly atMillis: number
  readonly declared: RuleTask["declared"]
  readonly paths: ReadonlyArray<Paths.Path>
}

export interface Territory {
  readonly held: HashMap.HashMap<FactId, Held>
  readonly places: HashMap.HashMap<string, HashMap.HashMap<FactId, Held>>
}

/** What is asked about: what somebody has declared, or would. */
export type Question = Pick<Held, "declared" | "paths"> & { readonly repository: string }

/** What a question and an open task have in common; the direction is the question's first. */
export interface Encounter {
  readonly held: Held
  readonly kind: "scope" | "path"
  /** The scope, or the two paths. */
  readonly what: string
  readonly severity: Meeting.Severity
  readonly because: string
  readonly direction: Direction | undefined
}

/** A question looks at so many claims at most. */
export const visitedMax = 512

/** So many segments of a path lead to it, so that one with many deep paths costs little. */
const depthMax = 4

export const empty: Territory = { held: HashMap.empty(), places: HashMap.empty() }

/** Adds what an entry declares, in place of what is known of its claim. */
export const insert = (territory: Territory, { agent, atMillis, claim, task }: Entry): Territory => {
  const { held, places } = remove(territory, claim)
  if ((task.scopes ?? []).length + (task.paths ?? []).length === 0) return { held, places }
  const added = { claim, agent, atMillis, task: TaskContext.key(task), ...declares(task) }
  return {
    held: HashMap.set(held, claim, added),
    places: HashMap.mutate(places, (draft) => {
      for (const place of placesOf(added)) {
        HashMap.set(draft, place, HashMap.set(at(draft, place), claim, added))
      }
    })
  }
}

export const remove = (territory: Territory, claim: FactId): Territory => {
  const known = Option.getOrUndefined(HashMap.get(territory.held, claim))
  if (known === undefined) return territory
  return {
    held: HashMap.remove(territory.held, claim),
    places: HashMap.mutate(territory.places, (draft) => {
      for (const place of placesOf(known)) {
        const rest = HashMap.remove(at(draft, place), claim)
        if (HashMap.isEmpty(rest)) HashMap.remove(draft, place)
        else HashMap.set(draft, place, rest)
      }
    })
  }
}

/** What a task declares, read. */
export const declares = (
  { paths, scopes }: Pick<TaskContext.TaskContext, "paths" | "scopes">
): Pick<Held, "declared" | "paths"> => ({
  declared: declaredIn(scopes ?? []),
  paths: (paths ?? []).map(Paths.read)
})

/** The open tasks that a question meets, each once and by what is gravest; the gravest first. */
export const meeting = (territory: Territory, question: Question): ReadonlyArray<Encounter> =>
  around(territory, question).flatMap((held) => between(question, held) ?? []).sort(byGravity)

/** An open task that reads what a question reads. It may meet it over something else. */
export interface Reader {
  readonly held: Held
  /** The scopes that both only use. */
  readonly what: ReadonlyArray<string>
}

/** The open tasks that only read what a question only reads as well; in the order of their keys. */
export const readers = (territory: Territory, question: Question): ReadonlyArray<Reader> =>
  around(territory, { ...question, declared: used(question), paths: [] })
    .map((held) => ({ held, what: ScopeOverlap.onlyRead(question, held) }))
    .filter(({ what }) => what.length > 0)
    .sort((a, b) => compare(a.held.task, b.held.task) || compare(a.held.claim, b.held.claim))

/** What of a question may be read by others as well. */
const used = ({ declared }: Question): Question["declared"] =>
  new Map([...declared].filter(([, scopes]) => scopes.some(({ scope }) => scope.operation === "use")))

/** The open tasks that a question may have something in common with. */
const around = (territory: Territory, question: Question): ReadonlyArray<Held> => {
  const near = new Map<FactId, Held>()
  for (const place of asked(question)) {
    for (const held of HashMap.values(at(territory.places, place))) {
      if (near.size >= visitedMax) return [...near.values()]
      near.set(held.claim, held)
    }
  }
  return [...near.values()]
}

/** The gravest that a question and a task have in common. */
export const between = (question: Question, held: Held): Encounter | undefined => {
  const [overlap] = ScopeOverlap.between(question, held)
  if (overlap !== undefined) {
    const { because, direction, severity, subject } = overlap
    const [own, theirs] = [overlap.operation1, overlap.operation2]
    const what = own === theirs ? `${subject} (both ${own})` : `${subject} (${own} and ${theirs})`
    return { held, kind: "scope", what, severity, because, direction }
  }
  if (TaskKey.repository(held.task) !== question.repository) return undefined
  for (const path of question.paths) {
    const other = held.paths.find((theirs) => Paths.overlap(path, theirs))
    if (other === undefined) continue
    const [mine, theirs] = [path, other].map((segments) => segments.join("/"))
    const what = mine === theirs ? `${mine}` : `${mine} and ${theirs}`
    const because = "both work at the same files"
    return { held, kind: "path", what, severity: "warning", because, direction: undefined }
  }
  return undefined
}

/** Have two open tasks something in common? */
export const meets = (one: Entry, other: Entry): boolean =>
  between(
    { repository: one.task.repository, ...declares(one.task) },
    { ...declares(other.task), ...other, task: TaskContext.key(other.task) }
  ) !== undefined

const byGravity = (a: Encounter, b: Encounter): number =>
  Meeting.byGravity(a.severity, b.severity) || compare(a.kind, b.kind) * -1 ||
  compare(a.held.claim, b.held.claim)

const at = (places: Territory["places"], place: string): HashMap.HashMap<FactId, Held> =>
  Option.getOrElse(HashMap.get(places, place), () => nothing)

const nothing = HashMap.empty<FactId, Held>()

const atPath = (repository: string, path: Paths.Path): string => `${repository} at ${path.join("/")}`
const belowPath = (repository: string, path: Paths.Path): string => `${repository} below ${path.join("/")}`

/** The beginnings of a path that are shorter than it. */
const above = (path: Paths.Path): ReadonlyArray<Paths.Path> => path.map((_, length) => path.slice(0, length))

const leading = (path: Paths.Path): Paths.Path => Paths.literal(path).slice(0, depthMax)

const placesOf = ({ declared, paths, task }: Pick<Held, "declared" | "paths" | "task">) => {
  const repository = TaskKey.repository(task)
  return new Set([
    ...declared.keys(),
    ...paths.map(leading).flatMap((path) => [
      atPath(repository, path),
      ...above(path).map((shorter) => belowPath(repository, shorter))
    ])
  ])
}

const asked = ({ declared, paths, repository }: Question) =>
  new Set([
    ...declared.keys(),
    ...paths.map(leading).flatMap((path) => [
      ...[...above(path), path].map((shorter) => atPath(repository, shorter)),
      belowPath(repository, path)
    ])
  ])
