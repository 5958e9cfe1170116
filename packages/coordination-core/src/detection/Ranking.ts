/**
 * How sure each candidate is: what the model learnt elsewhere, and what holds from the first two
 * tasks on.
 *
 *     a handful of open tasks ──▶ likeness, rules     more ──▶ the model     either ──▶ + scopes, contracts
 *
 * Among a handful of tasks the model has nothing to compare with, so a few signals set by hand
 * (`Confidence`) carry the verdict. From a dozen on it is the model's: measured on worlds of 10 to
 * 3,000 open tasks, it is the better one in all of them.
 */
import * as Link from "../contract/Link.ts"
import * as Naming from "../contract/Naming.ts"
import { compare } from "../replica/Sorted.ts"
import { builtInRules } from "./BuiltInRules.ts"
import * as Candidates from "./Candidates.ts"
import * as Confidence from "./Confidence.ts"
import type { Options } from "./Detector.ts"
import type * as Explanation from "./Explanation.ts"
import * as Feature from "./Feature.ts"
import * as Features from "./Features.ts"
import * as Index from "./Index.ts"
import * as Kinship from "./Kinship.ts"
import * as Model from "./Model.ts"
import type { Parameters } from "./Parameters.ts"
import { imagined } from "./Reading.ts"
import type { Rule, RuleTask } from "./Rule.ts"
import * as Readers from "./Readers.ts"
import * as ScopeOverlap from "./ScopeOverlap.ts"
import * as Terms from "./Terms.ts"

export interface Ranked {
  readonly found: Index.Indexed
  /** Of the chance that the two belong together, and that chance. */
  readonly logit: number
  readonly confidence: number
  /** Its row of features. */
  readonly row: Float32Array
  readonly signals: Confidence.Signals
  /** How much of the verdict is the model's, from 0 to 1. */
  readonly share: number
  /** What was found out about the pair, where somebody looked. */
  readonly pair: Explanation.Pair | undefined
}

type Asking = Omit<Options, "limit">

/** All candidates of an entry of the index, the surest first; of equals, the lower claim. */
export const of = (index: Index.Index, query: Index.Indexed, options: Asking): ReadonlyArray<Ranked> => {
  const { model, nowMillis, parameters } = options
  const share = shareOf(Index.size(index), parameters)
  const links = linksOf(query, options)
  const judge = judgeOf(index, query, links.keys, share, options)
  const { found, related, rows } = measured(index, query, judge.related, options)
  const learnt = Model.logits(model, rows)
  const few = fewnessOf(Index.size(index), parameters)
  const ranked = found.map((found, nth): Ranked => {
    const row = rows.subarray(nth * Feature.count, (nth + 1) * Feature.count)
    const age = (nowMillis - found.entry.atMillis) / Candidates.dayMillis
    const signals = signalsOf(Index.size(index), row, age)
    const hand = byHand(Confidence.pushes(signals, parameters), parameters)
    const gain = signals.likeness > 0 ? few : 0
    const mixed = share * ((learnt[nth] ?? 0) + gain) + (1 - share) * hand
    const logit = parameters.slope * mixed + parameters.shift
    return { found, row, signals, share, logit, confidence: chanceOf(logit), pair: undefined }
  }).map(links.weighed).sort(bySureness)
  return ranked
    .map((each, rank) => judge.isDue(each, rank, related.has(each.found)) ? judge.verdict(each) : each)
    .sort(bySureness)
}

/** The candidates of an entry, and a row of features for each: what the model learns from and judges. */
export const measured = (
  index: Index.Index,
  query: Index.Indexed,
  related: ReadonlyArray<string>,
  { feedback, nowMillis, parameters }: Pick<Asking, "feedback" | "nowMillis" | "parameters">
) => {
  const shelf = Index.shelf(index)
  const asked = Candidates.queryOf(shelf, shelf.numberOf(query), nowMillis, feedback, parameters)
  const candidates = Candidates.find(shelf, asked, related)
  const named = (tasks: ReadonlyArray<number>) => tasks.flatMap((task) => shelf.held[task] ?? [])
  return {
    found: named(candidates.tasks),
    related: new Set(named(candidates.related)),
    rows: Features.of(shelf, asked, candidates.tasks)
  }
}

const shareOf = (size: number, { settled, settling }: Parameters): number =>
  Math.max(0, Math.min(1, (size - settling) / (settled - settling)))

/** What the chance of a pair that shares words gains where it has fewer rivals than in training. */
const fewnessOf = (size: number, { fewness, trainedAmong }: Parameters): number =>
  fewness * Math.max(0, Math.log(trainedAmong / Math.max(1, size)))

