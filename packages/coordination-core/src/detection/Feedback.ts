/**
 * What became of earlier detections: which repositories do work together, learnt as sessions end.
 *
 *     session confirmed ┊ dismissed ──▶ counts of its pair of repositories, half as much in 60 days
 *
 * Nothing is known at first, and that is a good beginning. Only counts are kept: no words, no tasks.
 */
import * as HashMap from "effect/HashMap"
import * as Option from "effect/Option"
import { compare } from "../replica/Sorted.ts"

/** The repository of the task that depends, and that of the task it depends on. */
export interface Pair {
  readonly from: string
  readonly to: string
}

/** Counts that fade, as they stood at a moment. */
interface Tally {
  readonly confirmed: number
  readonly dismissed: number
  /** When the latest was confirmed; milliseconds since 1970. */
  readonly confirmedAt: number
  readonly atMillis: number
}

export interface Feedback {
  /** By both names, in the order of the dependency. */
  readonly pairs: HashMap.HashMap<string, Tally>
  /** By one name: all pairs that it is in. */
  readonly repositories: HashMap.HashMap<string, Tally>
  readonly all: Tally
  /** The repositories that were confirmed with one, the latest last. */
  readonly partners: HashMap.HashMap<string, ReadonlyArray<string>>
}

const none: Tally = { confirmed: 0, dismissed: 0, confirmedAt: -Infinity, atMillis: 0 }

export const empty: Feedback = {
  pairs: HashMap.empty(),
  repositories: HashMap.empty(),
  all: none,
  partners: HashMap.empty()
}

export const halfLifeMillis = 60 * 86_400_000

/** So many partners of a repository bring in candidates. */
export const partnersMax = 16

export const confirmed = (feedback: Feedback, pair: Pair, atMillis: number): Feedback =>
  counted(partnered(feedback, pair), pair, atMillis, 1, 0)

export const dismissed = (feedback: Feedback, pair: Pair, atMillis: number): Feedback =>
  counted(feedback, pair, atMillis, 0, 1)

/** Verdicts on the pairs of two repositories, as they stood at a moment. */
export interface Verdicts {
  readonly good: number
  readonly bad: number
  readonly atMillis: number
}

/**
 * The feedback that verdicts give, by the names of both repositories with a blank between them. They
 * do not tell which of the two depended, so half counts as either.
 */
export const ofVerdicts = (verdicts: HashMap.HashMap<string, Verdicts>): Feedback => {
  const known = fromVerdicts.get(verdicts)
  if (known !== undefined) return known
  const feedback = [...HashMap.entries(verdicts)]
    .filter(([, { bad, good }]) => good + bad > 0)
    .sort(([a, one], [b, other]) => one.atMillis - other.atMillis || compare(a, b))
    .reduce((all, [key, { atMillis, bad, good }]) => {
      const [one = "", other = ""] = key.split(" ")
      return [{ from: one, to: other }, { from: other, to: one }].reduce((half, pair) =>
        counted(good > 0 ? partnered(half, pair) : half, pair, atMillis, good / 2, bad / 2), all)
    }, empty)
  fromVerdicts.set(verdicts, feedback)
  return feedback
}

/** Worked out once for verdicts that do not change. */
const fromVerdicts = new WeakMap<HashMap.HashMap<string, Verdicts>, Feedback>()

/** What is known about two repositories at a moment. */
export interface History {
  /** Confirmed in either direction, and with the first of the two as the one that depends. */
  readonly both: number
  readonly forward: number
  readonly backward: number
  /** Milliseconds since the latest; infinite where there was none. */
  readonly ageMillis: number
}

export const between = (feedback: Feedback, one: string, other: string, atMillis: number): History => {
  const [there, back] = [`${one} ${other}`, `${other} ${one}`].map((key) =>
    Option.getOrElse(HashMap.get(feedback.pairs, key), () => none))
  const [forward, backward] = [there ?? none, back ?? none].map((tally) => trusted(tally, atMillis))
  const latest = Math.max(there?.confirmedAt ?? -Infinity, back?.confirmedAt ?? -Infinity)
  return {
    both: (forward ?? 0) + (backward ?? 0),
    forward: forward ?? 0,
    backward: backward ?? 0,
    ageMillis: atMillis - latest
  }
}

/** How many of a repository's pairs were confirmed. */
export const of = (feedback: Feedback, repository: string, atMillis: number): number =>
  trusted(Option.getOrElse(HashMap.get(feedback.repositories, repository), () => none), atMillis)

/** How many pairs were confirmed in all: without any, the history of a pair says nothing. */
export const total = ({ all }: Feedback, atMillis: number): number => trusted(all, atMillis)

export const partnersOf = (feedback: Feedback, repository: string): ReadonlyArray<string> =>
  Option.getOrElse(HashMap.get(feedback.partners, repository), () => [])

const fading = (from: number, to: number): number =>
  2 ** (-Math.max(0, to - from) / halfLifeMillis)

/** What was confirmed, less the more of it was dismissed. */
const trusted = (tally: Tally, atMillis: number): number => {
  const left = fading(tally.atMillis, atMillis)
  const [yes, no] = [tally.confirmed * left, tally.dismissed * left]
  return yes * (1 + yes) / (1 + yes + no)
}

const partnered = (feedback: Feedback, { from, to }: Pair): Feedback => {
  const partners = [[from, to], [to, from]].reduce(
    (known, [one = "", other = ""]) =>
      HashMap.set(known, one, [
        ...partnersOf(feedback, one).filter((name) => name !== other).slice(1 - partnersMax),
        other
      ]),
    feedback.partners
  )
  return { ...feedback, partners }
}

const counted = (
  feedback: Feedback,
  { from, to }: Pair,
  atMillis: number,
  yes: number,
  no: number
): Feedback => {
  const one = (before: Tally): Tally => {
    const left = fading(before.atMillis, atMillis)
    return {
      confirmed: before.confirmed * left + yes,
      dismissed: before.dismissed * left + no,
      confirmedAt: yes > 0 ? atMillis : before.confirmedAt,
      atMillis: Math.max(before.atMillis, atMillis)
    }
  }
  const count = (tallies: HashMap.HashMap<string, Tally>, key: string) =>
    HashMap.set(tallies, key, one(Option.getOrElse(HashMap.get(tallies, key), () => none)))
  return {
    ...feedback,
    pairs: count(feedback.pairs, `${from} ${to}`),
    repositories: count(count(feedback.repositories, from), to),
    all: one(feedback.all)
  }
}
