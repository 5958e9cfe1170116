/**
 * How memory is kept small: when it is cleaned, what it forgot, and which forgotten sessions have
 * to be looked at again. A machine's state, and its steps.
 *
 *     ban | revocation | standing ──▶ revisits ──a few sessions a tick──▶ recalled, judged, told
 *
 * A ban may change thousands of sessions that nobody remembers. They are looked at a few at a time,
 * since reading them all at once would stop the node. (docs/rules.md, 7)
 */
import * as HashMap from "effect/HashMap"
import * as HashSet from "effect/HashSet"
import * as Index from "../detection/Index.ts"
import type { Fact } from "../fact/Fact.ts"
import type { FactId } from "../identity/FactId.ts"
import type { Moment } from "../machine/Machine.ts"
import type * as Replica from "../replica/Replica.ts"
import { compare } from "../replica/Sorted.ts"
import * as Recall from "./Recall.ts"
import * as Retention from "./Retention.ts"

/** Sessions to look at again: the beginning of the names that lead to them, and the last name seen. */
export interface Revisit {
  readonly beginning: string
  readonly after: string
}

export interface State {
  readonly cleanedMillis: number
  /** How far the logs had come at the last cleanup: the places of one that rests are soon forgotten. */
  readonly cleanedHeads: Recall.Heads
  readonly revisits: ReadonlyArray<Revisit>
  /** What each author said last of its logs. */
  readonly voices: Retention.Voices
  /** Sessions past retention that something came about since the last cleanup, and their status. */
  readonly past: HashMap.HashMap<string, string>
  /** What was forgotten since the process started, and what came back. */
  readonly forgotten: Counts
  readonly recalled: number
}

export interface Counts {
  readonly sessions: number
  readonly claims: number
  readonly places: number
}

/** The seed's ten minutes; a node may choose otherwise. */
export const cleanupMillis = 10 * 60_000

/** Between two cleanups at least this passes, however full memory is. */
export const cleanupMillisMin = 60_000

/** More sessions than this in memory bring the next cleanup forward. */
export const sessionsMax = 20_000

/** Above this, live claims of others leave the index at a cleanup, the oldest first. */
export const claimsMax = 50_000

/** So many forgotten sessions are looked at again in one tick. */
export const revisitsPerTick = 64

/** More causes to look again are not remembered one by one: the oldest gives way. */
export const revisitsMax = 1024

export const initial: State = {
  cleanedMillis: 0,
  cleanedHeads: HashMap.empty(),
  revisits: [],
  voices: HashMap.empty(),
  past: HashMap.empty(),
  forgotten: { sessions: 0, claims: 0, places: 0 },
  recalled: 0
}

/** Is it time to forget? */
export const isDue = (state: State, sessions: number, everyMillis: number, at: Moment): boolean =>
  at.monotonicMillis - state.cleanedMillis >=
    (sessions > sessionsMax ? Math.min(cleanupMillisMin, everyMillis) : everyMillis)

/** Notes what the authors of facts still need, and which forgotten sessions the facts may concern. */
export const folded = (
  state: State,
  facts: ReadonlyArray<Fact>,
  before: Replica.Replica,
  after: Replica.Replica
): State => {
  const added = Recall.disturbed(before, after).map((beginning) => ({ beginning, after: "" }))
  const revisits = added.length === 0 ? state.revisits : [...state.revisits, ...added].slice(-revisitsMax)
  return { ...state, revisits, voices: Retention.heard(state.voices, facts) }
}

/** Goes on behind the last name that was looked at; without one nothing is left of the first cause. */
export const revisited = (state: State, last: string | undefined): State => {
  const [first, ...rest] = state.revisits
  if (first === undefined) return state
  return { ...state, revisits: last === undefined ? rest : [{ ...first, after: last }, ...rest] }
}

/** The index without the claims of others that it has held longest, down to a number of entries. */
export const bounded = (
  index: Index.Index,
  own: HashSet.HashSet<FactId>,
  max = claimsMax
): Index.Index => {
  const excess = Index.size(index) - max
  if (excess <= 0) return index
  return [...HashMap.values(index.entries)]
    .filter(({ claim }) => !HashSet.has(own, claim))
    .sort((a, b) => a.entry.atMillis - b.entry.atMillis || compare(a.claim, b.claim))
    .slice(0, excess)
    .reduce((rest, { claim }) => Index.remove(rest, claim), index)
}
