/**
 * From scores to chances: how sure the trees may be, from answers whose truth is known. Pure.
 *
 *     score ──slope, offset──▶ logit of the chance          the threshold that gives the wanted rate
 *
 * Two numbers are fitted (Platt's way) on the best answers to each question, for those are what
 * becomes alerts. The figures are those of the published protocol.
 */

/** What was answered about one task: a score and the truth for each candidate. */
export interface Answer {
  /** How many tasks it stands for. */
  readonly weight: number
  readonly scores: Float64Array
  readonly labels: ReadonlyArray<boolean>
  /** How many partners the task has, found or not. */
  readonly links: number
}

/** So many candidates of a task may become alerts. */
const alertsMax = 3

/** Alerts a task that are wanted; a little less than the most, for a stream drifts. */
export const rate = 0.058

export interface Fitted {
  readonly calibration: { readonly slope: number; readonly offset: number }
  readonly measured: Readonly<Record<string, number>>
}

export const fitted = (answers: ReadonlyArray<Answer>): Fitted => {
  const best = answers.flatMap(bestOf)
  const calibration = platt(best)
  const tasks = answers.reduce((sum, { weight }) => sum + weight, 0)
  const links = answers.reduce((sum, answer) => sum + answer.links, 0)
  best.sort((a, b) => b.score - a.score)
  let [alerts, hits, sureness, last] = [0, 0, 0, 0]
  for (const { isTrue, score, weight } of best) {
    if (alerts >= rate * tasks) break
    alerts += weight
    hits += isTrue ? 1 : 0
    last = chance(score, calibration)
    sureness += weight * last
  }
  const ranks = answers.filter((answer) => answer.links > 0).map(rankOf)
  const share = (max: number) => rounded(ranks.filter((rank) => rank <= max).length / ranks.length)
  return {
    calibration,
    measured: {
      recallAt1: share(1),
      recallAt5: share(5),
      recallAt10: share(10),
      meanReciprocalRank: rounded(ranks.reduce((sum, rank) => sum + 1 / rank, 0) / ranks.length),
      threshold: rounded(last),
      alertsPerTask: rounded(alerts / tasks),
      precision: rounded(hits / alerts),
      recall: rounded(hits / links),
      sureness: rounded(sureness / alerts)
    }
  }
}

interface Best {
  readonly score: number
  readonly isTrue: boolean
  readonly weight: number
}

const bestOf = ({ labels, scores, weight }: Answer): ReadonlyArray<Best> =>
  [...scores.keys()]
    .sort((a, b) => (scores[b] ?? 0) - (scores[a] ?? 0))
    .slice(0, alertsMax)
    .map((nth) => ({ score: scores[nth] ?? 0, isTrue: labels[nth] === true, weight }))

const rankOf = ({ labels, scores }: Answer): number => {
  const order = [...scores.keys()].sort((a, b) => (scores[b] ?? 0) - (scores[a] ?? 0))
  const rank = order.findIndex((nth) => labels[nth] === true)
  return rank < 0 ? Infinity : rank + 1
}

const chance = (score: number, { offset, slope }: Fitted["calibration"]): number =>
  1 / (1 + Math.exp(-slope * score - offset))

/** Newton's steps towards the two numbers under which the truth is likeliest. */
const platt = (best: ReadonlyArray<Best>): Fitted["calibration"] => {
  let [slope, offset] = [1, 0]
  for (let step = 0; step < 30; step++) {
    let [pullS, pullO, ss, so, oo] = [0, 0, 1e-6, 0, 1e-6]
    for (const { isTrue, score, weight } of best) {
      const sure = chance(score, { slope, offset })
      const error = weight * (sure - (isTrue ? 1 : 0))
      const bend = weight * sure * (1 - sure)
      pullS += error * score
      pullO += error
      ss += bend * score * score
      so += bend * score
      oo += bend
    }
    const whole = ss * oo - so * so
    if (whole <= 0) break
    slope -= (oo * pullS - so * pullO) / whole
    offset -= (ss * pullO - so * pullS) / whole
  }
  return { slope: rounded(slope), offset: rounded(offset) }
}

const rounded = (value: number): number => Number(value.toFixed(4))
