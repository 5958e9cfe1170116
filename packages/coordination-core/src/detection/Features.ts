/**
 * What is measured of a pair: the second, careful stage looks at nothing else.
 *
 * Numbers only: no name of a repository, no word. Rarities are divided by the rarity of a term that
 * nobody else holds, so that they mean the same among hundreds and among hundreds of thousands.
 * The cost is the terms of the candidates.
 */
import type { Query } from "./Candidates.ts"
import { dayMillis, nameOf, rarityOf } from "./Candidates.ts"
import * as Feedback from "./Feedback.ts"
import { classes, described, kindWeights, titled, weights } from "./Reading.ts"
import type { Shelf } from "./Shelf.ts"

/** The features, each with the kind of evidence that it is. */
export const groups = {
  cosine: "words", cosineWords: "words", cosineNames: "words", cosinePairs: "words",
  titles: "words", titleInBody: "words", bodyInTitle: "words",
  rarest: "words", second: "words", onlyTwo: "words", fewest: "words", fewestInTitle: "words",
  shared: "words", sharedRarity: "words", coverage: "words", coverageOther: "words",
  score: "words", scoreSlow: "words", rank: "list", rankCosine: "list", gap: "list", ratio: "list",
  lead: "list", top: "list", secondTop: "list", close: "list", lonely: "list", ofRepository: "list",
  age: "time", since: "time", sinceOwn: "time",
  names: "repository", namedBy: "repository", namesPart: "repository", partNamedBy: "repository",
  kinship: "repository",
  confirmed: "history", confirmedAge: "history", forward: "history", backward: "history",
  confirmedRate: "history", confirmedRateOther: "history", portion: "history", portionOther: "history",
  length: "words", lengthOther: "words", copies: "list", near: "list",
  activity: "time", activityOther: "time", rate: "history", rateOther: "history"
} as const

export type Name = keyof typeof groups
export type Group = (typeof groups)[Name]

// The keys of a literal are its features; the language types them as strings.
export const names = Object.keys(groups) as ReadonlyArray<Name>

export const count = names.length

/** Where each feature stands in a row. */
export const at = Object.fromEntries(
  names.map((name, place) => [name, place])
  // Every name of a feature is a key.
) as Readonly<Record<Name, number>>

/** The features of each candidate, one row after the other. */
export const of = (shelf: Shelf, query: Query, tasks: ReadonlyArray<number>): Float32Array => {
  const rows = new Float32Array(tasks.length * count)
  const own = askedOf(shelf, query)
  for (const [nth, task] of tasks.entries()) {
    compare(shelf, query, own, task, rows, nth * count)
  }
  clear(shelf, query, own)
  relate(shelf, query, tasks, rows)
  listwise(shelf, tasks, rows)
  return rows
}

/** The query's side of a comparison. */
interface Asked {
  readonly full: number
  readonly square: number
  readonly squares: readonly [number, number, number]
  readonly title: number
  readonly body: number
  readonly words: number
  /** By the number of a term: a part of the query's repository, and how telling it is. */
  readonly parts: ReadonlyMap<number, number>
  readonly nameNumbers: ReadonlySet<number>
}

const askedOf = (shelf: Shelf, query: Query): Asked => {
  const { counts, marks } = shelf.vocabulary
  const full = rarityOf(shelf, 0, 0)
  const squares: [number, number, number] = [0, 0, 0]
  let [title, body, words] = [0, 0, 0]
  for (const term of query.terms) {
    const mark = term & 255
    const number = term >>> 8
    marks[number] = mark
    const rarity = rarityOf(shelf, counts[number]! - 1, mark)
    squares[classes[mark] as 0 | 1 | 2] += (weights[mark]! * rarity) ** 2
    const kind = (kindWeights[mark]! * rarity) ** 2
    if (titled(mark)) title += kind
    if (described(mark)) body += kind
    if (classes[mark] === 0) words += rarity
  }
  const named = shelf.kinship.get(query.repository)
  const parts = new Map<number, number>()
  for (const [nth, hash] of (named?.partHashes ?? []).entries()) {
    const number = shelf.vocabulary.find(hash)
    if (number >= 0) parts.set(number, shelf.kinship.rarity(named?.groups[nth] ?? ""))
  }
  const nameNumbers = new Set((named?.hashes ?? []).map((hash) => shelf.vocabulary.find(hash)))
  const square = squares[0] + squares[1] + squares[2]
  return { full, square, squares, title, body, words, parts, nameNumbers }
}

