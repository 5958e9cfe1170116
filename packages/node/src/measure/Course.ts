/**
 * One ranker over one history: every task arrives once, in order, and each answer is judged.
 *
 *     confirmed links ─▶ forgotten tasks ─▶ arrive ─▶ alerts        the cost is that of all four
 *                                                └──▶ the whole ranking, of linked tasks alone
 */
import * as Effect from "effect/Effect"
import * as Progress from "../replay/Progress.ts"
import type { Questions } from "./History.ts"
import * as Metrics from "./Metrics.ts"
import type { Mistake } from "./Mistakes.ts"
import { type Answer, alertsMax, type Ranked, type Row } from "./Ranker.ts"

export interface Judged {
  readonly all: Metrics.Ranking
  readonly code: Metrics.Ranking
  readonly differentAuthors: Metrics.Ranking
  readonly alerts: ReadonlyArray<Alerts>
  readonly cost: Cost
}

/** What an arriving task costs on one core, in microseconds. */
export interface Cost {
  /** By the clock on the wall, so that another's work shows in the last percents. */
  readonly medianMicros: number
  readonly p99Micros: number
  /** By the time that the processor gave to this thread, whose own clock is too coarse for one task. */
  readonly meanCpuMicros: number
}

/** What comes of alerting by a rule. */
export interface Alerts extends Metrics.YesNo {
  readonly rule: string
  /** Only where scores are meant as probabilities, and there is an alert. */
  readonly calibration?: Calibration
}

export interface Calibration {
  /** The mean confidence of the alerts, which their precision should be. */
  readonly confidence: number
  readonly error: number
  /** The error that a perfect calibration would show on as many alerts. */
  readonly byChance: number
}

/** So many tasks are fed before others get a turn and progress is told. */
const turn = 250

/** A whole course. */
export const run = Effect.fnUntraced(function*(questions: Questions, row: Row) {
  const progress = yield* Progress.make(questions.tasks.length, row.id)
  const course = begin(questions, row)
  for (let done = 0; done < questions.tasks.length;) {
    const end = Math.min(done + turn, questions.tasks.length)
    while (done < end) course.step(done++)
    yield* progress(done)
  }
  return course
})

/** A course as steps, one a task. */
export const begin = (questions: Questions, row: Row) => {
  const { counts, first, known, partners, strata, windowStart } = questions
  const tasks = row.titlesOnly === true
    ? questions.tasks.map((task) => ({ ...task, description: "" }))
    : questions.tasks
  const ranker = row.make(tasks, windowStart)
  const ranks = new Map<number, number>()
  const costs = new Float64Array(counts.evaluated)
  const pairs: Array<Metrics.Scored> = []
  const mistakes: Array<Mistake> = []
  let [confirmed, forgotten, cpuMicros] = [0, 0, 0]

  const arrive = (at: number): readonly [Answer, ReadonlyArray<Ranked>] => {
    const nowMillis = tasks[at]?.atMillis ?? 0
    while (row.feedback === true && (known[confirmed]?.knownMillis ?? Infinity) <= nowMillis) {
      const latest = known[confirmed++]
      if (latest !== undefined) ranker.confirm(latest.link.from, latest.link.to, latest.knownMillis)
    }
    while (forgotten < (windowStart[at] ?? 0)) ranker.forget(forgotten++)
    const answer = ranker.arrive(at)
    if (ranker.alarm !== undefined) return [answer, ranker.alarm(answer, at)]
    return [answer, at < first ? [] : answer(alertsMax)]
  }

  return {
    step: (at: number): void => {
      const [cpu, wall] = [process.threadCpuUsage(), performance.now()]
      const [answer, alerted] = arrive(at)
      if (at < first) return
      costs[at - first] = (performance.now() - wall) * 1000
      const { system, user } = process.threadCpuUsage(cpu)
      cpuMicros += system + user
      const sought = partners.get(at)
      for (const found of alerted) {
        const isTrue = sought?.has(found.at) === true
        const ofTwo = strata.differentPairs.get(at)?.has(found.at) === true
        pairs.push({ score: found.score, isTrue, ofTwo })
        if (isTrue || ranker.alarm === undefined) continue
        mistakes.push({ kind: "unlinked", at, found, partners: sought ?? new Set() })
      }
      if (sought === undefined) return
      const ranking = answer(Infinity)
      const rank = rankOf(sought, ranking)
      ranks.set(at, rank)
      if (rank === 1) return
      const reached = rank === Infinity ? undefined : rank
      mistakes.push({ kind: "missed", at, found: ranking[0], rank: reached, partners: sought })
    },
    /** The pairs that were alerted; without an alarm, the best three of each task. */
    pairs: (): ReadonlyArray<Metrics.Scored> => pairs,
    /** What is not as the links have it; of alerts, only those of a ranker with an alarm. */
    mistakes: (): ReadonlyArray<Mistake> => mistakes,
    judged: (): Judged => {
      const ranked = (which: ReadonlySet<number> | undefined): Metrics.Ranking =>
        Metrics.ranking([...ranks].filter(([at]) => which?.has(at) ?? true).map(([, rank]) => rank))
      return {
        all: ranked(undefined),
        code: ranked(strata.code),
        differentAuthors: ranked(strata.differentAuthors),
        alerts: alertsOf(pairs, questions, row, ranker.alarm !== undefined),
        cost: {
          medianMicros: Metrics.quantile(costs, 0.5),
          p99Micros: Metrics.quantile(costs, 0.99),
          meanCpuMicros: cpuMicros / Math.max(1, counts.evaluated)
        }
      }
    }
  }
}

const rankOf = (partners: ReadonlySet<number>, answer: ReadonlyArray<Ranked>): number => {
  const place = answer.findIndex(({ at }) => partners.has(at))
  return place < 0 ? Infinity : place + 1
}

/** Rates at which a ranker without an alarm is shown, its thresholds chosen afterwards. */
const rates = [0.06, 0.2, 1]

const alertsOf = (
  pairs: ReadonlyArray<Metrics.Scored>,
  { counts }: Questions,
  { confident }: Row,
  alarmed: boolean
): ReadonlyArray<Alerts> => {
  const truth = { tasks: counts.evaluated, links: counts.links, linksOfTwo: counts.linksOfTwo }
  if (alarmed) {
    const calibration = confident === true ? calibrationOf(pairs) : undefined
    return [{
      rule: "alarm",
      ...Metrics.yesNo(pairs, truth),
      ...(calibration === undefined ? {} : { calibration })
    }]
  }
  const chosen = (rule: string, found: Metrics.YesNo | undefined): ReadonlyArray<Alerts> =>
    found === undefined ? [] : [{ rule, ...found }]
  return [
    ...chosen("best F1", Metrics.bestF1(pairs, truth)),
    ...rates.flatMap((rate) => chosen(`${rate} a task`, Metrics.atRate(pairs, truth, rate)))
  ]
}

const calibrationOf = (alerts: ReadonlyArray<Metrics.Scored>): Calibration | undefined => {
  const [error, byChance] = [Metrics.calibrationError(alerts), Metrics.calibrationByChance(alerts)]
  if (error === undefined || byChance === undefined) return undefined
  const confidence = alerts.reduce((sum, { score }) => sum + score, 0) / alerts.length
  return { confidence, error, byChance }
}
