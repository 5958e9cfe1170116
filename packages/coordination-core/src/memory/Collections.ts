/**
 * Every collection that a node keeps in memory: how large it is, how large it may get, and what
 * leaves it when.
 *
 * A bound is a number where this node alone decides. Where it does not, the rule says what else
 * bounds the collection: what waits for a person and who was banned is never evicted.
 */
import * as HashMap from "effect/HashMap"
import * as HashSet from "effect/HashSet"
import * as Forks from "../ban/Forks.ts"
import * as Alerts from "../detection/Alerts.ts"
import * as Judging from "../detection/Judging.ts"
import * as Attention from "../duty/Attention.ts"
import type { State } from "../coordination/Coordination.ts"
import * as Lessons from "../lesson/Lessons.ts"
import * as VersionMap from "../replica/VersionMap.ts"
import * as Forget from "./Forget.ts"
import * as Memory from "./Memory.ts"

export interface Collection {
  /** Where it is in the state. */
  readonly name: string
  /** Above this the next cleanup comes early, or the oldest goes at once; see the rule. */
  readonly max: number | undefined
  readonly rule: string
}

const overIsForgotten = "what is over goes at a cleanup, and comes back from the store when touched"
const withClaims = "goes with the claim that it belongs to"
const neverEvicted = "never evicted: grows with rulings and bans alone"

/** The table. */
export const all: ReadonlyArray<Collection> = [
  { name: "replica.sessions", max: Memory.sessionsMax, rule: overIsForgotten },
  { name: "replica.sessionsOf", max: undefined, rule: "goes with the session that it names" },
  { name: "replica.tasks.claims", max: Memory.claimsMax, rule: overIsForgotten },
  { name: "replica.tasks.claimsOf", max: Memory.claimsMax, rule: withClaims },
  {
    name: "replica.tasks.descriptions",
    max: Memory.claimsMax,
    rule: "goes with the claim that it belongs to; of each node so many of tasks without one stay"
  },
  { name: "replica.tasks.renewals", max: undefined, rule: withClaims },
  { name: "replica.tasks.ends", max: undefined, rule: withClaims },
  { name: "replica.mutes.pairs", max: undefined, rule: "goes when neither task is claimed" },
  { name: "replica.mutes.broad", max: undefined, rule: "one for each node, of which so many mutes stay" },
  { name: "replica.forks.places", max: Forget.placesMax, rule: "old places of a log go at a cleanup" },
  { name: "replica.forks.forks", max: undefined, rule: "one for each banned author; never evicted" },
  { name: "replica.forks.authors", max: undefined, rule: neverEvicted },
  {
    name: "replica.contracts",
    max: undefined,
    rule: "one for each author; of each the newest statements about so many repositories"
  },
  { name: "replica.people.rulings", max: undefined, rule: neverEvicted },
  { name: "replica.people.known", max: undefined, rule: neverEvicted },
  { name: "replica.people.listed", max: undefined, rule: neverEvicted },
  { name: "replica.people.revoked", max: undefined, rule: neverEvicted },
  { name: "open", max: undefined, rule: "a session goes when it is over; never while it waits for a person" },
  { name: "attention.attended", max: undefined, rule: "goes when it is over; quotas bound it" },
  { name: "attention.taken", max: undefined, rule: "goes with the sessions that take the place" },
  { name: "attention.heldBack", max: Attention.heldBackMax, rule: "goes when it is over or let in" },
  {
    name: "duties",
    max: undefined,
    rule: "goes with its open session; of those without a member here so many of each node stay"
  },
  {
    name: "detection.index.entries",
    max: Memory.claimsMax,
    rule: "a claim goes when it ends or lapses; above the bound others' oldest go at a cleanup"
  },
  { name: "settings.rules", max: undefined, rule: "given at the start" },
  { name: "detection.territory.held", max: Memory.claimsMax, rule: withClaims },
  { name: "detection.territory.places", max: undefined, rule: withClaims },
  { name: "detection.spent", max: undefined, rule: "an agent goes an hour after its last alert" },
  { name: "lessons.rules", max: Lessons.rulesMax, rule: "the oldest quarter goes" },
  { name: "lessons.pairs", max: Lessons.pairsMax, rule: "the oldest quarter goes" },
  { name: "lessons.sessions", max: Lessons.sessionsMax, rule: "the oldest quarter goes" },
  { name: "detection.own", max: undefined, rule: withClaims },
  { name: "detection.perNode", max: undefined, rule: "one for each node with claims in the index" },
  { name: "detection.lapses", max: undefined, rule: "a claim is noted once, and goes with it" },
  { name: "detection.waiting", max: undefined, rule: "a claim goes when its grace is over" },
  { name: "detection.judging.waiting", max: Judging.waitingMax, rule: "a claim goes after its time" },
  { name: "detection.heldBack.latest", max: Alerts.unstatedMax, rule: "the oldest goes" },
  { name: "detection.ownPairs.latest", max: Alerts.unstatedMax, rule: "the oldest goes" },
  {
    name: "catchUp.heads",
    max: undefined,
    rule: "one for each log, with a sum for each 1,024 places; goes when the log is past retention"
  },
  { name: "catchUp.sum", max: undefined, rule: "the numbers of one sum" },
  { name: "catchUp.peers", max: undefined, rule: "goes with the connection; the host bounds these" },
  { name: "memory.cleanedHeads", max: undefined, rule: "the heads at the last cleanup" },
  { name: "memory.voices", max: undefined, rule: "one for each author" },
  { name: "memory.past", max: undefined, rule: "emptied at each cleanup; the store has it" },
  { name: "memory.revisits", max: Memory.revisitsMax, rule: "goes when looked at; the oldest goes" }
]

export interface Size extends Collection {
  readonly size: number
}

/** How large each collection is; of places, all of all logs. */
export const sizes = (state: State): ReadonlyArray<Size> =>
  all.map((collection) => ({
    ...collection,
    size: collection.name === "replica.forks.places"
      ? Forks.size(state.replica.forks)
      : sizeOf(at(state, collection.name.split(".")))
  }))

/** The number of items of whatever kind of collection; 0 of what is none. */
export const sizeOf = (value: unknown): number =>
  VersionMap.isVersionMap(value)
    ? value.size
    : HashMap.isHashMap(value)
    ? HashMap.size(value)
    : HashSet.isHashSet(value)
    ? HashSet.size(value)
    : Array.isArray(value) ? value.length : 0

const at = (value: unknown, [name, ...rest]: ReadonlyArray<string>): unknown =>
  name === undefined || typeof value !== "object" || value === null
    ? value
    : at(Object.entries(value).find(([field]) => field === name)?.[1], rest)
