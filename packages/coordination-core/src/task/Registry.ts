/**
 * The task registry: who described which task how, who holds it, who gave it back. A fold.
 *
 *     claimed ──▶ live ──released | completed──▶ ended        lapsed(claim, now) is a view
 *
 * Invariants: commutative, associative and idempotent over sets of facts; a claim, once ended by
 * its owner, stays ended; what others state about a claim has no effect. (docs/rules.md, 3, 5)
 */
import * as Fact from "../fact/Fact.ts"
import { type AgentId, type AgentKey, fromKey, key as agentKey } from "../identity/AgentId.ts"
import type { FactId, Origin } from "../identity/FactId.ts"
import type { NodeId } from "../identity/NodeId.ts"
import * as TaskKey from "../identity/TaskKey.ts"
import type { Kept } from "../plan/Kept.ts"
import * as Sorted from "../replica/Sorted.ts"
import * as VersionMap from "../replica/VersionMap.ts"
import * as Room from "./Room.ts"
import * as TaskContext from "./TaskContext.ts"

/** One description of a task by one node; of several the highest version holds. */
export interface Description {
  readonly id: FactId
  readonly origin: Origin
  readonly version: number
  readonly task: TaskContext.TaskContext
}

export interface Claim {
  readonly id: FactId
  readonly origin: Origin
  readonly task: TaskKey.TaskKey
  readonly agent: AgentKey
  /** Until when, by the claim alone; renewals are kept beside it. Milliseconds since 1970. */
  readonly untilMillis: number
  readonly timestamp: string
}

/** A renewal: until when it reaches. Milliseconds since 1970. */
export interface Renewal {
  readonly id: FactId
  readonly origin: Origin
  readonly untilMillis: number
}

/** The end of a claim, as someone stated it. */
export interface End {
  readonly id: FactId
  readonly origin: Origin
  readonly agent: AgentKey
  readonly as: "released" | "completed"
  readonly timestamp: string
  readonly kept?: ReadonlyArray<Kept>
}

export interface Registry {
  /** By task and describing node. */
  readonly descriptions: VersionMap.VersionMap<string, ReadonlyArray<Description>>
  readonly claims: VersionMap.VersionMap<FactId, Claim>
  readonly claimsOf: VersionMap.VersionMap<TaskKey.TaskKey, ReadonlyArray<FactId>>
  /** By claim and agent, as are the ends: what another states of a claim lies beside its owner's. */
  readonly renewals: VersionMap.VersionMap<string, ReadonlyArray<Renewal>>
  readonly ends: VersionMap.VersionMap<string, ReadonlyArray<End>>
}

export const empty: Registry = {
  descriptions: VersionMap.empty(),
  claims: VersionMap.empty(),
  claimsOf: VersionMap.empty(),
  renewals: VersionMap.empty(),
  ends: VersionMap.empty()
}

export const evolve = (registry: Registry, fact: Fact.Fact): Registry => {
  switch (fact.data.message_type) {
    case "task_announced":
    case "task_updated":
      return described(registry, {
        id: fact.id,
        origin: Fact.origin(fact),
        version: fact.data.version,
        task: fact.data.task
      })
    case "task_claimed":
      return claimed(registry, {
        id: fact.id,
        origin: Fact.origin(fact),
        task: TaskKey.make(fact.data.repository, fact.data.task_id),
        agent: agentKey({ node: fact.from, name: fact.data.agent_id }),
        untilMillis: fact.data.claimed_until_ms,
        timestamp: fact.timestamp
      })
    case "claim_renewed":
      return renewed(registry, fact.data.claim, agentKey({ node: fact.from, name: fact.data.agent_id }), {
        id: fact.id,
        origin: Fact.origin(fact),
        untilMillis: fact.data.claimed_until_ms
      })
    case "task_released":
    case "task_completed":
      return ended(registry, fact.data.claim, {
        id: fact.id,
        origin: Fact.origin(fact),
        agent: agentKey({ node: fact.from, name: fact.data.agent_id }),
        as: fact.data.message_type === "task_released" ? "released" : "completed",
        timestamp: fact.timestamp,
        ...("kept" in fact.data && fact.data.kept !== undefined ? { kept: fact.data.kept } : {})
      })
    default:
      return registry
  }
}

