/**
 * A fork that nobody proved yet is proved to the others, once an author.
 */
import * as HashMap from "effect/HashMap"
import * as HashSet from "effect/HashSet"
import { type Draft, draft } from "../fact/Draft.ts"
import type { Fact } from "../fact/Fact.ts"
import { compare } from "../replica/Sorted.ts"
import type { Forks } from "./Forks.ts"

/** The proofs that are due, now that these facts were folded. */
export const due = (before: Forks, fresh: ReadonlyArray<Fact>, after: Forks): ReadonlyArray<Draft> => {
  if (HashSet.size(after.authors) === HashSet.size(before.authors)) return []
  const proven = new Set(fresh.flatMap((fact) =>
    fact.data.message_type === "fork_proven" ? fact.embedded.map(({ from }) => from) : []
  ))
  return [...HashMap.entries(after.forks)]
    .filter(([author]) => !HashSet.has(before.authors, author) && !proven.has(author))
    .sort(([a], [b]) => compare(a, b))
    .map(([, { ids, log, seq }]) => draft({ message_type: "fork_proven", log, seq }, ids))
}
