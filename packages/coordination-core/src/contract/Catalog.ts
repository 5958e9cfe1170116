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
import type { TaskContext } from "../task/TaskContext.ts"
import * as Contract from "./Contract.ts"

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

/** What of a task may name a contract. */
export type Words = Pick<TaskContext, "title" | "description" | "scopes">

/** So many links of a pair are told. */
export const linksMax = 16

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

/** The repositories that consume a contract. */
export const consumersOf = (known: ReadonlyArray<Entry>, contract: string): ReadonlyArray<string> => [
  ...new Set(known.filter(({ consumes }) => consumes.has(contract)).map(({ repository }) => repository))
]

/**
 * The contracts that one of two repositories provides and the other consumes, the provider first:
 * those that the words of a task name, the rarest first; without words all.
 */
export const between = (
  replica: Replica.Replica,
  repositoryA: string,
  repositoryB: string,
  words?: ReadonlyArray<Words>
): ReadonlyArray<Link> => {
  const known = entries(replica)
  const links = [
    [repositoryA, repositoryB],
    [repositoryB, repositoryA]
  ].flatMap(([provider = "", consumer = ""]) => {
    const provided = new Set(
      known
        .filter(({ repository }) => repository === provider)
        .flatMap(({ provides }) => [...provides.keys()])
    )
    const consumed = new Set(
      known.filter(({ repository }) => repository === consumer).flatMap(({ consumes }) => [...consumes])
    )
    return [...provided]
      .filter((contract) => consumed.has(contract))
      .flatMap((contract): ReadonlyArray<Link> => {
        const named = words?.map((each) => naming(contract, each)).find((each) => each !== undefined)
        if (words !== undefined && named === undefined) return []
        return [{ contract, provider, consumer, named, consumers: consumersOf(known, contract).length }]
      })
  })
  return links
    .sort(
      (a, b) =>
        a.consumers - b.consumers || compare(a.contract, b.contract) || compare(a.provider, b.provider)
    )
    .slice(0, linksMax)
}

/** The scope of a task that names a contract, or the words in which its text does. */
export const naming = (contract: string, words: Words): string | undefined => {
  const scope = words.scopes?.find((each) => declares(each, contract))
  if (scope !== undefined) return scope
  const key = contract.slice(contract.indexOf(":") + 1)
  const spoken = key.replace(/^[A-Z]+ /, "")
  // Short names are words like any other.
  return spoken.length >= shortest && isSpoken(`${words.title}\n${words.description ?? ""}`, spoken)
    ? spoken
    : undefined
}

/** Is the declared scope about the contract, or about a column of its table? */
export const declares = (scope: string, contract: string): boolean => {
  const name = Contract.normalName(scope.slice(0, Math.max(0, scope.lastIndexOf("="))))
  return name === contract || (contract.startsWith("table:") && name.startsWith(`${contract}.`))
}

const shortest = 5

/** Does the text hold the name as a whole word, in whatever case? A parameter may be called anything. */
const isSpoken = (text: string, name: string): boolean => {
  const flat = text.toLowerCase().replaceAll(/\/(:\w+|\{[^}/\s]*\}|<[^>/\s]*>)/g, "/{}")
  const wanted = name.toLowerCase()
  const isPart = (letter: string | undefined) => letter !== undefined && /[\w/{-]/.test(letter)
  for (let at = flat.indexOf(wanted); at >= 0; at = flat.indexOf(wanted, at + 1)) {
    if (!isPart(flat[at - 1]) && !isPart(flat[at + wanted.length])) return true
  }
  return false
}
