/**
 * The lowest place of each of a node's logs that still matters: what its facts tell others they
 * may forget. A view.
 *
 * A place matters while its claim is live, while a session that it belongs to is not over, or while
 * its mute of more than a pair is in effect. The
 * log that is being written always does. Without any log nothing is said, and all must be kept: so
 * says a node of which more logs matter than a fact may name. (docs/rules.md, 4: retention)
 */
import * as HashMap from "effect/HashMap"
import type * as Writer from "../fact/Writer.ts"
import { liveFromMax } from "../fact/Fact.ts"
import { type FactId, type LogId, type LogNonce, nonce, type Origin } from "../identity/FactId.ts"
import { fromKey } from "../identity/AgentId.ts"
import type { NodeId } from "../identity/NodeId.ts"
import * as Mutes from "../mute/Mutes.ts"
import * as Registry from "../task/Registry.ts"
import * as Replica from "./Replica.ts"
import { compare } from "./Sorted.ts"

/** What of a node's own is still going on. */
export interface Ongoing {
  /** Its agents' live claims. */
  readonly claims: Iterable<FactId>
  /** The sessions that are not over. */
  readonly sessions: Iterable<string>
}

/** Per log of the node its lowest place that matters; if any is named, the others no longer do. */
export const of = (
  replica: Replica.Replica,
  writer: Writer.State,
  ongoing: Ongoing
): Readonly<Record<LogNonce, number>> => {
  const lowest = new Map<LogId, number>([[writer.log, writer.next]])
  const claims = [...ongoing.claims].flatMap((id) => claimPlaces(replica, writer.node, id))
  const sessions = [...ongoing.sessions].flatMap((id) => sessionPlaces(replica, writer.node, id))
  for (const { log, seq } of [...claims, ...sessions, ...mutePlaces(replica, writer.node)]) {
    lowest.set(log, Math.min(seq, lowest.get(log) ?? seq))
  }
  if (lowest.size > liveFromMax) return {}
  const places = [...lowest].map(([log, seq]) => [nonce(log), seq] as const)
  return Object.fromEntries(places.sort(([a], [b]) => compare(a, b)))
}

/** A mute that reaches beyond a pair matters until it is lifted. */
const mutePlaces = (replica: Replica.Replica, node: NodeId): ReadonlyArray<Origin> =>
  Mutes.broadOf(replica.mutes, node, Replica.world(replica).counts).map(({ origin }) => origin)

const claimPlaces = (replica: Replica.Replica, node: NodeId, id: FactId): ReadonlyArray<Origin> => {
  const claim = Registry.claimById(replica.tasks, id)
  if (claim?.origin.node !== node) return []
  const { counts } = Replica.world(replica)
  const described = Registry.descriptionBy(replica.tasks, claim.task, fromKey(claim.agent), counts)
  return described === undefined ? [claim.origin] : [claim.origin, described.origin]
}

const sessionPlaces = (replica: Replica.Replica, node: NodeId, id: string): ReadonlyArray<Origin> => {
  const session = Replica.sessionById(replica, id)
  if (session === undefined) return []
  const { account, claims } = session.opening
  const { certificates, escalations, messages, receipts, plans, votes } = session
  const facts = [plans, votes, messages, receipts, escalations, certificates]
    .flatMap((some) => HashMap.toValues<string, { readonly origin: Origin }>(some))
    .map(({ origin }) => origin)
  return [account.origin, ...facts]
    .filter((origin) => origin.node === node)
    .concat(claims.flatMap(({ claim }) => claimPlaces(replica, node, claim)))
}
