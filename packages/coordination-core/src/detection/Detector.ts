/**
 * What a task depends on: candidates from the index, named by rules, weighed, ranked, bounded.
 *
 *     index ──search──▶ candidates ──rules, signals──▶ confidence ──threshold, limit──▶ answer
 *
 * Pairs in one repository are not dependencies; of each pair there is one detection, whatever the
 * number of rules that match. The cost grows with the answer, not with the number of tasks.
 * (docs/rules.md, 6)
 */
import type { Direction, Evidence } from "../fact/SessionFacts.ts"
import { compare } from "../replica/Sorted.ts"
import { builtInRules } from "./BuiltInRules.ts"
import * as Confidence from "./Confidence.ts"
import * as Explanation from "./Explanation.ts"
import * as Index from "./Index.ts"
import * as Parameters from "./Parameters.ts"
import type { Rule } from "./Rule.ts"
import * as ScopeOverlap from "./ScopeOverlap.ts"
import * as Search from "./Search.ts"
import { cut } from "./Sentence.ts"

export interface Detection {
  /** The entry that was asked about. */
  readonly task1: Index.Entry
  /** The entry that was found. */
  readonly task2: Index.Entry
  /** The name of a rule, or `unnamed`. */
  readonly relationship: string
  /** From 0 to 1. */
  readonly confidence: number
  /** One sentence that names what the tasks share; at most 500 characters. */
  readonly reason: string
  /** At most 16, the weightiest first. */
  readonly evidence: ReadonlyArray<Evidence>
  /** Which task has to move first, where that is known. */
  readonly direction: Direction | undefined
}

export interface Options {
  /** In the order in which they name a relationship. */
  readonly rules: ReadonlyArray<Rule>
  readonly parameters: Parameters.Parameters
  /** Milliseconds since 1970. */
  readonly nowMillis: number
  readonly limit: number
}

/** The options that do not depend on the moment. */
export const defaults: Pick<Options, "rules" | "parameters"> = {
  rules: builtInRules,
  parameters: Parameters.defaults
}

/** The relationship of tasks that speak alike when no rule has a name for it. */
export const unnamed = "Related_Work"

/**
 * What an entry depends on, the surest first; of equals, the lower claim. At most `limit`. The
 * answer is the same whether the entry is in the index or not.
 */
export const detect = (
  known: Index.Index,
  entry: Index.Entry,
  { limit, nowMillis, parameters, rules }: Options
): ReadonlyArray<Detection> => {
  const index = Index.get(known, entry.claim)?.entry === entry ? known : Index.insert(known, entry)
  const query = Index.get(index, entry.claim)
  if (query === undefined) return []
  const reach = { ...parameters, related: related(query, rules) }
  const { candidates } = Search.search(index, query, reach)
  const copies = new Set(
    candidates
      .filter(({ likeness }) => likeness >= parameters.copyLikeness)
      .map(({ found }) => found.task.repository)
  ).size
  const asked = rules.map((rule) => ({ rule, crowd: crowdOf(index, rule, query) }))
  const ask = (candidate: Search.Candidate, which: typeof asked): Weighed => {
    const pair = pairOf(index, query, candidate, which)
    const ageDays = (nowMillis - candidate.found.entry.atMillis) / 86_400_000
    const pushes = Confidence.pushes(signalsOf(pair, candidate, ageDays, copies), parameters)
    return { candidate, pair, pushes, confidence: Confidence.of(pushes, parameters) }
  }
  // A rule that rests on common words adds nothing: it is asked for the pairs that are kept alone.
  const telling = asked.filter(({ crowd, rule }) => crowd < parameters.crowdMax || rule.decisive === true)
  return candidates
    .map((candidate) => ask(candidate, telling))
    .filter(({ confidence, pair }) =>
      confidence >= parameters.threshold || pair.fired.some(({ rule }) => rule.decisive === true))
    .sort((a, b) =>
      b.confidence - a.confidence || compare(a.candidate.found.claim, b.candidate.found.claim)
    )
    .slice(0, limit)
    .map(({ candidate }) => detection(ask(candidate, asked)))
}

interface Weighed {
  readonly candidate: Search.Candidate
  readonly pair: Explanation.Pair
  readonly pushes: Confidence.Pushes
  readonly confidence: number
}

/** The keys of every rule that has a word for the task: they bring in tasks that share no word. */
const related = (query: Index.Indexed, rules: ReadonlyArray<Rule>): ReadonlyArray<string> =>
  rules.flatMap(({ keys }) =>
    keys.some((key) => query.task.terms.has(key))
      ? keys.filter((key) => !query.task.terms.has(key))
      : []
  )

const pairOf = (
  index: Index.Index,
  query: Index.Indexed,
  { found, shared }: Search.Candidate,
  asked: ReadonlyArray<{ readonly rule: Rule; readonly crowd: number }>
): Explanation.Pair => ({
  query,
  found,
  shared,
  fired: asked.flatMap(({ crowd, rule }): ReadonlyArray<Explanation.Fired> => {
    const verdict = rule.validator(query.task, found.task)
    return verdict.matches
      ? [{ rule, verdict, crowd: Math.max(crowd, crowdOf(index, rule, found)) }]
      : []
  }),
  overlaps: ScopeOverlap.between(query.task, found.task),
  mentions: [...mentionsOf(query, found), ...mentionsOf(found, query)]
})

const signalsOf = (
  { fired, mentions, overlaps, shared }: Explanation.Pair,
  { likeness }: Search.Candidate,
  ageDays: number,
  copies: number
): Confidence.Signals => ({
  likeness,
  ageDays,
  mentions: mentions.length,
  copies,
  rarity: Math.max(0, ...shared.map(({ rarity }) => rarity)),
  crowd: fired.length === 0 ? undefined : Math.min(...fired.map(({ crowd }) => crowd)),
  scope: overlaps.length === 0
    ? "none"
    : overlaps.some(({ conflicting }) => conflicting) ? "conflicting" : "shared"
})

const detection = ({ confidence, pair, pushes }: Weighed): Detection => {
  const named = Explanation.naming(pair)
  return {
    task1: pair.query.entry,
    task2: pair.found.entry,
    relationship: cut(named[0]?.rule.name ?? unnamed, 64),
    confidence,
    reason: Explanation.reason(pair),
    evidence: Explanation.evidence(pair, pushes),
    direction: named.find(({ verdict }) => verdict.direction !== undefined)?.verdict.direction
  }
}

/** How many entries hold the rarest word that a rule has for a task; 1 when it has none. */
const crowdOf = (index: Index.Index, { keys }: Rule, { task }: Index.Indexed): number => {
  let crowd = Infinity
  for (const key of keys) {
    const weight = task.terms.get(key)?.weight ?? 0
    if (weight > 0) crowd = Math.min(crowd, Math.max(1, Index.frequency(index, key)))
  }
  return crowd === Infinity ? 1 : crowd
}

/** The name of the other's repository, if the task speaks of it. */
const mentionsOf = (one: Index.Indexed, other: Index.Indexed): ReadonlyArray<string> =>
  other.names.some((name) => one.task.terms.has(name)) ? [other.task.repository] : []
