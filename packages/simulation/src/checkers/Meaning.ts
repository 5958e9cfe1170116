/**
 * What facts mean: I3 (nothing banned, forged or foreign has an effect), I13 (free text changes
 * nothing) and the rules of status as a whole, against the simple model of `Reference.ts`.
 */
import * as Forks from "@chorus/coordination-core/ban/Forks"
import * as Replica from "@chorus/coordination-core/replica/Replica"
import * as Status from "@chorus/coordination-core/session/Status"
import * as HashMap from "effect/HashMap"
import type { Checker } from "../Checker.ts"
import { type Cluster, founder, honest } from "../Cluster.ts"
import * as Knowledge from "../Knowledge.ts"
import type * as Members from "../Member.ts"
import * as Reference from "../Reference.ts"
import * as Seals from "../Seals.ts"

export const make = (cluster: Cluster): Checker => ({
  // A slow disk may hold what its process has not heard of yet.
  weathered: () => look(cluster, honest(cluster).filter(({ disk }) => disk.slowMillis === 0)),
  ended: () => look(cluster, honest(cluster))
})

const look = (cluster: Cluster, members: ReadonlyArray<Members.Member>): void => {
  if (members.length === 0) return
  const member = cluster.world.chance.pick(members)
  const replica = Knowledge.of(cluster, member)
  if (replica !== undefined) compare(cluster, member, replica)
}

const compare = (cluster: Cluster, member: Members.Member, replica: Replica.Replica): void => {
  const stored = [...member.disk.contents.facts.values()]
  const facts = stored.map(({ sealed }) => Reference.read(sealed))
  const forged = stored.find(({ sealed }) => Seals.sealerOf(sealed) !== Reference.read(sealed).from)
  if (forged !== undefined) cluster.fail("I3", `${member.name} keeps ${forged.id}, which is forged`)
  const verdict = Reference.judge(facts, founder)
  const world = Replica.world(replica)
  const sessions = Replica.openedSessions(replica)
  for (const session of sessions) {
    const [status, wanted] = [Status.statusOf(session, world), verdict.statuses.get(session.id)]
    if (status !== wanted) {
      const should = wanted ?? "unknown"
      cluster.fail("I3", `${session.id} is ${status} at ${member.name}, and should be ${should}`)
      return
    }
  }
  for (const session of sessions) followable(cluster, session)
  if (sessions.length !== verdict.statuses.size) {
    cluster.fail("I3", `${member.name} knows ${sessions.length} of ${verdict.statuses.size} sessions`)
  }
  const unbanned = [...verdict.banned].find((node) =>
    !cluster.members.some(({ id }) => id === node && Forks.hasForked(replica.forks, id)))
  if (unbanned !== undefined) cluster.fail("I3", `${unbanned} contradicted itself and is not banned`)
}

/** Honest members propose only plans that the members of the session can follow. */
const followable = (cluster: Cluster, { id, opening, plans }: Status.Opened): void => {
  for (const { content, origin } of HashMap.values(plans)) {
    if (!cluster.members.some((member) => member.id === origin.node && !member.hostile)) continue
    const wrong = content.items.find((item) =>
      !opening.roster.includes(item.owner) || item.depends_on.includes(item.id))
    if (wrong !== undefined) cluster.fail("I13", `a plan of ${id} has an item that nobody can do`)
  }
}