const clear = (shelf: Shelf, query: Query, _own: Asked): void => {
  for (const term of query.terms) shelf.vocabulary.marks[term >>> 8] = 0
}

const over = (part: number, one: number, other: number): number =>
  one > 0 && other > 0 ? part / Math.sqrt(one * other) : 0

const compare = (
  shelf: Shelf,
  query: Query,
  own: Asked,
  task: number,
  rows: Float32Array,
  row: number
): void => {
  const { counts, marks } = shelf.vocabulary
  const { items } = shelf.terms
  const place = shelf.places[task]!
  const length = shelf.lengths[task]!
  const dot = [0, 0, 0]
  const squares = [0, 0, 0]
  let [titles, titleInBody, bodyInTitle, title, body, words] = [0, 0, 0, 0, 0, 0]
  let [rarest, second, onlyTwo, shared, sharedRarity, namedBy, partNamedBy] = [0, 0, 0, 0, 0, 0, 0]
  let [fewest, fewestInTitle] = [9999, 9999]
  for (let each = place; each < place + length; each++) {
    const term = items[each]!
    const number = term >>> 8
    const mark = term & 255
    const asked = marks[number]!
    const others = asked === 0 ? counts[number]! : counts[number]! - 1
    const rarity = rarityOf(shelf, others, mark)
    const kind = classes[mark]!
    const weight = weights[mark]! * rarity
    squares[kind]! += weight * weight
    const value = (kindWeights[mark]! * rarity) ** 2
    const inTitle = titled(mark)
    const inBody = described(mark)
    if (inTitle) title += value
    if (inBody) body += value
    if (kind === 0) words += rarity
    const part = own.parts.get(number)
    if (part !== undefined) partNamedBy += inTitle ? 1.5 * part : part
    if (own.nameNumbers.has(number)) namedBy = 1
    if (asked === 0) continue
    dot[kind]! += weights[asked]! * rarity * weight
    if (kind === 0) {
      shared++
      sharedRarity += rarity
    }
    if (inTitle && titled(asked)) titles += value
    if (inBody && titled(asked)) titleInBody += value
    if (inTitle && described(asked)) bodyInTitle += value
    if (others <= 1) onlyTwo++
    if (others < fewest) fewest = others
    if ((inTitle || titled(asked)) && others < fewestInTitle) fewestInTitle = others
    const telling = kindWeights[mark]! * rarity
    if (telling > rarest) [rarest, second] = [telling, rarest]
    else if (telling > second) second = telling
  }
  const [dotWords = 0, dotNames = 0, dotPairs = 0] = dot
  const [squareWords = 0, squareNames = 0, squarePairs = 0] = squares
  rows[row + at.cosine] = over(dotWords + dotNames + dotPairs, squareWords + squareNames + squarePairs, own.square)
  rows[row + at.cosineWords] = over(dotWords, squareWords, own.squares[0])
  rows[row + at.cosineNames] = over(dotNames, squareNames, own.squares[1])
  rows[row + at.cosinePairs] = over(dotPairs, squarePairs, own.squares[2])
  rows[row + at.titles] = over(titles, title, own.title)
  rows[row + at.titleInBody] = over(titleInBody, body, own.title)
  rows[row + at.bodyInTitle] = over(bodyInTitle, title, own.body)
  rows[row + at.rarest] = rarest / own.full
  rows[row + at.second] = second / own.full
  rows[row + at.onlyTwo] = onlyTwo
  rows[row + at.fewest] = Math.log(1 + fewest)
  rows[row + at.fewestInTitle] = Math.log(1 + fewestInTitle)
  rows[row + at.shared] = shared
  rows[row + at.sharedRarity] = sharedRarity / own.full
  rows[row + at.coverage] = own.words > 0 ? sharedRarity / own.words : 0
  rows[row + at.coverageOther] = words > 0 ? sharedRarity / words : 0
  rows[row + at.namedBy] = namedBy
  rows[row + at.partNamedBy] = partNamedBy
  rows[row + at.length] = query.terms.length
  rows[row + at.lengthOther] = length
}

/** What depends on the candidate's repository, computed once for each. */
interface Relation {
  readonly names: number
  readonly namesPart: number
  readonly kinship: number
  readonly history: Feedback.History
  readonly confirmed: number
  readonly open: number
}

