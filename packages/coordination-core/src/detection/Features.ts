/**
 * The features of the candidates of a task. The cost is the terms of the candidates.
 */
import { type Query, rarityOf } from "./Candidates.ts"
import { at, count } from "./Feature.ts"
import { classes, described, kindWeights, onlyUsed, titled, weights } from "./Reading.ts"
import * as Relations from "./Relations.ts"
import type { Shelf } from "./Shelf.ts"
import * as Standing from "./Standing.ts"

/** The features of each candidate, one row after the other. */
export const of = (shelf: Shelf, query: Query, tasks: ReadonlyArray<number>): Float32Array => {
  const rows = new Float32Array(tasks.length * count)
  const own = askedOf(shelf, query)
  for (const [nth, task] of tasks.entries()) {
    write(rows, nth * count, query, own, tallied(shelf, own, task))
  }
  clear(shelf, query, own)
  Relations.measure(shelf, query, tasks, rows)
  Standing.measure(shelf, tasks, rows)
  return rows
}

/** The query's side of a comparison. */
interface Asked {
  readonly full: number
  readonly square: number
  /** By class. */
  readonly squares: Float64Array
  readonly title: number
  readonly body: number
  readonly words: number
  /** How telling each part of the name of the query's repository is; its place is the term's role. */
  readonly parts: ReadonlyArray<number>
  /** The terms that have a role. */
  readonly cast: ReadonlyArray<number>
}

const askedOf = (shelf: Shelf, query: Query): Asked => {
  const { counts, marks, roles } = shelf.vocabulary
  const full = rarityOf(shelf, 0, 0)
  const squares = new Float64Array(3)
  let [title, body, words] = [0, 0, 0]
  for (const term of query.terms) {
    const mark = term & 255
    const number = term >>> 8
    marks[number] = mark
    const rarity = rarityOf(shelf, (counts[number] ?? 0) - 1, mark)
    const kind = classes[mark] ?? 0
    squares[kind] = (squares[kind] ?? 0) + ((weights[mark] ?? 0) * rarity) ** 2
    const value = ((kindWeights[mark] ?? 0) * rarity) ** 2
    if (titled(mark)) title += value
    if (described(mark)) body += value
    if (classes[mark] === 0) words += rarity
  }
  const named = shelf.kinship.get(query.repository)
  const cast: Array<number> = []
  const parts: Array<number> = []
  const give = (hash: number, role: number) => {
    const number = shelf.vocabulary.find(hash)
    if (number < 0) return
    cast.push(number)
    roles[number] = (roles[number] ?? 0) | role
  }
  for (const [nth, hash] of (named?.partHashes ?? []).entries()) {
    parts.push(shelf.kinship.rarity(named?.groups[nth] ?? ""))
    give(hash, nth + 1)
  }
  for (const hash of named?.hashes ?? []) give(hash, fullName)
  const square = squares.reduce((sum, part) => sum + part, 0)
  return { full, square, squares, title, body, words, parts, cast }
}

/** The role of a term that is a repository's full name; the lower bits are those of a part. */
const fullName = 16

const clear = ({ vocabulary }: Shelf, query: Query, { cast }: Asked): void => {
  for (const term of query.terms) vocabulary.marks[term >>> 8] = 0
  for (const number of cast) vocabulary.roles[number] = 0
}

const over = (part: number, one: number, other: number): number =>
  one > 0 && other > 0 ? part / Math.sqrt(one * other) : 0

/** What a candidate and the query have in common, added up over the terms of the candidate. */
const tallied = (shelf: Shelf, own: Asked, task: number) => {
  const { counts, marks, roles } = shelf.vocabulary
  const { items } = shelf.terms
  const place = shelf.places[task] ?? 0
  const length = shelf.lengths[task] ?? 0
  const dot = [0, 0, 0]
  const squares = [0, 0, 0]
  let [titles, titleInBody, bodyInTitle, title, body, words] = [0, 0, 0, 0, 0, 0]
  let [rarest, second, onlyTwo, shared, sharedRarity, namedBy, partNamedBy] = [0, 0, 0, 0, 0, 0, 0]
  let [fewest, fewestInTitle] = [9999, 9999]
  for (let each = place; each < place + length; each++) {
    const term = items[each] ?? 0
    const number = term >>> 8
    const mark = term & 255
    const theirs = marks[number] ?? 0
    const asked = onlyUsed(mark, theirs) ? 0 : theirs
    const others = asked === 0 ? (counts[number] ?? 0) : (counts[number] ?? 0) - 1
    const rarity = rarityOf(shelf, others, mark)
    const kind = classes[mark] ?? 0
    const weight = (weights[mark] ?? 0) * rarity
    squares[kind] = (squares[kind] ?? 0) + weight * weight
    const value = ((kindWeights[mark] ?? 0) * rarity) ** 2
    const inTitle = titled(mark)
    const inBody = described(mark)
    if (inTitle) title += value
    if (inBody) body += value
    if (kind === 0) words += rarity
    const role = roles[number] ?? 0
    if (role !== 0) {
      partNamedBy += (own.parts[(role & 15) - 1] ?? 0) * (inTitle ? 1.5 : 1)
      if (role >= fullName) namedBy = 1
    }
    if (asked === 0) continue
    dot[kind] = (dot[kind] ?? 0) + (weights[asked] ?? 0) * rarity * weight
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
    const telling = (kindWeights[mark] ?? 0) * rarity
    if (telling > rarest) [rarest, second] = [telling, rarest]
    else if (telling > second) second = telling
  }
  return {
    dot, squares, titles, titleInBody, bodyInTitle, title, body, words, rarest, second, onlyTwo, shared,
    sharedRarity, namedBy, partNamedBy, fewest, fewestInTitle, length
  }
}

type Tally = ReturnType<typeof tallied>

const write = (rows: Float32Array, row: number, query: Query, own: Asked, tally: Tally): void => {
  const [dotWords = 0, dotNames = 0, dotPairs = 0] = tally.dot
  const [squareWords = 0, squareNames = 0, squarePairs = 0] = tally.squares
  const cosines = [
    over(dotWords + dotNames + dotPairs, squareWords + squareNames + squarePairs, own.square),
    over(dotWords, squareWords, own.squares[0] ?? 0),
    over(dotNames, squareNames, own.squares[1] ?? 0),
    over(dotPairs, squarePairs, own.squares[2] ?? 0),
    over(tally.titles, tally.title, own.title),
    over(tally.titleInBody, tally.body, own.title),
    over(tally.bodyInTitle, tally.title, own.body),
    tally.rarest / own.full,
    tally.second / own.full
  ]
  rows.set(cosines, row + at.cosine)
  rows[row + at.onlyTwo] = tally.onlyTwo
  rows[row + at.fewest] = Math.log(1 + tally.fewest)
  rows[row + at.fewestInTitle] = Math.log(1 + tally.fewestInTitle)
  rows[row + at.shared] = tally.shared
  rows[row + at.sharedRarity] = tally.sharedRarity / own.full
  rows[row + at.coverage] = own.words > 0 ? tally.sharedRarity / own.words : 0
  rows[row + at.coverageOther] = tally.words > 0 ? tally.sharedRarity / tally.words : 0
  rows[row + at.namedBy] = tally.namedBy
  rows[row + at.partNamedBy] = tally.partNamedBy
  rows[row + at.length] = query.terms.length
  rows[row + at.lengthOther] = tally.length
}
