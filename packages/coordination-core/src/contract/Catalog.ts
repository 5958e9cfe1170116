/**
 * Who provides and who consumes what, as far as the mesh knows: a view over contract facts.
 *
 * What several nodes state about one repository is taken together. What a banned or revoked node
 * states does not count. (docs/rules.md, 4)
 */
import * as HashMap from "effect/HashMap"
import type { NodeId } from "../identity/NodeId.ts"
import * as Replica from "../replica/Replica.ts"
import { compare } from "../replica/Sorted.ts"

/** What a node states about a repository. */
export interface Entry {
  readonly repository: string
  readonly node: NodeId
  readonly version: number
  readonly revision: string | undefined
  /** Contracts with the digests of their shapes. */
  readonly provides: ReadonlyMap<string, string>
  readonly consumes: ReadonlySet<string>
  /** What a statement had no room for, and the parts of it that have not come. */
  readonly leftOut: number
  readonly partsMissing: number
}

/** What counts, by repository and node. */
export const entries = (replica: Replica.Replica): ReadonlyArray<Entry> => {
  const { counts } = Replica.world(replica)
  return [...HashMap.entries(replica.contracts)]
    .flatMap(([node, statements]) =>
      statements.flatMap(({ parts, repository, version }): ReadonlyArray<Entry> => {
        const counted = parts.filter(({ origin }) => counts(origin))
        const [first] = counted
        return first === undefined
          ? []
          : [
              {
                repository,
                node,
                version,
                revision: first.revision,
                provides: new Map(counted.flatMap(({ provides }) => Object.entries(provides))),
                consumes: new Set(counted.flatMap(({ consumes }) => consumes)),
                leftOut: first.leftOut,
                partsMissing: Math.max(0, first.parts - counted.length)
              }
            ]
      })
    )
    .sort((a, b) => compare(a.repository, b.repository) || compare(a.node, b.node))
}
