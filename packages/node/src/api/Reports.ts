/**
 * What verbs tell that no call of the node answers: the shapes behind their `--json`. Stable like
 * `Rows.ts`: fields are added, never renamed. Whoever makes a report takes its type from here alone,
 * so that no verb loads a schema to print.
 */
import * as Schema from "effect/Schema"
import { SessionRow } from "./Rows.ts"

const optional = Schema.optionalKey
const { Finite, Int } = Schema
const strings = Schema.Array(Schema.String)

/** A node that is up: `up` and `join`. */
export const NodeIsUp = Schema.Struct({
  node: Schema.String,
  addresses: strings,
  founder: Schema.String,
  socket: Schema.String,
  database: Schema.String,
  /** Where the HTTP API listens, if it does. */
  http: optional(Schema.String)
})
export type NodeIsUp = typeof NodeIsUp.Type

export const Stopped = Schema.Struct({ stopped: Schema.String })

export const PairToken = Schema.Struct({
  token: Schema.String,
  addresses: strings,
  membership: Schema.Literals(["open", "listed"]),
  expires_at_ms: Int
})

/** The id of one's own key for rulings, and where the key is kept. */
export const OwnKey = Schema.Struct({ person: Schema.String, file: Schema.String })

/** The settings; a value is absent where nothing was set and there is no default. */
export const SettingRows = Schema.Array(Schema.Struct({
  name: Schema.String,
  value: optional(Schema.Union([Schema.String, Finite, Schema.Boolean])),
  source: Schema.Literals(["flag", "environment", "file", "default"]),
  /** The flag, the variable or the file that it stands in. */
  where: Schema.String,
  says: Schema.String
}))

export const InitReport = Schema.Struct({
  repository: Schema.String,
  file: Schema.String,
  /** What it shares with others, in words. */
  contracts: strings,
  clients: Schema.Array(Schema.Struct({ client: Schema.String, because: Schema.String })),
  /** Empty where the file stays as it is. */
  diff: Schema.String,
  written: Schema.Boolean
})
export type InitReport = typeof InitReport.Type

export const SetupReport = Schema.Struct({
  clients: strings,
  changes: Schema.Array(Schema.Struct({ file: Schema.String, diff: Schema.String })),
  refused: Schema.Array(Schema.Struct({ file: Schema.String, because: Schema.String })),
  written: Schema.Boolean
})

/** What `doctor --repair` did. */
export const Repaired = Schema.Struct({
  repaired: Schema.Literal(true),
  /** Where the damaged database is kept. */
  copy: Schema.String,
  facts: Int,
  events: Int,
  /** Rows that could not be used. */
  dropped: Int,
  /** What is missing of the node's own, in words. */
  missing: strings,
  /** Whether the node still knows its mesh. */
  knows_mesh: Schema.Boolean
})
export type Repaired = typeof Repaired.Type

/** The database is sound, so `doctor --repair` changed nothing. */
export const Sound = Schema.Struct({ repaired: Schema.Literal(false) })

export const LogExported = Schema.Struct({ file: Schema.String, facts: Int })

/** What came of the facts of a file, after all steps: `sim --incident`. */
export const Lived = Schema.Struct({
  node: Schema.String,
  facts: Int,
  refused: Int,
  sessions: Schema.Array(Schema.Struct({ session: Schema.String, status: SessionRow.fields.status }))
})
export type Lived = typeof Lived.Type

export const Simulated = Schema.Struct({
  nodes: Int,
  agents: Int,
  simulated_minutes: Int,
  convergence_seconds: Schema.Union([Finite, Schema.Literal("never")]),
  sessions: Int,
  active: Int,
  expired: Int,
  escalated: Int,
  resolved: Int,
  disputed: Int,
  decided: Int,
  double_resolutions: Int,
  lost_escalations: Int,
  model_calls: Int,
  model_calls_per_dependency: Finite,
  invariants_broken: Int
})
export type Simulated = typeof Simulated.Type

/** What `demo` tells at its end; before it tells what `watch` does. */
export const DemoReport = Schema.Struct({
  seconds: Finite,
  sessions: Schema.Array(SessionRow),
  unrelated_alerts: Int,
  events: Int,
  /** How many facts each node holds. */
  facts: Schema.Array(Int),
  folder: Schema.String
})
export type DemoReport = typeof DemoReport.Type

const LinksFound = Schema.Struct({
  /** Links between two repositories with both ends in the replay. */
  total: Int,
  /** Those of them whose tasks were held at the same time. */
  held_together: Int,
  found: Int,
  recall: Finite,
  precision: Finite
})
export type LinksFound = typeof LinksFound.Type

/** What a replay brought. */
export const Counted = Schema.Struct({
  tasks: Int,
  repositories: Int,
  nodes: Int,
  facts: Int,
  dependencies: Int,
  alerts_per_task: Finite,
  /** By status. */
  sessions: Schema.Record(Schema.String, Int),
  plans: Int,
  model_calls: Int,
  seconds: Finite,
  tasks_per_second: Finite,
  /** Only with links. */
  links: optional(LinksFound)
})
export type Counted = typeof Counted.Type

/** What `import github` announced, or would announce. */
export const Imported = Schema.Struct({
  tasks: Int,
  open: Int,
  links: Int,
  /** Footers that name nothing in the files. */
  unresolved: Int,
  /** The folder of the labelled history, where one was asked for. */
  history: optional(Schema.String),
  said: Schema.String,
  announced: Schema.Array(Schema.Struct({ task: Schema.String, title: Schema.String }))
})
export type Imported = typeof Imported.Type
