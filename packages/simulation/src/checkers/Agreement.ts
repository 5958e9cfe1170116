/**
 * Equal facts, equal states: I1 (same facts, byte-identical state), I6 (after healing all honest
 * members hold the same facts) and I15 (replaying the stored facts gives the live state). What all
 * hold is compared at every member, whole states at a few that the seed draws.
 */
import * as Forks from "@chorus/coordination-core/ban/Forks"
import type { FactId } from "@chorus/coordination-core/identity/FactId"
import * as FactIds from "@chorus/coordination-core/identity/FactId"
import * as Canonical from "@chorus/coordination-core/replica/Canonical"
import type * as Replica from "@chorus/coordination-core/replica/Replica"
import type { Checker } from "../Checker.ts"
import { type Cluster, honest } from "../Cluster.ts"
import * as Knowledge from "../Knowledge.ts"

/** So many members' states are compared as a whole. */
const wholeMax = 3

export const make = (cluster: Cluster): Checker => ({
  ended: () => {
    const views = honest(cluster).flatMap((member) => {
      const replica = Knowledge.of(cluster, member)
      return replica === undefined ? [] : [{ member, replica }]
    })
    const [first, ...others] = views
    if (first === undefined) return
    for (const other of others) {
      const missed = differing(first.replica, other.replica)
        .filter((id) => !isBanned(cluster, first.replica, id))
      const pair = `${first.member.name} and ${other.member.name}`
      if (missed.length > 0) cluster.fail("I6", `${pair} differ in ${missed.length} facts (${missed[0]})`)
    }
    const drawn = cluster.world.chance.sample(views, wholeMax)
      .map((view) => ({ ...view, text: Canonical.encode(view.replica) }))
    for (const { member, replica, text } of drawn) {
      const other = drawn.find((each) => each.text !== text)
      if (other !== undefined && differing(replica, other.replica).length === 0) {
        cluster.fail("I1", `${member.name} and ${other.member.name} hold the same facts and differ`)
      }
    }
    const [view] = drawn
    if (view !== undefined && Canonical.encode(Knowledge.replayed(cluster, view.member)) !== view.text) {
      cluster.fail("I15", `replaying the disk of ${view.member.name} gives another state`)
    }
  }
})

/** The facts that one of them holds and the other does not. */
const differing = (a: Replica.Replica, b: Replica.Replica): ReadonlyArray<FactId> => {
  const [ours, theirs] = [new Set(Forks.held(a.forks)), new Set(Forks.held(b.forks))]
  return [...[...theirs].filter((id) => !ours.has(id)), ...[...ours].filter((id) => !theirs.has(id))]
}

/** What a banned key stated counts for nothing, so who lacks some of it misses nothing. */
const isBanned = (cluster: Cluster, { forks }: Replica.Replica, id: FactId): boolean =>
  cluster.members.some(({ disk }) => {
    const log = disk.contents.facts.get(id)?.log
    return log !== undefined && Forks.hasForked(forks, FactIds.author(log))
  })
