/**
 * What nodes state about tasks: announced, updated, claimed, renewed, released, completed.
 *
 * A claim names the task and the agent and nothing more, so that an opening can embed the sealed
 * claims of all its tasks. The text of a task travels in its announcement. (docs/rules.md, 4, 5)
 */
import * as Schema from "effect/Schema"
import { AgentName } from "../identity/AgentId.ts"
import { FactId } from "../identity/FactId.ts"
import { Repository, TaskId } from "../identity/TaskKey.ts"
import { Kept } from "../plan/Kept.ts"
import { TaskContext } from "../task/TaskContext.ts"
import { list, text } from "./Text.ts"

/** Describes a task; of several by one node the highest version holds. */
export const TaskAnnounced = Schema.Struct({
  message_type: Schema.Literal("task_announced"),
  task: TaskContext,
  version: Schema.Natural
})

/** Describes a task anew; the sessions of its claim stay as they are. */
export const TaskUpdated = Schema.Struct({
  message_type: Schema.Literal("task_updated"),
  task: TaskContext,
  version: Schema.Natural
})

/** Takes a task for an agent until a moment of the author's clock (milliseconds since 1970). */
export const TaskClaimed = Schema.Struct({
  message_type: Schema.Literal("task_claimed"),
  repository: Repository,
  task_id: TaskId,
  agent_id: AgentName,
  claimed_until_ms: Schema.Natural
})

/** Holds a claim for longer. */
export const ClaimRenewed = Schema.Struct({
  message_type: Schema.Literal("claim_renewed"),
  claim: FactId,
  agent_id: AgentName,
  claimed_until_ms: Schema.Natural
})

/** Gives a claim back, unfinished. */
export const TaskReleased = Schema.Struct({
  message_type: Schema.Literal("task_released"),
  claim: FactId,
  agent_id: AgentName,
  because: Schema.optionalKey(text(280))
})

/** Ends a claim with the work done. */
export const TaskCompleted = Schema.Struct({
  message_type: Schema.Literal("task_completed"),
  claim: FactId,
  agent_id: AgentName,
  results: Schema.optionalKey(text(1000)),
  /** What became of the owner's steps of agreed plans. */
  kept: Schema.optionalKey(list(Kept, 12))
})