/** Whether the facts of an author at a place count: what bans and revocations leave standing. */
export type Counts = (origin: Origin) => boolean

/** The end of a claim by its owner, if there is one that counts; a completion before a release. */
export const endOf = (registry: Registry, claim: Claim, counts: Counts): End | undefined => {
  const ends = list(registry.ends, statedBy(claim.id, claim.agent)).filter(({ origin }) => counts(origin))
  return ends.find((end) => end.as === "completed") ?? ends[0]
}

/** A claim that counts and that its owner has not ended. Whether it lapsed is `lapsed`'s answer. */
export const isLive = (registry: Registry, claim: Claim, counts: Counts): boolean =>
  counts(claim.origin) && endOf(registry, claim, counts) === undefined

/** Until when a claim reaches with its renewals. Milliseconds since 1970, by its owner's clock. */
export const untilMillis = (registry: Registry, claim: Claim, counts: Counts): number => {
  const last = list(registry.renewals, statedBy(claim.id, claim.agent))
    .findLast(({ origin }) => counts(origin))
  return Math.max(claim.untilMillis, last?.untilMillis ?? 0)
}

/** Has the claim lapsed at `nowMillis`? A view: state never depends on time. */
export const lapsed = (registry: Registry, claim: Claim, nowMillis: number, counts: Counts): boolean =>
  untilMillis(registry, claim, counts) <= nowMillis

/** The live claims of a task, in the order of their ids. */
export const liveClaims = (
  registry: Registry,
  task: TaskKey.TaskKey,
  counts: Counts
): ReadonlyArray<Claim> =>
  list(registry.claimsOf, task).flatMap((id) => {
    const claim = claimById(registry, id)
    return claim !== undefined && isLive(registry, claim, counts) ? [claim] : []
  })

export const claimById = (registry: Registry, id: FactId): Claim | undefined =>
  registry.claims.get(id)

/** How a node describes a task: its highest version that counts. */
export const description = (
  registry: Registry,
  task: TaskKey.TaskKey,
  node: NodeId,
  counts: Counts
): Description | undefined =>
  list(registry.descriptions, describedBy(task, node)).findLast((known) => counts(known.origin))

/**
 * How an agent describes a task, or its node for all its agents; without either as another agent of
 * the node does. So what one agent says never changes what another one holds.
 */
export const descriptionBy = (
  registry: Registry,
  task: TaskKey.TaskKey,
  { name, node }: AgentId,
  counts: Counts
): Description | undefined =>
  list(registry.descriptions, describedBy(task, node)).findLast((known) =>
    (known.task.agent_id ?? name) === name && counts(known.origin)
  ) ?? description(registry, task, node, counts)

/** What a claim is about, in the words of the agent that holds it; its bare key without any. */
export const contextOf = (
  registry: Registry,
  claim: Claim,
  counts: Counts
): TaskContext.TaskContext =>
  descriptionBy(registry, claim.task, fromKey(claim.agent), counts)?.task ??
    TaskContext.bare(claim.task)

/** Of each node the words on so many open tasks that nobody claimed stay. */
export const unclaimedMax = 500

/**
 * Tasks that somebody described as open and nobody ever claimed, in the order of their keys. A node
 * closes what it offers itself, and nothing of others.
 */
export const unclaimed = (registry: Registry, counts: Counts): ReadonlyArray<TaskContext.TaskContext> => {
  const found = new Map<string, Description>()
  for (const known of registry.descriptions.values()) {
    const last = known.findLast(({ origin }) => counts(origin))
    if (last === undefined || !isOffer(registry, last)) continue
    const key = TaskContext.key(last.task)
    const other = found.get(key)
    // Of several nodes that describe it any will do, but for all readers the same.
    if (other === undefined || last.id < other.id) found.set(key, last)
  }
  return [...found].sort(([a], [b]) => Sorted.compare(a, b)).map(([, { task }]) => task)
}

