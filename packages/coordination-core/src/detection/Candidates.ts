/**
 * Who could belong together with a task: the cheap first stage, wide and rough.
 *
 *     rare words ──▶ the likest, those of late first ┐
 *     rare words ──▶ the likest of any age           ├──▶ candidates
 *     kin, named, earlier partners ──▶ their latest  │
 *     words of rules ──▶ who holds one               ┘
 *
 * The rarest terms are followed first and common ones not at all, so the cost is bounded, whatever
 * the number of tasks, and little is lost: who shares only common words is nobody's candidate.
 */
import * as Feedback from "./Feedback.ts"
import { hashOf, imagined, imaginedHolders, kindWeights, weights } from "./Reading.ts"
import type { Shelf } from "./Shelf.ts"

/** How far to look. */
export interface Reach {
  /** A search visits at most so many places of postings, and follows no term that more tasks hold. */
  readonly visitedMax: number
  readonly followedMax: number
  /** Of each source at most so many candidates. */
  readonly recentMax: number
  readonly likestMax: number
  readonly relatedMax: number
  /** Likeness fades with age, by half in so many days, to a floor. */
  readonly halfLifeDays: number
  readonly fadedMin: number
  /** What a mention of the other's repository adds to likeness, as a share of it. */
  readonly perMention: number
}

/** A task that is asked about, as the shelf has it. */
export interface Query {
  readonly task: number
  readonly repository: number
  readonly nowMillis: number
  /** Its terms, the rarest first: number and mark. */
  readonly terms: Int32Array
  /** The repositories that it names. */
  readonly named: ReadonlySet<number>
  readonly feedback: Feedback.Feedback
  readonly reach: Reach
}

export interface Found {
  /** Each once, none of the query's own repository. */
  readonly tasks: ReadonlyArray<number>
  /** Those of them that hold a word of a rule. */
  readonly related: ReadonlyArray<number>
  /** How many places of postings were visited; the cost of the search. */
  readonly visited: number
}

export const dayMillis = 86_400_000

export const queryOf = (
  shelf: Shelf,
  task: number,
  nowMillis: number,
  feedback: Feedback.Feedback,
  reach: Reach
): Query => {
  const { counts } = shelf.vocabulary
  const place = shelf.places[task] ?? 0
  const terms = shelf.terms.items.slice(place, place + (shelf.lengths[task] ?? 0))
  const rarity = (term: number): number => counts[term >>> 8] ?? 0
  terms.sort((a, b) => rarity(a) - rarity(b) || a - b)
  const named = new Set<number>()
  for (const term of terms) {
    for (const repository of shelf.kinship.called(shelf.vocabulary.hash(term >>> 8))) {
      if (repository !== shelf.repositories[task]) named.add(repository)
    }
  }
  return { task, repository: shelf.repositories[task] ?? 0, nowMillis, terms, named, feedback, reach }
}

/** The natural logarithm of how many tasks there are to each that holds a term, the query aside. */
export const rarityOf = (shelf: Shelf, count: number, mark: number): number => {
  const holders = count + (imaginedHolders[mark] ?? 0)
  return logarithm(shelf.size + imagined + holders) - logarithm(holders)
}

const logarithms = Float64Array.from({ length: 8192 }, (_, at) => Math.log(at + 0.5))

/** Of a whole number and a half: common, so worth a table. */
const logarithm = (whole: number): number => logarithms[whole] ?? Math.log(whole + 0.5)

export const find = (shelf: Shelf, query: Query, related: ReadonlyArray<string>): Found => {
  const scored: Array<number> = []
  const visited = score(shelf, query, scored)
  const found = new Set<number>()
  const { feedback, nowMillis, reach } = query
  const recent = best(shelf, scored, reach.recentMax, (task, least) => {
    const named = query.named.has(shelf.repositories[task] ?? 0) ? 1 + reach.perMention : 1
    const most = (shelf.scores[task] ?? 0) * named
    return most < least ? most : most * faded(nowMillis - (shelf.times[task] ?? 0), reach)
  })
  for (const task of recent) found.add(task)
  const likest = best(shelf, scored, reach.likestMax, (task) => found.has(task) ? 0 : shelf.scores[task] ?? 0)
  for (const task of likest) found.add(task)
  const kin = relatives(shelf, query, Feedback.partnersOf(feedback, nameOf(shelf, query.repository)))
  for (const task of latest(shelf, query, kin, found)) found.add(task)
  for (const task of scored) shelf.scores[task] = 0
  const holding = holders(shelf, query, related)
  for (const task of holding) found.add(task)
  return { tasks: [...found], related: holding, visited }
}

export const nameOf = (shelf: Shelf, repository: number): string =>
  shelf.kinship.get(repository)?.name ?? ""

