/**
 * H14: nobody takes over from a planner that died.
 */
import * as Original from "@chorus/coordination-core/duty/Turn"

export * from "@chorus/coordination-core/duty/Turn"

export const startMillis: typeof Original.startMillis = (turn, rank, leases) =>
  rank === 0 ? Original.startMillis(turn, rank, leases) : Infinity