const isOffer = ({ claimsOf }: Registry, { task }: Description): boolean =>
  task.status !== TaskContext.closed && !claimsOf.has(TaskContext.key(task))

/** The registry without the claims that are not kept, and without what belongs to none that is. */
export const forget = (registry: Registry, keeps: (claim: Claim) => boolean): Registry => {
  const claims = VersionMap.filter(registry.claims, keeps)
  const kept = new Set<string>(claims.keys())
  const claimsOf = VersionMap.from([...registry.claimsOf].flatMap(([task, ids]) => {
    const rest = ids.filter((id) => kept.has(id))
    return rest.length === 0 ? [] : [[task, rest] as const]
  }))
  const described = new Set(
    [...claims.values()].map(({ origin, task }) => describedBy(task, origin.node))
  )
  const offered = offersThatStay(registry)
  return {
    claims,
    claimsOf,
    descriptions: VersionMap.filter(registry.descriptions, (_, key) =>
      described.has(key) || offered.has(key)),
    ends: VersionMap.filter(registry.ends, (_, key) => kept.has(claimIn(key))),
    renewals: VersionMap.filter(registry.renewals, (_, key) => kept.has(claimIn(key)))
  }
}

/** Of each node the words on tasks that nobody claimed and that are open, by the keys of the words. */
export const offers = (registry: Registry): ReadonlyMap<NodeId, ReadonlyArray<string>> => {
  const byNode = new Map<NodeId, Array<string>>()
  for (const [key, known] of registry.descriptions) {
    const last = known.at(-1)
    if (last === undefined || !isOffer(registry, last)) continue
    const keys = byNode.get(last.origin.node)
    if (keys === undefined) byNode.set(last.origin.node, [key])
    else keys.push(key)
  }
  return byNode
}

/** The offers that stay, since each node has room for so many: the first by their keys. */
const offersThatStay = (registry: Registry): ReadonlySet<string> =>
  new Set([...offers(registry).values()].flatMap((keys) =>
    keys.length <= unclaimedMax ? keys : [...keys].sort(Sorted.compare).slice(0, unclaimedMax)))

/** The key of a node's words on a task. */
export const describedBy = (task: TaskKey.TaskKey, node: NodeId): string => `${task} ${node}`

/** The key of what an agent states of a claim. */
const statedBy = (claim: FactId, agent: AgentKey): string => `${claim} ${agent}`
const claimIn = (key: string): string => key.slice(0, key.indexOf(" "))

const described = (registry: Registry, added: Description): Registry => {
  const key = describedBy(TaskContext.key(added.task), added.origin.node)
  return withMap(registry, "descriptions", put(registry.descriptions, key, added, Room.withWords))
}

const renewed = (registry: Registry, claim: FactId, agent: AgentKey, renewal: Renewal): Registry =>
  withMap(registry, "renewals", put(registry.renewals, statedBy(claim, agent), renewal, Room.withRenewal))

const ended = (registry: Registry, claim: FactId, end: End): Registry =>
  withMap(registry, "ends", put(registry.ends, statedBy(claim, end.agent), end, Room.withEnd))

const claimed = (registry: Registry, added: Claim): Registry =>
  registry.claims.has(added.id) ? registry : withMap(
    withMap(registry, "claims", VersionMap.set(registry.claims, added.id, added)),
    "claimsOf",
    put(registry.claimsOf, added.task, added.id, (known, id) => Sorted.insert(known, id, (each) => each))
  )

/** An open map is the same after it was written, and so is the registry then. */
const withMap = <Name extends keyof Registry>(
  registry: Registry,
  name: Name,
  map: Registry[Name]
): Registry => registry[name] === map ? registry : { ...registry, [name]: map }

const put = <K, A>(
  map: VersionMap.VersionMap<K, ReadonlyArray<A>>,
  key: K,
  item: A,
  insert: (known: ReadonlyArray<A>, item: A) => ReadonlyArray<A>
) => VersionMap.set(map, key, insert(list(map, key), item))

const list = <K, A>(map: ReadonlyMap<K, ReadonlyArray<A>>, key: K): ReadonlyArray<A> => map.get(key) ?? []
