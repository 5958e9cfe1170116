/**
 * When a node may vote after a start: once it asked its peers for its own older facts, so that a
 * lost disk does not make it contradict itself. A view.
 *
 * All who are connected must have told what they have. A node that meets nobody for a while goes on
 * alone, and one that is told without end, after five minutes. (docs/rules.md, 4: restart)
 */
import type { Moment } from "../machine/Machine.ts"
import * as CatchUp from "./CatchUp.ts"

/** A peer that tells without end keeps nobody from voting for longer. */
export const settlingMillisMax = 5 * 60_000

/** `startedMillis` is when the process first decided anything; at a `settleMillis` of 0 all is well. */
export const isSettled = (
  catchUp: CatchUp.State,
  settleMillis: number,
  startedMillis: number | undefined,
  at: Moment
): boolean => {
  const sinceMillis = at.monotonicMillis - (startedMillis ?? at.monotonicMillis)
  return settleMillis === 0 || catchUp.hasCaughtUp || sinceMillis >= settlingMillisMax ||
    (sinceMillis >= settleMillis && !CatchUp.isAsking(catchUp, at))
}
