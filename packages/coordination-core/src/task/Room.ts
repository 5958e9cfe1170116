/**
 * What there is room for of a task and of a claim, however often it is stated.
 *
 *     words      of each agent of a node the highest versions, and of all of them so many
 *     renewals   of an agent those that reach farthest
 *     ends       of an agent and of each kind the first of each log
 *
 * Invariant: a list is a function of the set of all that was ever put into it, so no order and no
 * doubles leave a trace. (docs/rules.md, 3 and 5)
 */
import type { FactId } from "../identity/FactId.ts"
import * as Sorted from "../replica/Sorted.ts"
import type { Description, End, Renewal } from "./Registry.ts"

/** Of an agent's words on a task, and of its renewals of a claim, so many of the highest stay. */
export const highestMax = 16
/** Of all words of one node on a task so many stay, whatever names it gives its agents. */
export const wordsMax = 512

export const withWords = (
  known: ReadonlyArray<Description>,
  added: Description
): ReadonlyArray<Description> => {
  const all = Sorted.insert(known, added, ({ id, version }) => ordered(version, id))
  const own = all.filter(({ task }) => task.agent_id === added.task.agent_id)
  return (own.length <= highestMax ? all : all.filter((words) => words !== own[0])).slice(-wordsMax)
}

export const withRenewal = (known: ReadonlyArray<Renewal>, added: Renewal): ReadonlyArray<Renewal> =>
  Sorted.insert(known, added, ({ id, untilMillis }) => ordered(untilMillis, id)).slice(-highestMax)

/** If any later end of a log counts, its first one counts as well. */
export const withEnd = (known: ReadonlyArray<End>, added: End): ReadonlyArray<End> => {
  const same = known.find(({ as, origin }) => as === added.as && origin.log === added.origin.log)
  const isEarlier = same === undefined ||
    (added.origin.seq - same.origin.seq || Sorted.compare(added.id, same.id)) < 0
  return isEarlier ? Sorted.insert(known.filter((end) => end !== same), added, ({ id }) => id) : known
}

/** Numbers have at most 16 digits, so padded text sorts as they do. */
const ordered = (number: number, id: FactId): string => `${String(number).padStart(16, "0")} ${id}`
