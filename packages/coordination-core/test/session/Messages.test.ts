/**
 * Of one node's messages a session keeps the lowest places: a bound that no order can move (H35).
 */
import { assert, describe, it } from "@effect/vitest"
import type { Fact } from "@chorus/coordination-core/fact/Fact"
import * as Canonical from "@chorus/coordination-core/replica/Canonical"
import * as Replica from "@chorus/coordination-core/replica/Replica"
import * as Session from "@chorus/coordination-core/session/Session"
import * as Status from "@chorus/coordination-core/session/Status"
import * as HashMap from "effect/HashMap"
import * as fc from "fast-check"
import { replicaOf, scene } from "./scene.ts"

/** A session in which one member says very much, and another a little. */
const chatty = (count: number) => {
  const made = scene()
  const [a, b] = made.agents
  const before = made.paper.facts.length
  for (let nth = 0; nth < count; nth++) made.paper.say(nth % 40 === 7 ? b! : a!, made.session, `word ${nth}`)
  return { ...made, said: made.paper.facts.slice(before), before: made.paper.facts.slice(0, before) }
}

describe("Messages", () => {
  it("H7 H35: the kept messages are the lowest places of each node, in whatever order they come", () => {
    const { before, paper, said, session } = chatty(Session.messagesMax + 60)
    const whole = replicaOf(paper)
    const kept = Replica.sessionById(whole, session)!.messages
    const byA = said.filter(({ from }) => from === said[0]!.from)
    const expected = [
      ...byA.slice(0, Session.messagesMax),
      ...said.filter(({ from }) => from !== said[0]!.from)
    ].map(({ id }) => id)

    assert.sameMembers([...HashMap.keys(kept)], expected)
    const doubled = [...said, ...said.slice(0, 40)]
    fc.assert(fc.property(fc.shuffledSubarray(doubled, { minLength: doubled.length }), (other) => {
      const folded = Replica.evolveAll(Replica.empty(paper.founder), [...before, ...other])
      assert.strictEqual(Canonical.hashOf(folded.sessions), Canonical.hashOf(whole.sessions))
    }), { numRuns: 15 })
  })

  it("H35 I5: a status rises with the eleventh message and stays, however many more are said", () => {
    const { before, paper, said, session } = chatty(Session.messagesMax + 20)
    fc.assert(fc.property(fc.shuffledSubarray([...said], { minLength: said.length }), (other) => {
      let replica = Replica.evolveAll(Replica.empty(paper.founder), before)
      other.forEach((fact: Fact, at) => {
        replica = Replica.evolve(replica, fact)
        const status = Status.statusOf(Replica.sessionById(replica, session)!, Replica.world(replica))
        assert.strictEqual(status, at < 10 ? "active" : "escalated")
      })
    }), { numRuns: 10 })
  })

  it("H35: one node reaches any limit by itself, also one above what is kept of its messages", () => {
    const { agents: [a], before, paper, said, session } = chatty(Session.messagesMax + 60)
    const byA = said.filter(({ from }) => from === a!.node)
    const statusAfter = (count: number) => {
      const replica = Replica.evolveAll(Replica.empty(paper.founder), [...before, ...byA.slice(0, count)])
      const opened = Replica.sessionById(replica, session)!
      const patient = { ...opened.opening.terms, max_messages: 1000 }
      const wide = { ...opened, opening: { ...opened.opening, terms: patient } }
      return Status.statusOf(wide, Replica.world(replica))
    }

    assert.strictEqual(statusAfter(Session.messagesMax - 1), "active")
    assert.strictEqual(statusAfter(Session.messagesMax), "escalated")
    assert.strictEqual(statusAfter(byA.length), "escalated")
  })
})
