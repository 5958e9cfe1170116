/**
 * Forgetting leaves no trace: what a member that forgets has in memory says what all its facts say
 * (I15), and what is under way or waits for a person is never forgotten (I10).
 */
import * as Canonical from "@chorus/coordination-core/replica/Canonical"
import * as Replica from "@chorus/coordination-core/replica/Replica"
import type * as VersionMap from "@chorus/coordination-core/replica/VersionMap"
import * as Status from "@chorus/coordination-core/session/Status"
import type { Checker } from "../Checker.ts"
import { type Cluster, honest } from "../Cluster.ts"
import * as Knowledge from "../Knowledge.ts"
import * as Members from "../Member.ts"

export const make = (cluster: Cluster): Checker => {
  const look = (member: Members.Member): void => {
    const state = Members.state(cluster.world, member)
    if (state === undefined || !Members.isForgetful(member)) return
    const whole = Knowledge.replayed(cluster, member)
    if (state.memory.forgotten.sessions > 0) cluster.world.struck("forgetting")
    const stray = strayIn(state.replica, whole)
    if (stray !== undefined) {
      cluster.fail("I15", `${stray} is in memory at ${member.name} as its disk has it not`)
    }
    const lost = neededOf(whole, member).find((id) => !state.replica.sessions.has(id))
    if (lost !== undefined) cluster.fail("I10", `${member.name} forgot ${lost}, which is not over`)
  }
  return {
    // A slow disk may hold what its process has not heard of yet.
    weathered: () => honest(cluster).filter(({ disk }) => disk.slowMillis === 0).forEach(look),
    ended: () => honest(cluster).forEach(look)
  }
}

/** The first thing in memory that all facts together would have otherwise. */
const strayIn = (live: Replica.Replica, whole: Replica.Replica): string | undefined => {
  const lasting: ReadonlyArray<readonly [string, unknown, unknown]> = [
    ["who is banned", live.forks.authors, whole.forks.authors],
    ["who may rule", live.people, whole.people],
    ["what is provided", live.contracts, whole.contracts]
  ]
  return lasting.find(([, one, other]) => differ(one, other))?.[0] ??
    otherIn(live.sessions, whole.sessions) ??
    otherIn(live.tasks.claims, whole.tasks.claims) ??
    otherIn(live.tasks.descriptions, whole.tasks.descriptions)
}

const otherIn = <K extends string, V extends object>(
  some: VersionMap.VersionMap<K, V>,
  all: VersionMap.VersionMap<K, V>
): K | undefined => [...some].find(([key, item]) => differ(item, all.get(key)))?.[0]

const differ = (one: unknown, other: unknown): boolean => Canonical.encode(one) !== Canonical.encode(other)

/** Sessions that wait for a person, and those under way in which this member has a say. */
const neededOf = (whole: Replica.Replica, { id }: Members.Member): ReadonlyArray<string> => {
  const world = Replica.world(whole)
  return Replica.openedSessions(whole).filter((session) =>
    Status.waitsBecause(session, world).length > 0 ||
    (Status.statusOf(session, world) === "active" &&
      session.opening.roster.some((agent) => agent.endsWith(id)))
  ).map((session) => session.id)
}