const bySureness = (a: Ranked, b: Ranked): number =>
  b.confidence - a.confidence || compare(a.found.claim, b.found.claim)

/** From 0 to 1, in steps of a millionth. */
const chanceOf = (logit: number): number => Math.round(1e6 / (1 + Math.exp(-logit))) / 1e6

/** Did a rule match that is worth an alert whatever else was found? */
export const isDecided = ({ pair }: Ranked): boolean =>
  pair?.fired.some(({ rule }) => rule.decisive === true) === true

/** The verdict set by hand is even where the model's chance is worth an alert. */
const byHand = (pushes: Confidence.Pushes, parameters: Parameters): number =>
  Confidence.logit(pushes, parameters) + Math.log(parameters.even / (1 - parameters.even))

/** Of those that no rule's word brought in, so many are shown to the rules. */
const judgedMax = 16

interface Judge {
  /** The keys of terms that bring in candidates for rules. */
  readonly related: ReadonlyArray<string>
  readonly isDue: (ranked: Ranked, rank: number, isHolding: boolean) => boolean
  /** What the rules and scopes make of a candidate. */
  readonly verdict: (ranked: Ranked) => Ranked
}

/**
 * Rules are asked where they can change something: the built-in ones among few tasks, those of a
 * project always, and of declared scopes only tasks that declare some.
 */
const judgeOf = (
  index: Index.Index,
  query: Index.Indexed,
  keys: ReadonlyArray<string>,
  share: number,
  options: Asking
): Judge => {
  const { parameters, rules } = options
  const heard = rules.filter((rule) => share < 1 || !builtInRules.includes(rule))
  const declares = (query.entry.task.scopes ?? []).length > 0
  if (heard.length === 0 && !declares) {
    return { related: keys, isDue: () => false, verdict: (ranked) => ranked }
  }
  const { task } = query
  const telling = heard.filter((rule) =>
    rule.decisive === true || crowdOf(index, rule, task) < parameters.crowdMax)
  return {
    related: [
      ...keys,
      ...telling.flatMap(({ keys }) =>
        keys.some((key) => task.terms.has(key)) ? keys.filter((key) => !task.terms.has(key)) : [])
    ],
    isDue: ({ found }, rank, isHolding) =>
      (declares && (found.entry.task.scopes ?? []).length > 0) ||
      (telling.length > 0 && (isHolding || rank < judgedMax)),
    verdict: (ranked) => {
      const pair = pairOf(index, query, ranked.found, options)
      const crowds = pair.fired.flatMap(({ crowd, rule }) => telling.includes(rule) ? [crowd] : [])
      const quiet = silenced(ranked, Readers.share(pair), Index.size(index), options)
      const signals: Confidence.Signals = {
        ...quiet.signals,
        crowd: crowds.length === 0 ? undefined : Math.min(...crowds),
        scope: pair.overlaps.length === 0
          ? "none"
          : pair.overlaps.some(({ conflicting }) => conflicting) ? "conflicting" : "shared"
      }
      const pushes = Confidence.pushes(signals, parameters)
      const custom = pair.fired.some(({ rule }) => telling.includes(rule) && !builtInRules.includes(rule))
      const gained = (1 - share) * pushes.rule + pushes.scope
      // A project's own rule counts among many tasks as it does among few.
      const least = custom ? byHand(pushes, parameters) : -Infinity
      const logit = Math.max(least, quiet.logit + gained)
      return { ...ranked, signals, pair, logit, confidence: chanceOf(logit) }
    }
  }
}

/** A verdict without a part of what both speak of, from 0 to 1. */
const silenced = (ranked: Ranked, part: number, size: number, options: Asking) => {
  const { logit, share, signals } = ranked
  if (part === 0) return { logit, signals }
  const { parameters } = options
  const left = { ...signals, likeness: (1 - part) * signals.likeness, rarity: (1 - part) * signals.rarity }
  const [before, after] = [signals, left].map((each) =>
    Confidence.logit(Confidence.pushes(each, parameters), parameters))
  const { list, words } = Model.contributions(options.model, ranked.row)
  const learnt = part * (Math.max(0, words + list) + fewnessOf(size, parameters))
  const lost = share * learnt + (1 - share) * ((before ?? 0) - (after ?? 0))
  return { logit: logit - parameters.slope * lost, signals: left }
}

