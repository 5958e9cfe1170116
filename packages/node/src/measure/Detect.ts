/**
 * `chorus bench detect`: rows over one folder, each a course of its own, and the table of them.
 */
import * as Effect from "effect/Effect"
import * as Failure from "../cli/Failure.ts"
import * as Print from "../cli/Print.ts"
import * as Course from "./Course.ts"
import * as Folder from "./Folder.ts"
import * as History from "./History.ts"
import type * as Metrics from "./Metrics.ts"
import * as Mistakes from "./Mistakes.ts"
import type { Row } from "./Ranker.ts"
import type { Alerts, DetectReport, Ranking } from "./Reports.ts"
import * as ParameterFile from "./calibrate/ParameterFile.ts"
import { bm25, tfidf } from "./rank/Lexical.ts"
import * as Ours from "./rank/Ours.ts"
import { newest, seedRules } from "./rank/Simple.ts"

export interface Options {
  readonly data: string
  /** Ids of rows; all when left out. */
  readonly rows: ReadonlyArray<string> | undefined
  readonly bounds: History.Bounds
  /** One in so many tasks and links is looked at. */
  readonly oneIn: number
  readonly titlesOnly: boolean
  /** So many mistakes of each row are listed. */
  readonly mistakes: number
  /** A file of `chorus calibrate`. */
  readonly parameters: string | undefined
}

/** The ids of all rows, in the order of the table. */
export const rowIds = [
  "newest", "seed", "tfidf", "bm25", "ours-no-feedback", "ours", "ours-titles"
] as const

export const detect = Effect.fnUntraced(function*(options: Options) {
  const parameters = yield* ParameterFile.orDefaults(options.parameters)
  const known = [newest, seedRules, tfidf, bm25, ...Ours.rows(parameters)]
  const chosen = yield* Effect.forEach(options.rows ?? rowIds, (id) => {
    const row = known.find((each) => each.id === id)
    return row === undefined
      ? Effect.fail(Failure.make("usage", `there is no row "${id}"; there are ${rowIds.join(", ")}`))
      : Effect.succeed(options.titlesOnly ? { ...row, titlesOnly: true } : row)
  })
  const history = History.thinned(yield* Folder.read(options.data), options.oneIn)
  const questions = History.questions(history, options.bounds)
  if (questions.counts.linked === 0) {
    return yield* Failure.make(
      "failure",
      `${options.data} leaves nothing to evaluate: no link ends inside the dates and after the first ` +
        "30 days, which warm up"
    )
  }
  const rows = yield* Effect.forEach(chosen, (row) =>
    Effect.map(Course.run(questions, row), (course): Measured => ({
      row,
      judged: course.judged(),
      mistakes: Mistakes.drawn(course.mistakes(), options.mistakes)
    })))
  yield* Print.data("bench detect", report(questions, rows), words)
})

interface Measured {
  readonly row: Row
  readonly judged: Course.Judged
  readonly mistakes: ReadonlyArray<Mistakes.Mistake>
}

const report = (
  { counts, first, tasks }: History.Questions,
  rows: ReadonlyArray<Measured>
): DetectReport => ({
  tasks: tasks.length,
  from: new Date(tasks[first]?.atMillis ?? 0).toISOString(),
  to: new Date(tasks.at(-1)?.atMillis ?? 0).toISOString(),
  evaluated_tasks: counts.evaluated,
  linked_tasks: counts.linked,
  links: counts.links,
  links_different_authors: counts.linksOfTwo,
  links_beyond_window: counts.linksBeyond,
  candidates: counts.candidates,
  rows: rows.map(({ judged, mistakes, row }) => ({
    row: row.id,
    title: row.title,
    titles_only: row.titlesOnly === true,
    all: ranking(judged.all),
    code: ranking(judged.code),
    different_authors: ranking(judged.differentAuthors),
    alerts: judged.alerts.map(alerts),
    median_micros: rounded(judged.cost.medianMicros, 1),
    p99_micros: rounded(judged.cost.p99Micros, 1),
    mean_cpu_micros: rounded(judged.cost.meanCpuMicros, 1),
    mistakes: mistakes.map((mistake) => Mistakes.told(tasks, mistake))
  }))
})

