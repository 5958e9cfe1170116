/**
 * I6: nodes that lost what they lost hold the same facts soon after they meet again, and then rest.
 */
import { assert, describe, it } from "@effect/vitest"
import * as CatchUp from "@chorus/coordination-core/catchup/CatchUp"
import type { Fact } from "@chorus/coordination-core/fact/Fact"
import type { NodeId } from "@chorus/coordination-core/identity/NodeId"
import * as Arbitraries from "@chorus/coordination-core/testing/Arbitraries"
import * as Paper from "@chorus/coordination-core/testing/Paper"
import * as fc from "fast-check"

/** An answer carries this many facts here, so that long logs need several. */
const batch = 3

interface Member {
  readonly id: NodeId
  state: CatchUp.State
  readonly facts: Set<Fact>
  asked: number
}

/** A mesh in which every question is answered at once, or lost. */
const mesh = (names: ReadonlyArray<string>) => {
  const members: ReadonlyArray<Member> = names.map((name) => ({
    id: Paper.node(name),
    state: CatchUp.initial,
    facts: new Set<Fact>(),
    asked: 0
  }))
  const step = (member: Member, input: CatchUp.Input, now: number, loses: () => boolean): void => {
    if (input._tag === "Held") input.facts.forEach((fact) => member.facts.add(fact))
    const { outputs, state } = CatchUp.decide(
      member.state,
      input,
      { at: { monotonicMillis: now, wallMillis: 0 } }
    )
    member.state = state
    for (const { peer, vector } of outputs) {
      member.asked += 1
      const answering = members.find(({ id }) => id === peer)
      if (answering === undefined || loses()) {
        step(member, { _tag: "Failed", peer }, now, loses)
        continue
      }
      const ranges = CatchUp.missing(answering.state, vector)
      const wanted = ranges.flatMap(({ from, log, upTo }) =>
        [...answering.facts]
          .filter((fact) => fact.log === log && fact.seq >= from && fact.seq <= upTo)
          .sort((a, b) => a.seq - b.seq)
      )
      step(member, { _tag: "Held", facts: wanted.slice(0, batch) }, now, loses)
      step(member, { _tag: "Answered", peer, more: wanted.length > batch }, now, loses)
    }
  }
  return { members, step }
}

/** What a member holds of the facts that stand alone at their place. */
const unforked = ({ facts }: Member, history: ReadonlyArray<Fact>): ReadonlyArray<string> => {
  const places = Map.groupBy(history, ({ log, seq }) => `${log} ${seq}`)
  return [...facts]
    .filter(({ log, seq }) => places.get(`${log} ${seq}`)?.length === 1)
    .map(({ id }) => id)
    .sort()
}

/** Who loses which fact of the gossip, and which questions fail, as a list of chances. */
const script = fc.record({
  facts: Arbitraries.facts(),
  lost: fc.infiniteStream(fc.integer({ min: 0, max: 2 })),
  failing: fc.infiniteStream(fc.boolean())
})

describe("Catch-up", () => {
  it("H12: two nodes with scripted loss converge within two beats once questions are answered", () => {
    fc.assert(fc.property(script, ({ facts, failing, lost }) => {
      const { members, step } = mesh(["p", "q"])
      const [p, q] = members as [Member, Member]
      const failsByScript = () => failing.next().value
      let now = 0
      step(p, { _tag: "Connected", peer: q.id }, now, failsByScript)
      step(q, { _tag: "Connected", peer: p.id }, now, failsByScript)
      const beat = (loses: () => boolean): void => {
        now += 3000
        for (const [one, other] of [[p, q], [q, p]] as const) {
          step(one, { _tag: "Heartbeat", peer: other.id, digest: CatchUp.digest(other.state) }, now, loses)
          step(one, { _tag: "Ticked" }, now, loses)
        }
      }
      for (const fact of facts) {
        const chance = lost.next().value
        if (chance !== 0) step(p, { _tag: "Held", facts: [fact] }, now, failsByScript)
        if (chance !== 1) step(q, { _tag: "Held", facts: [fact] }, now, failsByScript)
        if (fact.seq % 4 === 0) beat(failsByScript)
      }

      beat(() => false)
      beat(() => false)

      assert.strictEqual(CatchUp.digest(p.state), CatchUp.digest(q.state))
      assert.deepStrictEqual(unforked(p, facts), unforked(q, facts))
      const settled = [p.asked, q.asked]
      for (let beats = 0; beats < 4; beats++) beat(() => false)
      assert.isAtMost(p.asked - settled[0]!, 1)
      assert.isAtMost(q.asked - settled[1]!, 1)
    }))
  })

  it("H12: a late joiner gets all from one peer, and gives it to the next in a line", () => {
    fc.assert(fc.property(Arbitraries.facts(), (facts) => {
      const { members, step } = mesh(["p", "q", "r"])
      const [p, q, r] = members as [Member, Member, Member]
      const never = () => false
      step(p, { _tag: "Held", facts }, 0, never)
      for (const [one, other] of [[q, p], [p, q], [r, q], [q, r]] as const) {
        step(one, { _tag: "Connected", peer: other.id }, 0, never)
      }

      for (const member of [q, r]) assert.strictEqual(CatchUp.digest(member.state), CatchUp.digest(p.state))
    }), { numRuns: 50 })
  })
})
