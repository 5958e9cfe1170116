/**
 * The table of facts: what each is called inside the envelope, on the wire, and where it travels.
 *
 *     message_type → envelope type (one of the seed's 31) → topic → data → what it may embed
 *
 * A fact is decoded with the schema of its row alone. A `message_type` without a row is an
 * unknown fact: kept, forwarded, without effect. (docs/rules.md, 4)
 */
import type * as Schema from "effect/Schema"
import * as Contract from "./ContractFacts.ts"
import * as Mesh from "./MeshFacts.ts"
import * as Session from "./SessionFacts.ts"
import * as Task from "./TaskFacts.ts"

/** The seed's three fixed topics. */
export const topics = [
  "CHORUS/coordination/v1",
  "hmmm/meta-discussion/v1",
  "CHORUS/context-feedback/v1"
] as const
export type Topic = typeof topics[number]

const [coordination, discussion, feedback] = topics

interface Row<Data extends Schema.Constraint> {
  readonly envelope: string
  readonly topic: Topic
  readonly data: Data
  /** The `message_type` that every embedded fact must have; "any" lets each through unread. */
  readonly embeds?: string
}

const row = <Data extends Schema.Constraint>(
  envelope: string,
  topic: Topic,
  data: Data,
  embeds?: string
): Row<Data> => ({ envelope, topic, data, ...(embeds === undefined ? {} : { embeds }) })

export const table = {
  task_announced: row("task_announcement", coordination, Task.TaskAnnounced),
  task_updated: row("task_announcement", coordination, Task.TaskUpdated),
  task_claimed: row("task_claim", coordination, Task.TaskClaimed),
  claim_renewed: row("task_claim", coordination, Task.ClaimRenewed),
  task_released: row("task_progress", coordination, Task.TaskReleased),
  task_completed: row("task_complete", coordination, Task.TaskCompleted),
  contracts_stated: row("project_update", coordination, Contract.ContractsStated),
  dependency_detected: row("dependency_alert", discussion, Session.DependencyDetected, "task_claimed"),
  session_opened: row("coordination_request", discussion, Session.SessionOpened, "task_claimed"),
  coordination_plan: row(
    "meta_discussion",
    discussion,
    Session.CoordinationPlan,
    "coordination_response"
  ),
  coordination_response: row("meta_discussion", discussion, Session.CoordinationResponse),
  session_message: row("meta_discussion", discussion, Session.SessionMessage),
  delivery_noted: row("feedback_event", feedback, Session.DeliveryNoted),
  escalation: row("escalation_trigger", discussion, Session.Escalation),
  resolution: row("coordination_complete", discussion, Session.Resolution, "coordination_response"),
  ruling: row("meta_discussion", discussion, Mesh.RulingCarried),
  fork_proven: row("meta_discussion", discussion, Mesh.ForkProven, "any"),
  alert_muted: row("feedback_event", feedback, Mesh.AlertMuted),
  mute_lifted: row("feedback_event", feedback, Mesh.MuteLifted)
} as const

export type MessageType = keyof typeof table

/** What a fact of each type says, as it travels. */
export type DataOf<Type extends MessageType> = (typeof table)[Type]["data"]["Type"]

/** The data of a fact of a type that this version does not know. */
export interface UnknownData {
  readonly message_type: "unknown"
}

export type Data = { [Type in MessageType]: DataOf<Type> }[MessageType] | UnknownData

/** Does this version know the type? */
export const isKnown = (messageType: string): messageType is MessageType =>
  Object.hasOwn(table, messageType)
