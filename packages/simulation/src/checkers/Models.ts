/**
 * I8: planning calls stay within sessions × rounds × (1 + takeovers) × 2: each process asks at most
 * twice for a round, and without faults there is exactly one call for each.
 */
import type { Checker } from "../Checker.ts"
import type { Cluster } from "../Cluster.ts"

export const make = (cluster: Cluster, isCalm: boolean): Checker => ({
  ended: () => {
    const [most, whose] = isCalm ? [1, ""] : [2, "of one process "]
    const counts = new Map<string, number>()
    for (const { by, round, session } of cluster.calls) {
      const key = `round ${round} of ${session}${isCalm ? "" : ` by ${by}`}`
      counts.set(key, (counts.get(key) ?? 0) + 1)
    }
    for (const [key, count] of counts) {
      if (count > most) cluster.fail("I8", `${count} calls ${whose}for ${key}; at most ${most} are allowed`)
    }
  }
})
