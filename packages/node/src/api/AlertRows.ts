/**
 * What the node tells of its alerts: the shapes behind `--json` of alerts, mutes, rules, why, check
 * and tasks --suggest. Stable like `Rows.ts`: fields are added, never renamed.
 */
import { severities } from "@chorus/coordination-core/task/Meeting"
import * as Schema from "effect/Schema"

const optional = Schema.optionalKey
const Evidence = Schema.Struct({ kind: Schema.String, what: Schema.String, weight: Schema.Finite })

/** An alert that was held back, and why. */
export const AlertRow = Schema.Struct({
  task1: Schema.String,
  agent1: Schema.String,
  task2: Schema.String,
  agent2: Schema.String,
  relationship: Schema.String,
  confidence: Schema.Finite,
  reason: Schema.String,
  held_back_because: Schema.String
})
export type AlertRow = typeof AlertRow.Type

/** The alerts that were held back since the node started: how many, and the latest of them. */
export const HeldBack = Schema.Struct({ count: Schema.Int, alerts: Schema.Array(AlertRow) })
export type HeldBack = typeof HeldBack.Type

export const MuteRow = Schema.Struct({
  mute: Schema.String,
  covers: Schema.Literals(["pair", "rule", "repositories"]),
  /** The tasks of the alert that it was stated at. */
  task1: Schema.String,
  task2: Schema.String,
  rule: optional(Schema.String),
  agent: Schema.String,
  /** Whether it was stated here, so that `unmute` can lift it. */
  own: Schema.Boolean,
  because: Schema.String,
  at: Schema.String
})
export type MuteRow = typeof MuteRow.Type

/** What the node learnt of a rule, or of the alerts between two repositories. */
export const RuleRow = Schema.Struct({
  rule: Schema.String,
  description: Schema.String,
  /** Where the rule comes from; `repositories` for the alerts between two of them. */
  origin: Schema.Literals(["built-in", "custom", "detected", "repositories"]),
  decisive: Schema.Boolean,
  fired: Schema.Int,
  confirmed: Schema.Int,
  dismissed: Schema.Int,
  /** An estimate from 0 to 1: one half at first, moved by each verdict, by old ones less. */
  precision: Schema.Finite,
  status: Schema.Literals(["untried", "trusted", "demoted", "muted"])
})
export type RuleRow = typeof RuleRow.Type

export const WhyReport = Schema.Struct({
  task1: Schema.String,
  task2: Schema.String,
  /** None where the tasks were not compared at all. */
  score: optional(Schema.Finite),
  threshold: Schema.Finite,
  relationship: optional(Schema.String),
  direction: optional(Schema.Literals(["task1_first", "task2_first"])),
  reason: optional(Schema.String),
  evidence: Schema.Array(Evidence),
  sessions: Schema.Array(Schema.String),
  /** What is missing for an alert; empty when there is one. */
  missing: Schema.Array(Schema.String)
})
export type WhyReport = typeof WhyReport.Type

/** An open task that something declared meets. */
export const EncounterRow = Schema.Struct({
  task: Schema.String,
  agent: Schema.String,
  severity: Schema.Literals(severities),
  /** The scope or the paths that both are about. */
  what: Schema.String,
  because: Schema.String,
  /** Who has to go first, where that is known. */
  first: optional(Schema.Literals(["you", "them"])),
  claimed_at: Schema.String
})
export type EncounterRow = typeof EncounterRow.Type

export const CheckReport = Schema.Struct({
  verdict: Schema.Literals(["clear", "attention", "unknown"]),
  because: Schema.String,
  encounters: Schema.Array(EncounterRow)
})
export type CheckReport = typeof CheckReport.Type

/** A task that nobody holds, for whoever looks for one. */
export const SuggestionRow = Schema.Struct({
  task: Schema.String,
  title: Schema.String,
  ready: Schema.Boolean,
  waits_for: Schema.Array(Schema.String),
  collisions: Schema.Array(Schema.Struct({
    task: Schema.String,
    agent: Schema.String,
    severity: Schema.Literals(severities),
    because: Schema.String
  }))
})
export type SuggestionRow = typeof SuggestionRow.Type
