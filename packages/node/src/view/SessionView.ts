/**
 * Sessions as the node tells of them: rows and details.
 */
import type * as Coordination from "@chorus/coordination-core/coordination/Coordination"
import * as Attention from "@chorus/coordination-core/duty/Attention"
import * as Duties from "@chorus/coordination-core/duty/Duties"
import { type AgentKey, fromKey, show } from "@chorus/coordination-core/identity/AgentId"
import type { NodeId } from "@chorus/coordination-core/identity/NodeId"
import * as Options from "@chorus/coordination-core/inbox/Options"
import * as PlanText from "@chorus/coordination-core/plan/PlanText"
import * as Replica from "@chorus/coordination-core/replica/Replica"
import { compare } from "@chorus/coordination-core/replica/Sorted"
import * as Deliberation from "@chorus/coordination-core/session/Deliberation"
import type { Plan } from "@chorus/coordination-core/session/Session"
import * as Status from "@chorus/coordination-core/session/Status"
import * as Summary from "@chorus/coordination-core/session/Summary"
import * as Registry from "@chorus/coordination-core/task/Registry"
import * as Policy from "@chorus/coordination-core/vote/Policy"
import * as HashSet from "effect/HashSet"
import * as Result from "effect/Result"
import type * as Rows from "../api/Rows.ts"
import * as News from "./News.ts"
import * as LandingView from "./LandingView.ts"
import * as TaskView from "./TaskView.ts"

/** Where a session is looked at: the state, the moment, and which node looks. */
export interface Look {
  readonly state: Coordination.State
  readonly nowMillis: number
  /** The time of day, for ages alone. */
  readonly wallMillis: number
  readonly self: NodeId
}

/** The reason that a case has beside those of its facts, when only this node's clock knows it. */
export const overdueReason = "The deadline passed, and no member's node stated it"

/** Sessions, the newest first; without `all` only those that are not over. */
export const rows = (look: Look, all: boolean): ReadonlyArray<Rows.SessionRow> =>
  Replica.openedSessions(look.state.replica)
    .filter((session) => all || isAttended(look, session.id))
    .map((session) => row(look, session))
    .sort((a, b) => compare(b.opened_at, a.opened_at) || compare(a.session, b.session))

/** Sessions beyond what this node attends to, the newest first. */
export const heldBack = (look: Look): ReadonlyArray<Rows.SessionRow> =>
  rows(look, true).filter(({ session }) => Attention.isHeldBack(look.state.attention, session))

export const row = (look: Look, session: Status.Opened): Rows.SessionRow => {
  const world = Replica.world(look.state.replica)
  const { account, kind, roster } = session.opening
  const plan = decidingPlan(session, world)
  return {
    session: session.id,
    kind,
    status: Status.statusOf(session, world),
    ...(account.dependency === undefined ? {} : {
      relationship: account.dependency.relationship,
      confidence: account.dependency.confidence
    }),
    reason: account.reason,
    members: roster.map((agent) => member(look, session, agent, plan)),
    ...(plan === undefined ? {} : { plan: plan.hash, round: plan.round }),
    opened_at: account.timestamp,
    waits_because: waitsBecause(look, session),
    ...stuck(session, world, plan),
    summary: Summary.line(session, world)
  }
}

const isAttended = ({ state }: Look, session: string): boolean =>
  HashSet.has(state.open, session) && !Attention.isHeldBack(state.attention, session)

/** Everything that a person needs to judge a session. */
export const detail = (look: Look, session: Status.Opened): Rows.SessionDetail => {
  const { replica } = look.state
  const world = Replica.world(replica)
  const { account, claims, roster } = session.opening
  const named = (agent: AgentKey) => show(agent, roster)
  return {
    ...row(look, session),
    tasks: tasks(look, session),
    evidence: account.dependency?.evidence ?? [],
    plans: Deliberation.countedPlans(session, world).map((plan) => planRow(session, world, plan)),
    messages: Status.countedMessages(session, world).map(({ agent, intent, text, timestamp }) => ({
      agent: named(agent),
      ...(intent === undefined ? {} : { intent }),
      text,
      at: timestamp
    })),
    escalated_because: Status.escalationReasons(session, world),
    rulings: rulings(replica, session),
    deliveries: News.deliveries(session, world, look.wallMillis),
    commitments: LandingView.commitments(replica, session),
    related: [...new Set(claims.flatMap(({ claim }) => Replica.sessionsWith(replica, claim)))]
      .filter((id) => id !== session.id)
      .sort()
  }
}

/** What a session is about: the tasks of its claims, with their titles. */
export const tasks = (look: Look, { opening }: Status.Opened): Rows.SessionDetail["tasks"] =>
  opening.claims.map(({ agent, claim, task }) => ({
    task,
    agent: show(agent, opening.roster),
    ...described(look, claim, task)
  }))

