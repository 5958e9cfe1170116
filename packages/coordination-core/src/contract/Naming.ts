/**
 * Whether a task speaks of a contract: by a declared scope, or by its name in the words.
 */
import type { TaskContext } from "../task/TaskContext.ts"
import * as Contract from "./Contract.ts"

/** What of a task may name a contract. */
export type Words = Pick<TaskContext, "title" | "description" | "scopes">

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

/** Is the declared scope about the contract, a column of its table, or a path whatever the verb? */
export const declares = (scope: string, contract: string): boolean => {
  const name = Contract.normalName(scope.slice(0, Math.max(0, scope.lastIndexOf("="))))
  if (name === contract) return true
  if (contract.startsWith("table:")) return name.startsWith(`${contract}.`)
  return name.startsWith("api:/") && contract.endsWith(` ${name.slice("api:".length)}`)
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
