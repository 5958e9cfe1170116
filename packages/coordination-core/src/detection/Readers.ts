/**
 * What the words of two tasks are worth where they name what both declare to use, and neither to
 * change.
 *
 *     "Read the orders table" ┊ "List the orders table" ┊ table:orders=use on both  ──▶  all is said
 *
 * Who says in its title what it declares to read says one thing twice. (docs/rules.md, 5)
 */
import * as Lexicon from "./Lexicon.ts"
import type { Pair } from "./Explanation.ts"
import * as ScopeOverlap from "./ScopeOverlap.ts"
import * as Terms from "./Terms.ts"

/** How much of what both speak of names what both only read, from 0 to 1. */
export const share = ({ found, overlaps, query, shared }: Pair): number => {
  const read = overlaps.length > 0 ? [] : ScopeOverlap.onlyRead(query.task, found.task)
  if (read.length === 0) return 0
  // A table is called one, and so on: the kind of a scope names it as well.
  const names = new Set(read.flatMap((scope) => [...Terms.ofText(scope.replace(":", " ")).keys()]))
  const concepts = new Set([...names].flatMap((name) => Lexicon.conceptOf(name) ?? []))
  const isName = (key: string): boolean => {
    const concept = Lexicon.conceptOf(key)
    return names.has(key) || (concept !== undefined && concepts.has(concept))
  }
  let [named, all] = [0, 0]
  for (const { key, part } of shared) {
    all += part
    if (isName(key) || key.split(" ").every(isName)) named += part
  }
  return all > 0 ? named / all : 0
}
