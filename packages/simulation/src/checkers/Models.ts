/**
 * I8: planning calls stay within sessions × rounds × (1 + takeovers) × 2; without faults there is
 * exactly one for each round.
 */
import type { Checker } from "../Checker.ts"
import type { Cluster } from "../Cluster.ts"

export const make = (cluster: Cluster, isCalm: boolean): Checker => ({
  ended: () => {
    const counts = new Map<string, number>()
    for (const { round, session } of cluster.calls) {
      const key = `${session} round ${round}`
      counts.set(key, (counts.get(key) ?? 0) + 1)
    }
    // Each node may take over once, and once more after each of its restarts.
    const takeovers = cluster.members.reduce((sum, { starts }) => sum + starts, 0)
    for (const [key, count] of counts) {
      const most = isCalm ? 1 : 2 * (1 + takeovers)
      if (count > most) cluster.fail("I8", `${count} calls for ${key}; at most ${most} are allowed`)
    }
  }
})
