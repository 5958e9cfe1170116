/**
 * What a task depends on: candidates from the index, weighed by a trained model, named by rules,
 * ranked, bounded.
 *
 *     index ──Candidates──▶ some ──Features, Model──▶ chances ──rules, scopes──▶ threshold, limit
 *
 * Pairs in one repository are not dependencies; of each pair there is one detection, whatever the
 * number of rules that match. The cost grows with the answer, not with the number of tasks.
 * (docs/rules.md, 6)
 */
import * as Link from "../contract/Link.ts"
import type { Direction, Evidence } from "../fact/SessionFacts.ts"
import { builtInRules } from "./BuiltInRules.ts"
import * as Explanation from "./Explanation.ts"
import * as Feedback from "./Feedback.ts"
import * as Index from "./Index.ts"
import * as Model from "./Model.ts"
import * as Parameters from "./Parameters.ts"
import * as Ranking from "./Ranking.ts"
import type { Rule } from "./Rule.ts"
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
  readonly model: Model.Model
  /** What became of earlier detections. */
  readonly feedback: Feedback.Feedback
  /** What was stated of contracts between repositories. */
  readonly contracts: Link.Known
  /** Milliseconds since 1970. */
  readonly nowMillis: number
  readonly limit: number
}

/** The options that do not depend on the moment. */
export const defaults: Omit<Options, "nowMillis" | "limit"> = {
  rules: builtInRules,
  parameters: Parameters.defaults,
  model: Model.trained,
  feedback: Feedback.empty,
  contracts: Link.nothing
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
  options: Options
): ReadonlyArray<Detection> => {
  const index = Index.get(known, entry.claim)?.entry === entry ? known : Index.insert(known, entry)
  const query = Index.get(index, entry.claim)
  if (query === undefined) return []
  return Ranking.of(index, query, options)
    .filter((ranked) => ranked.confidence >= options.parameters.threshold || Ranking.isDecided(ranked))
    .slice(0, options.limit)
    .map((ranked) => detection(index, query, ranked, options))
}

const detection = (
  index: Index.Index,
  query: Index.Indexed,
  ranked: Ranking.Ranked,
  options: Options
): Detection => {
  const pair = ranked.pair ?? Ranking.pairOf(index, query, ranked.found, options)
  return {
    task1: query.entry,
    task2: ranked.found.entry,
    relationship: cut(Explanation.relationship(pair) ?? unnamed, 64),
    confidence: ranked.confidence,
    reason: Explanation.reason(pair),
    evidence: Explanation.evidence(pair, Ranking.pushes(ranked, options)),
    direction: Explanation.direction(pair)
  }
}
