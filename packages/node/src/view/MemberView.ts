/**
 * Members as the node tells of them: who is listed, who was revoked, and whom it met or holds facts
 * of; and the peers that are connected.
 */
import * as Holdings from "@chorus/coordination-core/catchup/Holdings"
import type * as Coordination from "@chorus/coordination-core/coordination/Coordination"
import { author, nonce } from "@chorus/coordination-core/identity/FactId"
import type { NodeId } from "@chorus/coordination-core/identity/NodeId"
import type { Link } from "@chorus/coordination-core/ports/Peers"
import { compare } from "@chorus/coordination-core/replica/Sorted"
import * as Membership from "@chorus/coordination-core/ruling/Membership"
import * as People from "@chorus/coordination-core/ruling/People"
import * as HashMap from "effect/HashMap"
import type * as Rows from "../api/Rows.ts"

/** A revocation names this many logs of a node; a fact holds no more. Of more, the shortest go. */
export const logsMax = 300

/** Every node that this one knows of, by its id. */
export const rows = (state: Coordination.State): ReadonlyArray<Rows.NodeRow> => {
  const { catchUp, mesh, node: self, replica: { people } } = state
  const ruled = new Map(People.members(people).map((member) => [member.node, member]))
  const known = new Set<NodeId>([
    self,
    ...(mesh.firstMember === undefined ? [] : [mesh.firstMember]),
    ...ruled.keys(),
    ...HashMap.keys(catchUp.peers),
    ...[...HashMap.keys(catchUp.heads)].map(author)
  ])
  return [...known].sort(compare).map((node) => {
    const member = ruled.get(node)
    return {
      node,
      name: member?.name ?? "",
      standing: member?.standing ?? (node === mesh.firstMember ? "member" : "unlisted"),
      own: node === self,
      last_places: lastPlaces(state, node)
    }
  })
}

/** The connected peers, the longest connected first. */
export const peers = (
  state: Coordination.State,
  links: ReadonlyArray<Link>
): ReadonlyArray<Rows.PeerRow> => {
  const known = new Map(rows(state).map((row) => [row.node, row]))
  return links.toSorted((one, other) => one.sinceMillis - other.sinceMillis).map((link) => ({
    node: link.peer,
    name: known.get(link.peer)?.name ?? "",
    standing: known.get(link.peer)?.standing ?? "unlisted",
    address: link.address,
    since: new Date(link.sinceMillis).toISOString()
  }))
}

/** Whether the node's facts enter at the other members, in words. */
export const membership = ({ mesh, node, replica: { people } }: Coordination.State): string => {
  if (Membership.isShutOut(people, node)) return "revoked: what this node states has no effect"
  if (mesh.membership === "open") return "open: whoever reaches a node is in"
  return Membership.takes(mesh, people, node)
    ? "listed, and this node is a member"
    : `listed, and this node is no member yet: chorus members add ${node} --name NAME`
}

/** What somebody has to know who states something at this node, which the others do not take. */
export const notes = ({ mesh, node, replica: { people } }: Coordination.State): ReadonlyArray<string> =>
  Membership.takes(mesh, people, node)
    ? []
    : [`no other node takes this until a ruling lists this one: chorus members add ${node} --name NAME`]

const lastPlaces = ({ catchUp }: Coordination.State, node: NodeId): Readonly<Record<string, number>> =>
  Object.fromEntries(
    Holdings.placesOf(catchUp, node)
      .map(([log, seq]) => [nonce(log), seq] as const)
      .sort(([one, a], [other, b]) => b - a || compare(one, other))
      .slice(0, logsMax)
  )