const relationOf = (shelf: Shelf, query: Query, repository: number, numbers: ReadonlyMap<number, number>): Relation => {
  const named = shelf.kinship.get(repository)
  let namesPart = 0
  for (const [nth, hash] of (named?.partHashes ?? []).entries()) {
    const mark = numbers.get(hash)
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

const relate = (shelf: Shelf, query: Query, tasks: ReadonlyArray<number>, rows: Float32Array): void => {
  const { nowMillis, reach } = query
  const numbers = new Map<number, number>()
  for (const term of query.terms) numbers.set(shelf.vocabulary.hash(term >>> 8), term & 255)
  const relations = new Map<number, Relation>()
  const ownConfirmed = Feedback.of(query.feedback, nameOf(shelf, query.repository), nowMillis)
  const ownTimes = shelf.tasksOf[query.repository] ?? []
  for (const [nth, task] of tasks.entries()) {
    const row = nth * count
    const repository = shelf.repositories[task]!
    let relation = relations.get(repository)
    if (relation === undefined) {
      relation = relationOf(shelf, query, repository, numbers)
      relations.set(repository, relation)
    }
    const { confirmed, history, open } = relation
    const age = Math.max(0, nowMillis - shelf.times[task]!)
    const cosine = rows[row + at.cosine]!
    const mentions = 1 + reach.perMention * (relation.names + rows[row + at.namedBy]!)
    rows[row + at.score] = cosine * mentions * fading(age, reach.halfLifeDays, reach.fadedMin)
    rows[row + at.scoreSlow] = cosine * mentions * fading(age, 8 * reach.halfLifeDays, reach.fadedMin)
    rows[row + at.age] = Math.log1p(age / 60_000)
    rows[row + at.since] = Math.log1p(Math.min(200, open - 1 - shelf.rank(repository, task)))
    rows[row + at.sinceOwn] = Math.log1p(Math.min(200, later(shelf, ownTimes, shelf.times[task]!) - 1))
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
    if (shelf.times[tasks[middle]!]! <= time) low = middle + 1
    else high = middle
  }
  return tasks.length - low
}

/** From this likeness on a task is a copy; copies in many repositories are a campaign. */
const copyLikeness = 0.35

const listwise = (shelf: Shelf, tasks: ReadonlyArray<number>, rows: Float32Array): void => {
  const ordered = (feature: number) => {
    const order = tasks.map((_, nth) => nth)
    return order.sort((a, b) => rows[b * count + feature]! - rows[a * count + feature]!)
  }
  const byScore = ordered(at.score)
  const scoreOf = (nth: number | undefined): number =>
    nth === undefined ? 0 : rows[nth * count + at.score]!
  const [top, second] = [scoreOf(byScore[0]), scoreOf(byScore[1])]
  const bests = new Map<number, [best: number, next: number, many: number]>()
  const copied = new Set<number>()
  let near = 0
  for (const [rank, nth] of byScore.entries()) {
    const repository = shelf.repositories[tasks[nth]!]!
    const bestOf = bests.get(repository)
    if (bestOf === undefined) bests.set(repository, [scoreOf(nth), 0, 1])
    else {
      if (bestOf[2]++ === 1) bestOf[1] = scoreOf(nth)
    }
    if (rows[nth * count + at.cosine]! >= copyLikeness) {
      near++
      copied.add(repository)
    }
    rows[nth * count + at.rank] = rank
  }
  for (const [rank, nth] of ordered(at.cosine).entries()) rows[nth * count + at.rankCosine] = rank
  let close = 0
  for (const [rank, nth] of byScore.entries()) {
    const row = nth * count
    const score = scoreOf(nth)
    while (close < byScore.length && scoreOf(byScore[close]) >= 0.8 * score) close++
    const [best, next, many] = bests.get(shelf.repositories[tasks[nth]!]!) ?? [0, 0, 0]
    rows[row + at.gap] = top - score
    rows[row + at.ratio] = top > 0 ? score / top : 0
    rows[row + at.lead] = rank === 0 ? score - second : score - top
    rows[row + at.top] = top
    rows[row + at.secondTop] = second
    rows[row + at.close] = close
    rows[row + at.lonely] = score === best ? score - next : score - best
    rows[row + at.ofRepository] = many
    rows[row + at.copies] = copied.size
    rows[row + at.near] = near
  }
}
