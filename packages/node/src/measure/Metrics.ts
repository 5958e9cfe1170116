/**
 * How good answers are, as numbers: recall at a rank, reciprocal rank, precision, calibration. Pure.
 */

/** Shares from 0 to 1; over no question they are 0. */
export interface Ranking {
  readonly questions: number
  readonly recall1: number
  readonly recall5: number
  readonly recall10: number
  /** The mean of 1 / rank of the first true partner. */
  readonly mrr: number
}

/** Of the ranks of first true partners; a miss is `Infinity`. */
export const ranking = (ranks: ReadonlyArray<number>): Ranking => {
  const share = (count: number): number => ranks.length === 0 ? 0 : count / ranks.length
  const within = (rank: number): number => share(ranks.filter((each) => each <= rank).length)
  return {
    questions: ranks.length,
    recall1: within(1),
    recall5: within(5),
    recall10: within(10),
    mrr: share(ranks.reduce((sum, rank) => sum + 1 / rank, 0))
  }
}

/** A pair that was, or could be, alerted. */
export interface Scored {
  readonly score: number
  readonly isTrue: boolean
  /** Whether it is true and of two people. */
  readonly ofTwo: boolean
}

/** What is true, and how often was asked. */
export interface Truth {
  readonly tasks: number
  readonly links: number
  readonly linksOfTwo: number
}

export interface YesNo {
  /** The lowest score that was alerted. */
  readonly threshold: number
  readonly alertsPerTask: number
  readonly precision: number
  readonly recall: number
  readonly recallOfTwo: number
}

const over = (count: number, all: number): number => all === 0 ? 0 : count / all

/** The figures of exactly these alerts. */
export const yesNo = (alerts: ReadonlyArray<Scored>, truth: Truth): YesNo => {
  const hits = alerts.filter(({ isTrue }) => isTrue).length
  return {
    threshold: alerts.reduce((lowest, { score }) => Math.min(lowest, score), Infinity),
    alertsPerTask: over(alerts.length, truth.tasks),
    precision: over(hits, alerts.length),
    recall: over(hits, truth.links),
    recallOfTwo: over(alerts.filter(({ ofTwo }) => ofTwo).length, truth.linksOfTwo)
  }
}

const surestFirst = (pairs: ReadonlyArray<Scored>): ReadonlyArray<Scored> =>
  pairs.toSorted((a, b) => b.score - a.score)

/** The surest pairs, so many that the rate is reached; none when there are too few. */
export const atRate = (pairs: ReadonlyArray<Scored>, truth: Truth, rate: number): YesNo | undefined => {
  const count = Math.max(1, Math.ceil(rate * truth.tasks))
  return pairs.length < count ? undefined : yesNo(surestFirst(pairs).slice(0, count), truth)
}

/** The surest pairs, so many that the harmonic mean of precision and recall is highest. */
export const bestF1 = (pairs: ReadonlyArray<Scored>, truth: Truth): YesNo | undefined => {
  const sorted = surestFirst(pairs)
  let [best, count, hits] = [0, 0, 0]
  for (const [at, { isTrue }] of sorted.entries()) {
    if (isTrue) hits++
    const score = over(2 * hits, at + 1 + truth.links)
    if (score > best) [best, count] = [score, at + 1]
  }
  return count === 0 ? undefined : yesNo(sorted.slice(0, count), truth)
}

/** Alerts are put into so many bins of equally many. */
export const calibrationBins = 10

/**
 * The expected calibration error: by how much the mean score of a bin misses its share of true
 * pairs, weighed by size, over ten bins of equally many alerts in the order of their scores.
 */
export const calibrationError = (alerts: ReadonlyArray<Scored>): number | undefined =>
  perBin(alerts, (bin) =>
    Math.abs(bin.reduce((sum, { isTrue, score }) => sum + score - (isTrue ? 1 : 0), 0)))

/**
 * The calibration error to expect of so many alerts whose scores are exactly their chances: what is
 * measured cannot tell a better calibration from this one.
 */
export const calibrationByChance = (alerts: ReadonlyArray<Scored>): number | undefined =>
  perBin(alerts, (bin) =>
    // The mean of the size of a normal variable is its deviation times the root of 2 / π.
    Math.sqrt(2 / Math.PI * bin.reduce((sum, { score }) => sum + score * (1 - score), 0)))

/** What the bins come to, by alert. */
const perBin = (
  alerts: ReadonlyArray<Scored>,
  worth: (bin: ReadonlyArray<Scored>) => number
): number | undefined => {
  if (alerts.length === 0) return undefined
  const sorted = surestFirst(alerts)
  const edge = (bin: number): number => Math.round((bin * sorted.length) / calibrationBins)
  let sum = 0
  for (let bin = 0; bin < calibrationBins; bin++) sum += worth(sorted.slice(edge(bin), edge(bin + 1)))
  return sum / sorted.length
}

/** The value that this share of the values does not exceed. */
export const quantile = (values: Float64Array, share: number): number =>
  values.toSorted()[Math.max(0, Math.ceil(share * values.length) - 1)] ?? 0