/** Adds up in `scores` what tasks of other repositories share with the query; lists them. */
const score = (shelf: Shelf, query: Query, scored: Array<number>): number => {
  const { magnitudes, repositories, scores, vocabulary } = shelf
  const { runs } = vocabulary
  const { followedMax, visitedMax } = query.reach
  let visited = 0
  for (const term of query.terms) {
    const number = term >>> 8
    const others = (vocabulary.counts[number] ?? 0) - 1
    const listed = vocabulary.listed(number)
    if (others > followedMax || visited + listed > visitedMax) break
    if (others === 0) continue
    visited += listed
    const mark = term & 255
    const weight = (weights[mark] ?? 0) * (kindWeights[mark] ?? 0) * rarityOf(shelf, others, mark) ** 2
    const place = vocabulary.place(number)
    for (let at = place; at < place + listed; at++) {
      const task = listed === 1 ? place : (runs[at] ?? 0)
      if (repositories[task] === query.repository) continue
      if (scores[task] === 0) scored.push(task)
      scores[task] = (scores[task] ?? 0) + weight / (magnitudes[task] ?? 1)
    }
  }
  return visited
}

const faded = (ageMillis: number, { fadedMin, halfLifeDays }: Reach): number =>
  fadedMin + (1 - fadedMin) * 2 ** (-Math.max(0, ageMillis) / dayMillis / halfLifeDays)

/**
 * The best of some, by a value; of equals, the older. A value below the least of the best so far need
 * not be exact.
 */
const best = (
  shelf: Shelf,
  tasks: Iterable<number>,
  max: number,
  value: (task: number, least: number) => number
): ReadonlyArray<number> => {
  const kept: Array<number> = []
  const values: Array<number> = []
  let least = -Infinity
  const follows = (one: number, value: number, task: number, its: number): boolean =>
    value < its || (value === its && shelf.isBefore(task, one))
  for (const task of tasks) {
    const its = value(task, least)
    if (its < least) continue
    let place = values.length
    while (place > 0 && follows(kept[place - 1] ?? 0, values[place - 1] ?? 0, task, its)) place--
    if (place === max) continue
    kept.splice(place, 0, task)
    values.splice(place, 0, its)
    if (values.length > max) {
      kept.pop()
      values.pop()
    }
    if (values.length === max) least = values[max - 1] ?? 0
  }
  return kept
}

/** Repositories that have to do with the query's, and how much. */
const relatives = (
  shelf: Shelf,
  query: Query,
  partners: ReadonlyArray<string>
): ReadonlyMap<number, number> => {
  const known = new Map<number, number>()
  const note = (repository: number, weight: number) => {
    if (repository !== query.repository) known.set(repository, (known.get(repository) ?? 0) + weight)
  }
  for (const repository of query.named) note(repository, 1.5)
  for (const repository of shelf.kinship.kin(query.repository)) {
    note(repository, 2 * Math.max(0, shelf.kinship.closeness(query.repository, repository) - 0.3))
  }
  const name = nameOf(shelf, query.repository)
  for (const partner of partners) {
    const repository = shelf.repositoryOf(partner)
    if (repository === undefined) continue
    const { both } = Feedback.between(query.feedback, name, partner, query.nowMillis)
    note(repository, 0.8 * Math.log1p(3 * both))
  }
  return known
}

const latestMax = 30
const latestMillis = 14 * dayMillis

/** The latest tasks of relatives that are not found yet. */
const latest = (
  shelf: Shelf,
  query: Query,
  relatives: ReadonlyMap<number, number>,
  found: ReadonlySet<number>
): ReadonlyArray<number> => {
  const weighed = new Map<number, number>()
  for (const [repository, weight] of relatives) {
    const tasks = shelf.tasksOf[repository] ?? []
    for (let at = tasks.length - 1; at >= Math.max(0, tasks.length - latestMax); at--) {
      const task = tasks[at] ?? 0
      const age = Math.max(0, query.nowMillis - (shelf.times[task] ?? 0))
      if (age > latestMillis) break
      if (found.has(task)) continue
      weighed.set(task, weight * (1 + 0.6 * (shelf.scores[task] ?? 0)) / (1 + Math.log1p(age / 3_600_000)))
    }
  }
  return best(shelf, [...weighed.keys()], query.reach.relatedMax, (task) => weighed.get(task) ?? 0)
}

/** Who holds one of the keys of terms that bring in candidates though they share none of their own. */
const holders = (shelf: Shelf, query: Query, related: ReadonlyArray<string>): ReadonlyArray<number> => {
  const { vocabulary } = shelf
  const holding: Array<number> = []
  for (const key of related) {
    const number = vocabulary.find(hashOf(key))
    if (number < 0) continue
    const listed = vocabulary.listed(number)
    if (listed + holding.length > query.reach.relatedMax) continue
    const place = vocabulary.place(number)
    for (let at = place; at < place + listed; at++) {
      const task = listed === 1 ? place : (vocabulary.runs[at] ?? 0)
      if (shelf.repositories[task] !== query.repository) holding.push(task)
    }
  }
  return holding.sort((one, other) => shelf.isBefore(one, other) ? -1 : 1)
}
