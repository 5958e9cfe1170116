/**
 * What the verbs that measure tell: the shapes behind `--json` of bench and calibrate. Stable:
 * fields are added, never renamed.
 */
import * as Schema from "effect/Schema"

const optional = Schema.optionalKey
const { Finite, Int } = Schema

const Ranking = Schema.Struct({
  tasks: Int,
  recall_at_1: Finite,
  recall_at_5: Finite,
  recall_at_10: Finite,
  mrr: Finite
})
export type Ranking = typeof Ranking.Type

const Alerts = Schema.Struct({
  rule: Schema.String,
  threshold: Finite,
  alerts_per_task: Finite,
  precision: Finite,
  recall: Finite,
  recall_different_authors: Finite,
  /** The mean confidence of what was alerted. */
  mean_confidence: optional(Finite),
  calibration_error: optional(Finite),
  /** What a perfect calibration would show on as many alerts. */
  calibration_by_chance: optional(Finite)
})
export type Alerts = typeof Alerts.Type

const Side = Schema.Struct({
  id: Schema.String,
  repository: Schema.String,
  title: Schema.String,
  hours_before: Finite
})

/** A partner that was not put first, or an alert without a link. */
const Mistake = Schema.Struct({
  kind: Schema.Literals(["missed", "unlinked"]),
  task: Side,
  found: optional(Side),
  score: optional(Finite),
  rank: optional(Int),
  partners: Schema.Array(Side)
})
export type Mistake = typeof Mistake.Type

/** The quality table of `bench detect`. */
export const DetectReport = Schema.Struct({
  tasks: Int,
  from: Schema.String,
  to: Schema.String,
  evaluated_tasks: Int,
  linked_tasks: Int,
  links: Int,
  links_different_authors: Int,
  links_beyond_window: Int,
  /** For each task, on average. */
  candidates: Finite,
  rows: Schema.Array(Schema.Struct({
    row: Schema.String,
    title: Schema.String,
    titles_only: Schema.Boolean,
    all: Ranking,
    /** Without the repositories that hold no code. */
    code: Ranking,
    different_authors: Ranking,
    alerts: Schema.Array(Alerts),
    median_micros: Finite,
    p99_micros: Finite,
    mean_cpu_micros: Finite,
    mistakes: Schema.Array(Mistake)
  }))
})
export type DetectReport = typeof DetectReport.Type

/** What a history holds that `bench mine` or `import depends-on` made. */
export const MineReport = Schema.Struct({
  folder: Schema.String,
  made_by: Schema.String,
  made_at: Schema.String,
  from: Schema.String,
  to: Schema.String,
  repositories: Schema.Array(Schema.Struct({
    name: Schema.String,
    head: Schema.String,
    commits: Int,
    tasks: Int
  })),
  commits: Int,
  routine: Int,
  copies: Int,
  tasks: Int,
  links: Schema.Struct({ "depends-on": Int, "needed-by": Int, issue: Int }),
  links_inside_a_repository: Int,
  unresolved: Int,
  ambiguous: Int,
  common_issues: Int,
  same_author: Int,
  /** What the texts were freed of. */
  cleaning: Schema.Array(Schema.String)
})
export type MineReport = typeof MineReport.Type

const Figures = Schema.Struct({
  alerts_per_task: Finite,
  precision: Finite,
  recall: Finite,
  calibration_error: Finite
})

export const CalibrateReport = Schema.Struct({
  file: Schema.String,
  data: Schema.String,
  tasks: Int,
  examples: Int,
  made: Schema.String,
  true_pairs: Int,
  parameters: Schema.Record(Schema.String, Finite),
  before: Figures,
  after: Figures
})
export type CalibrateReport = typeof CalibrateReport.Type
