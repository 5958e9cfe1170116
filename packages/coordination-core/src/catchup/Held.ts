/**
 * What a node holds of one log: a trunk, and what does not hang on it yet or never will.
 *
 *     1 ─▶ 2 ─▶ 3        5 ─▶ 6      trunk: 1 to 3, each fact naming the one before
 *          └──▶ 3'                   loose: 5 and 6 came early, 3' is the side of a fork
 *
 * A log without loose facts is told by its last fact alone, since that names all before it; so it
 * does not matter from which place on the log is kept. With loose facts it is told by the sum of
 * all, which is the same whichever side of a fork became the trunk. A sum is kept for each chapter
 * of places, to find where two logs differ; those of the blocks in a chapter, which are many, come
 * from what the store lists. (docs/rules.md, 4)
 */
import * as HashMap from "effect/HashMap"
import * as Option from "effect/Option"
import type { Fact } from "../fact/Fact.ts"
import { FactId, type LogId } from "../identity/FactId.ts"
import * as Hash from "../identity/Hash.ts"
import * as Sum from "./Sum.ts"

/** How a log is told to peers; equal heads, equal facts. */
export interface Head {
  /** The highest place with something at every place up to it; 0 without the first. */
  readonly seq: number
  /** The last fact, or a hash over all facts where some are loose. */
  readonly id: FactId
  /** The highest place at which something is held, where it lies beyond `seq`. */
  readonly top?: number
}

interface Loose {
  readonly id: FactId
  readonly prev: FactId | undefined
}

export interface Held {
  /** The end of the trunk: its place (0 without a first fact), and the fact there. */
  readonly seq: number
  readonly last: FactId | undefined
  /** Loose facts by place. */
  readonly loose: HashMap.HashMap<number, ReadonlyArray<Loose>>
  readonly looseCount: number
  /** The sum of all ids, and that of each chapter. */
  readonly sum: Sum.Sum
  readonly chapters: HashMap.HashMap<number, Sum.Sum>
  readonly head: Head
}

/** A log has at most about this many loose facts; what is farther ahead is taken in later. */
export const looseMax = 4096

/** The least that a search tells apart: so few places that their facts fit into one message. */
export const blockSize = 8

/** Blocks that share a sum in memory: so many that sums weigh nothing, so few that listing is quick. */
export const chapterSize = 128

/** The block of a place: places 1 to 8 are block 1. */
export const blockOf = (seq: number): number => Math.ceil(seq / blockSize)

/** The chapter of a block: blocks 1 to 128 are chapter 1. */
export const chapterOf = (block: number): number => Math.ceil(block / chapterSize)

/** Adds facts of the log that are not held yet. */
export const add = (held: Held | undefined, log: LogId, facts: ReadonlyArray<Fact>): Held => {
  const grown = facts.reduce(addOne, held ?? empty)
  return { ...grown, head: headOf(grown, log) }
}

/** The highest place at which something is held. */
export const topOf = ({ seq, top }: Pick<Head, "seq" | "top">): number => top ?? seq

/** Is what the fact names as its predecessor missing? */
export const isAdrift = (held: Held, { id, prev, seq }: Fact): boolean =>
  seq > held.seq && looseAt(held, seq).some((fact) => fact.id === id) &&
  !looseAt(held, seq - 1).some((before) => before.id === prev)

/** The sum of the ids in chapters `after + 1` to `upTo`. */
export const sumOf = ({ chapters }: Held, after: number, upTo: number): Sum.Sum => {
  let sum = Sum.zero
  for (const [chapter, part] of HashMap.entries(chapters)) {
    if (chapter > after && chapter <= upTo) sum = Sum.together(sum, part)
  }
  return sum
}

// What stands for a log of which nothing is held; it is told to nobody.
const empty: Held = {
  seq: 0,
  last: undefined,
  loose: HashMap.empty(),
  looseCount: 0,
  sum: Sum.zero,
  chapters: HashMap.empty(),
  head: { seq: 0, id: FactId.make("0".repeat(64)) }
}

const looseAt = ({ loose }: Held, seq: number): ReadonlyArray<Loose> =>
  Option.getOrElse(HashMap.get(loose, seq), () => [])

const addOne = (held: Held, { id, prev, seq }: Fact): Held => {
  const known = looseAt(held, seq)
  if (id === held.last || known.some((fact) => fact.id === id)) return held
  const chapters = HashMap.modifyAt(held.chapters, chapterOf(blockOf(seq)), (sum) =>
    Option.some(Sum.plus(Option.getOrElse(sum, () => Sum.zero), id)))
  const summed = { ...held, sum: Sum.plus(held.sum, id), chapters }
  if (seq === held.seq + 1 && prev === held.last) return attached({ ...summed, seq, last: id })
  return {
    ...summed,
    loose: HashMap.set(held.loose, seq, [...known, { id, prev }]),
    looseCount: held.looseCount + 1
  }
}

/** The trunk with the loose facts that follow it. */
const attached = (held: Held): Held => {
  let { last, loose, looseCount, seq } = held
  for (let left = looseCount; left > 0; left--) {
    const waiting = Option.getOrElse(HashMap.get(loose, seq + 1), () => [])
    const next = waiting.find(({ prev }) => prev === last)
    if (next === undefined) break
    const rest = waiting.filter((fact) => fact !== next)
    seq += 1
    last = next.id
    loose = rest.length === 0 ? HashMap.remove(loose, seq) : HashMap.set(loose, seq, rest)
    looseCount -= 1
  }
  return { ...held, last, loose, looseCount, seq }
}

const headOf = (held: Held, log: LogId): Head => {
  if (held.looseCount === 0) return { seq: held.seq, id: held.last ?? empty.head.id }
  let seq = held.seq
  while (HashMap.has(held.loose, seq + 1)) seq += 1
  const top = [...HashMap.keys(held.loose)].reduce((a, b) => Math.max(a, b), seq)
  const id = FactId.make(Hash.ofText(JSON.stringify([log, seq, top, Sum.show(held.sum)])))
  return { seq, id, ...(top > seq ? { top } : {}) }
}
