/**
 * How fast one author's facts enter: each has a bucket of tokens, and a queue for when it is empty.
 *
 *     arrives ──token left──▶ enters at once
 *        └──none──▶ waits, in order ──next tokens──▶ enters        queue full ──▶ dropped
 *
 * So a flood slows down its author and nobody else; what is dropped comes by catch-up, which goes
 * round the authors. Authors beyond the limit share one bucket. Total, and bounded by the limits
 * below. (docs/rules.md, 10)
 */
import * as HashMap from "effect/HashMap"
import * as Option from "effect/Option"
import type { NodeId } from "../identity/NodeId.ts"

interface Bucket<A> {
  readonly tokens: number
  /** When the tokens were counted. */
  readonly atMillis: number
  readonly waiting: ReadonlyArray<A>
}

export interface Pace<A> {
  readonly buckets: HashMap.HashMap<NodeId | typeof others, Bucket<A>>
  /** How many wait, of all authors together. */
  readonly waiting: number
}

export interface Rate {
  /** Facts of one author a second, in the long run. */
  readonly factsPerSecond: number
  /** Facts of one author at once, after it was quiet. */
  readonly factsAtOnce: number
}

/** So many facts of one author wait. */
export const waitingMax = 256

/** So many facts wait in all. */
export const waitingInAllMax = 4096

/** So many authors have buckets of their own. */
export const authorsMax = 1024

export const initial: Pace<never> = { buckets: HashMap.empty(), waiting: 0 }

export interface Arrived<A> {
  readonly pace: Pace<A>
  readonly verdict: "enters" | "waits" | "dropped"
}

/** A fact of an author arrives. */
export const arrive = <A>(
  pace: Pace<A>,
  author: NodeId,
  fact: A,
  nowMillis: number,
  rate: Rate
): Arrived<A> => {
  const isFull = HashMap.size(pace.buckets) >= authorsMax && !HashMap.has(pace.buckets, author)
  const key = isFull ? others : author
  const bucket = filled(Option.getOrUndefined(HashMap.get(pace.buckets, key)), nowMillis, rate)
  const put = (next: Bucket<A>, waiting = 0): Pace<A> => ({
    buckets: HashMap.set(pace.buckets, key, next),
    waiting: pace.waiting + waiting
  })
  if (bucket.waiting.length === 0 && bucket.tokens >= 1) {
    return { pace: put({ ...bucket, tokens: bucket.tokens - 1 }), verdict: "enters" }
  }
  return bucket.waiting.length >= waitingMax || pace.waiting >= waitingInAllMax
    ? { pace: put(bucket), verdict: "dropped" }
    : { pace: put({ ...bucket, waiting: [...bucket.waiting, fact] }, 1), verdict: "waits" }
}

/** Lets in what has waited long enough, and forgets the buckets that are full again. */
export const release = <A>(
  pace: Pace<A>,
  nowMillis: number,
  rate: Rate
): { readonly pace: Pace<A>; readonly entering: ReadonlyArray<A> } => {
  let { buckets, waiting } = pace
  const entering: Array<A> = []
  for (const [author, known] of pace.buckets) {
    const bucket = filled(known, nowMillis, rate)
    const free = bucket.waiting.slice(0, Math.floor(bucket.tokens))
    entering.push(...free)
    waiting -= free.length
    const tokens = bucket.tokens - free.length
    buckets = tokens >= rate.factsAtOnce
      ? HashMap.remove(buckets, author)
      : HashMap.set(buckets, author, { ...bucket, tokens, waiting: bucket.waiting.slice(free.length) })
  }
  return { pace: { buckets, waiting }, entering }
}

const others = "others"

/** The bucket with the tokens that came since it was last looked at. */
const filled = <A>(known: Bucket<A> | undefined, nowMillis: number, rate: Rate): Bucket<A> => {
  if (known === undefined) return { tokens: rate.factsAtOnce, atMillis: nowMillis, waiting: [] }
  const passed = Math.max(0, nowMillis - known.atMillis) / 1000
  const tokens = Math.min(rate.factsAtOnce, known.tokens + passed * rate.factsPerSecond)
  return { ...known, tokens, atMillis: Math.max(known.atMillis, nowMillis) }
}
