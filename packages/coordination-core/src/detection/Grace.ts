/**
 * Claims that are looked at when their grace is over, and when that is, on the monotonic clock.
 *
 * Few at a time, those that wait longest first, since a peer may claim without end.
 */
import * as HashMap from "effect/HashMap"
import type { FactId } from "../identity/FactId.ts"
import { compare } from "../replica/Sorted.ts"

export type Waiting = HashMap.HashMap<FactId, number>

/** So many claims are looked at in one tick. */
export const looksPerTick = 32

/** The claims to look at now, and those that wait on. */
export const over = (
  waiting: Waiting,
  nowMillis: number
): { readonly due: ReadonlyArray<FactId>; readonly rest: Waiting } => {
  const due = [...HashMap.entries(waiting)]
    .filter(([, dueMillis]) => dueMillis <= nowMillis)
    .sort(([a, aMillis], [b, bMillis]) => aMillis - bMillis || compare(a, b))
    .slice(0, looksPerTick)
    .map(([claim]) => claim)
  return { due, rest: due.reduce((rest, claim) => HashMap.remove(rest, claim), waiting) }
}
