/**
 * What the node tells of its inbox: the shapes behind `--json` of inbox and its verbs, the HTTP API
 * and the webhook. Stable like `Rows.ts`: fields are added, never renamed.
 */
import { reasons } from "@chorus/coordination-core/inbox/Case"
import { Verdict } from "@chorus/coordination-core/slurp/SlurpEvent"
import * as Schema from "effect/Schema"

const optional = Schema.optionalKey

export const OptionRow = Schema.Struct({
  /** The letter that chooses it; none beyond z. */
  option: optional(Schema.String),
  /** The same for the same facts, on every node; chooses it as well. */
  key: Schema.String,
  label: Schema.String,
  /** The words of the ruling. */
  decision: Schema.String,
  verdict: optional(Verdict),
  recommended: Schema.Boolean
})

/** A ruling that takes effect if nobody decides until then. */
export const DefaultRow = Schema.Struct({
  at: Schema.String,
  decision: Schema.String,
  by: Schema.String
})

/** A case for a person. */
export const InboxItem = Schema.Struct({
  /** Stays with the case while it waits; each node counts for itself. */
  number: Schema.Int,
  session: Schema.String,
  kind: Schema.String,
  status: Schema.String,
  reason: Schema.Literals(reasons),
  question: Schema.String,
  /** What the alert says that opened it. */
  alert: Schema.String,
  /** Every reason, in words. */
  reasons: Schema.Array(Schema.String),
  /** The recommended one first. */
  options: Schema.Array(OptionRow),
  tasks: Schema.Array(Schema.String),
  members: Schema.Array(Schema.String),
  /** What the tasks are, and whose. */
  about: Schema.Array(Schema.Struct({ task: Schema.String, title: Schema.String, agent: Schema.String })),
  /** Who objected to which plan, and why, the latest first. */
  objections: Schema.Array(Schema.Struct({
    agent: Schema.String,
    plan: Schema.String,
    round: Schema.Int,
    reason: Schema.String
  })),
  /** What was said last, its beginnings, the latest last. */
  messages: Schema.Array(Schema.Struct({ agent: Schema.String, text: Schema.String, at: Schema.String })),
  opened_at: Schema.String,
  /** Members who saw nothing of it in the time that it was given. */
  unseen_by: optional(Schema.Array(Schema.String)),
  /** Without one the case waits until a person decides. */
  default: optional(DefaultRow),
  /** The ruling that the members go by while it waits; none where nobody ruled yet. */
  holds: optional(Schema.String),
  /** What waiting costs: the claims that stand still, and other sessions about them. */
  blocked: Schema.Array(Schema.Struct({ task: Schema.String, agent: Schema.String })),
  waiting_sessions: Schema.Array(Schema.String),
  /** Rulings that stand, for a new one to replace. */
  rulings: Schema.Array(Schema.String)
})
export type InboxItem = typeof InboxItem.Type

/** Word of waiting cases that has not arrived, or was given up. */
export const PingRow = Schema.Struct({
  ping: Schema.Int,
  sessions: Schema.Array(Schema.String),
  attempts: Schema.Int,
  state: Schema.Literals(["waiting", "given_up"]),
  /** Why the last attempt failed; empty before the first. */
  because: Schema.String,
  /** When it is tried next, or would have been. */
  due_at: Schema.String
})
export type PingRow = typeof PingRow.Type
