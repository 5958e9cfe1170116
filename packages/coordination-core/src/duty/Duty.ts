/**
 * What a session needs from one of its nodes next: a plan, a certificate, an escalation. A view.
 *
 * Each has a key, so that a duty that stays keeps its turn and one that went loses it.
 * (docs/rules.md, 7)
 */
import * as Deliberation from "../session/Deliberation.ts"
import type { Plan } from "../session/Session.ts"
import * as Status from "../session/Status.ts"
import type { Vote } from "../vote/Vote.ts"

export type Duty =
  | {
    readonly _tag: "Plan"
    readonly key: string
    readonly round: number
    /** The objection to answer, and the plan it objects to. */
    readonly answers: { readonly plan: Plan; readonly objection: Vote } | undefined
  }
  | {
    readonly _tag: "Certify"
    readonly key: string
    readonly round: number
    readonly plan: Plan
    readonly votes: ReadonlyArray<Vote>
  }
  | {
    readonly _tag: "Escalate"
    readonly key: string
    readonly round: number
    readonly reason: string
  }

/** The key of the duty to plan a round begins with this. */
export const planKey = (round: number): string => `plan ${round}`

/** The duties of a session; `overdue` when its deadline passed on this node's clock. */
export const dutiesOf = (
  session: Status.Opened,
  world: Status.World,
  overdue: boolean
): ReadonlyArray<Duty> => {
  const status = Status.statusOf(session, world)
  if (Status.atLeast(status, "resolved")) return []
  const consensus = Deliberation.consensus(session, world)
  const escalate: ReadonlyArray<Duty> = overdue && status === "active"
    ? [{ _tag: "Escalate", key: "escalate", round: 0, reason: Status.overdueReason }]
    : []
  if (consensus !== undefined) {
    const { plan, votes } = consensus
    // A certificate that nobody can state must not keep a session from a person.
    return [{ _tag: "Certify", key: `certify ${plan.hash}`, round: plan.round, plan, votes }, ...escalate]
  }
  if (status !== "active" || overdue) return escalate
  const answers = Deliberation.openObjection(session, world)
  if (answers !== undefined) {
    const round = answers.plan.round + 1
    return [{ _tag: "Plan", key: `${planKey(round)} ${answers.plan.hash}`, round, answers }]
  }
  return Deliberation.bestPlan(session, world) === undefined
    ? [{ _tag: "Plan", key: planKey(1), round: 1, answers: undefined }]
    : []
}
