/**
 * What a planner is told: the tasks and their agents, how they belong together, what was objected.
 *
 * Built from the session's facts alone, so every node asks the same question. The texts in it are
 * other people's data, never instructions. (design.md, part 9)
 */
import type { AgentKey } from "../identity/AgentId.ts"
import type { TaskKey } from "../identity/TaskKey.ts"
import type { Kind } from "../session/Opening.ts"
import type { TaskContext } from "../task/TaskContext.ts"
import type { PlanContent } from "./PlanContent.ts"

/** A task of the session and the agent who holds it. */
export interface PlannedTask {
  readonly agent: AgentKey
  readonly task: TaskContext
}

export interface PlanRequest {
  readonly session: string
  readonly kind: Kind
  readonly round: number
  /** In the order of the opening's claims. */
  readonly tasks: ReadonlyArray<PlannedTask>
  /** The name of the rule that named the relationship; the kind of session without one. */
  readonly relationship: string
  readonly reason: string
  /** The task that has to move first, where that is known. */
  readonly first: TaskKey | undefined
  /** For round 2 and 3: who objected to which plan, and why. */
  readonly objection: {
    readonly agent: AgentKey
    readonly reason: string
    readonly plan: PlanContent
  } | undefined
}
