/**
 * Which alerts their holders do not want: by pair of tasks, by rule, by pair of repositories. A fold.
 *
 *     alert_muted ──▶ in effect ──mute_lifted by the same node──▶ lifted
 *
 * A mute counts where one of the two tasks is held on the node that stated it, and it never changes
 * a session. A lift names its mute, so the order in which they come does not matter. Mutes of pairs
 * are forgotten with their tasks; those that reach further stay, a bounded number of each node.
 * (docs/rules.md, 6)
 */
import * as HashMap from "effect/HashMap"
import * as Option from "effect/Option"
import * as Fact from "../fact/Fact.ts"
import type { Covers } from "../fact/MeshFacts.ts"
import { type AgentKey, key as agentKey } from "../identity/AgentId.ts"
import type { FactId, Origin } from "../identity/FactId.ts"
import type { NodeId } from "../identity/NodeId.ts"
import * as TaskKey from "../identity/TaskKey.ts"
import { compare } from "../replica/Sorted.ts"

/** A mute, or the lift of one. */
export interface Stated {
  readonly id: FactId
  readonly origin: Origin
  readonly agent: AgentKey
  /** The tasks of the alert that it was stated at. */
  readonly task1: TaskKey.TaskKey
  readonly task2: TaskKey.TaskKey
  readonly covers: Covers
  /** The rule that a mute of rules is about. */
  readonly rule: string | undefined
  readonly because: string
  readonly timestamp: string
  /** The mute that this lifts. */
  readonly lifts: FactId | undefined
}

export interface Mutes {
  /** By pair of tasks. */
  readonly pairs: HashMap.HashMap<string, HashMap.HashMap<FactId, Stated>>
  /** What reaches beyond a pair, by node. */
  readonly broad: HashMap.HashMap<NodeId, HashMap.HashMap<FactId, Stated>>
}

/** Of a node so many mutes and lifts that reach beyond a pair are kept: those at its lowest places. */
export const broadMax = 256

export const empty: Mutes = { pairs: HashMap.empty(), broad: HashMap.empty() }

/** Does the fact mute or lift something that reaches beyond a pair of tasks? */
export const isBroad = ({ data }: Fact.Fact): boolean =>
  (data.message_type === "alert_muted" || data.message_type === "mute_lifted") &&
  (data.covers ?? "pair") !== "pair"

export const evolve = (mutes: Mutes, fact: Fact.Fact): Mutes => {
  const stated = statedBy(fact)
  if (stated === undefined) return mutes
  if (stated.covers === "pair") {
    return { ...mutes, pairs: added(mutes.pairs, pairOf(stated.task1, stated.task2), stated) }
  }
  const broad = added(mutes.broad, stated.origin.node, stated)
  const own = Option.getOrElse(HashMap.get(broad, stated.origin.node), none)
  if (HashMap.size(own) <= broadMax) return { ...mutes, broad }
  const [highest = stated] = HashMap.toValues(own).sort(byPlaceDescending)
  return { ...mutes, broad: HashMap.set(broad, stated.origin.node, HashMap.remove(own, highest.id)) }
}

/** What an alert would be about. */
export interface Alert {
  readonly task1: TaskKey.TaskKey
  readonly task2: TaskKey.TaskKey
  /** None where no rule named it. */
  readonly rule: string | undefined
  /** The nodes that hold its tasks. */
  readonly holders: ReadonlyArray<NodeId>
}

/** The mute that silences an alert, if one does. */
export const silencing = (
  mutes: Mutes,
  alert: Alert,
  counts: (origin: Origin) => boolean
): Stated | undefined =>
  [
    ...inEffect(Option.toArray(HashMap.get(mutes.pairs, pairOf(alert.task1, alert.task2))), counts),
    ...inEffect(alert.holders.flatMap((node) => Option.toArray(HashMap.get(mutes.broad, node))), counts)
  ].find((mute) => alert.holders.includes(mute.origin.node) && isAbout(mute, alert))

/** All mutes that are in effect, in the order of their ids. */
export const all = (mutes: Mutes, counts: (origin: Origin) => boolean): ReadonlyArray<Stated> =>
  [
    ...inEffect(HashMap.values(mutes.pairs), counts),
    ...inEffect(HashMap.values(mutes.broad), counts)
  ].sort((a, b) => compare(a.id, b.id))

/** The mutes of a node that reach beyond a pair and are in effect. */
export const broadOf = (mutes: Mutes, node: NodeId, counts: (origin: Origin) => boolean) =>
  inEffect(Option.toArray(HashMap.get(mutes.broad, node)), counts)

/** The key of a pair of tasks, in whatever order. */
export const pairOf = (task1: TaskKey.TaskKey, task2: TaskKey.TaskKey): string =>
  task1 < task2 ? `${task1} ${task2}` : `${task2} ${task1}`

const isAbout = (mute: Stated, { rule, task1, task2 }: Alert): boolean => {
  switch (mute.covers) {
    case "pair":
      return true
    case "rule":
      return mute.rule !== undefined && mute.rule === rule
    case "repositories":
      return repositoriesOf(mute.task1, mute.task2) === repositoriesOf(task1, task2)
  }
}

/** The key of the repositories of two tasks, in whatever order. */
export const repositoriesOf = (task1: TaskKey.TaskKey, task2: TaskKey.TaskKey): string =>
  [TaskKey.repository(task1), TaskKey.repository(task2)].sort().join(" ")

const inEffect = (
  groups: Iterable<HashMap.HashMap<FactId, Stated>>,
  counts: (origin: Origin) => boolean
): ReadonlyArray<Stated> =>
  [...groups].flatMap((group) => {
    const counted = HashMap.toValues(group).filter(({ origin }) => counts(origin))
    const lifted = new Set(counted.map(({ lifts, origin }) => `${lifts ?? ""} ${origin.node}`))
    return counted.filter(({ id, lifts, origin }) =>
      lifts === undefined && !lifted.has(`${id} ${origin.node}`))
  })

const statedBy = (fact: Fact.Fact): Stated | undefined => {
  const { data } = fact
  if (data.message_type !== "alert_muted" && data.message_type !== "mute_lifted") return undefined
  return {
    id: fact.id,
    origin: Fact.origin(fact),
    agent: agentKey({ node: fact.from, name: data.agent_id }),
    task1: data.task1,
    task2: data.task2,
    covers: data.covers ?? "pair",
    timestamp: fact.timestamp,
    ...(data.message_type === "alert_muted"
      ? { rule: data.rule, because: data.because, lifts: undefined }
      : { rule: undefined, because: "", lifts: data.mute })
  }
}

const added = <K>(
  groups: HashMap.HashMap<K, HashMap.HashMap<FactId, Stated>>,
  key: K,
  stated: Stated
) =>
  HashMap.modifyAt(groups, key, (known) =>
    Option.some(HashMap.set(Option.getOrElse(known, none), stated.id, stated)))

const none = () => HashMap.empty<FactId, Stated>()

const byPlaceDescending = (a: Stated, b: Stated): number =>
  compare(b.origin.log, a.origin.log) || b.origin.seq - a.origin.seq || compare(b.id, a.id)
