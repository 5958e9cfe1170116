/**
 * Which fact stands at which place of which log; two at one place are a fork. A fold.
 *
 *     (log, seq) ──one id──▶ held      ──two ids──▶ fork: the author's key is banned
 *
 * Embedded facts are noted too, whoever carries them, but are not held by that: what came only
 * inside another fact is still missing from its log. Of more than two facts at one place the two
 * lowest ids stay as the proof, so the order of arrival leaves no trace. (design.md, part 4)
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
  readonly forks: HashMap.HashMap<string, Fork>
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

const place = (log: LogId, seq: number): string => `${log}:${seq}`

const note = (forks: Forks, fact: Fact): Forks => {
  const places = Option.getOrElse(
    HashMap.get(forks.places, fact.log),
    () => HashMap.empty<number, FactId>()
  )
  const known = Option.getOrUndefined(HashMap.get(places, fact.seq))
  if (known === fact.id) return forks
  if (known === undefined) {
    return {
      ...forks,
      places: HashMap.set(forks.places, fact.log, HashMap.set(places, fact.seq, fact.id))
    }
  }
  const key = place(fact.log, fact.seq)
  const before = Option.getOrUndefined(HashMap.get(forks.forks, key))
  const [first, second] = [...new Set([known, fact.id, ...(before?.ids ?? [])])].sort()
  if (first === undefined || second === undefined) return forks
  return {
    ...forks,
    places: HashMap.set(forks.places, fact.log, HashMap.set(places, fact.seq, first)),
    forks: HashMap.set(forks.forks, key, { log: fact.log, seq: fact.seq, ids: [first, second] }),
    authors: HashSet.add(forks.authors, fact.from)
  }
}
