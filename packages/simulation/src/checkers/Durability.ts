/**
 * I4: what a node said it did is never lost, unless its disk lied or it left before anybody heard.
 */
import type { Checker } from "../Checker.ts"
import { type Cluster, honest } from "../Cluster.ts"
import * as Knowledge from "../Knowledge.ts"

export const make = (cluster: Cluster): Checker => ({
  ended: () => {
    for (const member of honest(cluster)) {
      const replica = Knowledge.of(cluster, member)
      if (replica === undefined) continue
      const lost = cluster.acknowledged.find((each) =>
        !each.member.left && !each.member.disk.lied && !each.member.hostile && !each.isKept(replica))
      if (lost !== undefined) {
        cluster.fail("I4", `lost at ${member.name}: ${lost.words}`)
        return
      }
    }
  }
})
