/**
 * The node's interface for its own machine: typed calls over a Unix socket, one JSON line each.
 *
 * The agent's name is an argument, because a local process that may open the socket may speak for
 * any agent of the node; the node signs for its own agents alone, never for another node's.
 */
import { intents, itemsMax, notedStages, stances } from "@chorus/coordination-core/fact/SessionFacts"
import { list, text } from "@chorus/coordination-core/fact/Text"
import { AgentName } from "@chorus/coordination-core/identity/AgentId"
import { Covers } from "@chorus/coordination-core/fact/MeshFacts"
import { Repository, TaskKey } from "@chorus/coordination-core/identity/TaskKey"
import { MeshSettings } from "@chorus/coordination-core/mesh/MeshSettings"
import { Name } from "@chorus/coordination-core/contract/Contract"
import { SlurpEvent } from "@chorus/coordination-core/slurp/SlurpEvent"
import * as Rpc from "effect/rpc/Rpc"
import * as RpcGroup from "effect/rpc/RpcGroup"
import * as Schema from "effect/Schema"
import * as AlertRows from "./AlertRows.ts"
import * as DeliveryRows from "./DeliveryRows.ts"
import * as InboxRows from "./InboxRows.ts"
import * as LandingRows from "./LandingRows.ts"
import * as Rows from "./Rows.ts"
import * as Words from "./Words.ts"

/** The node did not do it; `later` tells that the same call may succeed in a moment. */
export class Refused extends Schema.TaggedError<Refused>()("Refused", {
  message: Schema.String,
  later: Schema.Boolean
}) {}

const optional = Schema.optionalKey
const agent = { agent: AgentName }
/** A session's id, or the beginning of one. */
const session = { session: Schema.String }
const words = {
  title: optional(Words.title),
  description: optional(Words.description),
  scopes: optional(Words.scopes),
  paths: optional(Words.paths),
  change: optional(Words.change),
  done_when: optional(Words.promise)
}

export class Api extends RpcGroup.make(
  Rpc.make("claim", {
    payload: { ...agent, task: TaskKey, ...words, lease_ms: optional(Schema.Natural) },
    success: Rows.Done,
    error: Refused
  }),
  Rpc.make("update", { payload: { ...agent, task: TaskKey, ...words }, success: Rows.Done, error: Refused }),
  Rpc.make("release", {
    payload: { ...agent, task: TaskKey, because: Words.because },
    success: Rows.Done,
    error: Refused
  }),
  Rpc.make("complete", {
    payload: { ...agent, task: TaskKey, results: Words.results, kept: optional(Words.kept) },
    success: Rows.Done,
    error: Refused
  }),
  Rpc.make("announce", {
    payload: { ...agent, tasks: list(LandingRows.Announced, Words.announcedMax) },
    success: Rows.Done,
    error: Refused
  }),
  Rpc.make("promises", { payload: { ...agent, task: TaskKey }, success: Schema.Array(LandingRows.Promised) }),
  Rpc.make("agreed", { payload: session, success: LandingRows.Agreed, error: Refused }),
  Rpc.make("open", {
    payload: {
      ...agent,
      kind: Schema.Literals(["planning", "conflict"]),
      tasks: list(TaskKey, 16),
      reason: Words.about
    },
    success: Rows.Done,
    error: Refused
  }),
  Rpc.make("say", {
    payload: { ...agent, ...session, text: Words.message, intent: optional(Schema.Literals(intents)) },
    success: Rows.Done,
    error: Refused
  }),
  Rpc.make("answer", {
    payload: {
      ...agent,
      ...session,
      stance: Schema.Literals(stances),
      reason: Words.reason,
      /** The beginning of a plan's hash; the plan to vote on without it. */
      plan: optional(Schema.String),
      /** An objection that the alert was about nothing. */
      dismisses: optional(Schema.Boolean)
    },
    success: Rows.Done,
    error: Refused
  }),
  Rpc.make("escalate", {
    payload: { ...agent, ...session, reason: Words.escalation },
    success: Rows.Done,
    error: Refused
  }),
  Rpc.make("rule", {
    payload: {
      sealed: text(16384),
      /** The ruling is a default: it is carried after so long, if the case waits still. */
      after_ms: optional(Schema.Natural)
    },
    success: Rows.Done,
    error: Refused
  }),
  Rpc.make("tasks", {
    payload: { all: Schema.Boolean },
    success: Schema.Array(Rows.TaskRow),
    error: Refused
  }),
  Rpc.make("sessions", {
    payload: { all: Schema.Boolean, held_back: optional(Schema.Boolean) },
    success: Schema.Array(Rows.SessionRow),
    error: Refused
  }),
  Rpc.make("show", { payload: session, success: Rows.SessionDetail, error: Refused }),
  Rpc.make("inbox", { success: Schema.Array(InboxRows.InboxItem) }),
  Rpc.make("pings", { success: Schema.Array(InboxRows.PingRow) }),
  Rpc.make("alerts", { success: AlertRows.HeldBack }),
  Rpc.make("mute", {
    payload: { ...agent, ...session, covers: Covers, because: Words.because },
    success: Rows.Done,
    error: Refused
  }),
  /** A mute's id, or the beginning of one. */
  Rpc.make("unmute", { payload: { ...agent, mute: Schema.String }, success: Rows.Done, error: Refused }),
  Rpc.make("mutes", { success: Schema.Array(AlertRows.MuteRow) }),
  Rpc.make("rules", { success: Schema.Array(AlertRows.RuleRow) }),
  Rpc.make("why", { payload: { task1: TaskKey, task2: TaskKey }, success: AlertRows.WhyReport }),
  Rpc.make("check", {
    payload: {
      agent: optional(AgentName),
      repository: optional(Repository),
      scopes: Words.scopes,
      paths: Words.paths
    },
    success: AlertRows.CheckReport
  }),
  Rpc.make("unread", {
    payload: { ...agent, max: optional(Schema.Natural) },
    success: DeliveryRows.News
  }),
  Rpc.make("note", {
    payload: {
      ...agent,
      stage: Schema.Literals(notedStages),
      noted: list(Schema.Struct({ ...session, items: list(text(64), itemsMax) }), Words.notedMax)
    },
    success: Rows.Done,
    error: Refused
  }),
  Rpc.make("suggest", { payload: agent, success: Schema.Array(AlertRows.SuggestionRow) }),
  Rpc.make("people", { success: Schema.Array(Rows.PersonRow) }),
  Rpc.make("members", { success: Schema.Array(Rows.NodeRow) }),
  Rpc.make("peers", { success: Schema.Array(Rows.PeerRow) }),
  Rpc.make("events", {
    payload: { limit: Schema.Natural },
    success: Schema.Array(SlurpEvent),
    error: Refused
  }),
  Rpc.make("state_contracts", {
    payload: {
      repository: Repository,
      provides: Schema.Record(Name, text(16)).check(Schema.isMaxProperties(Words.contractsMax)),
      consumes: list(Name, Words.contractsMax),
      revision: optional(text(64))
    },
    success: Rows.Done,
    error: Refused
  }),
  Rpc.make("contracts", { success: Schema.Array(Rows.ContractsRow) }),
  Rpc.make("status", { success: Rows.StatusReport }),
  Rpc.make("mesh", { success: MeshSettings }),
  Rpc.make("watch", { success: Rows.Notice, stream: true }),
  Rpc.make("stop")
) {}