const rulings = (replica: Replica.Replica, session: Status.Opened): Rows.SessionDetail["rulings"] => {
  const world = Replica.world(replica)
  const standing = Status.unreplacedRulings(session, world).map(({ id }) => id)
  const names = new Map(replica.people.known.map(({ name, person }) => [person, name]))
  return Status.rulingsOf(session, world)
    .flatMap(({ by, id, ruling, timestamp }) => ruling.kind !== "decide_session" ? [] : [{
      ruling: id,
      by,
      name: names.get(by) ?? by.slice(-8),
      decision: ruling.decision,
      ...(ruling.verdict === undefined ? {} : { verdict: ruling.verdict }),
      at: timestamp,
      ...(ruling.holds_from === undefined ? {} : { holds_from: ruling.holds_from }),
      counts: id === standing[0],
      replaced: !standing.includes(id)
    }])
    .sort((a, b) => compare(a.holds_from ?? a.at, b.holds_from ?? b.at) || compare(a.ruling, b.ruling))
}

/** The kind and at least three digits: less would name another session tomorrow. */
const beginningMin = "dep_".length + 3

/** The one session whose id is this or begins with it, or why there is none. */
export const find = (
  { replica }: Coordination.State,
  idOrBeginning: string
): Result.Result<Status.Opened, string> => {
  const exact = Replica.sessionById(replica, idOrBeginning)
  if (exact !== undefined) return Result.succeed(exact)
  if (idOrBeginning.length < beginningMin) {
    return Result.fail(`"${idOrBeginning}" is too short; give the id as \`chorus sessions\` shows it`)
  }
  const [found, ...others] = Replica.openedSessions(replica).filter(({ id }) => id.startsWith(idOrBeginning))
  if (found === undefined) {
    return Result.fail(`no session begins with "${idOrBeginning}"; \`chorus sessions --all\` lists them`)
  }
  return others.length === 0
    ? Result.succeed(found)
    : Result.fail(`${others.length + 1} sessions begin with "${idOrBeginning}": give more of the id`)
}

/** The certified plan, else the plan to vote on. */
const decidingPlan = (session: Status.Opened, world: Status.World): Plan | undefined => {
  const [certificate] = Status.certificatesOf(session)
  return (certificate === undefined ? undefined : Deliberation.planByHash(session, certificate.plan)) ??
    Deliberation.bestPlan(session, world)
}

/** Said while the session is open and its best plan cannot be agreed, though nobody asks for another. */
const stuck = (
  session: Status.Opened,
  world: Status.World,
  plan: Plan | undefined
): Pick<Rows.SessionRow, "stuck_because"> => {
  const isOpen = Status.statusOf(session, world) === "active"
  if (!isOpen || plan === undefined || !Deliberation.isBeyondConsensus(session, world, plan)) return {}
  const { roster, terms } = session.opening
  const max = Policy.abstentionsMax(terms.policy, roster.length)
  return {
    stuck_because: `no consensus is possible on this plan: ${max === 0 ? "nobody" : `at most ${max}`} ` +
      "may abstain; escalate, or it escalates at its deadline"
  }
}

const member = (look: Look, session: Status.Opened, agent: AgentKey, plan: Plan | undefined) => {
  const world = Replica.world(look.state.replica)
  const votes = plan === undefined ? [] : Deliberation.votesOn(session, world, plan.hash)
  return {
    agent,
    own: fromKey(agent).node === look.self,
    tasks: session.opening.claims.filter((claim) => claim.agent === agent).map(({ task }) => task),
    stance: votes.find((vote) => vote.agent === agent)?.stance ?? ("none" as const)
  }
}

const planRow = (session: Status.Opened, world: Status.World, plan: Plan) => {
  const { roster } = session.opening
  return {
    plan: plan.hash,
    round: plan.round,
    made_by: plan.madeBy,
    text: PlanText.render(plan.content),
    certified: Status.certificatesOf(session).some((certificate) => certificate.plan === plan.hash),
    ruled: Status.unreplacedRulings(session, world).some(({ ruling }) =>
      ruling.kind === "decide_session" && Options.adopts(ruling.decision, plan)),
    ...(plan.objection === undefined ? {} : {
      answers: `${show(plan.objection.agent, roster)}: ${plan.objection.reason}`
    }),
    votes: Deliberation.votesOn(session, world, plan.hash).map((vote) => ({
      agent: show(vote.agent, roster),
      stance: vote.stance,
      reason: vote.reason,
      at: vote.timestamp
    }))
  }
}

/** Why a session waits for a person, by its facts or by this node's clock alone. */
export const waitsBecause = (look: Look, session: Status.Opened): ReadonlyArray<string> => {
  const world = Replica.world(look.state.replica)
  const stated = Status.waitsBecause(session, world, look.state.settings.quorum)
  const overdue = Status.statusOf(session, world) === "active" &&
    Duties.isOverdue(look.state.duties, session.id, look.nowMillis)
  return overdue ? [...stated, overdueReason] : stated
}

/** What a claim is about and whether it is held still, where the claim is known. */
const described = (
  look: Look,
  claimId: Registry.Claim["id"],
  task: string
): Pick<Rows.SessionDetail["tasks"][number], "title" | "status"> => {
  const { replica } = look.state
  const claim = Registry.claimById(replica.tasks, claimId)
  const { counts } = Replica.world(replica)
  return claim === undefined ? { title: task } : {
    title: Registry.contextOf(replica.tasks, claim, counts).title,
    status: TaskView.statusOf(look, claim, look.wallMillis)
  }
}
