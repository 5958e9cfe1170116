/**
 * What was agreed, promised and kept, as the node tells of it.
 */
import type * as Coordination from "@chorus/coordination-core/coordination/Coordination"
import { type AgentKey, fromKey, show } from "@chorus/coordination-core/identity/AgentId"
import type { TaskKey } from "@chorus/coordination-core/identity/TaskKey"
import { inOrder } from "@chorus/coordination-core/plan/PlanContent"
import * as PlanRequest from "@chorus/coordination-core/plan/PlanRequest"
import * as Replica from "@chorus/coordination-core/replica/Replica"
import * as Deliberation from "@chorus/coordination-core/session/Deliberation"
import * as Status from "@chorus/coordination-core/session/Status"
import * as Registry from "@chorus/coordination-core/task/Registry"
import * as Result from "effect/Result"
import type { Agreed, Promised } from "../api/LandingRows.ts"
import type * as Rows from "../api/Rows.ts"

/** The plan that a session agreed to, or why there is none that counts. */
export const agreed = (
  replica: Replica.Replica,
  session: Status.Opened
): Result.Result<Agreed, string> => {
  const plan = Deliberation.agreedPlan(session, Replica.world(replica))
  if (plan === undefined) {
    const status = Status.statusOf(session, Replica.world(replica))
    return Result.fail(
      status === "decided"
        ? `a person decided ${session.id}: what counts is the ruling, and no plan`
        : `${session.id} is ${status}: its members have not agreed to a plan`
    )
  }
  const { counts } = Replica.world(replica)
  const { first } = PlanRequest.forSession(replica, session)
  return Result.succeed({
    session: session.id,
    plan: plan.hash,
    nothing_to_do: plan.content.nothing_to_do === true,
    tasks: session.opening.claims.map(({ agent, claim: id, task }) => {
      const claim = Registry.claimById(replica.tasks, id)
      const context = claim === undefined ? undefined : Registry.contextOf(replica.tasks, claim, counts)
      return {
        task,
        title: context?.title ?? task,
        agent,
        ...(context?.change === undefined ? {} : { change: context.change })
      }
    }),
    items: inOrder(plan.content.items),
    ...(first === undefined ? {} : { first })
  })
}

/** The steps of agreed plans that an agent of this node owns, over a claim that it has not ended. */
export const promises = (
  { replica }: Coordination.State,
  agent: AgentKey,
  task: TaskKey
): ReadonlyArray<Promised> => {
  const world = Replica.world(replica)
  const { counts } = world
  const claims = Registry.liveClaims(replica.tasks, task, counts).filter((claim) => claim.agent === agent)
  const sessions = new Set(claims.flatMap(({ id }) => Replica.sessionsWith(replica, id)))
  return [...sessions].sort().flatMap((id): ReadonlyArray<Promised> => {
    const session = Replica.sessionById(replica, id)
    const plan = session === undefined ? undefined : Deliberation.agreedPlan(session, world)
    if (session === undefined || plan === undefined) return []
    const own = session.opening.claims
      .filter((claim) => claim.agent === agent)
      .map(({ task }) => Registry.descriptionBy(replica.tasks, task, fromKey(agent), counts)?.task.done_when)
    return inOrder(plan.content.items)
      .filter(({ owner }) => owner === agent)
      .map(({ action, done_when, id: item }) =>
        ({ session: id, plan: plan.hash, item, action, done_when, own: own.includes(done_when) }))
  })
}

/** Each step of the agreed plan, and what its owner stated of it. */
export const commitments = (
  replica: Replica.Replica,
  session: Status.Opened
): Rows.SessionDetail["commitments"] => {
  const world = Replica.world(replica)
  const plan = Deliberation.agreedPlan(session, world)
  if (plan === undefined || plan.content.nothing_to_do === true) return []
  const { counts } = world
  const { claims, roster } = session.opening
  return inOrder(plan.content.items).map(({ done_when, id, owner }) => {
    const ends = claims.filter(({ agent }) => agent === owner).map(({ claim: claimId }) => {
      const claim = Registry.claimById(replica.tasks, claimId)
      return claim === undefined ? undefined : Registry.endOf(replica.tasks, claim, counts)
    })
    const stated = ends
      .flatMap((end) => end?.kept ?? [])
      .filter((kept) => kept.session === session.id && kept.plan === plan.hash && kept.item === id)
    // Of several tasks one may have broken what another kept.
    const said = stated.find(({ outcome }) => outcome === "broken") ?? stated[0]
    const isOver = ends.every((end) => end !== undefined)
    return {
      item: id,
      agent: show(owner, roster),
      done_when,
      outcome: said?.outcome ?? (isOver ? "unchecked" : "open"),
      how: said?.how ?? ""
    }
  })
}
