/**
 * The tasks that are being worked on, by what they speak of: an inverted index as a value.
 *
 *     term ──▶ the entries that hold it        claim ──▶ its entry
 *
 * Inserting and removing cost the size of the entry, whatever the number of entries. Invariants:
 * removing what was inserted gives the index before; the order of insertions changes no answer.
 */
import * as HashMap from "effect/HashMap"
import * as Option from "effect/Option"
import type { AgentKey } from "../identity/AgentId.ts"
import type { FactId } from "../identity/FactId.ts"
import type { TaskContext } from "../task/TaskContext.ts"
import { keyOf } from "./Lexicon.ts"
import * as Posting from "./Posting.ts"
import { read, type RuleTask } from "./Rule.ts"

/** A claimed task. */
export interface Entry {
  readonly claim: FactId
  readonly agent: AgentKey
  readonly task: TaskContext
  /** When this node first saw the claim. Milliseconds since 1970. */
  readonly atMillis: number
}

/** An entry with what was read out of its task once. */
export interface Indexed {
  readonly claim: FactId
  readonly entry: Entry
  readonly task: RuleTask
  /** The keys of terms under which a text names the repository: `backend-api`, `backend api`. */
  readonly names: ReadonlyArray<string>
  /** The root of the sum of its squared weights. */
  readonly magnitude: number
}

export interface Index {
  readonly entries: HashMap.HashMap<FactId, Indexed>
  readonly postings: HashMap.HashMap<string, Posting.Posting<Indexed>>
}

export const empty: Index = { entries: HashMap.empty(), postings: HashMap.empty() }

/** The number of entries. */
export const size = (index: Index): number => HashMap.size(index.entries)

/** Adds an entry, in place of what is known of its claim. */
export const insert = (index: Index, entry: Entry): Index => {
  const { entries, postings } = remove(index, entry.claim)
  const indexed = indexedOf(entry)
  return {
    entries: HashMap.set(entries, entry.claim, indexed),
    postings: HashMap.mutate(postings, (draft) => {
      for (const [key, { weight }] of indexed.task.terms) {
        if (weight === 0) continue
        HashMap.set(draft, key, Posting.insert(lookUp({ postings: draft }, key), indexed))
      }
    })
  }
}

/** Removes a claim; the same index when it is not in it. */
export const remove = (index: Index, claim: FactId): Index => {
  const known = get(index, claim)
  if (known === undefined) return index
  return {
    entries: HashMap.remove(index.entries, claim),
    postings: HashMap.mutate(index.postings, (draft) => {
      for (const [key, { weight }] of known.task.terms) {
        if (weight === 0) continue
        const rest = Posting.remove(lookUp({ postings: draft }, key), claim)
        if (Posting.size(rest) === 0) HashMap.remove(draft, key)
        else HashMap.set(draft, key, rest)
      }
    })
  }
}

export const get = (index: Index, claim: FactId): Indexed | undefined =>
  Option.getOrUndefined(HashMap.get(index.entries, claim))

/** Where a term stands; an action, which has no weight, stands nowhere. */
export const lookUp = (
  { postings }: Pick<Index, "postings">,
  key: string
): Posting.Posting<Indexed> => Option.getOrElse(HashMap.get(postings, key), () => Posting.empty)

/** How many entries hold the term. */
export const frequency = (index: Index, key: string): number => Posting.size(lookUp(index, key))

const indexedOf = (entry: Entry): Indexed => {
  const task = read(entry.task)
  let squares = 0
  for (const { weight } of task.terms.values()) squares += weight ** 2
  return {
    claim: entry.claim,
    entry,
    task,
    names: namesOf(entry.task.repository),
    magnitude: Math.sqrt(squares) || 1
  }
}

const namesOf = (repository: string): ReadonlyArray<string> => {
  const name = repository.slice(repository.lastIndexOf("/") + 1).toLowerCase()
  const parts = name.split(/[_.:/-]+/)
  return [...new Set([parts.join("_"), keyOf(parts.join(" "))])]
}
