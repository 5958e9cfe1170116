/**
 * The facts that a node states about a session, ready to be numbered: opening, plan, certificate,
 * escalation.
 *
 * Each carries the seed's fields, for whoever reads those alone. Where names are long or members
 * many those go first, so that what the session needs always fits into one fact.
 */
import { type Draft, draft } from "../fact/Draft.ts"
import * as Fact from "../fact/Fact.ts"
import { jsonBytes, shortened } from "../fact/Text.ts"
import { type AgentKey, fromKey, show } from "../identity/AgentId.ts"
import type { PlanContent } from "../plan/PlanContent.ts"
import * as PlanText from "../plan/PlanText.ts"
import * as MeshSettings from "../mesh/MeshSettings.ts"
import * as Replica from "../replica/Replica.ts"
import * as Registry from "../task/Registry.ts"
import * as TaskContext from "../task/TaskContext.ts"
import type { Vote } from "../vote/Vote.ts"
import type { Opened, World } from "./Status.ts"
import * as Summary from "./Summary.ts"

/** What the header of a fact takes at most, and what a sealed vote takes inside another fact. */
const headerBytes = 1200
const voteBytes = 2900

/** What a sealed claim takes inside another fact: its seal and header, and the names in it, as base64. */
const claimBytes = ({ agent, task }: Registry.Claim): number =>
  1350 + Math.ceil(jsonBytes(task + fromKey(agent).name) * 4 / 3)

/** A plan as text takes at most this much of its fact; its content, as items, is never cut. */
const planTextBytes = 5500

/** Opens a conflict or a planning session over claims, which it embeds. */
export const opening = (
  kind: "planning" | "conflict",
  claims: ReadonlyArray<Registry.Claim>,
  reason: string,
  replica: Replica.Replica,
  mesh: MeshSettings.MeshSettings
): Draft => {
  const { counts } = Replica.world(replica)
  const tasks = claims.map((claim) =>
    TaskContext.brief(Registry.contextOf(replica.tasks, claim, counts))
  )
  const data = {
    message_type: "session_opened" as const,
    session_kind: kind,
    reason: reason.slice(0, 500),
    tasks_involved: tasks,
    terms: MeshSettings.terms(mesh)
  }
  const room = Fact.bytesMax - headerBytes - claims.reduce((sum, claim) => sum + claimBytes(claim), 0)
  return draft(
    jsonBytes(data) <= room ? data : { ...data, tasks_involved: [] },
    claims.map((claim) => claim.id)
  )
}

/** Proposes a plan; from round 2 on it embeds the objection that it answers. */
export const plan = (
  session: Opened,
  round: number,
  content: PlanContent,
  madeBy: string,
  objection: Vote | undefined
): Draft =>
  draft(fitted({
    message_type: "coordination_plan" as const,
    session_id: session.id,
    plan: shortened(PlanText.render(content), planTextBytes),
    tasks_involved: tasksOf(session),
    participants: participantsOf(session),
    message: `Coordination plan generated for ${session.opening.kind}: ` +
      (session.opening.account.dependency?.relationship ?? session.opening.account.reason).slice(0, 400),
    round,
    content,
    made_by: madeBy.slice(0, 120)
  }, Fact.bytesMax - headerBytes - voteBytes), objection === undefined ? [] : [objection.id])

/** States that the members agree; the embedded votes are the certificate. */
export const certificate = (session: Opened, world: World, votes: ReadonlyArray<Vote>): Draft =>
  draft({
    message_type: "resolution",
    session_id: session.id,
    resolution: "Consensus reached among participants",
    summary: Summary.line(session, world)
  }, votes.map((vote) => vote.id))

/** Hands the session to a person. */
export const escalation = (
  session: Opened,
  world: World,
  reason: string,
  requestedBy?: AgentKey
): Draft =>
  draft(fitted({
    message_type: "escalation" as const,
    session_id: session.id,
    escalation_reason: reason.slice(0, 500),
    session_summary: Summary.line(session, world),
    participants: participantsOf(session),
    tasks_involved: tasksOf(session),
    requires_human: true,
    ...(requestedBy === undefined ? {} : { requested_by: requestedBy })
  }, Fact.bytesMax - headerBytes))

/** The data, without what the opening tells as well when there is no room for it. */
const fitted = <A extends { readonly tasks_involved: unknown; readonly participants: unknown }>(
  data: A,
  bytesMax: number
): A | Omit<A, "tasks_involved" | "participants"> => {
  if (jsonBytes(data) <= bytesMax) return data
  const { participants: _participants, tasks_involved: _tasks, ...rest } = data
  return rest
}

const tasksOf = (session: Opened): ReadonlyArray<TaskContext.TaskContext> =>
  session.opening.claims.map(({ task }) => TaskContext.bare(task))

const participantsOf = ({ opening }: Opened) =>
  Object.fromEntries(opening.claims.map(({ agent, task }) => {
    const { name, node } = fromKey(agent)
    return [
      show(agent, opening.roster),
      { agent_id: name, repository: TaskContext.bare(task).repository, peer_id: node }
    ]
  }))
