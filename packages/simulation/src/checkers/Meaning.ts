/**
 * What facts mean: I3 (nothing banned, forged or foreign has an effect), I13 (free text changes
 * nothing) and the rules of status as a whole, against the simple model of `Reference.ts`.
 */
import * as Forks from "@chorus/coordination-core/ban/Forks"
import * as Replica from "@chorus/coordination-core/replica/Replica"
import * as Status from "@chorus/coordination-core/session/Status"
import type { Checker } from "../Checker.ts"
import { type Cluster, founder, honest } from "../Cluster.ts"
import * as Members from "../Member.ts"
import * as Reference from "../Reference.ts"

export const make = (cluster: Cluster): Checker => ({
  ended: () => {
    // A failed commit may leave on disk what the process never took for stated.
    const members = honest(cluster).filter(({ disk }) => !disk.doubtful)
    if (members.length === 0) return
    const member = cluster.world.chance.pick(members)
    const state = Members.state(cluster.world, member)
    if (state === undefined) return
    const facts = [...member.disk.contents.facts.values()].map(({ sealed }) => Reference.read(sealed))
    const verdict = Reference.judge(facts, founder)
    const world = Replica.world(state.replica)
    const sessions = Replica.openedSessions(state.replica)
    for (const session of sessions) {
      const [status, wanted] = [Status.statusOf(session, world), verdict.statuses.get(session.id)]
      if (status !== wanted) {
        cluster.fail("I3", `${session.id} is ${status} at ${member.name}, and should be ${wanted ?? "unknown"}`)
        return
      }
    }
    if (sessions.length !== verdict.statuses.size) {
      cluster.fail("I3", `${member.name} knows ${sessions.length} of ${verdict.statuses.size} sessions`)
    }
    const unbanned = [...verdict.banned].find((node) =>
      !cluster.members.some(({ id }) => id === node && Forks.hasForked(state.replica.forks, id)))
    if (unbanned !== undefined) cluster.fail("I3", `${unbanned} contradicted itself and is not banned`)
  }
})
