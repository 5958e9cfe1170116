/**
 * I9: exactly one event at the sink for each status that holds, each certified plan and each
 * ruling; whoever brings it, it says the same.
 */
import type { SlurpEvent } from "@chorus/coordination-core/slurp/SlurpEvent"
import * as Replica from "@chorus/coordination-core/replica/Replica"
import * as Status from "@chorus/coordination-core/session/Status"
import type { Checker } from "../Checker.ts"
import { type Cluster, honest } from "../Cluster.ts"
import * as Knowledge from "../Knowledge.ts"

export const make = (cluster: Cluster): Checker => {
  const contents = new Map<string, string>()
  return {
    delivered: (by, event) => {
      const said = JSON.stringify(event)
      const known = contents.get(event.id)
      if (known === undefined) contents.set(event.id, said)
      else if (known !== said) cluster.fail("I9", `${by} tells of ${event.session_id} otherwise`)
    },
    ended: () => {
      const [member] = honest(cluster)
      const replica = member && Knowledge.of(cluster, member)
      if (replica === undefined) return
      const events = [...cluster.delivered.values()].map(({ event }) => event)
      for (const session of Replica.openedSessions(replica)) {
        const own = events.filter((event) => event.session_id === session.id)
        for (const wanted of due(session, Replica.world(replica))) {
          const found = own.filter((event) => nameOf(event) === wanted)
          if (found.length !== 1) {
            cluster.fail("I9", `${found.length} events "${wanted}" of ${session.id} reached the sink`)
            return
          }
        }
      }
    }
  }
}

/** The names of the events that a session owes. */
const due = (session: Status.Opened, world: Status.World): ReadonlyArray<string> => {
  const status = Status.statusOf(session, world)
  return [
    ...status === "expired" || status === "escalated" || status === "disputed" ? [status] : [],
    ...Status.certificatesOf(session).map(({ plan }) => `resolved ${plan}`),
    ...new Set(Status.rulingsOf(session, world).map(({ by, ruling, timestamp }) =>
      `decided ${by} ${timestamp} ${ruling.kind === "decide_session" ? ruling.decision : ""}`))
  ]
}

const nameOf = ({ metadata, outcome_type, start_time }: SlurpEvent): string =>
  outcome_type === "resolved"
    ? `resolved ${metadata.plan_hash}`
    : outcome_type === "decided"
    ? `decided ${metadata.decided_by} ${start_time} ${metadata.resolution}`
    : outcome_type
