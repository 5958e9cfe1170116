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
  committed: (by, { facts }) => {
    if (by.hostile) return
    let last = 0
    for (const { from, log, seq } of facts) {
      if (from !== by.id || log !== facts.findLast((fact) => fact.from === by.id)?.log) continue
      if (last > 0 && seq !== last + 1) cluster.fail("I14", `${by.name} goes from place ${last} to ${seq}`)
      last = seq
    }
  },
  ended: () => {
    const members = cluster.members.filter(({ hostile }) => !hostile)
    for (const member of honest(cluster)) {
      const state = Members.state(cluster.world, member)
      const liar = members.find(({ id }) => state !== undefined && Forks.hasForked(state.replica.forks, id))
      if (liar !== undefined) cluster.fail("I14", `${member.name} holds a fork of ${liar.name}, who means well`)
    }
    const places = new Map<string, string>()
    for (const { disk, name } of cluster.members) {
      for (const { id, log, seq } of disk.contents.facts.values()) {
        if (!members.some((member) => member.id === FactIds.author(log))) continue
        const place = `${log} ${seq}`
        const known = places.get(place) ?? id
        if (known !== id) cluster.fail("I14", `two facts at place ${seq} of one log, one on the disk of ${name}`)
        places.set(place, known)
      }
    }
  }
})
