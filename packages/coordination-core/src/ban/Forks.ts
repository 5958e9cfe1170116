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

/** Two facts at one place. */
export interface Fork {
  readonly log: LogId
  readonly seq: number
  readonly ids: readonly [FactId, FactId]
}

export interface Forks {
  readonly places: HashMap.HashMap<LogId, HashMap.HashMap<number, FactId>>
  /** By author the lowest of its forks: one is enough to ban it. */
  readonly forks: HashMap.HashMap<NodeId, Fork>
  readonly authors: HashSet.HashSet<NodeId>
  /** The facts that were folded in their own right. */
  readonly held: HashSet.HashSet<FactId>
}

export const empty: Forks = {
  places: HashMap.empty(),
  forks: HashMap.empty(),
  authors: HashSet.empty(),
  held: HashSet.empty()
}

/** Notes the place of a fact and of all that it embeds. */
export const evolve = (forks: Forks, fact: Fact): Forks => {
  const noted = [fact, ...fact.embedded].reduce(note, forks)
  return { ...noted, held: HashSet.add(noted.held, fact.id) }
}

/** Has the author of these facts ever stated two things at one place? */
export const hasForked = (forks: Forks, node: NodeId): boolean => HashSet.has(forks.authors, node)

/** The id of the fact at a place. */
export const at = (forks: Forks, log: LogId, seq: number): FactId | undefined =>
  HashMap.get(forks.places, log).pipe(
    Option.flatMap((places) => HashMap.get(places, seq)),
    Option.getOrUndefined
  )

/** Is this very fact among what was folded, not only inside another? */
export const holds = (forks: Forks, { id }: Pick<Fact, "id">): boolean => HashSet.has(forks.held, id)

/** Notes the place of a fact that is known already, so that another one there is found. */
export const recall = (forks: Forks, fact: Fact): Forks => note(forks, fact)

/**
 * The forks without the places of each log up to the one given, and without the facts that stood
 * there. A fork that was found stays found.
 */
export const forget = (forks: Forks, upTo: (log: LogId) => number): Forks => {
  const places = HashMap.map(forks.places, (known, log) => {
    const last = upTo(log)
    return last < 1 ? known : HashMap.filter(known, (_, seq) => seq > last)
  })
  const held = [...HashMap.values(places)]
    .flatMap((known) => [...HashMap.values(known)])
    .filter((id) => HashSet.has(forks.held, id))
  return { ...forks, places, held: HashSet.fromIterable(held) }
}

const note = (forks: Forks, fact: Fact): Forks => {
  const { from, id, log, seq } = fact
  const places = Option.getOrElse(HashMap.get(forks.places, log), () => HashMap.empty<number, FactId>())
  const known = Option.getOrUndefined(HashMap.get(places, seq))
  if (known === id) return forks
  const lowest = known === undefined || id < known ? id : known
  const noted = {
    ...forks,
    places: HashMap.set(forks.places, log, HashMap.set(places, seq, lowest))
  }
  if (known === undefined) return noted
  const before = Option.getOrUndefined(HashMap.get(forks.forks, from))
  const isSame = before?.log === log && before.seq === seq
  const [first, second] = [...new Set([known, id, ...(isSame ? before.ids : [])])].sort()
  if (first === undefined || second === undefined) return forks
  const fork: Fork = { log, seq, ids: [first, second] }
  return {
    ...noted,
    forks: before === undefined || isSame || isBefore(fork, before)
      ? HashMap.set(forks.forks, from, fork)
      : forks.forks,
    authors: HashSet.add(forks.authors, from)
  }
}

const isBefore = (one: Fork, other: Fork): boolean =>
  one.log < other.log || (one.log === other.log && one.seq < other.seq)
