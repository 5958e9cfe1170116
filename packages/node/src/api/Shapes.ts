/**
 * The shapes behind `--json`, by verb, as schemas and as JSON Schema.
 *
 * `Print.data` takes the type of what it prints from this table, so a verb prints nothing that stands
 * not in it. The table is loaded by `chorus schema` alone.
 */
import { SlurpEvent } from "@chorus/coordination-core/slurp/SlurpEvent"
import * as Schema from "effect/Schema"
import { ExportReport } from "../landing/Export.ts"
import * as Measured from "../measure/Reports.ts"
import { DiffReport, ScanReport } from "../scan/Comparison.ts"
import * as AlertRows from "./AlertRows.ts"
import { News } from "./DeliveryRows.ts"
import { Findings } from "./Findings.ts"
import { InboxItem, PingRow } from "./InboxRows.ts"
import * as Reports from "./Reports.ts"
import * as Rows from "./Rows.ts"

const noted = <S extends Schema.Top>(schema: S, description: string) => schema.annotate({ description })

/** What each verb prints; of one that prints many lines, what each of them holds. */
export const printed = {
  alerts: AlertRows.HeldBack,
  answer: Rows.Done,
  "bench detect": Measured.DetectReport,
  "bench mine": Measured.MineReport,
  calibrate: Measured.CalibrateReport,
  check: AlertRows.CheckReport,
  claim: Rows.Done,
  config: Reports.SettingRows,
  contracts: Schema.Array(Rows.ContractsRow),
  decide: Rows.Done,
  demo: Schema.Union([noted(Rows.Notice, "each line"), noted(Reports.DemoReport, "the last line")]),
  diff: DiffReport,
  doctor: Schema.Union([
    Findings,
    noted(Reports.Repaired, "with --repair"),
    noted(Reports.Sound, "with --repair, where nothing is to be repaired")
  ]),
  done: Rows.Done,
  escalate: Rows.Done,
  events: Schema.Array(SlurpEvent),
  export: ExportReport,
  "export-log": Reports.LogExported,
  "import depends-on": Measured.MineReport,
  "import github": Reports.Imported,
  inbox: Schema.Array(InboxItem),
  "inbox pings": Schema.Array(PingRow),
  "inbox show": InboxItem,
  init: Reports.InitReport,
  join: Reports.NodeIsUp,
  members: Schema.Array(Rows.NodeRow),
  "members add": Rows.Done,
  "members revoke": Rows.Done,
  mute: Rows.Done,
  mutes: Schema.Array(AlertRows.MuteRow),
  open: Rows.Done,
  pair: Reports.PairToken,
  peers: Schema.Array(Rows.PeerRow),
  people: Schema.Array(Rows.PersonRow),
  "people add": Rows.Done,
  "people key": Reports.OwnKey,
  "people revoke": Rows.Done,
  release: Rows.Done,
  replay: Reports.Counted,
  rules: Schema.Array(AlertRows.RuleRow),
  say: Rows.Done,
  scan: ScanReport,
  schema: Schema.Record(Schema.String, Schema.Unknown),
  sessions: Schema.Array(Rows.SessionRow),
  setup: Reports.SetupReport,
  show: Rows.SessionDetail,
  sim: Schema.Union([Reports.Simulated, noted(Reports.Lived, "with --incident")]),
  status: Rows.StatusReport,
  stop: Reports.Stopped,
  tasks: Schema.Union([
    Schema.Array(Rows.TaskRow),
    noted(Schema.Array(AlertRows.SuggestionRow), "with --suggest")
  ]),
  unmute: Rows.Done,
  unread: News,
  up: Reports.NodeIsUp,
  update: Rows.Done,
  watch: noted(Rows.Notice, "each line"),
  why: AlertRows.WhyReport
} as const satisfies Readonly<Record<string, Schema.Top>>

/** A verb that prints data, by its full name. */
export type Verb = keyof typeof printed
/** What it prints. */
export type Printed<V extends Verb> = (typeof printed)[V]["Encoded"]

// The keys of the table are its verbs.
export const verbs = Object.keys(printed) as ReadonlyArray<Verb>

/** The JSON Schema of what a verb prints with `--json`; none where it prints no data. */
export const of = (verb: string): Readonly<Record<string, unknown>> | undefined => {
  const known = verbs.find((each) => each === verb)
  return known === undefined ? undefined : documentOf(known)
}

/** Those of all verbs. */
export const all = (): Readonly<Record<string, Readonly<Record<string, unknown>>>> =>
  Object.fromEntries(verbs.map((verb) => [verb, documentOf(verb)]))

const documentOf = (verb: Verb): Readonly<Record<string, unknown>> => {
  const { definitions, schema: root } = Schema.toJsonSchemaDocument(printed[verb])
  const isEmpty = Object.keys(definitions).length === 0
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: `chorus ${verb} --json`,
    ...root,
    ...(isEmpty ? {} : { $defs: definitions })
  }
}
