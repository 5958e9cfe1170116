/**
 * The reason of an alert, in words that its readers can check: what both speak of, how rare that is,
 * how far apart they were claimed, and who has to go first.
 *
 *     backend#1 and web#7 both speak of "nova.objects.instance"; only 4 of 2,108 open tasks
 *     mention it; claimed 3 h apart.
 */
import * as TaskContext from "../task/TaskContext.ts"
import type { Detection } from "./Detector.ts"
import * as Index from "./Index.ts"
import { apart, cut } from "./Sentence.ts"
import * as ScopeOverlap from "./ScopeOverlap.ts"

/** At most 500 characters. */
export const reason = (index: Index.Index, detection: Detection): string => {
  const { task1, task2 } = detection
  const claimed = `claimed ${apart(task1.atMillis, task2.atMillis)}`
  const said = [order(index, detection), rarity(index, detection), claimed]
    .filter((clause) => clause !== undefined)
    .join("; ")
  const head = detection.reason.replace(/\.$/, "")
  return `${cut(head, Math.max(0, reasonMax - said.length - 3))}; ${said}.`
}

const reasonMax = 500

/** What one task in so many mentions, or more, is not rare. */
const commonFrom = 20

/** How few other tasks mention the most telling of what both speak of. */
const rarity = (index: Index.Index, { evidence, task1 }: Detection): string | undefined => {
  const terms = Index.get(index, task1.claim)?.task.terms
  if (terms === undefined) return undefined
  for (const { kind, what } of evidence) {
    if (kind !== "words" && kind !== "path") continue
    for (const [key, { text }] of terms) {
      if (text !== what) continue
      const few = Math.max(2, Index.frequency(index, key))
      const all = Math.max(few, Index.size(index))
      return few * commonFrom > all
        ? undefined
        : `only ${few} of ${thousands(all)} open tasks mention "${cut(text, 60)}"`
    }
  }
  return undefined
}

/** Who has to go first, and why, where scopes tell. */
const order = (index: Index.Index, { direction, task1, task2 }: Detection): string | undefined => {
  const [one, other] = [task1, task2].map(({ claim }) => Index.get(index, claim)?.task)
  const [overlap] = one === undefined || other === undefined ? [] : ScopeOverlap.between(one, other)
  const first = direction === "task1_first" ? task1 : direction === "task2_first" ? task2 : undefined
  const goes = first === undefined ? undefined : `${nameOf(first)} has to go first`
  return overlap === undefined
    ? goes
    : [overlap.because, goes].filter((part) => part !== undefined).join(": ")
}

const nameOf = ({ task }: Index.Entry): string => cut(TaskContext.key(task), 80)

const thousands = (count: number): string => String(count).replaceAll(/\B(?=(\d{3})+$)/g, ",")
