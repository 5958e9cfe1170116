/**
 * The best of many scores, without sorting them all.
 */
import type { Ranked } from "../Ranker.ts"

/**
 * The highest scores, at most `limit`; of equals, the newest. Sorted and cut whenever there are
 * four times as many; from then on, a score has to beat the last that was kept.
 */
export const best = (scored: ReadonlyArray<Ranked>, limit: number): ReadonlyArray<Ranked> => {
  const kept: Array<Ranked> = []
  let bar = -Infinity
  for (const each of scored) {
    if (each.score <= bar) continue
    kept.push(each)
    if (kept.length <= 4 * limit) continue
    kept.sort(bySurest)
    kept.length = limit
    bar = kept[limit - 1]?.score ?? bar
  }
  return kept.sort(bySurest).slice(0, limit)
}

const bySurest = (a: Ranked, b: Ranked): number => b.score - a.score || b.at - a.at
