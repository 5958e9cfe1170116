/**
 * I14: places strictly increase in every log, and no honest log forks. Looked for in what the
 * members hold and on every disk.
 */
import * as Forks from "@chorus/coordination-core/ban/Forks"
import * as FactIds from "@chorus/coordination-core/identity/FactId"
import type { Checker } from "../Checker.ts"
import { type Cluster, honest } from "../Cluster.ts"
import * as Members from "../Member.ts"

export const make = (cluster: Cluster): Checker => ({
  ended: () => {
    const members = cluster.members.filter(({ hostile }) => !hostile)
    for (const member of honest(cluster)) {
      const state = Members.state(cluster.world, member)
      const liar = members.find(({ id }) => state !== undefined && Forks.hasForked(state.replica.forks, id))
      if (liar !== undefined) cluster.fail("I14", `${member.name} holds a fork of honest ${liar.name}`)
    }
    const places = new Map<string, string>()
    for (const { disk, name } of cluster.members) {
      for (const { id, log, seq } of disk.contents.facts.values()) {
        if (!members.some((member) => member.id === FactIds.author(log))) continue
        const place = `${log} ${seq}`
        const known = places.get(place) ?? id
        if (known !== id) cluster.fail("I14", `two facts at place ${seq} of a log, one at ${name}`)
        places.set(place, known)
      }
    }
    for (const { disk, id, left, name } of members) {
      if (!disk.lied && !left && hasGap(places, id)) cluster.fail("I14", `a log of ${name} has a gap`)
    }
  }
})

/** Does a log of this author lack a place below one that it has? */
const hasGap = (places: ReadonlyMap<string, string>, author: string): boolean =>
  [...places.keys()].some((place) => {
    const [log = "", seq] = place.split(" ")
    return log.startsWith(author) && Number(seq) > 1 && !places.has(`${log} ${Number(seq) - 1}`)
  })
