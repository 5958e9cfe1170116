/**
 * What memory may forget, because it is over and stored.
 *
 *     session   neither active nor waiting for a person, none of its claims in the index, nothing said
 *               in it lately that a member on this node has not seen, and no such end of a task; active
 *               with no member here and one of too many that one node opened
 *     claim     ended, lapsed or void, in no session that is in memory
 *     words     of a node on a task of which it has no claim in memory; mutes of pairs alike. Of tasks
 *               that nobody claimed so many of each node stay
 *     places    of a log but its last ones; of a log that rests, all but the last
 *
 * A session that opened under the terms of another mesh waits for nobody here, and one without an
 * opening for nothing, so they go as well. `Recall` brings all of it back when it is touched.
 * (docs/rules.md, 7: cleanup)
 */
import * as HashMap from "effect/HashMap"
import * as HashSet from "effect/HashSet"
import * as Option from "effect/Option"
import * as Forks from "../ban/Forks.ts"
import * as Delivery from "../delivery/Delivery.ts"
import { isoOf } from "../fact/Writer.ts"
import { fromKey } from "../identity/AgentId.ts"
import type { NodeId } from "../identity/NodeId.ts"
import type { TaskKey } from "../identity/TaskKey.ts"
import * as Replica from "../replica/Replica.ts"
import { compare } from "../replica/Sorted.ts"
import * as VersionMap from "../replica/VersionMap.ts"
import { nodesOf } from "../session/Opening.ts"
import type * as Session from "../session/Session.ts"
import * as Status from "../session/Status.ts"
import * as Registry from "../task/Registry.ts"
import * as Memories from "./Memory.ts"
import type { Heads, Memory } from "./Recall.ts"

/** What decides whether something is still needed. */
export interface Needs extends Memory {
  readonly node: NodeId
  readonly wallMillis: number
  /** Does this node attend to the session, or hold it back until there is room? */
  readonly isAttended: (session: string) => boolean
  readonly heads: Heads
  /** The heads at the last cleanup. */
  readonly cleanedHeads: Heads
  readonly placesRemembered: number
  /** So many people have to rule alike before a decided case waits no more. */
  readonly quorum: number
}

/** So many places of all logs together stay in memory; with many logs each has fewer. */
export const placesMax = 65_536

/** What was said or ended and not seen keeps its session in memory for so long, by its author's clock. */
export const unreadMillis = 24 * 3_600_000

/** Of each node so many of the active sessions that it opened, and that have no member here, stay. */
export const elsewhereMax = 500

/** The replica without what may be forgotten. */
export const replica = (needs: Needs): Replica.Replica => {
  const before = needs.replica
  const others = elsewhere(needs)
  const gone = [...before.sessions.values()].filter((session) =>
    others.has(session.id) || mayGo(session, needs))
  const sessions = VersionMap.without(before.sessions, gone.map(({ id }) => id))
  const sessionsOf = unindexed(before.sessionsOf, gone)
  const { counts } = Replica.world(before)
  const hasRoom = before.tasks.claims.size <= Memories.claimsMax
  const isLive = (claim: Registry.Claim): boolean =>
    Registry.isLive(before.tasks, claim, counts) &&
    !Registry.lapsed(before.tasks, claim, needs.wallMillis, counts)
  const tasks = Registry.forget(before.tasks, (claim) =>
    needs.isIndexed(claim.id) || sessionsOf.has(claim.id) || (hasRoom && isLive(claim)))
  const logs = Math.max(1, HashMap.size(before.forks.places))
  const perLog = Math.max(1, Math.min(needs.placesRemembered, Math.floor(placesMax / logs)))
  return {
    ...before,
    sessions,
    sessionsOf,
    tasks,
    mutes: {
      ...before.mutes,
      pairs: HashMap.filter(before.mutes.pairs, (_, pair) =>
        // Both keys of a pair are tasks; a task holds no blank.
        pair.split(" ").some((task) => tasks.claimsOf.has(task as TaskKey)))
    },
    forks: Forks.forget(before.forks, (log) => {
      const [now, then] = [needs.heads, needs.cleanedHeads].map((heads) =>
        Option.getOrUndefined(HashMap.get(heads, log))?.seq)
      return now === undefined ? 0 : now === then ? now - 1 : now - perLog
    })
  }
}

/** The replica without sessions that are past retention: what came about them opens none again. */
export const sessions = (
  replica: Replica.Replica,
  past: HashMap.HashMap<string, string>
): Replica.Replica => {
  const gone = HashMap.isEmpty(past)
    ? []
    : [...HashMap.keys(past)].flatMap((id) => replica.sessions.get(id) ?? [])
  return gone.length === 0 ? replica : {
    ...replica,
    sessions: VersionMap.without(replica.sessions, gone.map(({ id }) => id)),
    sessionsOf: unindexed(replica.sessionsOf, gone)
  }
}

const mayGo = (session: Session.Session, needs: Needs): boolean => {
  if (!Status.isOpened(session)) return true
  if (session.opening.claims.some(({ claim }) => needs.isIndexed(claim))) return false
  const world = Replica.world(needs.replica)
  return Status.statusOf(session, world) === "active"
    ? !needs.isAttended(session.id)
    : Status.waitsBecause(session, world, needs.quorum).length === 0 && !isUnread(session, world, needs)
}

/** Has a member on this node still to hear of something that was said, or a task that ended, lately? */
const isUnread = (session: Status.Opened, world: Status.World, { node, wallMillis }: Needs): boolean => {
  const { claims } = session.opening
  const mayWait = claims.some(world.hasEnded) &&
    claims.some((claim) => fromKey(claim.agent).node === node && !world.hasEnded(claim))
  if (HashMap.isEmpty(session.messages) && !mayWait) return false
  const [from, to] = [isoOf(wallMillis - unreadMillis), isoOf(wallMillis + unreadMillis)]
  return session.opening.roster
    .filter((agent) => fromKey(agent).node === node)
    .flatMap((agent) => Delivery.of(session, world, agent, wallMillis))
    .some((item) =>
      (item.kind === "message" || item.kind === "awaited") && from < item.at && item.at < to &&
      Delivery.isPending(session, world, item))
}

/** The active sessions without a member here for which there is no room: the last by their ids. */
const elsewhere = ({ node, replica }: Needs): ReadonlySet<string> => {
  const world = Replica.world(replica)
  const active = Replica.openedSessions(replica).filter((session) =>
    !nodesOf(session.opening.roster).includes(node) && Status.statusOf(session, world) === "active")
  const byOpener = Map.groupBy(active, ({ opening }) => opening.account.origin.node)
  return new Set([...byOpener.values()].flatMap((opened) =>
    opened.map(({ id }) => id).sort(compare).slice(elsewhereMax)))
}

const unindexed = (
  index: Replica.Replica["sessionsOf"],
  gone: ReadonlyArray<Session.Session>
): Replica.Replica["sessionsOf"] => {
  let rest = VersionMap.opened(index)
  for (const { id, opening } of gone) {
    for (const subject of opening === undefined ? [] : Replica.subjectsOf(opening)) {
      const others = HashSet.remove(rest.get(subject) ?? HashSet.empty<string>(), id)
      rest = HashSet.isEmpty(others)
        ? VersionMap.without(rest, [subject])
        : VersionMap.set(rest, subject, others)
    }
  }
  return VersionMap.closed(rest)
}
