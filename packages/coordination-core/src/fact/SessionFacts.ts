/**
 * What nodes state about sessions: the seed's six messages and the opening of a session.
 *
 * The seed's fields keep their names and may stand alone: such a message decodes and has no
 * effect on a session. What gives it effect are our additions: the opening's terms and embedded
 * claims, a plan's content and round, a vote's stance and plan hash, a certificate's embedded
 * votes. (docs/rules.md, 4 and 7)
 */
import * as Schema from "effect/Schema"
import { AgentKey, AgentName } from "../identity/AgentId.ts"
import { FactId } from "../identity/FactId.ts"
import { PlanContent } from "../plan/PlanContent.ts"
import { TaskContext } from "../task/TaskContext.ts"
import { list, text } from "./Text.ts"

/** The seed's ids are free text; ours is a prefix and 40 hexadecimal digits. */
export const SessionId = text(100)
export type SessionId = typeof SessionId.Type

/** SHA-256 of what a plan says, its session, round and objection: 64 hexadecimal digits. */
export const PlanHash = FactId.pipe(Schema.brand("PlanHash"))
export type PlanHash = typeof PlanHash.Type

export const policies = ["allButOne", "unanimous", "majority"] as const

/** The terms of a session, closed at its birth. */
export const Terms = Schema.Struct({
  policy: Schema.Literals(policies),
  max_participants: Schema.Int.check(Schema.isBetween({ minimum: 2, maximum: 10 })),
  max_messages: Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 1000 })),
  max_duration_ms: Schema.Int.check(Schema.isBetween({ minimum: 1000, maximum: 2_592_000_000 }))
})
export type Terms = typeof Terms.Type

/** One reason why two tasks were taken to belong together, and how much it weighed (0 to 1). */
export const Evidence = Schema.Struct({
  kind: Schema.Literals(["words", "scope", "path", "repository", "rule"]),
  what: text(160),
  weight: Schema.Finite
})
export type Evidence = typeof Evidence.Type

/** Which task has to move first, where that is known. */
export const Direction = Schema.Literals(["task1_first", "task2_first"])
export type Direction = typeof Direction.Type

export const Dependency = Schema.Struct({
  task1: TaskContext,
  task2: TaskContext,
  relationship: text(64),
  confidence: Schema.Finite.check(Schema.isBetween({ minimum: 0, maximum: 1 })),
  reason: text(500),
  detected_at: Schema.optionalKey(text(40)),
  direction: Schema.optionalKey(Direction),
  evidence: Schema.optionalKey(list(Evidence, 16))
})
export type Dependency = typeof Dependency.Type

const Embedded = list(text(65536), 16)
const Names = list(text(140), 16)

const Participants = Schema.Record(
  text(140),
  Schema.Struct({
    agent_id: text(140),
    repository: Schema.optionalKey(text(140)),
    peer_id: Schema.optionalKey(text(64))
  })
)

/** Two tasks depend on each other; with terms and embedded claims it opens their session. */
export const DependencyDetected = Schema.Struct({
  message_type: Schema.Literal("dependency_detected"),
  dependency: Dependency,
  coordination_request: Schema.optionalKey(text(1000)),
  agents_involved: Schema.optionalKey(Names),
  repositories: Schema.optionalKey(Names),
  hop_count: Schema.Natural,
  max_hops: Schema.Natural,
  terms: Schema.optionalKey(Terms),
  embedded: Schema.optionalKey(Embedded)
})

/** Opens a conflict or a planning session over the embedded claims. */
export const SessionOpened = Schema.Struct({
  message_type: Schema.Literal("session_opened"),
  session_kind: Schema.Literals(["conflict", "planning"]),
  reason: text(500),
  tasks_involved: list(TaskContext, 16),
  terms: Terms,
  embedded: Embedded
})

/** Proposes a plan for a round; a plan of round 2 or 3 embeds the objection it answers. */
export const CoordinationPlan = Schema.Struct({
  message_type: Schema.Literal("coordination_plan"),
  session_id: SessionId,
  plan: text(6000),
  tasks_involved: Schema.optionalKey(list(TaskContext, 16)),
  participants: Schema.optionalKey(Participants),
  message: Schema.optionalKey(text(500)),
  round: Schema.optionalKey(Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 3 }))),
  content: Schema.optionalKey(PlanContent),
  made_by: Schema.optionalKey(text(120)),
  embedded: Schema.optionalKey(Embedded)
})

export const stances = ["agree", "object", "abstain"] as const
export type Stance = typeof stances[number]

/** The intents of a message: the seed's four kinds. They colour a message and change nothing. */
export const intents = ["proposal", "question", "agreement", "concern"] as const

/**
 * An answer to a plan. With stance, round and plan hash it is a vote, and `response` its reason;
 * without them it is a message, whatever its words. An objection that names a better plan in
 * `superseded_by` opens no round.
 */
export const CoordinationResponse = Schema.Struct({
  message_type: Schema.Literal("coordination_response"),
  session_id: SessionId,
  agent_id: AgentName,
  response: text(2000),
  timestamp: Schema.optionalKey(text(40)),
  stance: Schema.optionalKey(Schema.Literals(stances)),
  round: Schema.optionalKey(Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 3 }))),
  plan_hash: Schema.optionalKey(PlanHash),
  superseded_by: Schema.optionalKey(PlanHash),
  /** The alert was about nothing: an objection asks for the plan that says so, an agreement is to it. */
  dismisses: Schema.optionalKey(Schema.Literal(true))
})

/** Free text within a session. */
export const SessionMessage = Schema.Struct({
  message_type: Schema.Literal("session_message"),
  session_id: SessionId,
  from_agent: AgentName,
  content: text(4000),
  timestamp: Schema.optionalKey(text(40)),
  intent: Schema.optionalKey(Schema.Literals(intents))
})

/** What an agent's node states of what concerns the agent, from the less to the more. */
export const notedStages = ["shown", "acknowledged"] as const

/** A note has room for so many items. */
export const itemsMax = 64

/** An agent was shown items of a session, or took note of them: a receipt, never a message or a vote. */
export const DeliveryNoted = Schema.Struct({
  message_type: Schema.Literal("delivery_noted"),
  session_id: SessionId,
  agent_id: AgentName,
  stage: Schema.Literals(notedStages),
  /** By their ids: the session, a plan's hash, a fact, a ruling, or a status. */
  items: list(text(64), itemsMax)
})

/** Hands the session to a person. */
export const Escalation = Schema.Struct({
  message_type: Schema.Literal("escalation"),
  session_id: SessionId,
  escalation_reason: text(500),
  session_summary: Schema.optionalKey(text(500)),
  participants: Schema.optionalKey(Participants),
  tasks_involved: Schema.optionalKey(list(TaskContext, 16)),
  requires_human: Schema.Boolean,
  requested_by: Schema.optionalKey(AgentKey)
})

/** Closes a session; the embedded votes, one of each member, are the certificate. */
export const Resolution = Schema.Struct({
  message_type: Schema.Literal("resolution"),
  session_id: SessionId,
  resolution: text(500),
  summary: Schema.optionalKey(text(500)),
  embedded: Schema.optionalKey(Embedded)
})
