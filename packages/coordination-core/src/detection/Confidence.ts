/**
 * How sure a detection is: a logistic over few signals, each of which can be explained.
 *
 *     likeness × fading × mentions ÷ copies + rule ──ln──▶ ⊕ rarity ⊕ scope ⊕ contract ──▶ (0, 1)
 *
 * Monotone: more likeness, a rarer term, a rule that rests on rarer words, a shared scope or a
 * contract that fewer consume never lower it; age and copies never raise it.
 */
import type { Parameters } from "./Parameters.ts"

export interface Signals {
  /** How alike the tasks speak, 0 to 1. */
  readonly likeness: number
  /** How long ago the other task was claimed. */
  readonly ageDays: number
  /** How many of the two tasks name the repository of the other. */
  readonly mentions: number
  /** In how many other repositories a copy of the task stands. */
  readonly copies: number
  /** The rarity of the rarest shared term (`Search.Shared`); 0 without one. */
  readonly rarity: number
  /** How many tasks (at least 1) hold the words that the most telling rule rests on, if any. */
  readonly crowd: number | undefined
  readonly scope: "none" | "shared" | "conflicting"
  /** A contract between the two repositories that one task or both name, and how many consume it. */
  readonly contract: "none" | "named" | "shared"
  readonly consumers: number
}

/** What each kind of evidence adds to the logit; none is negative. */
export interface Pushes {
  readonly words: number
  readonly mentions: number
  /** How close in time, and how often before: what the model alone weighs. */
  readonly time: number
  readonly history: number
  readonly rule: number
  readonly scope: number
  readonly contract: number
}

export const logit = (pushes: Pushes, { bias, likeness, likenessMin }: Parameters): number => {
  const { contract, history, mentions, rule, scope, time, words } = pushes
  return bias + likeness * Math.log(likenessMin) + words + mentions + time + history + rule + scope +
    contract
}

/** From 0 to 1, in steps of a thousandth. */
export const of = (pushes: Pushes, parameters: Parameters): number =>
  Math.round(1000 / (1 + Math.exp(-logit(pushes, parameters)))) / 1000

export const pushes = (signals: Signals, parameters: Parameters): Pushes => {
  const { likeness, likenessMin, perMention, rarity, rarityFull, rule } = parameters
  const alike = signals.likeness * fading(signals.ageDays, parameters) /
    (1 + parameters.perCopy * Math.max(0, signals.copies - 1))
  const named = alike * (1 + perMention * signals.mentions)
  const ruled = named + rule * telling(signals.crowd, parameters.crowdMax)
  const push = (from: number, to: number): number =>
    likeness * Math.log((to + likenessMin) / (from + likenessMin))
  return {
    words: push(0, alike) + rarity * Math.min(1, signals.rarity / rarityFull) ** 2,
    mentions: push(alike, named),
    time: 0,
    history: 0,
    rule: push(named, ruled),
    scope: signals.scope === "conflicting"
      ? parameters.conflictingScope
      : signals.scope === "shared" ? parameters.sharedScope : 0,
    contract: contractOf(signals, parameters)
  }
}

const contractOf = ({ consumers, contract }: Signals, parameters: Parameters): number => {
  if (contract === "none") return 0
  const { consumersFew: few, consumersMax, namedContract, sharedContract } = parameters
  const weight = contract === "shared" ? sharedContract : namedContract
  return weight * telling(Math.max(1, consumers / few), consumersMax / few)
}

/** From 1 for what nobody else has down to 0 at `most`. */
const telling = (crowd: number | undefined, most: number): number =>
  crowd === undefined ? 0 : Math.max(0, 1 - (Math.log(crowd) / Math.log(most)) ** 2)

const fading = (ageDays: number, { fadedMin, halfLifeDays }: Parameters): number =>
  fadedMin + (1 - fadedMin) * 2 ** (-Math.abs(ageDays) / halfLifeDays)
