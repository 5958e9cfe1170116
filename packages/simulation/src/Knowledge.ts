/**
 * All that a member knows: what it has in memory, and beside it what it forgot and its disk still has.
 */
import type { Fact } from "@chorus/coordination-core/fact/Fact"
import * as Replica from "@chorus/coordination-core/replica/Replica"
import * as Entry from "@chorus/runtime/Entry"
import * as Exit from "effect/Exit"
import { type Cluster, founder } from "./Cluster.ts"
import * as Members from "./Member.ts"
import * as Seals from "./Seals.ts"

/** What a member knows; undefined while it has no process, or still reads its store. */
export const of = (cluster: Cluster, member: Members.Member): Replica.Replica | undefined => {
  const live = Members.state(cluster.world, member)?.replica
  return live === undefined || !Members.isForgetful(member) ? live : replayed(cluster, member)
}

/** What a disk came to when it was last read, and how many facts it had. */
const read = new WeakMap<object, { readonly size: number; readonly replica: Replica.Replica }>()

/** What the facts on a member's disk come to. */
export const replayed = ({ world }: Cluster, { disk, id }: Members.Member): Replica.Replica => {
  const { facts } = disk.contents
  const known = read.get(facts)
  if (known?.size === facts.size) return known.replica
  const signer = Seals.make(id)
  const all: Array<Fact> = []
  for (const { sealed } of facts.values()) {
    world.fibers.start(world.fibers.context, Entry.fact(signer.read, sealed), (exit) => {
      if (Exit.isSuccess(exit)) all.push(exit.value)
    })
  }
  const replica = Replica.evolveAll(Replica.empty(founder), all)
  read.set(facts, { size: facts.size, replica })
  return replica
}
