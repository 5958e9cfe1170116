/**
 * What a detector got wrong, to be read: a partner that it did not put first, an alert without a link.
 *
 * The second kind need not be wrong: people write down a part of what belongs together.
 */
import * as Print from "../cli/Print.ts"
import type { Recorded } from "../replay/Recording.ts"
import type { Ranked } from "./Ranker.ts"
import type * as Reports from "./Reports.ts"

export interface Mistake {
  readonly kind: "missed" | "unlinked"
  /** The place of the task that arrived. */
  readonly at: number
  /** What was found for it: for a missed partner, the first of the ranking, if there is any. */
  readonly found: Ranked | undefined
  /** Of a missed partner: the first true one's place in the ranking, if it has one. */
  readonly rank?: number | undefined
  readonly partners: ReadonlySet<number>
}

/** So many of them, evenly over their time and each kind as often as it is. */
export const drawn = (mistakes: ReadonlyArray<Mistake>, count: number): ReadonlyArray<Mistake> => {
  const sorted = [
    ...mistakes.filter(({ kind }) => kind === "missed"),
    ...mistakes.filter(({ kind }) => kind === "unlinked")
  ]
  if (sorted.length <= count) return sorted
  return Array.from({ length: count }, (_, nth) => sorted[Math.floor((nth + 0.5) * sorted.length / count)])
    .flatMap((mistake) => mistake ?? [])
}

/** The same in words of the history. */
export const told = (
  tasks: ReadonlyArray<Recorded>,
  { at, found, kind, partners, rank }: Mistake
): Reports.Mistake => {
  const side = (place: number) => {
    const { atMillis = 0, id = "", repository = "", title = "" } = tasks[place] ?? {}
    const hours = ((tasks[at]?.atMillis ?? 0) - atMillis) / 3_600_000
    return { id, repository, title, hours_before: Number(hours.toFixed(1)) }
  }
  return {
    kind,
    task: side(at),
    ...(found === undefined ? {} : { found: side(found.at), score: Number(found.score.toFixed(3)) }),
    ...(rank === undefined ? {} : { rank }),
    partners: [...partners].map(side)
  }
}

export const words = ({ found, kind, partners, rank, score, task }: Reports.Mistake): string => {
  const side = ({ hours_before, repository, title }: Reports.Mistake["task"]): string =>
    `${repository}: ${Print.cut(title, 90)}${hours_before === 0 ? "" : ` (${hours_before} h before)`}`
  return [
    kind === "missed"
      ? `missed: the partner ${rank === undefined ? "is no candidate" : `came in place ${rank}`}`
      : `alert without a link, ${score}`,
    `  task     ${side(task)}`,
    ...(found === undefined ? [] : [`  found    ${side(found)}`]),
    ...partners.map((partner) => `  partner  ${side(partner)}`)
  ].join("\n")
}
