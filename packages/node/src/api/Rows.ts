/**
 * What the node tells its clients: the shapes behind `--json`.
 *
 * Times are ISO 8601, ids are whole, agents are `name@node`. These shapes are stable: fields are
 * added, never renamed.
 */
import { Verdict } from "@chorus/coordination-core/slurp/SlurpEvent"
import * as Schema from "effect/Schema"
import { DeliveryRow, Unread } from "./DeliveryRows.ts"

const optional = Schema.optionalKey

const TaskStatus = Schema.Literals(["claimed", "lapsed", "released", "completed"])

/** A task that an agent holds, or held. */
export const TaskRow = Schema.Struct({
  task: Schema.String,
  title: Schema.String,
  description: optional(Schema.String),
  scopes: Schema.Array(Schema.String),
  paths: Schema.Array(Schema.String),
  agent: Schema.String,
  own: Schema.Boolean,
  claim: Schema.String,
  claimed_until: Schema.String,
  status: TaskStatus,
  change: optional(Schema.String),
  done_when: optional(Schema.String)
})
export type TaskRow = typeof TaskRow.Type

/** A member of a session, and where it stands on the plan to vote on. */
export const MemberRow = Schema.Struct({
  agent: Schema.String,
  own: Schema.Boolean,
  tasks: Schema.Array(Schema.String),
  stance: Schema.Literals(["agree", "object", "abstain", "none"])
})

export const SessionRow = Schema.Struct({
  session: Schema.String,
  kind: Schema.Literals(["dependency", "conflict", "planning"]),
  status: Schema.Literals(["active", "expired", "escalated", "resolved", "disputed", "decided"]),
  relationship: optional(Schema.String),
  confidence: optional(Schema.Finite),
  reason: Schema.String,
  members: Schema.Array(MemberRow),
  /** The plan to vote on, or the one agreed. */
  plan: optional(Schema.String),
  round: optional(Schema.Int),
  opened_at: Schema.String,
  /** Why it waits for a person; empty when it does not. */
  waits_because: Schema.Array(Schema.String),
  /** Why the votes on the plan can be consensus no more; none while they can. */
  stuck_because: optional(Schema.String),
  summary: Schema.String
})
export type SessionRow = typeof SessionRow.Type

export const VoteRow = Schema.Struct({
  agent: Schema.String,
  stance: Schema.Literals(["agree", "object", "abstain"]),
  reason: Schema.String,
  at: Schema.String
})

export const PlanRow = Schema.Struct({
  plan: Schema.String,
  round: Schema.Int,
  made_by: Schema.String,
  text: Schema.String,
  certified: Schema.Boolean,
  /** A ruling that stands names it. */
  ruled: Schema.Boolean,
  answers: optional(Schema.String),
  votes: Schema.Array(VoteRow)
})
export type PlanRow = typeof PlanRow.Type

export const SessionDetail = Schema.Struct({
  ...SessionRow.fields,
  tasks: Schema.Array(Schema.Struct({
    task: Schema.String,
    title: Schema.String,
    agent: Schema.String,
    /** None where the claim is not known any more. */
    status: optional(TaskStatus)
  })),
  evidence: Schema.Array(Schema.Struct({
    kind: Schema.String,
    what: Schema.String,
    weight: Schema.Finite
  })),
  /** The best plan first. */
  plans: Schema.Array(PlanRow),
  messages: Schema.Array(Schema.Struct({
    agent: Schema.String,
    intent: optional(Schema.String),
    text: Schema.String,
    at: Schema.String
  })),
  escalated_because: Schema.Array(Schema.String),
  /** The oldest first. */
  rulings: Schema.Array(Schema.Struct({
    ruling: Schema.String,
    by: Schema.String,
    /** The person's name. */
    name: Schema.String,
    decision: Schema.String,
    verdict: optional(Verdict),
    /** When it was sealed. */
    at: Schema.String,
    /** Of a default: since when it was to hold. */
    holds_from: optional(Schema.String),
    counts: Schema.Boolean,
    /** Another ruling took its place. */
    replaced: Schema.Boolean
  })),
  /** Who has seen what, by members. */
  deliveries: Schema.Array(DeliveryRow),
  /** The steps of the agreed plan: what was promised, and what its owners say was kept. */
  commitments: Schema.Array(Schema.Struct({
    item: Schema.String,
    agent: Schema.String,
    done_when: Schema.String,
    outcome: Schema.Literals(["open", "kept", "broken", "unchecked"]),
    how: Schema.String
  })),
  /** Dependency sessions of a planning session's tasks. */
  related: Schema.Array(Schema.String)
})
export type SessionDetail = typeof SessionDetail.Type

export const PersonRow = Schema.Struct({
  person: Schema.String,
  name: Schema.String,
  standing: Schema.Literals(["founder", "active", "revoked"])
})
export type PersonRow = typeof PersonRow.Type

