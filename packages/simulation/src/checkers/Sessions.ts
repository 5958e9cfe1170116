/**
 * I5 (a status only rises, no session stays active for ever or is left without a plan), I7 (one
 * session for one set of claims)
 * and I10 (what is escalated waits in the inbox until a person rules or consensus comes).
 */
import * as Duties from "@chorus/coordination-core/duty/Duties"
import * as Replica from "@chorus/coordination-core/replica/Replica"
import * as Status from "@chorus/coordination-core/session/Status"
import * as HashMap from "effect/HashMap"
import type { Checker } from "../Checker.ts"
import { type Cluster, honest } from "../Cluster.ts"
import * as Knowledge from "../Knowledge.ts"
import * as Members from "../Member.ts"

export const make = (cluster: Cluster, isCalm: boolean): Checker => {
  const heights = new Map<string, number>()
  return {
    committed: (by, { after, before, facts }) => {
      const world = Replica.world(after.replica)
      for (const id of Replica.touched(before.replica, after.replica, facts)) {
        const session = Replica.sessionById(after.replica, id)
        if (session === undefined) continue
        const height = Status.statuses.indexOf(Status.statusOf(session, world))
        const key = `${by.name} ${id}`
        const before = heights.get(key) ?? 0
        if (height < before && !by.disk.lied) {
          const [from, to] = [Status.statuses[before], Status.statuses[height]]
          cluster.fail("I5", `${id} falls from ${from} to ${to} at ${by.name}`)
        }
        heights.set(key, height)
      }
    },
    ended: () => {
      for (const member of honest(cluster)) settled(cluster, member, isCalm)
    }
  }
}

const settled = (cluster: Cluster, member: Members.Member, isCalm: boolean): void => {
  const state = Members.state(cluster.world, member)
  const replica = Knowledge.of(cluster, member)
  if (state === undefined || replica === undefined) return
  const world = Replica.world(replica)
  const births = new Map<string, string>()
  for (const session of Replica.openedSessions(replica)) {
    const status = Status.statusOf(session, world)
    const { claims, kind, roster, terms } = session.opening
    const birth = JSON.stringify([kind, terms, claims.map(({ claim }) => claim).sort()])
    const twin = births.get(birth)
    if (twin !== undefined) cluster.fail("I7", `${session.id} and ${twin} are about the same claims`)
    births.set(birth, session.id)
    const isHere = honest(cluster).some(({ id }) => roster.some((agent) => agent.endsWith(id)))
    const { monotonicMillis } = member.clock.now()
    const isDue = Duties.isOverdue(state.duties, session.id, monotonicMillis)
    if (status === "active" && (isHere || !isDue)) {
      cluster.fail("I5", `${session.id} is still active at ${member.name} long after its deadline`)
    }
    if (HashMap.isEmpty(session.plans) && isPlannable(cluster, session)) {
      cluster.fail("I5", `${session.id} never got a plan, and its members were there`)
    }
    const waits = Status.waitsBecause(session, world).length > 0
    if ((status === "escalated" || status === "disputed") && !waits) {
      cluster.fail("I10", `${session.id} is ${status} and waits in no inbox`)
    }
    if (isCalm && status === "disputed") cluster.fail("I2", `${session.id} is disputed, and nobody lied`)
  }
}

/** Was a member of the session there, with a sound disk, and the time long enough to plan? */
const isPlannable = (cluster: Cluster, session: Status.Opened): boolean => {
  const { roster, terms } = session.opening
  const isLong = terms.max_duration_ms >= longMillis && cluster.terms.tickMillis <= longMillis / 10
  const onlyOverdue = HashMap.size(session.escalations) > 0 &&
    HashMap.toValues(session.escalations).every(({ reason }) => reason === Status.overdueReason)
  return isLong && onlyOverdue && HashMap.isEmpty(session.rulings) &&
    HashMap.size(session.messages) <= terms.max_messages &&
    honest(cluster).some(({ disk, id, starts }) =>
      starts === 1 && disk.failures === 0 && !disk.lied && roster.some((agent) => agent.endsWith(id)))
}

/** In so long a time even a slow model's turn passes on, and then the next one's. */
const longMillis = 10 * 60_000
