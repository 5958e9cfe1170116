/**
 * How a candidate stands among the others: the best of many alike is no better than its rivals let it be.
 */
import { at, count } from "./Feature.ts"
import type { Shelf } from "./Shelf.ts"

/** From this likeness on a task is a copy; copies in many repositories are a campaign. */
const copyLikeness = 0.35

/** Fills in the features that compare candidates with each other. */
export const measure = (shelf: Shelf, tasks: ReadonlyArray<number>, rows: Float32Array): void => {
  const ordered = (feature: number) => {
    const order = tasks.map((_, nth) => nth)
    return order.sort((a, b) => (rows[b * count + feature] ?? 0) - (rows[a * count + feature] ?? 0))
  }
  const byScore = ordered(at.score)
  const scoreOf = (nth: number | undefined): number =>
    nth === undefined ? 0 : (rows[nth * count + at.score] ?? 0)
  const [top, second] = [scoreOf(byScore[0]), scoreOf(byScore[1])]
  const bests = new Map<number, [best: number, next: number, many: number]>()
  const copied = new Set<number>()
  let near = 0
  for (const [rank, nth] of byScore.entries()) {
    const repository = shelf.repositories[(tasks[nth] ?? 0)] ?? 0
    const bestOf = bests.get(repository)
    if (bestOf === undefined) bests.set(repository, [scoreOf(nth), 0, 1])
    else {
      if (bestOf[2]++ === 1) bestOf[1] = scoreOf(nth)
    }
    if ((rows[nth * count + at.cosine] ?? 0) >= copyLikeness) {
      near++
      copied.add(repository)
    }
    rows[nth * count + at.rank] = rank
  }
  for (const [rank, nth] of ordered(at.cosine).entries()) rows[nth * count + at.rankCosine] = rank
  let close = 0
  for (const [rank, nth] of byScore.entries()) {
    const row = nth * count
    const score = scoreOf(nth)
    while (close < byScore.length && scoreOf(byScore[close]) >= 0.8 * score) close++
    const [best, next, many] = bests.get((shelf.repositories[(tasks[nth] ?? 0)] ?? 0)) ?? [0, 0, 0]
    rows[row + at.gap] = top - score
    rows[row + at.ratio] = top > 0 ? score / top : 0
    rows[row + at.lead] = rank === 0 ? score - second : score - top
    rows[row + at.top] = top
    rows[row + at.secondTop] = second
    rows[row + at.close] = close
    rows[row + at.lonely] = score === best ? score - next : score - best
    rows[row + at.ofRepository] = many
    rows[row + at.copies] = copied.size
    rows[row + at.near] = near
  }
}
