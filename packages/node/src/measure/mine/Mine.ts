/**
 * From commits to a labelled history: tasks without what gives their partners away, and the links
 * that people wrote down. Pure.
 *
 *     commits ──bots, copies out──▶ tasks ──names resolved──▶ links between repositories
 *
 * A name that two tasks bear, or none, gives no link and is counted. An author is used for
 * `same_author` alone.
 */
import * as Clean from "./Clean.ts"
import { type Commit, namesOf, type Names, numbered, titleOf } from "./Commit.ts"

export interface TaskLine {
  readonly id: string
  readonly repository: string
  readonly title: string
  readonly description: string
  readonly time: string
}

export interface LinkLine {
  readonly from: string
  readonly to: string
  readonly source: Source
  readonly same_author: boolean
}

type Source = "depends-on" | "needed-by" | "issue"

export interface Counts {
  readonly commits: number
  readonly routine: number
  readonly copies: number
  readonly tasks: number
  readonly links: Readonly<Record<Source, number>>
  /** Links whose ends lie in one repository. */
  readonly inside: number
  /** Footers whose change is not here, or is two. */
  readonly unresolved: number
  readonly ambiguous: number
  /** Issues that too many tasks name to say that these depend on each other. */
  readonly commonIssues: number
}

export interface Mined {
  readonly tasks: ReadonlyArray<TaskLine>
  readonly links: ReadonlyArray<LinkLine>
  readonly counts: Counts
}

/** The pull request of a repository that a commit ended, where a merge says so. */
export interface Merge {
  readonly repository: string
  readonly number: string
  readonly hash: string
}

/** An issue that more tasks than this name says nothing about a pair of them. */
const issueTasksMax = 4

/** Of copies that repositories share, the first in the order of `commits` stays. */
export const mine = (commits: ReadonlyArray<Commit>, merges: ReadonlyArray<Merge>): Mined => {
  const made = commits.filter((commit) => !Clean.isRoutine(commit) && titleOf(commit.message) !== "")
  const kept = withoutCopies(made).sort((a, b) =>
    a.atMillis - b.atMillis || (a.hash < b.hash ? -1 : 1))
  const people = new Set(commits.map(({ author }) => author.name).filter((name) => name.includes(" ")))
  const digits = String(kept.length).length
  const tasks = kept.map((commit, at): TaskLine => ({
    id: `t${String(at + 1).padStart(digits, "0")}`,
    repository: commit.repository,
    ...Clean.clean(commit.message, people),
    time: new Date(commit.atMillis).toISOString().replace(".000Z", "Z")
  }))
  const found = linksOf(kept, merges)
  return {
    tasks,
    links: found.links.map(({ from, source, to }) => ({
      from: tasks[from]?.id ?? "",
      to: tasks[to]?.id ?? "",
      source,
      same_author: sameAuthor(kept[from], kept[to])
    })),
    counts: {
      commits: commits.length,
      routine: commits.length - made.length,
      copies: made.length - kept.length,
      tasks: tasks.length,
      ...found.counts
    }
  }
}

/** The same change of the same moment in another repository came by splitting one. */
const withoutCopies = (commits: ReadonlyArray<Commit>): Array<Commit> => {
  const repositories = new Map<string, string>()
  return commits.filter(({ atMillis, author, message, repository }) => {
    const change = `${atMillis} ${author.email} ${titleOf(message)}`
    const first = repositories.get(change) ?? repository
    repositories.set(change, first)
    return first === repository
  })
}

const sameAuthor = (one: Commit | undefined, other: Commit | undefined): boolean =>
  one?.author.email.toLowerCase() === other?.author.email.toLowerCase() ||
  one?.author.name === other?.author.name

interface Found {
  readonly from: number
  readonly to: number
  readonly source: Source
}

const linksOf = (commits: ReadonlyArray<Commit>, merges: ReadonlyArray<Merge>) => {
  const named = commits.map(namesOf)
  const bearers = bearersOf(commits, named, merges)
  const pairs = new Map<string, Found>()
  const counts = { inside: 0, unresolved: 0, ambiguous: 0, commonIssues: 0 }
  const link = (found: Found): void => {
    if (found.from === found.to) return
    const inside = commits[found.from]?.repository === commits[found.to]?.repository
    if (inside) counts.inside++
    else if (!pairs.has(`${found.from} ${found.to}`)) pairs.set(`${found.from} ${found.to}`, found)
  }
  const resolve = (name: string, linked: (bearer: number) => void): void => {
    const [bearer, second] = bearers.get(name) ?? []
    if (bearer === undefined) counts.unresolved++
    else if (second !== undefined) counts.ambiguous++
    else linked(bearer)
  }
  for (const [at, { dependsOn, neededBy }] of named.entries()) {
    for (const name of dependsOn) resolve(name, (to) => link({ from: at, to, source: "depends-on" }))
    for (const name of neededBy) resolve(name, (from) => link({ from, to: at, source: "needed-by" }))
  }
  for (const tasks of issuesOf(named).values()) {
    if (tasks.length > issueTasksMax) counts.commonIssues++
    else {
      // Nobody says which goes first, so the later is taken to depend on the earlier.
      for (const [place, to] of tasks.entries()) {
        for (const from of tasks.slice(place + 1)) {
          if (!pairs.has(`${to} ${from}`)) link({ from, to, source: "issue" })
        }
      }
    }
  }
  const links = [...pairs.values()].sort((a, b) => a.from - b.from || a.to - b.to)
  const of = (source: Source): number => links.filter((each) => each.source === source).length
  return {
    links,
    counts: {
      ...counts,
      links: { "depends-on": of("depends-on"), "needed-by": of("needed-by"), issue: of("issue") }
    }
  }
}

/** Of each name, the tasks that bear it; of those of one repository, which repeat one change, the first. */
const bearersOf = (
  commits: ReadonlyArray<Commit>,
  named: ReadonlyArray<Names>,
  merges: ReadonlyArray<Merge>
): ReadonlyMap<string, ReadonlyArray<number>> => {
  const bearers = new Map<string, Array<number>>()
  const bear = (name: string, at: number): void => {
    const known = bearers.get(name) ?? []
    if (!known.some((other) => commits[other]?.repository === commits[at]?.repository)) {
      bearers.set(name, [...known, at])
    }
  }
  for (const [at, { own }] of named.entries()) for (const name of own) bear(name, at)
  const places = new Map(commits.map(({ hash, repository }, at) => [`${repository} ${hash}`, at]))
  for (const { hash, number, repository } of merges) {
    const at = places.get(`${repository} ${hash}`)
    if (at !== undefined) bear(numbered(repository, number), at)
  }
  return bearers
}

/** The tasks that name an issue, in time order. */
const issuesOf = (named: ReadonlyArray<Names>): ReadonlyMap<string, ReadonlyArray<number>> => {
  const issues = new Map<string, Array<number>>()
  for (const [at, names] of named.entries()) {
    for (const issue of names.issues) {
      const known = issues.get(issue)
      if (known === undefined) issues.set(issue, [at])
      else known.push(at)
    }
  }
  return issues
}
