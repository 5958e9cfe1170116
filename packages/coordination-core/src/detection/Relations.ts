/**
 * What two repositories have to do with each other, and how far apart two of their tasks are.
 */
import { dayMillis, nameOf, type Query } from "./Candidates.ts"
import { at, count } from "./Feature.ts"
import * as Feedback from "./Feedback.ts"
import { titled } from "./Reading.ts"
import type { Shelf } from "./Shelf.ts"

/** What depends on the candidate's repository, computed once for each. */
interface Relation {
  readonly names: number
  readonly namesPart: number
  readonly kinship: number
  readonly history: Feedback.History
  readonly confirmed: number
  readonly open: number
}

const relationOf = (
  shelf: Shelf,
  query: Query,
  repository: number,
  marks: ReadonlyMap<number, number>
): Relation => {
  const named = shelf.kinship.get(repository)
  let namesPart = 0
  for (const [nth, hash] of (named?.partHashes ?? []).entries()) {
    const mark = marks.get(hash)
    if (mark === undefined) continue
    namesPart += shelf.kinship.rarity(named?.groups[nth] ?? "") * (titled(mark) ? 1.5 : 1)
  }
  const [own, other] = [nameOf(shelf, query.repository), nameOf(shelf, repository)]
  return {
    names: query.named.has(repository) ? 1 : 0,
    namesPart,
    kinship: shelf.kinship.closeness(query.repository, repository),
    history: Feedback.between(query.feedback, own, other, query.nowMillis),
    confirmed: Feedback.of(query.feedback, other, query.nowMillis),
    open: shelf.tasksOf[repository]?.length ?? 0
  }
}

/** Fills in the features of time, of names and of history, and the scores that rest on them. */
export const measure = (
  shelf: Shelf,
  query: Query,
  tasks: ReadonlyArray<number>,
  rows: Float32Array
): void => {
  const { nowMillis, reach } = query
  const marks = new Map<number, number>()
  for (const term of query.terms) marks.set(shelf.vocabulary.hash(term >>> 8), term & 255)
  const relations = new Map<number, Relation>()
  const ownConfirmed = Feedback.of(query.feedback, nameOf(shelf, query.repository), nowMillis)
  const known = Math.log1p(Feedback.total(query.feedback, nowMillis))
  const ownTimes = shelf.tasksOf[query.repository] ?? []
  for (const [nth, task] of tasks.entries()) {
    const row = nth * count
    const repository = shelf.repositories[task] ?? 0
    let relation = relations.get(repository)
    if (relation === undefined) {
      relation = relationOf(shelf, query, repository, marks)
      relations.set(repository, relation)
    }
    const { confirmed, history, open } = relation
    const age = Math.max(0, nowMillis - (shelf.times[task] ?? 0))
    const cosine = rows[row + at.cosine] ?? 0
    const mentions = 1 + reach.perMention * (relation.names + (rows[row + at.namedBy] ?? 0))
    rows[row + at.score] = cosine * mentions * fading(age, reach.halfLifeDays, reach.fadedMin)
    rows[row + at.scoreSlow] = cosine * mentions * fading(age, 8 * reach.halfLifeDays, reach.fadedMin)
    rows[row + at.age] = Math.log1p(age / 60_000)
    rows[row + at.since] = Math.log1p(Math.min(200, open - 1 - shelf.rank(repository, task)))
    rows[row + at.sinceOwn] = Math.log1p(Math.min(200, later(shelf, ownTimes, (shelf.times[task] ?? 0)) - 1))
    rows[row + at.names] = relation.names
    rows[row + at.namesPart] = relation.namesPart
    rows[row + at.kinship] = relation.kinship
    rows[row + at.confirmed] = history.both
    rows[row + at.confirmedAge] = Math.log1p(Math.min(1e5, history.ageMillis / 3_600_000))
    rows[row + at.forward] = history.forward
    rows[row + at.backward] = history.backward
    rows[row + at.confirmedRate] = Math.log((history.both + 0.05) / (ownTimes.length + 10))
    rows[row + at.confirmedRateOther] = Math.log((history.both + 0.05) / (open + 10))
    rows[row + at.portion] = history.both / (ownConfirmed + 1)
    rows[row + at.portionOther] = history.both / (confirmed + 1)
    rows[row + at.rate] = Math.log((ownConfirmed + 0.3) / (ownTimes.length + 10))
    rows[row + at.known] = known
    rows[row + at.rateOther] = Math.log((confirmed + 0.3) / (open + 10))
    rows[row + at.activity] = Math.log1p(ownTimes.length)
    rows[row + at.activityOther] = Math.log1p(open)
  }
}

const fading = (age: number, halfLifeDays: number, least: number): number =>
  least + (1 - least) * 2 ** (-age / dayMillis / halfLifeDays)

/** How many tasks of a list, the oldest first, came after a time. */
const later = (shelf: Shelf, tasks: ReadonlyArray<number>, time: number): number => {
  let [low, high] = [0, tasks.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((shelf.times[(tasks[middle] ?? 0)] ?? 0) <= time) low = middle + 1
    else high = middle
  }
  return tasks.length - low
}
