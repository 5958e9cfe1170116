/**
 * Whose facts enter: everybody's in an open mesh, the listed nodes' in a listed one.
 *
 * Membership decides what enters the set of facts, never what a fact means. What a member stated
 * comes by catch-up once it is listed. A revoked member's facts no longer come from itself or by
 * gossip; those that some member took in before it knew still go round, so that all members end
 * with the same set, and have no effect beyond the last valid places. (docs/rules.md, 7 and 10)
 */
import type { NodeId } from "../identity/NodeId.ts"
import type { MeshSettings } from "../mesh/MeshSettings.ts"
import * as People from "./People.ts"

/** Are the node's facts taken from any peer that holds them? */
export const takes = (mesh: MeshSettings, people: People.People, author: NodeId): boolean =>
  mesh.membership === "open" || author === mesh.firstMember || People.isListed(people, author)

/** Are the node's facts taken as gossip? */
export const hears = (mesh: MeshSettings, people: People.People, author: NodeId): boolean =>
  takes(mesh, people, author) && !isShutOut(people, author)

/** Is nothing taken from this peer, whoever stated it? */
export const isShutOut = (people: People.People, peer: NodeId): boolean =>
  People.isRevokedMember(people, peer)
