/**
 * A rule: names the relationship of two tasks, or finds none. The seed's shape.
 *
 * Rules never search; they judge pairs that the index found, by what the tasks speak of. A custom
 * rule for a project looks like this:
 *
 *     const graphqlSchema = Rule.make({
 *       name: "GraphQL_Schema",
 *       description: "GraphQL schema and resolver dependencies",
 *       keywords: ["graphql", "schema", "resolver", "query", "mutation"],
 *       validator: (task1, task2) => {
 *         const hasSchema = mentions(task1, "schema") || mentions(task2, "schema")
 *         const hasResolver = mentions(task1, "resolver") || mentions(task2, "resolver")
 *         return hasSchema && hasResolver
 *           ? matched("GraphQL schema and resolver must be coordinated")
 *           : unmatched
 *       }
 *     })
 *
 * `mentions` compares whole words by their stem (`resolver` finds `Resolvers`, not `unresolvers`).
 * Two tasks that each hold a keyword become candidates for the rule even if they share no word, and
 * the rarer those keywords are among the known tasks, the more the rule's verdict weighs.
 */
import type { Direction } from "../fact/SessionFacts.ts"
import * as Scope from "../task/Scope.ts"
import * as ScopeKey from "../task/ScopeKey.ts"
import type { TaskContext } from "../task/TaskContext.ts"
import * as Lexicon from "./Lexicon.ts"
import * as Terms from "./Terms.ts"

/** A task as a rule sees it: its fields, and what was read out of them once. */
export interface RuleTask extends TaskContext {
  readonly terms: Terms.Terms
  /** The keys of its terms by kind. */
  readonly keys: ReadonlyMap<Terms.Kind, ReadonlyArray<string>>
  /** The concepts it speaks of, with its words for each. */
  readonly concepts: ReadonlyMap<Lexicon.Concept, ReadonlyArray<string>>
  /** Its scopes by their subjects. */
  readonly declared: ReadonlyMap<string, ReadonlyArray<Declared>>
}

/** A scope, and what its key names. */
export interface Declared {
  readonly scope: Scope.Scope
  readonly place: ScopeKey.Place
}

export interface Verdict {
  readonly matches: boolean
  /** One sentence that names what was found in each task; empty when nothing was. */
  readonly reason: string
  /** Which of the two has to move first, where the rule can tell. */
  readonly direction?: Direction
  /** The tasks declared it: such a verdict names the pair before those that rest on words. */
  readonly declared?: boolean
}

/** What a project writes down: the seed's `DependencyRule`. */
export interface Definition {
  /** As `namePattern` says. */
  readonly name: string
  readonly description: string
  /** Words, or pairs of words that follow each other. */
  readonly keywords: ReadonlyArray<string>
  /** A pair that it names is worth an alert whatever else was found; the budget holds all the same. */
  readonly decisive?: boolean
  /** Total and pure; asked with the two tasks in either order. */
  readonly validator: (task1: RuleTask, task2: RuleTask) => Verdict
}

export interface Rule extends Definition {
  /** The keywords as keys of terms. */
  readonly keys: ReadonlyArray<string>
}

/** A letter, then letters, digits and `_`: at most 64 in all, so that sessions can bear the name. */
export const namePattern = /^[A-Za-z][A-Za-z0-9_]{0,63}$/

/** Throws where the name is none. */
export const make = (definition: Definition): Rule => {
  const { keywords, name } = definition
  if (!namePattern.test(name)) {
    throw new Error(`Expected a name like GraphQL_Schema, at most 64 characters, not "${name}"`)
  }
  return { ...definition, keys: [...new Set(keywords.map(Lexicon.keyOf))] }
}

export const unmatched: Verdict = { matches: false, reason: "" }

export const matched = (reason: string, direction?: Direction): Verdict => ({
  matches: true,
  reason,
  ...(direction === undefined ? {} : { direction })
})

/** Reads a task once, for all rules. */
export const read = (task: TaskContext): RuleTask => {
  const terms = Terms.ofTask(task)
  const keys = new Map<Terms.Kind, Array<string>>()
  for (const [key, { kind }] of terms) {
    const known = keys.get(kind)
    if (known === undefined) keys.set(kind, [key])
    else known.push(key)
  }
  return { ...task, terms, keys, concepts: Lexicon.spokenIn(terms), declared: declaredIn(task.scopes ?? []) }
}

/** The scopes that texts write, by what they are about; a text that writes none is left out. */
export const declaredIn = (texts: ReadonlyArray<string>): RuleTask["declared"] => {
  const declared = new Map<string, Array<Declared>>()
  for (const text of texts) {
    const scope = Scope.parse(text)
    if (scope === undefined) continue
    const one = { scope, place: ScopeKey.placeOf(scope.kind, scope.key) }
    const known = declared.get(Scope.subject(scope))
    if (known === undefined) declared.set(Scope.subject(scope), [one])
    else known.push(one)
  }
  return declared
}

/** Does the task speak of one of these words, or pairs of words, in any form? */
export const mentions = (task: RuleTask, ...phrases: ReadonlyArray<string>): boolean =>
  phrases.some((phrase) => task.terms.has(Lexicon.keyOf(phrase)))
