/**
 * Whether what a session was opened over still holds, as its tasks are described now.
 *
 * An update keeps the session: it goes on until its members agree, or somebody dismisses it. This is
 * for telling them what it still rests on. (docs/rules.md, 5)
 */
import type { State } from "../coordination/Coordination.ts"
import type { Opening } from "../session/Opening.ts"
import * as TaskContext from "../task/TaskContext.ts"
import type { Unsaid } from "./Alerts.ts"
import * as Conflicts from "./Conflicts.ts"
import * as Finding from "./Finding.ts"
import * as Index from "./Index.ts"
import * as Inquiry from "./Inquiry.ts"
import * as Territory from "./Territory.ts"

/** Would detection find it again? What no detection found holds as it is, and so does what is over. */
export const hold = (state: State, { account, claims, kind }: Opening): boolean => {
  const [one, other] = claims.map(({ claim }) => Index.get(state.detection.index, claim)?.entry)
  if (one === undefined || other === undefined) return true
  if (kind === "dependency") return isFound(state, one, other)
  const isOfScopes = kind === "conflict" &&
    Conflicts.isOfScopes(account.reason, TaskContext.key(one.task), TaskContext.key(other.task))
  return !isOfScopes || Territory.meets(one, other)
}

/** As of the moment when the later of the two was claimed, since what is alike fades with time. */
const isFound = (state: State, one: Index.Entry, other: Index.Entry): boolean => {
  const wallMillis = Math.max(one.atMillis, other.atMillis)
  const { threshold } = Finding.parametersOf(state.detection, state.settings)
  const least = Math.min(threshold, state.settings.detection.threshold)
  return [[one, other] as const, [other, one] as const].some(([task1, task2]) =>
    Inquiry.between(state, task1, task2, wallMillis, least) !== undefined)
}

/** Was it found of two tasks as they are described now? */
export const isCurrent = ({ detection: { index } }: State, { task1, task2 }: Unsaid): boolean =>
  [task1, task2].every((side) => Index.get(index, side.claim)?.entry === side)
