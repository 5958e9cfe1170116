/**
 * The rules by which an honest agent votes, and what follows from its votes by themselves.
 *
 *     not voted ──agree | abstain──▶ bound to the plan ──an objection to it is held──▶ free again
 *              └──object──▶ free
 *
 * Votes are final. Having agreed or abstained, an agent goes on to another plan only when it holds
 * a member's objection to each plan before, so that no two plans can both be certified by honest
 * members. Having agreed to a better plan it clears the worse ones away. (docs/rules.md, 7)
 */
import * as Result from "effect/Result"
import { type Draft, draft } from "../fact/Draft.ts"
import type { PlanHash, Stance } from "../fact/SessionFacts.ts"
import { type AgentKey, fromKey } from "../identity/AgentId.ts"
import { byQuality } from "../plan/PlanHash.ts"
import * as Deliberation from "../session/Deliberation.ts"
import type { Plan } from "../session/Session.ts"
import * as Status from "../session/Status.ts"
import { reasonLengthMax, type Vote } from "./Vote.ts"

/** What an agent wants to say to a plan; without a plan, to the best one. */
export interface Answer {
  readonly agent: AgentKey
  readonly stance: Stance
  readonly reason: string
  readonly plan: PlanHash | undefined
  /** An objection that the alert was about nothing. */
  readonly dismisses?: boolean
}

/** The plan that an answer was about, and the vote to state; none when it stands already. */
export interface Cast {
  readonly plan: Plan
  readonly draft: Draft | undefined
}

/** Turns an answer into a vote, or says what forbids it and what to do instead. */
export const cast = (
  session: Status.Opened,
  world: Status.World,
  answer: Answer
): Result.Result<Cast, string> => {
  const status = Status.statusOf(session, world)
  if (!session.opening.roster.includes(answer.agent)) {
    return Result.fail(`${fromKey(answer.agent).name} is not a member of ${session.id}`)
  }
  if (Status.atLeast(status, "resolved")) {
    return Result.fail(`the session is ${status}; nothing is left to vote on`)
  }
  if (answer.reason.length > reasonLengthMax) {
    return Result.fail(`a reason holds at most ${reasonLengthMax} characters`)
  }
  const plans = Deliberation.countedPlans(session, world)
  const plan = answer.plan === undefined ? plans[0] : plans.find(({ hash }) => hash === answer.plan)
  if (plan === undefined) {
    return Result.fail(
      answer.plan === undefined
        ? "there is no plan yet; ask again in a moment"
        : "no such plan is proposed; `chorus show` lists the plans"
    )
  }
  return Result.map(permitted(session, world, plan, answer), (needed) => ({
    plan,
    draft: needed
      ? vote(session, plan, answer.agent, answer.stance, answer.reason, {
        dismisses: answer.stance === "object"
          ? answer.dismisses === true
          : answer.stance === "agree" && plan.content.nothing_to_do === true
      })
      : undefined
  }))
}

/** The objections that follow from an agent's agreement to a better plan. */
export const superseding = (
  session: Status.Opened,
  world: Status.World,
  agent: AgentKey
): ReadonlyArray<Draft> => {
  if (Status.atLeast(Status.statusOf(session, world), "resolved")) return []
  const own = votesBy(session, agent)
  const plans = Deliberation.countedPlans(session, world)
  const agreed = plans.find(({ hash }) =>
    own.some((cast) => cast.plan === hash && cast.stance === "agree")
  )
  if (agreed === undefined) return []
  return plans
    .filter((plan) => byQuality(agreed, plan) < 0 && !own.some((cast) => cast.plan === plan.hash))
    .map((plan) =>
      vote(session, plan, agent, "object", "superseded by a better plan", { supersededBy: agreed.hash })
    )
}

/** Whether the vote is new; fails when it would contradict the agent's votes. */
const permitted = (
  session: Status.Opened,
  world: Status.World,
  plan: Plan,
  { agent, stance }: Answer
): Result.Result<boolean, string> => {
  const own = votesBy(session, agent)
  const same = own.find((cast) => cast.plan === plan.hash)
  if (same !== undefined) {
    return same.stance === stance
      ? Result.succeed(false)
      : Result.fail(
        `votes are final, and ${fromKey(agent).name} chose "${same.stance}" on this plan; ` +
          "answer the next plan, or escalate"
      )
  }
  const bound = stance === "object"
    ? undefined
    : own.find((cast) => cast.stance !== "object" && !isObjectedTo(session, world, cast.plan))
  return bound === undefined
    ? Result.succeed(true)
    : Result.fail(
      `${fromKey(agent).name} is bound to plan ${bound.plan.slice(0, 12)}, which may still be ` +
        "agreed; wait for a member's objection to it, or escalate"
    )
}

const isObjectedTo = (session: Status.Opened, world: Status.World, plan: PlanHash): boolean =>
  Deliberation.votesOn(session, world, plan).some((cast) => cast.stance === "object")

/** What an agent said stays said, even where its node was revoked and nobody counts it. */
const votesBy = (session: Status.Opened, agent: AgentKey): ReadonlyArray<Vote> =>
  Status.memberVotes(session).filter((cast) => cast.agent === agent)

const vote = (
  session: Status.Opened,
  plan: Plan,
  agent: AgentKey,
  stance: Stance,
  reason: string,
  { dismisses, supersededBy }: { readonly supersededBy?: PlanHash; readonly dismisses?: boolean }
): Draft =>
  draft({
    message_type: "coordination_response",
    session_id: session.id,
    agent_id: fromKey(agent).name,
    response: reason,
    stance,
    round: plan.round,
    plan_hash: plan.hash,
    ...(supersededBy === undefined ? {} : { superseded_by: supersededBy }),
    ...(dismisses === true ? { dismisses } : {})
  })
