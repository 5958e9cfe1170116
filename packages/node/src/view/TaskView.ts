/**
 * Tasks as the node tells of them: who holds what, until when, and what came of it.
 */
import { isoOf } from "@chorus/coordination-core/fact/Writer"
import { fromKey } from "@chorus/coordination-core/identity/AgentId"
import * as Replica from "@chorus/coordination-core/replica/Replica"
import { compare } from "@chorus/coordination-core/replica/Sorted"
import * as Registry from "@chorus/coordination-core/task/Registry"
import type * as Rows from "../api/Rows.ts"
import type { Look } from "./SessionView.ts"

/** Claims by task; without `all` only those that are held now. */
export const rows = (look: Look, wallMillis: number, all: boolean): ReadonlyArray<Rows.TaskRow> =>
  [...look.state.replica.tasks.claims.values()]
    .map((claim) => row(look, claim, wallMillis))
    .filter(({ status }) => all || status === "claimed")
    .sort((a, b) => compare(a.task, b.task) || compare(a.claimed_until, b.claimed_until))

const row = (look: Look, claim: Registry.Claim, wallMillis: number): Rows.TaskRow => {
  const { tasks } = look.state.replica
  const { counts } = Replica.world(look.state.replica)
  const context = Registry.contextOf(tasks, claim, counts)
  return {
    task: claim.task,
    title: context.title,
    ...(context.description === undefined ? {} : { description: context.description }),
    scopes: context.scopes ?? [],
    paths: context.paths ?? [],
    agent: claim.agent,
    own: fromKey(claim.agent).node === look.self,
    claim: claim.id,
    claimed_until: isoOf(Registry.untilMillis(tasks, claim, counts)),
    status: statusOf(look, claim, wallMillis),
    ...(context.change === undefined ? {} : { change: context.change }),
    ...(context.done_when === undefined ? {} : { done_when: context.done_when })
  }
}

/** Is the claim held still, or what became of it? */
export const statusOf = (
  { state: { replica } }: Look,
  claim: Registry.Claim,
  wallMillis: number
): Rows.TaskRow["status"] => {
  const { tasks } = replica
  const { counts } = Replica.world(replica)
  const isHeld = Registry.isLive(tasks, claim, counts) && !Registry.lapsed(tasks, claim, wallMillis, counts)
  return Registry.endOf(tasks, claim, counts)?.as ?? (isHeld ? "claimed" : "lapsed")
}
