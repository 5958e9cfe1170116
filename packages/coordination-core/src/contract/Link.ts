/**
 * What stands between two repositories: contracts that one provides and the other consumes.
 *
 * It is evidence that two tasks belong together, and tells which has to go first. Cost: the names
 * that the one provides, once, and for each link the statements that there are.
 */
import * as HashMap from "effect/HashMap"
import * as Derived from "../identity/Derived.ts"
import * as Replica from "../replica/Replica.ts"
import { compare } from "../replica/Sorted.ts"
import type { Part } from "./Contracts.ts"
import * as Naming from "./Naming.ts"

/** A contract between two repositories, and why it is thought of. */
export interface Link {
  readonly contract: string
  readonly provider: string
  readonly consumer: string
  /** The scope or the words that name it; none where no text was asked about. */
  readonly named: string | undefined
  /** So many repositories consume it: what all of them do is weak evidence. */
  readonly consumers: number
}

/** So many links of a pair are told. */
export const linksMax = 16

/**
 * The links of two repositories, of the contract that fewest consume first; with the words of tasks
 * only those that one of them names.
 */
export const between = (
  replica: Replica.Replica,
  repositoryA: string,
  repositoryB: string,
  words?: ReadonlyArray<Naming.Words>
): ReadonlyArray<Link> => {
  const known = counted(replica)
  const one = (provider: string, consumer: string): ReadonlyArray<Link> => {
    const consumed = known.filter(({ repository }) => repository === consumer)
    const provided = known.filter(({ repository }) => repository === provider)
    return [...new Set(provided.flatMap(({ part }) => Object.keys(part.provides)))]
      .filter((contract) => consumed.some(({ part }) => consumes(part).has(contract)))
      .flatMap((contract) => {
        const named = words?.map((each) => Naming.naming(contract, each)).find((each) => each !== undefined)
        const link = { contract, provider, consumer, named, consumers: consumersOf(known, contract) }
        return words === undefined || named !== undefined ? [link] : []
      })
  }
  return [...one(repositoryA, repositoryB), ...one(repositoryB, repositoryA)]
    .sort(
      (a, b) =>
        a.consumers - b.consumers || compare(a.contract, b.contract) || compare(a.provider, b.provider)
    )
    .slice(0, linksMax)
}

interface Counted {
  readonly repository: string
  readonly part: Part
}

/** The parts of all statements that count. */
const counted = (replica: Replica.Replica): ReadonlyArray<Counted> => {
  const { counts } = Replica.world(replica)
  return [...HashMap.values(replica.contracts)]
    .flat()
    .flatMap(({ parts, repository }) =>
      parts.filter(({ origin }) => counts(origin)).map((part) => ({ repository, part }))
    )
}

const consumes = Derived.once((part: Part): ReadonlySet<string> => new Set(part.consumes))

const consumersOf = (known: ReadonlyArray<Counted>, contract: string): number =>
  new Set(known.filter(({ part }) => consumes(part).has(contract)).map(({ repository }) => repository)).size
