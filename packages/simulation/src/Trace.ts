/**
 * What happened, as one hash and, where somebody reads along, in words.
 *
 * The hash covers every moment, place and event of a run: the same seed gives the same hash, or
 * the simulation is not deterministic (I16).
 */
import { hashOf } from "./Chance.ts"
import type { Timeline } from "./Timeline.ts"

export interface Trace {
  /** Notes an event; the words are made only when somebody reads along. */
  readonly note: (who: string, event: string, words?: () => string) => void
  readonly hash: () => string
  /** Events so far. */
  readonly length: () => number
}

export const make = (timeline: Timeline, read?: (line: string) => void): Trace => {
  let [high, low, length] = [1, 2, 0]
  return {
    note: (who, event, words) => {
      const text = `${timeline.nowMillis()} ${who} ${event}`
      high = hashOf(text, high)
      low = hashOf(text, low ^ high)
      length += 1
      if (read !== undefined && words !== undefined) {
        read(`${moment(timeline.nowMillis())}  ${who.padEnd(8)} ${words()}`)
      }
    },
    hash: () => high.toString(16).padStart(8, "0") + low.toString(16).padStart(8, "0"),
    length: () => length
  }
}

/** Virtual time as `hh:mm:ss`. */
export const moment = (millis: number): string => {
  const seconds = Math.floor(millis / 1000)
  return [seconds / 3600, seconds / 60 % 60, seconds % 60]
    .map((part) => String(Math.floor(part)).padStart(2, "0"))
    .join(":")
}
