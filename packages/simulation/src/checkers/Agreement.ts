/**
 * Equal facts, equal states: I1 (same facts, byte-identical state), I6 (after healing all honest
 * members hold the same facts) and I15 (replaying the stored facts gives the live state).
 */
import * as Canonical from "@chorus/coordination-core/replica/Canonical"
import * as Replica from "@chorus/coordination-core/replica/Replica"
import * as Entry from "@chorus/runtime/Entry"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type { Checker } from "../Checker.ts"
import { type Cluster, founder, honest } from "../Cluster.ts"
import * as Members from "../Member.ts"
import * as Seals from "../Seals.ts"

export const make = (cluster: Cluster): Checker => ({
  ended: () => {
    const views = honest(cluster).flatMap((member) => {
      const state = Members.state(cluster.world, member)
      return state === undefined ? [] : [{ member, replica: state.replica, hash: Canonical.hashOf(state.replica) }]
    })
    const [first, ...others] = views
    if (first === undefined) return
    for (const other of others) {
      if (other.hash === first.hash) continue
      const difference = differs(first.replica, other.replica)
      cluster.fail(difference === "" ? "I1" : "I6",
        `${first.member.name} and ${other.member.name} differ: ${difference || "with the same facts"}`)
      return
    }
    const { member, replica } = cluster.world.chance.pick(views)
    const again = replayed(cluster, member)
    if (Canonical.hashOf(again) !== Canonical.hashOf(replica)) {
      cluster.fail("I15", `replaying the disk of ${member.name} gives another state: ${differs(again, replica)}`)
    }
  }
})

/** The facts that one of them holds and the other does not. */
const differs = (a: Replica.Replica, b: Replica.Replica): string => {
  const [ours, theirs] = [new Set(a.forks.held), new Set(b.forks.held)]
  const [lacks, more] = [[...theirs].filter((id) => !ours.has(id)), [...ours].filter((id) => !theirs.has(id))]
  return lacks.length + more.length === 0
    ? ""
    : `${lacks.length} facts are missing and ${more.length} are more (${[...lacks, ...more][0]?.slice(0, 12)})`
}

const replayed = (cluster: Cluster, member: Members.Member): Replica.Replica => {
  const { read } = Seals.make(member.id)
  let replica = Replica.empty(founder)
  for (const { sealed } of member.disk.contents.facts.values()) {
    cluster.world.fibers.start(cluster.world.fibers.context, Effect.exit(Entry.fact(read, sealed)), (exit) => {
      if (Exit.isSuccess(exit) && Exit.isSuccess(exit.value)) replica = Replica.evolve(replica, exit.value.value)
    })
  }
  return replica
}
