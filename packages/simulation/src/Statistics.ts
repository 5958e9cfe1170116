/**
 * What a simulation came to, in figures: for people, and for `chorus sim`.
 */
import * as Replica from "@chorus/coordination-core/replica/Replica"
import * as Status from "@chorus/coordination-core/session/Status"
import { type Cluster, honest } from "./Cluster.ts"
import * as Knowledge from "./Knowledge.ts"
import * as Members from "./Member.ts"

export interface Statistics {
  /** How long after healing all honest members held the same facts; undefined if they never did. */
  readonly convergedMillis: number | undefined
  readonly nodes: number
  readonly sessions: number
  readonly statuses: Readonly<Record<Status.Status, number>>
  /** Sessions with certificates for two plans. */
  readonly doubleResolutions: number
  /** Sessions that wait for a person in some inboxes and are missing in others. */
  readonly lostEscalations: number
  readonly modelCalls: number
}

export const of = (cluster: Cluster, convergedMillis: number | undefined): Statistics => {
  const statuses = { active: 0, expired: 0, escalated: 0, resolved: 0, disputed: 0, decided: 0 }
  const [replica] = honest(cluster).flatMap((member) => Knowledge.of(cluster, member) ?? [])
  const sessions = replica === undefined ? [] : Replica.openedSessions(replica)
  for (const session of sessions) {
    if (replica !== undefined) statuses[Status.statusOf(session, Replica.world(replica))] += 1
  }
  return {
    convergedMillis,
    statuses,
    nodes: cluster.members.length,
    sessions: sessions.length,
    doubleResolutions: sessions.filter((session) => Status.certificatesOf(session).length > 1).length,
    lostEscalations: lost(cluster),
    modelCalls: cluster.calls.length
  }
}

/** A session that waits for a person at one member has to wait at every other, too. */
const lost = (cluster: Cluster): number => {
  const inboxes = honest(cluster).flatMap((member) => {
    const state = Members.state(cluster.world, member)
    if (state === undefined) return []
    const world = Replica.world(state.replica)
    return [new Set(Replica.openedSessions(state.replica)
      .filter((session) => Status.waitsBecause(session, world).length > 0)
      .map(({ id }) => id))]
  })
  const all = new Set(inboxes.flatMap((inbox) => [...inbox]))
  return [...all].filter((id) => inboxes.some((inbox) => !inbox.has(id))).length
}
