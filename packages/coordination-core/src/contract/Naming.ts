/**
 * Whether a task speaks of a contract: by a declared scope, or by its name in the words or paths.
 *
 *     contract ──marksOf──▶ marks ◀──marks── task      the same mark: worth a look, then `namingIn`
 *
 * A task is read once for all contracts. Whoever keeps contracts by their marks looks at those
 * alone that a task may name, whatever their number.
 */
import type { TaskContext } from "../task/TaskContext.ts"
import * as Scope from "../task/Scope.ts"
import * as ScopeKey from "../task/ScopeKey.ts"
import * as Contract from "./Contract.ts"

/** What of a task may name a contract. */
export type Words = Pick<TaskContext, "title" | "description" | "scopes" | "paths">

/** A task, read for contracts. */
export interface Read {
  readonly scopes: ReadonlyArray<{ readonly text: string; readonly name: string }>
  /** In lower case, with parameters that have no names. */
  readonly text: string
}

export const read = ({ description = "", paths = [], scopes = [], title }: Words): Read => ({
  scopes: scopes.map((text) => ({ text, name: nameIn(text) })),
  text: [title, description, ...paths].join("\n").toLowerCase()
    .replaceAll(/\/(:\w+|\{[^}/\s]*\}|<[^>/\s]*>)/g, "/{}")
})

/** The scope of a task that names a contract, or the words in which its text does. */
export const naming = (contract: string, words: Words): string | undefined =>
  namingIn(contract, read(words))

/** The same for a task that was read. What it changes counts before what it uses. */
export const namingIn = (contract: string, { scopes, text }: Read): string | undefined => {
  const covering = scopes.filter(({ name }) => covers(name, contract))
  const scope = covering.find((each) => !onlyUses(each.text)) ?? covering[0]
  if (scope !== undefined) return scope.text
  const spoken = spokenOf(contract)
  return spoken !== undefined && isSpoken(text, spoken.toLowerCase()) ? spoken : undefined
}

/** Does a text write a scope of what is used and no more? */
export const onlyUses = (scope: string): boolean => Scope.parse(scope)?.operation === "use"

/** Is the declared scope about the contract, a column of its table, or a path whatever the verb? */
export const declares = (scope: string, contract: string): boolean => covers(nameIn(scope), contract)

/** The marks of a contract: a task that names it has one of them. */
export const marksOf = (contract: string): ReadonlyArray<string> => {
  const [longest] = runsOf(spokenOf(contract)?.toLowerCase() ?? "").sort((a, b) => b.length - a.length)
  return [subjectOf(contract), ...(longest === undefined ? [] : [longest])]
}

/** The marks of a task. */
export const marks = ({ scopes, text }: Read): ReadonlySet<string> =>
  new Set([...scopes.map(({ name }) => subjectOf(name)), ...runsOf(text)])

/** As a text would write it; short names are words like any other, and none. */
export const spokenOf = (contract: string): string | undefined => {
  const spoken = contract.slice(contract.indexOf(":") + 1).replace(/^[A-Z]+ /, "")
  return spoken.length >= shortest && runsOf(spoken).length > 0 ? spoken : undefined
}

const shortest = 5

/** The name of what a scope is about. */
const nameIn = (scope: string): string =>
  Contract.normalName(scope.slice(0, Math.max(0, scope.lastIndexOf("="))))

const covers = (name: string, contract: string): boolean => {
  if (name === contract) return true
  if (contract.startsWith("table:")) return name.startsWith(`${contract}.`)
  return name.startsWith("api:/") && contract.endsWith(` ${name.slice("api:".length)}`)
}

/** What a contract and a scope about it, or about a part of it, have in common. */
export const subjectOf = (name: string): string => {
  const at = name.indexOf(":")
  const kind = Scope.kinds.find((each) => each === name.slice(0, at))
  return kind === undefined ? name : `${kind}:${ScopeKey.placeOf(kind, name.slice(at + 1)).whole}`
}

/** Letters of any script and what names are made of; blanks, quotes and dashes of any script are none. */
const letters = "\\w/{\\u00C0-\\u1FFF\\u2070-\\u2FFF\\u3040-\\uFFFF-"
const run = new RegExp(`[${letters}]+`, "g")
const letter = new RegExp(`[${letters}]`)

const runsOf = (text: string): Array<string> => text.match(run) ?? []

/** Does the text hold the name as a whole word? */
const isSpoken = (text: string, name: string): boolean => {
  const isPart = (unit: string | undefined) => unit !== undefined && letter.test(unit)
  for (let at = text.indexOf(name); at >= 0; at = text.indexOf(name, at + 1)) {
    if (!isPart(text[at - 1]) && !isPart(text[at + name.length])) return true
  }
  return false
}
