/**
 * I11 (every collection in memory is within its cap) and I12 (nothing dies: every node still
 * answers).
 */
import type * as Coordination from "@chorus/coordination-core/coordination/Coordination"
import * as Alerts from "@chorus/coordination-core/detection/Alerts"
import * as HashMap from "effect/HashMap"
import * as HashSet from "effect/HashSet"
import type { Checker } from "../Checker.ts"
import { type Cluster, honest } from "../Cluster.ts"
import * as Members from "../Member.ts"

export const make = (cluster: Cluster): Checker => ({
  ended: () => {
    for (const member of honest(cluster)) {
      const [agent] = cluster.agents.filter((each) => each.member === member)
      if (agent === undefined) continue
      let answers = 0
      Members.ask(member, { _tag: "Escalate", agent: agent.name, session: "dep_none", reason: "" }, () => {
        answers += 1
      })
      cluster.world.fibers.drain()
      if (answers !== 1) cluster.fail("I12", `${member.name} does not answer any more`)
      const state = Members.state(cluster.world, member)
      if (state !== undefined) bounded(cluster, member, state)
    }
  }
})

const bounded = (cluster: Cluster, member: Members.Member, state: Coordination.State): void => {
  const { catchUp, detection, duties, open, replica } = state
  const sessions = replica.sessions.size
  const claims = replica.tasks.claims.size
  const sizes: ReadonlyArray<readonly [name: string, size: number, cap: number]> = [
    ["peers", HashMap.size(catchUp.peers), cluster.members.length],
    ["attended sessions", HashMap.size(duties), sessions],
    ["open sessions", HashSet.size(open), sessions],
    ["indexed claims", HashMap.size(detection.index.entries), claims],
    ["waiting claims", HashMap.size(detection.waiting), claims],
    ["held back alerts", detection.heldBack.latest.length, Alerts.unstatedMax],
    ["own pairs", detection.ownPairs.latest.length, Alerts.unstatedMax]
  ]
  for (const [name, size, cap] of sizes) {
    if (size > cap) cluster.fail("I11", `${member.name} keeps ${size} ${name}, and its cap is ${cap}`)
  }
}
