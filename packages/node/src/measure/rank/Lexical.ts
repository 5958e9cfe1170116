/**
 * Baselines that compare words: TF-IDF cosine and BM25, as the published protocol has them.
 *
 * Rarities count all tasks seen so far; candidates are those of other repositories that were not
 * forgotten. A word's weight in a task is settled when the task arrives.
 */
import type { Ranked, Ranker, Row } from "../Ranker.ts"
import type { Recorded } from "../../replay/Recording.ts"
import { best } from "./Best.ts"

export const tfidf: Row = { id: "tfidf", title: "TF-IDF cosine", make: (tasks) => make(tasks, cosine()) }
export const bm25: Row = { id: "bm25", title: "BM25", make: (tasks) => make(tasks, okapi()) }

/** How a word weighs, in a task that arrives and in one that is found. */
interface Weighing {
  /** The weights of the arriving task's words; `frequency` says how many earlier tasks hold one. */
  readonly weigh: (bag: Bag, seen: number, frequency: (word: string) => number) => Weights
  /** What a shared word adds to the score of a found task. */
  readonly part: (asked: Asked, held: number, found: number) => number
}

type Bag = ReadonlyMap<string, number>

interface Asked {
  readonly word: string
  /** Kept with the task. */
  readonly weight: number
  /** How rare the word is, where the score needs it. */
  readonly rarity: number
}

interface Weights {
  readonly asked: ReadonlyArray<Asked>
  /** The score of the task with itself, by which scores are divided. */
  readonly self: number
}

/** Scores are compared down to this rank. */
const rankedMax = 1000

const make = (tasks: ReadonlyArray<Recorded>, { part, weigh }: Weighing): Ranker => {
  interface Places {
    readonly at: Array<number>
    readonly weights: Array<number>
    /** The first that is not forgotten. */
    start: number
  }
  const places = new Map<string, Places>()
  const sums = new Float64Array(tasks.length)
  let oldest = 0

  const scoresOf = (at: number, { asked, self }: Weights): ReadonlyArray<Ranked> => {
    const repository = tasks[at]?.repository
    const touched: Array<number> = []
    for (const each of asked) {
      const held = places.get(each.word)
      if (held === undefined) continue
      while ((held.at[held.start] ?? at) < oldest) held.start++
      for (let place = held.start; place < held.at.length; place++) {
        const other = held.at[place] ?? 0
        if (tasks[other]?.repository === repository) continue
        if (sums[other] === 0) touched.push(other)
        sums[other] = (sums[other] ?? 0) + part(each, held.weights[place] ?? 0, other)
      }
    }
    return touched.map((other) => {
      const score = (sums[other] ?? 0) / self
      sums[other] = 0
      return { at: other, score }
    })
  }

  return {
    arrive: (at) => {
      const task = tasks[at]
      if (task === undefined) return () => []
      const weights = weigh(bagOf(task), at + 1, (word) => places.get(word)?.at.length ?? 0)
      const scores = scoresOf(at, weights)
      for (const { weight, word } of weights.asked) {
        const held = places.get(word)
        if (held === undefined) places.set(word, { at: [at], weights: [weight], start: 0 })
        else {
          held.at.push(at)
          held.weights.push(weight)
        }
      }
      return (limit) => best(scores, Math.min(limit, rankedMax))
    },
    forget: (at) => {
      oldest = at + 1
    },
    confirm: () => undefined
  }
}

/** Each word weighs (1 + ln count) × rarity, and a task's weights have the length 1. */
const cosine = (): Weighing => ({
  weigh: (bag, seen, frequency) => {
    let squares = 0
    const asked = [...bag].map(([word, count]) => {
      const weight = (1 + Math.log(count)) * Math.log((seen + 1) / (frequency(word) + 0.5))
      squares += weight * weight
      return { word, weight, rarity: 1 }
    })
    const length = Math.sqrt(squares) || 1
    return { asked: asked.map((each) => ({ ...each, weight: each.weight / length })), self: 1 }
  },
  part: ({ weight }, held) => weight * held
})

/** Okapi BM25 with k1 = 1.2 and b = 0.75; scores are divided by that of the task with itself. */
const okapi = (): Weighing => {
  const lengths: Array<number> = []
  let total = 0
  let mean = 1
  const saturated = (count: number, length: number): number =>
    (count * 2.2) / (count + 1.2 * (0.25 + (0.75 * length) / mean))
  return {
    weigh: (bag, seen, frequency) => {
      let length = 0
      for (const count of bag.values()) length += count
      lengths.push(length)
      total += length
      mean = total / seen
      let self = 0
      const asked = [...bag].map(([word, count]) => {
        const held = frequency(word)
        const rarity = Math.log(1 + (seen - held + 0.5) / (held + 0.5))
        self += rarity * saturated(count, length)
        return { word, weight: count, rarity }
      })
      return { asked, self: self || 1 }
    },
    part: ({ rarity }, held, found) => rarity * saturated(held, lengths[found] ?? 0)
  }
}

const unsaid = new Set(
  ("a an and are as at be been but by can could did do does for from had has have if in into is it its " +
    "may more no not now of on only or other our should so some such than that the their them then there " +
    "these they this those to too up use used using was we were what when where which while will with " +
    "would you your also all any because between both each just after before being here how i out over " +
    "same under until very via patch change commit add adds added adding").split(" ")
)

/** The words of a task and how often it says them. */
const bagOf = ({ description, title }: Recorded): Bag => {
  const bag = new Map<string, number>()
  for (const word of `${title} ${description}`.toLowerCase().match(/[a-z0-9]+/g) ?? []) {
    if (word.length > 1 && !unsaid.has(word)) bag.set(word, (bag.get(word) ?? 0) + 1)
  }
  return bag
}
