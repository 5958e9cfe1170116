/**
 * I2: over all nodes and all time, certificates for at most one plan a session, or a proof that
 * names a liar, and then the session is disputed. And what makes that so: no honest agent is for
 * two plans to neither of which any member objected.
 */
import { fromKey } from "@chorus/coordination-core/identity/AgentId"
import * as Replica from "@chorus/coordination-core/replica/Replica"
import * as Status from "@chorus/coordination-core/session/Status"
import * as HashMap from "effect/HashMap"
import type { Checker } from "../Checker.ts"
import { type Cluster, honest } from "../Cluster.ts"
import * as Knowledge from "../Knowledge.ts"

export const make = (cluster: Cluster): Checker => {
  const plans = new Map<string, Set<string>>()
  return {
    committed: (_by, { after, facts }) => {
      for (const fact of facts) {
        if (fact.data.message_type !== "resolution") continue
        const session = Replica.sessionById(after.replica, fact.data.session_id)
        if (session === undefined) continue
        const known = plans.get(session.id) ?? new Set()
        for (const { plan } of Status.certificatesOf(session)) known.add(plan)
        plans.set(session.id, known)
      }
    },
    ended: () => {
      for (const [id, certified] of plans) {
        if (certified.size > 1) doubled(cluster, id)
      }
      const [member] = honest(cluster)
      const replica = member && Knowledge.of(cluster, member)
      for (const session of replica === undefined ? [] : Replica.openedSessions(replica)) {
        unbound(cluster, session)
      }
    }
  }
}

const doubled = (cluster: Cluster, id: string): void => {
  for (const member of honest(cluster)) {
    const replica = Knowledge.of(cluster, member)
    const session = replica && Replica.sessionById(replica, id)
    if (replica === undefined || session === undefined) continue
    const status = Status.statusOf(session, Replica.world(replica))
    if (!Status.atLeast(status, "disputed")) {
      cluster.fail("I2", `${id} has two certified plans and is ${status} at ${member.name}`)
    }
    const nodes = session.opening.roster.map((agent) => fromKey(agent).node)
    const liars = cluster.members.filter(({ disk, hostile, id }) =>
      nodes.includes(id) && (hostile || disk.lied))
    if (liars.length === 0) cluster.fail("I2", `${id} has two certified plans, and nobody lied`)
  }
}

const unbound = (cluster: Cluster, { id, opening, votes }: Status.Opened): void => {
  const all = HashMap.toValues(votes).filter(({ agent }) => opening.roster.includes(agent))
  const objectedTo = new Set(all.filter(({ stance }) => stance === "object").map(({ plan }) => plan))
  const free = cluster.members.filter(({ disk, hostile }) => !hostile && !disk.lied).map((each) => each.id)
  for (const agent of opening.roster) {
    if (!free.includes(fromKey(agent).node)) continue
    const own = all.filter((vote) => vote.agent === agent && vote.stance !== "object")
    const open = new Set(own.map(({ plan }) => plan).filter((plan) => !objectedTo.has(plan)))
    if (open.size > 1) cluster.fail("I2", `${agent.slice(0, 12)} is for two plans of ${id} at once`)
  }
}
