/**
 * What stands between two repositories: contracts that one provides and the other consumes, where
 * an open task names them. It is evidence that two tasks belong together, and tells which has to go
 * first.
 *
 *     task ──marks──▶ what its repository stated ──▶ named ──▶ does the other repository state the
 *                                                              other side, and its task name it too?
 *
 * Cost: the marks of the task that is asked about, once, and for each other repository what that
 * task names. Without statements about its repository nothing is read at all.
 */
import * as HashMap from "effect/HashMap"
import type { Direction } from "../fact/SessionFacts.ts"
import * as Derived from "../identity/Derived.ts"
import * as Replica from "../replica/Replica.ts"
import { compare } from "../replica/Sorted.ts"
import * as Meeting from "../task/Meeting.ts"
import * as Scope from "../task/Scope.ts"
import type { TaskContext } from "../task/TaskContext.ts"
import type { Contracts, Part } from "./Contracts.ts"
import * as Naming from "./Naming.ts"

/** A contract between the repositories of two tasks, at least one of which names it. */
export interface Link {
  readonly contract: string
  readonly provider: string
  readonly consumer: string
  /** The scopes or the words by which the tasks name it. */
  readonly providing: string | undefined
  readonly consuming: string | undefined
  /** So many repositories consume it: what all of them do is weak evidence. */
  readonly consumers: number
}

/** What nodes stated of repositories, as far as it counts. */
export interface Known {
  /** What the task names of what stands between its repository and any other; at most `namedMax`. */
  readonly namedBy: (task: TaskContext) => ReadonlyArray<Named>
  /** Those of them whose other side another repository stated, with that side alone. */
  readonly standing: (named: ReadonlyArray<Named>, other: string) => ReadonlyArray<Named>
  readonly consumersOf: (contract: string) => number
}

/** A contract that a task names, and the words; its repository provides or consumes it, or does both. */
export interface Named {
  readonly contract: string
  readonly by: string
  readonly provides: boolean
  readonly consumes: boolean
}

/** So many links of a pair are told. */
export const linksMax = 16
export const namedMax = 32
/** Of what nodes stated about one repository so many parts are looked at. */
export const partsMax = 64

/** Nothing was stated. */
export const nothing: Known = { namedBy: () => [], standing: () => [], consumersOf: () => 0 }

export const known = (replica: Replica.Replica): Known => {
  if (HashMap.isEmpty(replica.contracts)) return nothing
  const { counts } = Replica.world(replica)
  const all = byRepository(replica.contracts)
  const counted = new Map<string, ReadonlyArray<Part>>()
  const of = (repository: string): ReadonlyArray<Part> => {
    const before = counted.get(repository)
    if (before !== undefined) return before
    const parts = (all.get(repository) ?? []).filter(({ origin }) => counts(origin)).slice(0, partsMax)
    counted.set(repository, parts)
    return parts
  }
  const some = (parts: ReadonlyArray<Part>, side: "provides" | "consumes", contract: string) =>
    parts.some((part) => names(part)[side].has(contract))
  return {
    namedBy: Derived.once((task) => {
      const parts = of(task.repository)
      if (parts.length === 0) return []
      const read = Naming.read(task)
      const marks = [...Naming.marks(read)]
      const contracts = new Set(
        parts.flatMap((part) => marks.flatMap((mark) => byMark(part).get(mark) ?? []))
      )
      return [...contracts].sort(compare).flatMap((contract): ReadonlyArray<Named> => {
        const by = Naming.namingIn(contract, read)
        if (by === undefined) return []
        const elsewhere = (side: "provides" | "consumes"): boolean =>
          [...all.keys()].some((other) => other !== task.repository && some(of(other), side, contract))
        const provides = some(parts, "provides", contract) && elsewhere("consumes")
        const consumes = some(parts, "consumes", contract) && elsewhere("provides")
        return provides || consumes ? [{ contract, by, provides, consumes }] : []
      }).slice(0, namedMax)
    }),
    standing: (named, other) => {
      const parts = named.length === 0 ? [] : of(other)
      return parts.length === 0 ? [] : named
        .map((each): Named => ({
          ...each,
          provides: each.provides && some(parts, "consumes", each.contract),
          consumes: each.consumes && some(parts, "provides", each.contract)
        }))
        .filter(({ consumes, provides }) => consumes || provides)
    },
    consumersOf: (contract) =>
      [...all.keys()].filter((repository) => some(of(repository), "consumes", contract)).length
  }
}

/**
 * The links between two tasks of two repositories, by contracts that the first names: those that
 * both name first, then the contract that fewest consume. What both declare to use and no more links
 * nothing: neither changes it.
 */
export const between = (known: Known, one: TaskContext, other: TaskContext): ReadonlyArray<Link> => {
  if (one.repository === other.repository) return []
  const named = known.standing(known.namedBy(one), other.repository)
  if (named.length === 0) return []
  const read = Naming.read(other)
  return named
    .map(({ by, contract, provides }): Link => {
      const theirs = Naming.namingIn(contract, read)
      const consumers = known.consumersOf(contract)
      const [mine, yours] = [one.repository, other.repository]
      return provides
        ? { contract, provider: mine, consumer: yours, providing: by, consuming: theirs, consumers }
        : { contract, provider: yours, consumer: mine, providing: theirs, consuming: by, consumers }
    })
    .filter(({ consuming = "", providing = "" }) =>
      !Naming.onlyUses(consuming) || !Naming.onlyUses(providing))
    .sort((a, b) =>
      Number(isShared(b)) - Number(isShared(a)) || a.consumers - b.consumers ||
      compare(a.contract, b.contract))
    .slice(0, linksMax)
}

/** Do both tasks name it? */
export const isShared = ({ consuming, providing }: Link): boolean =>
  providing !== undefined && consuming !== undefined

/**
 * Which side has to move first: who provides, unless its task declares to take away what others use,
 * or only to use it.
 */
export const first = ({ providing }: Link): "provider" | "consumer" | undefined => {
  const operation = Scope.parse(providing ?? "")?.operation
  if (operation === undefined) return "provider"
  const { first } = Meeting.of(operation, "use")
  return first === undefined ? undefined : first === operation ? "provider" : "consumer"
}

/** The same, where the first task is one of `repository`. */
export const direction = (link: Link, repository: string): Direction | undefined => {
  const leads = first(link)
  if (leads === undefined) return undefined
  return (leads === "provider" ? link.provider : link.consumer) === repository ? "task1_first" : "task2_first"
}

const byRepository = Derived.once((contracts: Contracts): ReadonlyMap<string, ReadonlyArray<Part>> => {
  const all = new Map<string, Array<Part>>()
  for (const { parts, repository } of [...HashMap.values(contracts)].flat()) {
    const before = all.get(repository)
    if (before === undefined) all.set(repository, [...parts])
    else before.push(...parts)
  }
  for (const parts of all.values()) parts.sort((a, b) => compare(a.id, b.id))
  return all
})

/** The names of a part. */
const names = Derived.once((part: Part) => ({
  provides: new Set(Object.keys(part.provides)),
  consumes: new Set(part.consumes)
}))

/** The same by the marks under which a task may name them. */
const byMark = Derived.once((part: Part): ReadonlyMap<string, ReadonlyArray<string>> => {
  const { consumes, provides } = names(part)
  const at = new Map<string, Array<string>>()
  for (const contract of new Set([...provides, ...consumes])) {
    for (const mark of Naming.marksOf(contract)) {
      const before = at.get(mark)
      if (before === undefined) at.set(mark, [contract])
      else before.push(contract)
    }
  }
  return at
})
