/**
 * Chance from a seed: all that a simulation draws comes from here, so a seed is the whole story.
 *
 * A small generator of 32 bits (mulberry32). A fork draws from its own stream, so that one part of
 * the simulation that draws more often leaves the others as they were.
 */

export interface Chance {
  /** At least 0, less than 1. */
  readonly next: () => number
  /** A whole number from 0 to `below` − 1. */
  readonly below: (below: number) => number
  readonly between: (low: number, high: number) => number
  readonly happens: (probability: number) => boolean
  readonly pick: <A>(items: ReadonlyArray<A>) => A
  /** So many different items, fewer where there are not so many. */
  readonly sample: <A>(items: ReadonlyArray<A>, count: number) => ReadonlyArray<A>
  /** Mostly short, now and then long. */
  readonly exponential: (mean: number) => number
  readonly fork: (name: string) => Chance
}

export const make = (seed: number): Chance => {
  let state = seed >>> 0
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
  const below = (limit: number): number => Math.floor(next() * limit)
  return {
    next,
    below,
    between: (low, high) => low + next() * (high - low),
    happens: (probability) => next() < probability,
    pick: (items) => {
      const item = items[below(items.length)]
      if (item === undefined) throw new Error("nothing to pick from")
      return item
    },
    sample: (items, count) => {
      const left = [...items]
      return Array.from({ length: Math.min(count, left.length) }, () => left.splice(below(left.length), 1))
        .flat()
    },
    exponential: (mean) => -Math.log(1 - next()) * mean,
    fork: (name) => make(hashOf(name, seed))
  }
}

/** A number of 32 bits out of a text (FNV-1a); for streams and traces, not for ids. */
export const hashOf = (text: string, start = 0): number => {
  let hash = (0x811c9dc5 ^ start) >>> 0
  for (let at = 0; at < text.length; at++) {
    hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193)
  }
  return hash >>> 0
}
