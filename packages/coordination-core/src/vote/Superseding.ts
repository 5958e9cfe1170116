/**
 * What follows by itself from the votes of one node's agents: objections to worse plans.
 */
import type { Draft } from "../fact/Draft.ts"
import { fromKey } from "../identity/AgentId.ts"
import type { NodeId } from "../identity/NodeId.ts"
import * as Replica from "../replica/Replica.ts"
import * as Voting from "./Voting.ts"

/** The votes that are due in these sessions. */
export const due = (
  replica: Replica.Replica,
  node: NodeId,
  sessions: ReadonlyArray<string>
): ReadonlyArray<Draft> => {
  const world = Replica.world(replica)
  return sessions.flatMap((id) => {
    const session = Replica.sessionById(replica, id)
    const own = session?.opening.roster.filter((agent) => fromKey(agent).node === node) ?? []
    return session === undefined ? [] : own.flatMap((agent) => Voting.superseding(session, world, agent))
  })
}
