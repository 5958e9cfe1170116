/**
 * A cluster: the world, its members, and what was observed of them so far.
 */
import type { AgentKey, AgentName } from "@chorus/coordination-core/identity/AgentId"
import { key as agentKey } from "@chorus/coordination-core/identity/AgentId"
import { NodeId, PersonId } from "@chorus/coordination-core/identity/NodeId"
import type * as Replica from "@chorus/coordination-core/replica/Replica"
import type { SlurpEvent } from "@chorus/coordination-core/slurp/SlurpEvent"
import * as MemorySigner from "@chorus/pubsub-memory/MemorySigner"
import type { Chance } from "./Chance.ts"
import * as Disks from "./Disk.ts"
import * as LocalClocks from "./LocalClock.ts"
import type * as Members from "./Member.ts"
import type * as Models from "./Models.ts"
import type { World } from "./World.ts"

/** An agent of a member. */
export interface Agent {
  readonly member: Members.Member
  readonly name: AgentName
  readonly key: AgentKey
  readonly repository: string
  /** How likely it objects, and abstains; else it agrees. */
  readonly objects: number
  readonly abstains: number
  readonly isChatty: boolean
}

/** Something that a node said it did, and how to see that it is not lost. */
export interface Acknowledged {
  readonly member: Members.Member
  readonly words: string
  readonly isKept: (replica: Replica.Replica) => boolean
}

/** An event as a sink got it, and from whom. */
export interface Delivered {
  readonly by: string
  readonly event: SlurpEvent
}

export interface Cluster {
  readonly world: World
  readonly terms: Members.Terms
  /** How fast things happen: 1 where the chaos lasts an hour, less where it is shorter. */
  readonly pace: number
  readonly members: ReadonlyArray<Members.Member>
  readonly agents: ReadonlyArray<Agent>
  readonly acknowledged: Array<Acknowledged>
  readonly calls: Array<Models.Call>
  readonly delivered: Map<string, Delivered>
  /** What invariant broke, where it was seen. */
  readonly fail: (invariant: string, message: string) => void
}

export const founder = PersonId.make(MemorySigner.idOf("founder"))

const names = ["ada", "bob", "cat", "dan", "eve", "fay", "gus", "hal", "ivy", "jon", "kim", "lea"]

/** A member that has not started yet. */
export const member = (
  world: World,
  at: number,
  { cleanupMillis, hostile }: Pick<Members.Member, "cleanupMillis" | "hostile">
): Members.Member => ({
  id: NodeId.make(idOf(at)),
  name: names[at] ?? `n${at}`,
  disk: Disks.make(),
  clock: LocalClocks.make(world.timeline),
  chance: world.chance.fork(`member ${at}`),
  process: undefined,
  starts: 0,
  left: false,
  hostile,
  cleanupMillis
})

/** The agents of a member. */
export const agentsOf = (
  owner: Members.Member,
  count: number,
  repositories: ReadonlyArray<string>,
  chance: Chance
): ReadonlyArray<Agent> =>
  Array.from({ length: count }, (_, at) => {
    // The letters of a member's name and a digit are a name of an agent.
    const name = `${owner.name}-${at + 1}` as AgentName
    return {
      member: owner,
      name,
      key: agentKey({ node: owner.id, name }),
      repository: chance.pick(repositories),
      objects: chance.happens(0.25) ? 0.5 : 0.05,
      abstains: chance.happens(0.2) ? 0.3 : 0.03,
      isChatty: chance.happens(0.2)
    }
  })

/** The members that have a process now, and mean well. */
export const honest = ({ members }: Cluster): ReadonlyArray<Members.Member> =>
  members.filter((each) => !each.hostile && each.process?.node !== undefined)

const ids = new Map<number, string>()

/** Ids are made once a process: the same in every simulation. */
const idOf = (at: number): string => {
  const id = ids.get(at) ?? MemorySigner.idOf(`member ${at}`)
  ids.set(at, id)
  return id
}
