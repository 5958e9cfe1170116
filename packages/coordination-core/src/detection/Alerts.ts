/**
 * Alerts: what becomes of a detection, and what is held back when the budget is spent.
 */
import { type Draft, draft } from "../fact/Draft.ts"
import { isoOf } from "../fact/Writer.ts"
import { fromKey } from "../identity/AgentId.ts"
import type { FactId } from "../identity/FactId.ts"
import type { NodeId } from "../identity/NodeId.ts"
import * as TaskKey from "../identity/TaskKey.ts"
import * as MeshSettings from "../mesh/MeshSettings.ts"
import * as Replica from "../replica/Replica.ts"
import * as TaskContext from "../task/TaskContext.ts"
import type { Detection } from "./Detector.ts"

/** A detection that was not stated, and why not. */
export interface Unsaid extends Detection {
  readonly because: string
}

/** Detections that were not stated: held back, or between one agent's tasks. */
export interface Unstated {
  readonly count: number
  /** The latest of them, each pair once, oldest first. */
  readonly latest: ReadonlyArray<Unsaid>
}

/** This many are listed; older ones are only counted. */
export const unstatedMax = 200

export const none: Unstated = { count: 0, latest: [] }

/** A pair that is found again, because its task was described anew, is not counted again. */
export const keep = (kept: Unstated, unsaid: ReadonlyArray<Unsaid>): Unstated => {
  if (unsaid.length === 0) return kept
  const found = new Set(unsaid.map(pairOf))
  const others = kept.latest.filter((known) => !found.has(pairOf(known)))
  return {
    count: kept.count + unsaid.length - (kept.latest.length - others.length),
    latest: [...others, ...unsaid].slice(-unstatedMax)
  }
}

const pairOf = ({ task1, task2 }: Detection): string => [task1.claim, task2.claim].sort().join(" ")

/**
 * How many alerts a claim has raised already, by its holder or by `self`: openings under other terms
 * than the mesh's, or by the other side alone, spend nothing of its budget.
 */
export const raised = (
  replica: Replica.Replica,
  mesh: MeshSettings.MeshSettings,
  self: NodeId,
  claim: FactId
): number =>
  Replica.sessionsWith(replica, claim).filter((id) => {
    const opening = Replica.sessionById(replica, id)?.opening
    const holder = opening?.claims.find((opened) => opened.claim === claim)?.agent
    return opening?.kind === "dependency" && MeshSettings.attends(mesh, opening.terms) &&
      holder !== undefined && [self, fromKey(holder).node].includes(opening.account.origin.node)
  }).length

/** An alert tells this many pieces of evidence, so that the longest of them fit into its fact. */
const evidenceMax = 10

/** States a dependency and opens its session: it embeds both claims. */
export const dependency = (
  detection: Detection,
  mesh: MeshSettings.MeshSettings,
  wallMillis: number
): Draft => {
  const { confidence, direction, evidence, reason, relationship, task1, task2 } = detection
  const [agent1, agent2] = [fromKey(task1.agent).name, fromKey(task2.agent).name]
  const [named1, named2] = [named(task1.task), named(task2.task)]
  return draft({
    message_type: "dependency_detected",
    dependency: {
      task1: { ...TaskContext.brief(task1.task), agent_id: agent1 },
      task2: { ...TaskContext.brief(task2.task), agent_id: agent2 },
      relationship,
      confidence,
      reason: reason.slice(0, 500),
      detected_at: isoOf(wallMillis),
      ...(direction === undefined ? {} : { direction }),
      evidence: evidence.slice(0, evidenceMax)
    },
    coordination_request: `Cross-repository dependency detected between tasks. Agent working on ` +
      `${named1} and agent working on ${named2} should coordinate. Relationship: ${relationship}.`,
    agents_involved: [agent1, agent2],
    repositories: [task1.task.repository, task2.task.repository],
    hop_count: 0,
    max_hops: mesh.coordinationHops,
    terms: MeshSettings.terms(mesh)
  }, [task1.claim, task2.claim])
}

const named = (task: TaskContext.TaskContext): string =>
  `${task.repository}/${task.title.slice(0, 120)} #${TaskKey.id(TaskContext.key(task))}`
