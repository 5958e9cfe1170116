/**
 * Who works on something alike: the entries that speak most like a task, and how much.
 *
 * The rarest terms are followed first and common ones not at all, so the cost is bounded, whatever
 * the number of entries, and little is lost: who shares only common words is nobody's candidate.
 */
import { compare } from "../replica/Sorted.ts"
import * as Index from "./Index.ts"
import * as Posting from "./Posting.ts"

/** How far to look. */
export interface Reach {
  /** Keys of terms that bring in candidates, though the task itself does not hold them. */
  readonly related: ReadonlyArray<string>
  readonly visitedMax: number
  readonly foundMax: number
  /** Entries imagined beside the known ones, so that rarity means something among the first few. */
  readonly imagined: number
}

export interface Candidate {
  readonly found: Index.Indexed
  /** How alike the two tasks speak, from 0 to 1. */
  readonly likeness: number
  /** What they share, the most telling first. */
  readonly shared: ReadonlyArray<Shared>
}

/** A term of both tasks. */
export interface Shared {
  readonly key: string
  /** Its part of the likeness. */
  readonly part: number
  /** The natural logarithm of how many entries there are to each one that holds it, plus one. */
  readonly rarity: number
}

export interface Answer {
  /** From other repositories, the likest first; of equals, the lower claim. At most `foundMax`. */
  readonly candidates: ReadonlyArray<Candidate>
  /** How many places of postings were visited; the cost of the search. */
  readonly visited: number
}

export const search = (index: Index.Index, query: Index.Indexed, reach: Reach): Answer => {
  const entries = Index.size(index) + reach.imagined
  const own: Array<Asked> = []
  for (const [key, { weight }] of query.task.terms) {
    if (weight > 0) own.push(ask(index, entries, key, weight))
  }
  const related = reach.related.map((key) => ask(index, entries, key, relatedWeight))
  const scores = new Map<Index.Indexed, number>()
  let visited = 0
  for (const { few, weight } of [...own.sort(byRarity), ...related.sort(byRarity)]) {
    if (visited + few.length > reach.visitedMax) continue
    visited += few.length
    for (const found of few) {
      const score = scores.get(found)
      if (score !== undefined) scores.set(found, score + weight / found.magnitude)
      else if (found.task.repository !== query.task.repository) {
        scores.set(found, weight / found.magnitude)
      }
    }
  }
  const candidates = [...scores]
    .sort(([a, scoreA], [b, scoreB]) => scoreB - scoreA || compare(a.claim, b.claim))
    .slice(0, reach.foundMax)
    .map(([found]) => compared(query, own, found))
    .sort((a, b) => b.likeness - a.likeness || compare(a.found.claim, b.found.claim))
  return { candidates, visited }
}

interface Asked {
  readonly key: string
  /** The weight of the term in the task, times the square of its rarity. */
  readonly weight: number
  readonly rarity: number
  readonly few: ReadonlyArray<Index.Indexed>
}

/** Enough to bring a candidate in where there are few, not to push one out. */
const relatedWeight = 0.1

const ask = (index: Index.Index, entries: number, key: string, weight: number): Asked => {
  const posting = Index.lookUp(index, key)
  const rarity = Math.log1p(entries / Math.max(1, Posting.size(posting)))
  return { key, weight: weight * rarity ** 2, rarity, few: posting.few }
}

const byRarity = (a: Asked, b: Asked): number => b.rarity - a.rarity || compare(a.key, b.key)

/**
 * The cosine of the two tasks' weighted terms, but that the length of the found task is taken
 * without rarities and scaled like that of the query: it needs no look at the index.
 */
const compared = (
  query: Index.Indexed,
  own: ReadonlyArray<Asked>,
  found: Index.Indexed
): Candidate => {
  let squares = 0
  const shared: Array<Shared> = []
  for (const { key, rarity, weight } of own) {
    squares += weight * (query.task.terms.get(key)?.weight ?? 0)
    const theirs = found.task.terms.get(key)?.weight ?? 0
    if (theirs > 0) shared.push({ key, rarity, part: weight * theirs })
  }
  const scale = query.magnitude / (squares * found.magnitude || 1)
  const likeness = Math.min(1, scale * shared.reduce((sum, { part }) => sum + part, 0))
  return {
    found,
    likeness,
    shared: shared
      .map((term) => ({ ...term, part: term.part * scale }))
      .sort((a, b) => b.part - a.part || compare(a.key, b.key))
  }
}
