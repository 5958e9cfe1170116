/**
 * Histories reach what they are for: every type of fact, every status, liars and people.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Forks from "@chorus/coordination-core/ban/Forks"
import { table } from "@chorus/coordination-core/fact/FactTable"
import * as Replica from "@chorus/coordination-core/replica/Replica"
import * as Status from "@chorus/coordination-core/session/Status"
import * as Arbitraries from "@chorus/coordination-core/testing/Arbitraries"
import * as HashMap from "effect/HashMap"
import * as HashSet from "effect/HashSet"
import * as fc from "fast-check"

const histories = fc.sample(Arbitraries.history(), { numRuns: 300, seed: 1 })
const replicas = histories.map(({ facts, founder }) => Replica.evolveAll(Replica.empty(founder), facts))

describe("Arbitraries", () => {
  it("every type of fact occurs", () => {
    const seen = new Set(
      histories.flatMap(({ facts }) => facts.map(({ data }) => data.message_type as string))
    )

    assert.sameMembers([...seen], Object.keys(table))
  })

  it("every status is reached", () => {
    const seen = new Set(replicas.flatMap((replica) =>
      Replica.openedSessions(replica).map((session) => Status.statusOf(session, Replica.world(replica)))
    ))

    assert.sameMembers([...seen], [...Status.statuses])
  })

  it("some authors fork, some members are revoked, some people come and go", () => {
    const share = (has: (replica: Replica.Replica) => boolean) =>
      replicas.filter(has).length / replicas.length

    assert.isAbove(share(({ forks }) => !HashSet.isEmpty(forks.authors)), 0.1)
    assert.isAbove(share(({ people }) => !HashMap.isEmpty(people.revoked)), 0.1)
    assert.isAbove(share(({ people }) => people.known.some(({ standing }) => standing === "revoked")), 0.02)
    assert.isTrue(replicas.every(({ forks }) => HashMap.every(forks.forks, ({ log }) =>
      Forks.at(forks, log, 1) !== undefined
    )))
  })
})
