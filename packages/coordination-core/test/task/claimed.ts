/**
 * A task that one agent holds and another wants, on paper, and what both may state of it.
 */
import { draft } from "@chorus/coordination-core/fact/Draft"
import type { Fact } from "@chorus/coordination-core/fact/Fact"
import type { AgentId } from "@chorus/coordination-core/identity/AgentId"
import { TaskKey } from "@chorus/coordination-core/identity/TaskKey"
import * as Registry from "@chorus/coordination-core/task/Registry"
import * as Paper from "@chorus/coordination-core/testing/Paper"

export const all: Registry.Counts = () => true
export const task = TaskKey.make("repo#1")

export const scene = () => {
  const paper = Paper.make()
  const [owner, other] = [paper.agent("a", "m1"), paper.agent("b", "m1")]
  const fact = paper.claim(owner, task)
  const registry = () => paper.facts.reduce(Registry.evolve, Registry.empty)
  // The claim is on the paper from the first line on.
  const claim = () => Registry.claimById(registry(), fact.id)!
  return { paper, owner, other, fact, registry, claim }
}

export const renewal = (by: AgentId, claim: Fact, untilMillis: number) =>
  draft({ message_type: "claim_renewed", claim: claim.id, agent_id: by.name, claimed_until_ms: untilMillis })

export const description = (
  title: string,
  version: number,
  as: "task_announced" | "task_updated" = "task_updated"
) => draft({ message_type: as, task: { repository: "repo", task_id: 1, title }, version })
