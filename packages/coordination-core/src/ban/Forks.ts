/**
 * Which fact stands at which place of which log; two at one place are a fork. A fold.
 *
 *     (log, seq) ──one id──▶ held      ──two ids──▶ fork: the author's key is banned
 *
 * Embedded facts are noted too, whoever carries them, but are not held by that: what came only
 * inside another fact is still missing from its log. Of more than two facts at one place the two
 * lowest ids stay as the proof, so the order of arrival leaves no trace. (docs/rules.md, 4)
 */
import * as HashMap from "effect/HashMap"
import * as HashSet from "effect/HashSet"
import * as Option from "effect/Option"
import type { Fact } from "../fact/Fact.ts"
import type { FactId, LogId } from "../identity/FactId.ts"
import type { NodeId } from "../identity/NodeId.ts"
import * as VersionMap from "../replica/VersionMap.ts"

/** Two facts at one place. */
export interface Fork {
  readonly log: LogId
  readonly seq: number
  readonly ids: readonly [FactId, FactId]
}

/** What stands at a place: nearly always one fact that is held. */
export type Place = FactId | {
  readonly lowest: FactId
  /** Of all that is known there, what was folded in its own right. */
  readonly held: HashSet.HashSet<FactId>
}

export interface Forks {
  readonly places: HashMap.HashMap<LogId, VersionMap.VersionMap<number, Place>>
  /** By author the lowest of its forks: one is enough to ban it. */
  readonly forks: HashMap.HashMap<NodeId, Fork>
  readonly authors: HashSet.HashSet<NodeId>
}

export const empty: Forks = { places: HashMap.empty(), forks: HashMap.empty(), authors: HashSet.empty() }

/** Notes the places of facts and of all that they embed. */
export const evolveAll = (forks: Forks, facts: Iterable<Fact>): Forks => {
  const logs = new Map<LogId, VersionMap.VersionMap<number, Place>>()
  const found: Array<Found> = []
  const note = (fact: Fact, isHeld: boolean): void => {
    let places = logs.get(fact.log)
    if (places === undefined) {
      places = VersionMap.opened(placesOf(forks, fact.log))
      logs.set(fact.log, places)
    }
    noted(places, fact, isHeld, found)
  }
  for (const fact of facts) {
    note(fact, true)
    for (const inner of fact.embedded) note(inner, false)
  }
  let places = forks.places
  for (const [log, open] of logs) places = HashMap.set(places, log, VersionMap.closed(open))
  return found.reduce(banned, { ...forks, places })
}

/** Notes the place of a fact and of all that it embeds. */
export const evolve = (forks: Forks, fact: Fact): Forks => evolveAll(forks, [fact])

/** Has the author of these facts ever stated two things at one place? */
export const hasForked = (forks: Forks, node: NodeId): boolean => HashSet.has(forks.authors, node)

/** The id of the fact at a place; of several the lowest. */
export const at = (forks: Forks, log: LogId, seq: number): FactId | undefined => {
  const place = placesOf(forks, log).get(seq)
  return place === undefined ? undefined : lowestOf(place)
}

/** Is this very fact among what was folded, not only inside another? */
export const holds = (forks: Forks, { id, log, seq }: Pick<Fact, "id" | "log" | "seq">): boolean => {
  const place = placesOf(forks, log).get(seq)
  return place !== undefined && isHeldAt(place, id)
}

/** All facts that were folded in their own right. */
export const held = ({ places }: Forks): ReadonlyArray<FactId> =>
  HashMap.toValues(places).flatMap((known) => [...known.values()].flatMap((place) => [...heldAt(place)]))

/** How many places are known, of all logs. */
export const size = ({ places }: Forks): number =>
  HashMap.reduce(places, 0, (sum, known) => sum + known.size)

/** Notes the place of a fact that is held already, so that another one there is found. */
export const recall = (forks: Forks, fact: Fact): Forks => {
  const found: Array<Found> = []
  const places = noted(placesOf(forks, fact.log), fact, true, found)
  return found.reduce(banned, { ...forks, places: HashMap.set(forks.places, fact.log, places) })
}

/**
 * The forks without the places of each log up to the one given, and without the facts that stood
 * there. A fork that was found stays found.
 */
export const forget = (forks: Forks, upTo: (log: LogId) => number): Forks => ({
  ...forks,
  places: HashMap.map(forks.places, (known, log) => {
    const last = upTo(log)
    return last < 1 ? known : VersionMap.filter(known, (_, seq) => seq > last)
  })
})

/** A fact, and another one at its place. */
interface Found {
  readonly fact: Fact
  readonly other: FactId
}

const nowhere = VersionMap.empty<number, Place>()

const placesOf = ({ places }: Forks, log: LogId): VersionMap.VersionMap<number, Place> =>
  Option.getOrElse(HashMap.get(places, log), () => nowhere)

const lowestOf = (place: Place): FactId => typeof place === "string" ? place : place.lowest

const heldAt = (place: Place): Iterable<FactId> => typeof place === "string" ? [place] : place.held

const isHeldAt = (place: Place, id: FactId): boolean =>
  typeof place === "string" ? place === id : HashSet.has(place.held, id)

const noted = (
  places: VersionMap.VersionMap<number, Place>,
  fact: Fact,
  isHeld: boolean,
  found: Array<Found>
): VersionMap.VersionMap<number, Place> => {
  const { id, seq } = fact
  const before = places.get(seq)
  if (before === undefined) {
    return VersionMap.set(places, seq, isHeld ? id : { lowest: id, held: HashSet.empty() })
  }
  const known = lowestOf(before)
  if (known !== id) found.push({ fact, other: known })
  if (known <= id && (!isHeld || isHeldAt(before, id))) return places
  const lowest = id < known ? id : known
  const held = HashSet.fromIterable(isHeld ? [...heldAt(before), id] : heldAt(before))
  const isAlone = HashSet.size(held) === 1 && HashSet.has(held, lowest)
  return VersionMap.set(places, seq, isAlone ? lowest : { lowest, held })
}

/** With the author banned; of its forks the lowest place counts, and of the facts there the lowest two. */
const banned = (forks: Forks, { fact: { from, id, log, seq }, other }: Found): Forks => {
  const before = Option.getOrUndefined(HashMap.get(forks.forks, from))
  const isSame = before?.log === log && before.seq === seq
  const [first, second] = [...new Set([other, id, ...(isSame ? before.ids : [])])].sort()
  if (first === undefined || second === undefined) return forks
  const fork: Fork = { log, seq, ids: [first, second] }
  return {
    ...forks,
    forks: before === undefined || isSame || isBefore(fork, before)
      ? HashMap.set(forks.forks, from, fork)
      : forks.forks,
    authors: HashSet.add(forks.authors, from)
  }
}

const isBefore = (one: Fork, other: Fork): boolean =>
  one.log < other.log || (one.log === other.log && one.seq < other.seq)
