/**
 * Where the members stand: which plans count, who voted how, whether there is consensus.
 *
 * Views for those who plan, vote and certify. Plans of nodes outside the roster do not count, nor
 * plans that no member could follow. (docs/rules.md, 7)
 */
import * as HashMap from "effect/HashMap"
import * as Result from "effect/Result"
import type { PlanHash } from "../fact/SessionFacts.ts"
import type { AgentKey } from "../identity/AgentId.ts"
import * as PlanContent from "../plan/PlanContent.ts"
import { byQuality } from "../plan/PlanHash.ts"
import * as Policy from "../vote/Policy.ts"
import { isObjection, type Vote } from "../vote/Vote.ts"
import { compare } from "../replica/Sorted.ts"
import { nodesOf } from "./Opening.ts"
import type { Plan } from "./Session.ts"
import * as Status from "./Status.ts"

/** A plan counts from a member's node, from round 2 on with a member's objection, if it can be followed. */
export const countedPlans = (
  session: Status.Opened,
  world: Status.World
): ReadonlyArray<Plan> => {
  const { roster } = session.opening
  const nodes = nodesOf(roster)
  const byHash = new Map<PlanHash, Plan>()
  for (const plan of HashMap.values(session.plans)) {
    const counts = nodes.includes(plan.origin.node) && world.counts(plan.origin) &&
      (plan.objection === undefined || roster.includes(plan.objection.agent)) &&
      Result.isSuccess(PlanContent.check(plan.content, roster))
    const known = byHash.get(plan.hash)
    if (counts && (known === undefined || plan.id < known.id)) byHash.set(plan.hash, plan)
  }
  return [...byHash.values()].sort(byQuality)
}

/** The plan to vote on: the best that counts. */
export const bestPlan = (session: Status.Opened, world: Status.World): Plan | undefined =>
  countedPlans(session, world)[0]

/** A plan by its hash, whoever proposed it: the hash vouches for the content. */
export const planByHash = (session: Status.Opened, hash: PlanHash): Plan | undefined =>
  HashMap.toValues(session.plans)
    .filter((plan) => plan.hash === hash)
    .sort((a, b) => compare(a.id, b.id))[0]

/** The plan that all members agreed to, while nothing disputes it and no person ruled otherwise. */
export const agreedPlan = (session: Status.Opened, world: Status.World): Plan | undefined => {
  if (Status.statusOf(session, world) !== "resolved") return undefined
  const [certificate] = Status.certificatesOf(session)
  return certificate === undefined ? undefined : planByHash(session, certificate.plan)
}

/** The votes that count on one plan. */
export const votesOn = (
  session: Status.Opened,
  world: Status.World,
  hash: PlanHash
): ReadonlyArray<Vote> => Status.countedVotes(session, world).filter((vote) => vote.plan === hash)

/**
 * One vote of each member, sorted by member, if they are consensus on the plan. A vote that names
 * another round than the plan's cannot stand in its certificate, and so is none for it.
 */
export const consensusOn = (
  session: Status.Opened,
  world: Status.World,
  { hash, round }: Pick<Plan, "hash" | "round">
): ReadonlyArray<Vote> | undefined => {
  const { roster, terms } = session.opening
  const chosen = new Map<AgentKey, Vote>()
  for (const vote of votesOn(session, world, hash)) {
    if (vote.round !== round) continue
    const before = chosen.get(vote.agent)
    if (vote.stance === "object" || (before !== undefined && before.stance !== vote.stance)) {
      return undefined
    }
    chosen.set(vote.agent, before ?? vote)
  }
  const votes = roster.flatMap((agent) => chosen.get(agent) ?? [])
  const abstentions = votes.filter((vote) => vote.stance === "abstain").length
  return votes.length === roster.length &&
      abstentions <= Policy.abstentionsMax(terms.policy, roster.length)
    ? votes
    : undefined
}

/** The best plan on which there is consensus, with the votes that prove it. */
export const consensus = (
  session: Status.Opened,
  world: Status.World
): { readonly plan: Plan; readonly votes: ReadonlyArray<Vote> } | undefined => {
  for (const plan of countedPlans(session, world)) {
    const votes = consensusOn(session, world, plan)
    if (votes !== undefined) return { plan, votes }
  }
  return undefined
}

/**
 * Nobody asks for another plan, and yet the votes on this one can be consensus no more: too many
 * abstained, or a member took two stances. Only a person or the deadline ends it.
 */
export const isBeyondConsensus = (
  session: Status.Opened,
  world: Status.World,
  { hash, round }: Pick<Plan, "hash" | "round">
): boolean => {
  const votes = votesOn(session, world, hash)
  if (votes.some((vote) => vote.stance === "object")) return false
  const counted = votes.filter((vote) => vote.round === round)
  const of = (stance: Vote["stance"]) =>
    new Set(counted.filter((vote) => vote.stance === stance).map(({ agent }) => agent))
  const [agreed, abstained] = [of("agree"), of("abstain")]
  const { roster, terms } = session.opening
  return abstained.size > Policy.abstentionsMax(terms.policy, roster.length) ||
    [...abstained].some((agent) => agreed.has(agent))
}

/** The objection that calls for a plan of the next round: the first to the best plan, before round 3. */
export const openObjection = (
  session: Status.Opened,
  world: Status.World
): { readonly plan: Plan; readonly objection: Vote } | undefined => {
  const plan = bestPlan(session, world)
  if (plan === undefined || plan.round >= 3) return undefined
  const objection = votesOn(session, world, plan.hash).find(isObjection)
  return objection === undefined ? undefined : { plan, objection }
}

/** The members who have not voted on the plan. */
export const silentOn = (
  session: Status.Opened,
  world: Status.World,
  hash: PlanHash
): ReadonlyArray<AgentKey> => {
  const heard = new Set(votesOn(session, world, hash).map((vote) => vote.agent))
  return session.opening.roster.filter((agent) => !heard.has(agent))
}