/** A collection that the node keeps in memory. */
export const CollectionRow = Schema.Struct({
  name: Schema.String,
  size: Schema.Int,
  /** Its bound, where it is a number. */
  max: optional(Schema.Int),
  /** What leaves it, and when. */
  rule: Schema.String
})

/** What was forgotten since the process started; the store has it still. */
const Memory = Schema.Struct({
  collections: Schema.Array(CollectionRow),
  sessions_forgotten: Schema.Int,
  claims_forgotten: Schema.Int,
  places_forgotten: Schema.Int,
  facts_recalled: Schema.Int
})

/** A node of the mesh, as rulings have it. */
export const NodeRow = Schema.Struct({
  node: Schema.String,
  /** Empty where no ruling named it. */
  name: Schema.String,
  /** An unlisted node's facts enter in an open mesh alone. */
  standing: Schema.Literals(["member", "revoked", "unlisted"]),
  own: Schema.Boolean,
  /** The last place of each of its logs that this node holds. */
  last_places: Schema.Record(Schema.String, Schema.Int)
})
export type NodeRow = typeof NodeRow.Type

/** A peer, and the connection with it. */
export const PeerRow = Schema.Struct({
  /** Its id, which is its key. */
  node: Schema.String,
  /** Empty where no ruling named it. */
  name: Schema.String,
  standing: Schema.Literals(["member", "revoked", "unlisted"]),
  address: Schema.String,
  since: Schema.String
})
export type PeerRow = typeof PeerRow.Type

export const StatusReport = Schema.Struct({
  version: Schema.String,
  /** The id of the node's process. */
  pid: Schema.Int,
  node: Schema.String,
  addresses: Schema.Array(Schema.String),
  founder: Schema.String,
  peers: Schema.Array(Schema.String),
  /** Whether the node has asked its peers for its own older facts, as it must before it votes. */
  settled: Schema.Boolean,
  /** Whether the mesh is open or listed, and what this node is in it, in words. */
  membership: Schema.String,
  model: Schema.String,
  database: Schema.String,
  facts: Schema.Int,
  /** Nodes of one digest hold the same facts. */
  digest: Schema.String,
  tasks: Schema.Int,
  sessions: Schema.Record(Schema.String, Schema.Int),
  inbox: Schema.Int,
  /** Why no ruling can empty the inbox; none while enough people may rule for its quorum. */
  quorum_missing: optional(Schema.String),
  unread: Unread,
  alerts_held_back: Schema.Int,
  /** What became of questions to the judge of alerts; none where nobody is asked. */
  judge: optional(Schema.Struct({
    asked: Schema.Int,
    /** It left what was found as it was. */
    agreed: Schema.Int,
    /** It changed the order, or withheld some. */
    changed: Schema.Int,
    /** No answer in time, or none of the right form: detection's order held. */
    failed: Schema.Int
  })),
  sessions_held_back: Schema.Int,
  messages_dropped: Schema.Int,
  messages_refused: Schema.Int,
  memory: Memory,
  /** The last plan that the model did not make, and why; none where all went well. */
  model_failed: optional(Schema.Struct({ at: Schema.String, because: Schema.String }))
})
export type StatusReport = typeof StatusReport.Type

/** What a node stated about the contracts of a repository. */
export const ContractsRow = Schema.Struct({
  repository: Schema.String,
  node: Schema.String,
  own: Schema.Boolean,
  version: Schema.Int,
  /** The commit that was read. */
  revision: optional(Schema.String),
  provides: Schema.Array(Schema.Struct({ contract: Schema.String, digest: Schema.String })),
  consumes: Schema.Array(Schema.String),
  /** So many names had no room in the statement. */
  left_out: Schema.Int,
  /** So many parts of the statement have not come yet. */
  parts_missing: Schema.Int
})
export type ContractsRow = typeof ContractsRow.Type

/** Something that happened, for `watch` and the demo. */
export const Notice = Schema.Struct({
  at: Schema.String,
  kind: Schema.String,
  session: optional(Schema.String),
  agent: optional(Schema.String),
  text: Schema.String
})
export type Notice = typeof Notice.Type

/** What a command did. */
export const Done = Schema.Struct({
  summary: Schema.String,
  claim: optional(Schema.String),
  session: optional(Schema.String),
  plan: optional(Schema.String),
  /** Sessions that the command opened, or found open for its claim. */
  sessions: Schema.Array(SessionRow),
  /** Those of them that rest on what their tasks no longer say. */
  outdated: optional(Schema.Array(Schema.String)),
  /** Words for the asker: two own tasks that belong together, alerts held back. */
  notes: Schema.Array(Schema.String)
})
export type Done = typeof Done.Type