const ranking = ({ mrr, questions, recall1, recall5, recall10 }: Metrics.Ranking): Ranking => ({
  tasks: questions,
  recall_at_1: rounded(recall1, 4),
  recall_at_5: rounded(recall5, 4),
  recall_at_10: rounded(recall10, 4),
  mrr: rounded(mrr, 4)
})

const alerts = (given: Course.Alerts): Alerts => ({
  rule: given.rule,
  threshold: rounded(given.threshold, 4),
  alerts_per_task: rounded(given.alertsPerTask, 4),
  precision: rounded(given.precision, given.precision < 0.001 ? 6 : 4),
  recall: rounded(given.recall, 4),
  recall_different_authors: rounded(given.recallOfTwo, 4),
  ...(given.calibration === undefined ? {} : {
    mean_confidence: rounded(given.calibration.confidence, 4),
    calibration_error: rounded(given.calibration.error, 4),
    calibration_by_chance: rounded(given.calibration.byChance, 4)
  })
})

const words = (given: DetectReport): string => [
  `${given.evaluated_tasks} of ${given.tasks} tasks evaluated, ${given.from.slice(0, 10)} to ` +
    `${given.to.slice(0, 10)}, ${given.candidates} candidates each on average`,
  `${given.links} links with both ends inside 30 days (${given.links_different_authors} of different ` +
    `authors; ${given.links_beyond_window} further apart), ${given.linked_tasks} linked tasks`,
  "",
  Print.table(
    ["RANKING", "R@1", "R@5", "R@10", "MRR", "CODE: R@1", "R@5", "R@10", "MRR", "DIFFERENT AUTHORS: R@1",
      "R@5", "R@10", "MRR"],
    given.rows.map(({ all, code, different_authors, title }) => [
      title,
      ...[all, code, different_authors].flatMap((ranked) => [
        percent(ranked.recall_at_1),
        percent(ranked.recall_at_5),
        percent(ranked.recall_at_10),
        ranked.mrr.toFixed(3)
      ])
    ])
  ),
  "",
  Print.table(
    ["ALERTS", "RULE", "THRESHOLD", "A TASK", "PRECISION %", "RECALL %", "OF DIFFERENT AUTHORS %",
      "MEAN CONFIDENCE %", "CALIBRATION ERROR", "BY CHANCE"],
    given.rows.flatMap((row) => row.alerts.map((each) => [
      row.title,
      each.rule,
      String(each.threshold),
      String(each.alerts_per_task),
      each.precision < 0.001 ? (each.precision * 100).toFixed(3) : percent(each.precision),
      percent(each.recall),
      percent(each.recall_different_authors),
      each.mean_confidence === undefined ? "" : percent(each.mean_confidence),
      each.calibration_error?.toFixed(3) ?? "",
      each.calibration_by_chance?.toFixed(3) ?? ""
    ]))
  ),
  "",
  Print.table(
    ["COST OF A TASK", "MEDIAN µs", "P99 µs", "MEAN CPU µs"],
    given.rows.map((row) =>
      [row.title, ...[row.median_micros, row.p99_micros, row.mean_cpu_micros].map((each) => each.toFixed(0))])
  ),
  ...given.rows.flatMap(({ mistakes, title }) =>
    mistakes.length === 0 ? [] : ["", `MISTAKES OF ${title}`, ...mistakes.map(Mistakes.words)])
].join("\n")

const percent = (share: number): string => (share * 100).toFixed(1)

const rounded = (value: number, digits: number): number =>
  Number.isFinite(value) ? Number(value.toFixed(digits)) : 0
