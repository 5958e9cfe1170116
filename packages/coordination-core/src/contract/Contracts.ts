/**
 * What nodes stated about contracts: who provides what, and who builds against it. A fold.
 *
 *     contracts_stated ──▶ by author: by repository the highest version, by part one fact
 *
 * Invariants: commutative, associative and idempotent over sets of facts; bounded for each author,
 * whatever it states: of more repositories than `repositoriesMax` the first by name stay, of two
 * facts for one part the one with the lower id. Statements are evidence and nothing more: no
 * status depends on one. (docs/rules.md, 3, 4)
 */
import * as HashMap from "effect/HashMap"
import * as Option from "effect/Option"
import * as Fact from "../fact/Fact.ts"
import type { FactId, Origin } from "../identity/FactId.ts"
import type { NodeId } from "../identity/NodeId.ts"
import { compare } from "../replica/Sorted.ts"

/** So many repositories of one author are remembered. */
export const repositoriesMax = 32

export interface Part {
  readonly id: FactId
  readonly origin: Origin
  readonly part: number
  readonly parts: number
  readonly provides: Readonly<Record<string, string>>
  readonly consumes: ReadonlyArray<string>
  readonly digest: string
  readonly leftOut: number
  readonly revision?: string
}

/** The highest version of what a node stated about a repository. */
export interface Statement {
  readonly repository: string
  readonly version: number
  /** In their order; some may not have come yet. */
  readonly parts: ReadonlyArray<Part>
}

/** By author, in the order of the repositories. */
export type Contracts = HashMap.HashMap<NodeId, ReadonlyArray<Statement>>

export const empty: Contracts = HashMap.empty()

export const evolve = (contracts: Contracts, fact: Fact.Fact): Contracts => {
  if (!Fact.is("contracts_stated", fact)) return contracts
  const { data } = fact
  const stated: Statement = {
    repository: data.repository,
    version: data.version,
    parts: [
      {
        id: fact.id,
        origin: Fact.origin(fact),
        part: data.part,
        parts: data.parts,
        provides: data.provides,
        consumes: data.consumes,
        digest: data.digest,
        leftOut: data.left_out,
        ...(data.revision === undefined ? {} : { revision: data.revision })
      }
    ]
  }
  const known = of(contracts, fact.from)
  const before = known.find(({ repository }) => repository === stated.repository)
  const after = before === undefined ? stated : newer(before, stated)
  if (after === before) return contracts
  const rest = known.filter((each) => each !== before)
  const all = [...rest, after].sort((a, b) => compare(a.repository, b.repository)).slice(0, repositoriesMax)
  return HashMap.set(contracts, fact.from, all)
}

/** What an author's statements are, in the order of the repositories. */
export const of = (contracts: Contracts, author: NodeId): ReadonlyArray<Statement> =>
  Option.getOrElse(HashMap.get(contracts, author), () => [])

/** The higher version; of one version the parts of both. */
const newer = (known: Statement, added: Statement): Statement => {
  if (known.version !== added.version) return known.version > added.version ? known : added
  const parts = [...known.parts, ...added.parts]
    .sort((a, b) => a.part - b.part || compare(a.id, b.id))
    .filter(({ part }, at, all) => all[at - 1]?.part !== part)
  const isSame = parts.length === known.parts.length && parts.every((part, at) => part === known.parts[at])
  return isSame ? known : { ...known, parts }
}
