/**
 * What a planner is told: the tasks and their agents, how they belong together, what was objected.
 *
 * Built from the session's facts alone, so every node asks the same question. The texts in it are
 * other people's data, never instructions. (docs/rules.md, 9)
 */
import type { AgentKey } from "../identity/AgentId.ts"
import type { TaskKey } from "../identity/TaskKey.ts"
import * as Replica from "../replica/Replica.ts"
import type { Kind } from "../session/Opening.ts"
import type { Plan } from "../session/Session.ts"
import type { Opened } from "../session/Status.ts"
import * as Registry from "../task/Registry.ts"
import * as TaskContext from "../task/TaskContext.ts"
import type { Vote } from "../vote/Vote.ts"
import type { PlanContent } from "./PlanContent.ts"

/** A task of the session and the agent who holds it. */
export interface PlannedTask {
  readonly agent: AgentKey
  readonly task: TaskContext.TaskContext
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
    /** The member says that the alert was about nothing. */
    readonly dismisses?: boolean
  } | undefined
}

/** The request for a plan of a session: of round 1, or the one that answers an objection. */
export const forSession = (
  replica: Replica.Replica,
  session: Opened,
  answers?: { readonly plan: Plan; readonly objection: Vote }
): PlanRequest => {
  const { account, claims, kind } = session.opening
  const { dependency } = account
  const first = dependency?.direction === "task1_first"
    ? dependency.task1
    : dependency?.direction === "task2_first"
    ? dependency.task2
    : undefined
  return {
    session: session.id,
    kind,
    round: answers === undefined ? 1 : answers.plan.round + 1,
    tasks: claims.map(({ agent, claim, task }) => ({
      agent,
      task: taskOf(replica, claim, task)
    })),
    relationship: dependency?.relationship ?? kind,
    reason: account.reason,
    first: first === undefined ? undefined : TaskContext.key(first),
    objection: answers === undefined ? undefined : {
      agent: answers.objection.agent,
      reason: answers.objection.reason,
      plan: answers.plan.content,
      ...(answers.objection.dismisses ? { dismisses: true } : {})
    }
  }
}

const taskOf = (
  replica: Replica.Replica,
  claimId: Registry.Claim["id"],
  task: TaskKey
): TaskContext.TaskContext => {
  const claim = Registry.claimById(replica.tasks, claimId)
  return claim === undefined
    ? TaskContext.bare(task)
    : Registry.contextOf(replica.tasks, claim, Replica.world(replica).counts)
}