/** What the contracts that the query names bring in, and what they add. */
const linksOf = ({ entry: { task } }: Index.Indexed, { contracts, parameters }: Asking) => {
  const named = contracts.namedBy(task)
  const reached = new Map<string, boolean>()
  const isReached = (repository: string): boolean => {
    const known = reached.get(repository) ?? contracts.standing(named, repository).length > 0
    reached.set(repository, known)
    return known
  }
  return {
    /** Of the terms by which others may name them. */
    keys: named.flatMap(({ contract }) =>
      [Naming.subjectOf(contract), ...Terms.keysOf(Naming.spokenOf(contract) ?? "")]),
    weighed: (ranked: Ranked): Ranked => {
      const other = ranked.found.entry.task
      if (named.length === 0 || !isReached(other.repository)) return ranked
      const [link] = Link.between(contracts, task, other)
      if (link === undefined) return ranked
      const contract = Link.isShared(link) ? "shared" : "named"
      const signals: Confidence.Signals = { ...ranked.signals, contract, consumers: link.consumers }
      const logit = ranked.logit + Confidence.pushes(signals, parameters).contract
      return { ...ranked, signals, logit, confidence: chanceOf(logit) }
    }
  }
}

/** All that is to know about a pair, read out of both tasks. */
export const pairOf = (
  index: Index.Index,
  query: Index.Indexed,
  found: Index.Indexed,
  { contracts, rules }: Pick<Options, "contracts" | "rules">
): Explanation.Pair => {
  const [one, other] = [query.task, found.task]
  return {
    query: { entry: query.entry, task: one },
    found: { entry: found.entry, task: other },
    shared: sharedOf(index, one, other),
    fired: rules.flatMap((rule): ReadonlyArray<Explanation.Fired> => {
      const verdict = rule.validator(one, other)
      if (!verdict.matches) return []
      return [{ rule, verdict, crowd: Math.max(crowdOf(index, rule, one), crowdOf(index, rule, other)) }]
    }),
    overlaps: ScopeOverlap.between(one, other),
    links: Link.between(contracts, query.entry.task, found.entry.task),
    mentions: [...mentionsOf(one, other), ...mentionsOf(other, one)]
  }
}

/** The terms of both, the most telling first. */
const sharedOf = (index: Index.Index, one: RuleTask, other: RuleTask): ReadonlyArray<Explanation.Shared> => {
  const all = Index.size(index)
  const shared: Array<Explanation.Shared> = []
  for (const [key, term] of one.terms) {
    const theirs = other.terms.get(key)
    if (theirs === undefined || Terms.isOnlyUsed(term, theirs)) continue
    const part = term.weight * theirs.weight * Math.log1p(all / Math.max(1, Index.frequency(index, key))) ** 2
    if (part > 0) shared.push({ key, part })
  }
  return shared.sort((a, b) => b.part - a.part || compare(a.key, b.key))
}

const signalsOf = (size: number, row: Float32Array, ageDays: number): Confidence.Signals => {
  const value = (name: Feature.Name): number => row[Feature.at[name]] ?? 0
  return {
    likeness: Math.min(1, value("cosine")),
    ageDays,
    mentions: value("names") + value("namedBy"),
    copies: value("copies"),
    rarity: value("shared") === 0 ? 0 : value("rarest") * Math.log1p(2 * (size + imagined)),
    crowd: undefined,
    scope: "none",
    contract: "none",
    consumers: 0
  }
}

/** How many entries hold the rarest word that a rule has for a task; 1 when it has none. */
const crowdOf = (index: Index.Index, { keys }: Rule, { terms }: RuleTask): number => {
  let crowd = Infinity
  for (const key of keys) {
    const weight = terms.get(key)?.weight ?? 0
    if (weight > 0) crowd = Math.min(crowd, Math.max(1, Index.frequency(index, key)))
  }
  return crowd === Infinity ? 1 : crowd
}

/** The name of the other's repository, if the task speaks of it. */
const mentionsOf = (one: RuleTask, other: RuleTask): ReadonlyArray<string> =>
  Kinship.namesOf(other.repository).some((name) => one.terms.has(name)) ? [other.repository] : []

/** How much each kind of evidence counts, for the explanation of a verdict. */
export const pushes = ({ row, share, signals }: Ranked, { model, parameters }: Asking): Confidence.Pushes => {
  const hand = Confidence.pushes(signals, parameters)
  const learnt = Model.contributions(model, row)
  const mixed = (mine: number, theirs: number): number => (1 - share) * mine + share * Math.max(0, theirs)
  return {
    words: mixed(hand.words, learnt.words + learnt.list),
    mentions: mixed(hand.mentions, learnt.repository),
    time: mixed(0, learnt.time),
    history: mixed(0, learnt.history),
    rule: hand.rule,
    scope: hand.scope,
    contract: hand.contract
  }
}
