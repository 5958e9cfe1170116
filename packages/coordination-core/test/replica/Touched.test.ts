/**
 * What a fact may have changed is told, so that deadlines, inbox and outbox look only there.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Forks from "@chorus/coordination-core/ban/Forks"
import { draft } from "@chorus/coordination-core/fact/Draft"
import type { Fact } from "@chorus/coordination-core/fact/Fact"
import * as Canonical from "@chorus/coordination-core/replica/Canonical"
import * as Replica from "@chorus/coordination-core/replica/Replica"
import * as SlurpEvent from "@chorus/coordination-core/slurp/SlurpEvent"
import * as Status from "@chorus/coordination-core/session/Status"
import * as Arbitraries from "@chorus/coordination-core/testing/Arbitraries"
import * as Paper from "@chorus/coordination-core/testing/Paper"
import * as fc from "fast-check"
import { scene } from "../session/scene.ts"
import * as folds from "./folds.ts"

/** What the inbox and the outbox make of every opened session. */
const told = (replica: Replica.Replica): ReadonlyMap<string, string> => {
  const world = Replica.world(replica)
  return new Map(Replica.openedSessions(replica).map((session) => [
    session.id,
    JSON.stringify([
      Status.statusOf(session, world),
      Status.waitsBecause(session, world),
      SlurpEvent.eventsOf(session, world).map(({ id }) => id)
    ])
  ]))
}

/** The sessions that a fact changed and did not touch. */
const missed = (before: Replica.Replica, fact: Fact): ReadonlyArray<string> => {
  const after = Replica.evolve(before, fact)
  const touched = Replica.touched(after, fact)
  const [earlier, later] = [told(before), told(after)]
  return [...later.keys()].filter((id) => later.get(id) !== earlier.get(id) && !touched.includes(id))
}

describe("Replica.touched", () => {
  it("I5 I9: a session whose status, inbox or events a fact changed is always named", () => {
    const shuffled = Arbitraries.facts().chain((facts) =>
      fc.shuffledSubarray([...facts], { minLength: facts.length })
    )
    fc.assert(fc.property(shuffled, (facts) => {
      let replica = folds.replica.initial
      for (const fact of facts) {
        assert.deepStrictEqual(missed(replica, fact), [])
        replica = Replica.evolve(replica, fact)
      }
    }), { numRuns: 100 })
  })

  it("I9: evidence against a session is seen though another session's certificate carries it", () => {
    const { agents: [a, b], claims, paper, session } = scene()
    const other = Paper.session(paper.depend(claims[0]!, paper.claim(b!, "repo-c#1")))
    const plan = paper.propose(session, a!)
    const votes = [paper.vote(a!, plan, "agree"), paper.vote(b!, plan, "agree")]
    paper.certify(a!.node, session, votes)
    const facts = [...paper.facts]
    const evidence = paper.certify(a!.node, other, [paper.vote(b!, plan, "object")])

    const replica = Replica.evolveAll(folds.replica.initial, [...facts, evidence])
    assert.include(Replica.touched(replica, evidence), session)
    assert.deepStrictEqual(missed(Replica.evolveAll(folds.replica.initial, facts), evidence), [])
  })

  it("I5: a person made known late lets earlier revocations count, and their sessions are named", () => {
    const { agents: [a, b], paper, session } = scene()
    const ann = Paper.person("ann")
    paper.rule(ann, a!.node, { kind: "revoke_member", node: b!.node, last_places: {}, because: "lost" })
    const before = Replica.evolveAll(folds.replica.initial, paper.facts)
    const added = paper.rule(paper.founder, a!.node, { kind: "add_person", person: ann, name: "Ann" })

    assert.include(Replica.touched(Replica.evolve(before, added), added), session)
    assert.deepStrictEqual(missed(before, added), [])
  })
})

describe("What a fact touches", () => {
  it("I9: ends, revocations and votes name the sessions they bear on, and no others", () => {
    const { agents: [a, b], claims, paper, session } = scene()
    const c = paper.agent("c", "c")
    const further = ["x#1", "y#1", "z#1"].map((task) =>
      Paper.session(paper.depend(claims[0]!, paper.claim(c, task))))
    const ofA = [session, ...further].sort()
    const touches = (fact: Fact) =>
      Replica.touched(Replica.evolveAll(folds.replica.initial, paper.facts), fact)
    const rule = (ruling: Parameters<typeof paper.rule>[2]) => paper.rule(paper.founder, c.node, ruling)
    const ann = Paper.person("ann")

    assert.deepStrictEqual(touches(paper.claim(b!, "free#1")), [])
    assert.deepStrictEqual(touches(paper.depend(claims[1]!, claims[0]!)), [session])
    assert.deepStrictEqual(touches(paper.state(a!.node, draft({
      message_type: "claim_renewed",
      claim: claims[0]!.id,
      agent_id: a!.name,
      claimed_until_ms: 9
    }))), [])
    assert.deepStrictEqual(touches(paper.end(claims[1]!, "task_completed")), [session])
    assert.deepStrictEqual(touches(paper.end(claims[0]!, "task_released")), ofA)
    assert.deepStrictEqual(touches(paper.vote(b!, paper.propose(session, a!), "agree")), [session])
    assert.deepStrictEqual(touches(rule({ kind: "add_person", person: ann, name: "Ann" })), [])
    const decide = { kind: "decide_session", decision: "a first", replaces: [] } as const
    assert.deepStrictEqual(touches(rule({ ...decide, session_id: further[0]! })), [further[0]!])
    for (const kind of ["add_person", "revoke_person"] as const) {
      const about = { person: Paper.person("bob"), name: "Bob", because: "left" }
      assert.deepStrictEqual(touches(rule({ kind, ...about })), [further[0]!])
    }
    const revocation = { kind: "revoke_member", last_places: {}, because: "lost" } as const
    assert.deepStrictEqual(touches(rule({ ...revocation, node: b!.node })), [session])
    assert.deepStrictEqual(touches(rule({ ...revocation, node: Paper.node("nobody") })), [])
    const known = rule({ kind: "add_person", person: ann, name: "Ann" })
    assert.sameMembers([...touches(known)], [further[0]!, session])
  })
})

describe("Replica", () => {
  it("what bears on nothing leaves the replica as it is, and stated contracts change it", () => {
    const { agents: [a], paper } = scene()
    const replica = Replica.evolveAll(folds.replica.initial, paper.facts)
    const unknown: Fact = { ...paper.claim(a!, "repo-x#1"), data: { message_type: "unknown" } }
    const stated = paper.state(a!.node, draft({
      message_type: "contracts_stated",
      repository: "repo-a",
      digest: "0",
      revision: "1",
      version: 1,
      part: 1,
      parts: 1,
      provides: {},
      consumes: [],
      left_out: 0
    }))

    assert.strictEqual(Replica.evolvePart(replica, unknown), replica)
    assert.notStrictEqual(Replica.evolve(replica, stated).contracts, replica.contracts)
  })

  it("H39: a fact of a type that this version does not know takes its place and changes nothing else", () => {
    const { agents: [a], paper } = scene()
    const before = Replica.evolveAll(folds.replica.initial, paper.facts)
    const unknown: Fact = { ...paper.claim(a!, "repo-x#1"), data: { message_type: "unknown" } }
    const { forks, ...after } = Replica.evolve(before, unknown)

    assert.strictEqual(Canonical.encode(after), Canonical.encode({ ...before, forks: undefined }))
    assert.strictEqual(Forks.at(forks, unknown.log, unknown.seq), unknown.id)
    assert.deepStrictEqual(Replica.touched({ ...after, forks }, unknown), [])
  })

  it("a mute holds for the pair in either order, by one who holds a side of it, while it counts", () => {
    const { agents: [a, b], claims, paper } = scene()
    const keys = ["repo-a#1", "repo-b#1"] as Array<never>
    const muted = (holders: ReadonlyArray<Fact>) => {
      const replica = Replica.evolveAll(folds.replica.initial, paper.facts)
      const nodes = holders.map(({ from }) => from)
      return [
        { task1: keys[0]!, task2: keys[1]!, rule: undefined, holders: nodes },
        { task1: keys[1]!, task2: keys[0]!, rule: undefined, holders: nodes }
      ].map((alert) => Replica.mutedBy(replica, alert) !== undefined)
    }
    assert.deepStrictEqual(muted(claims), [false, false])
    paper.state(b!.node, draft({
      message_type: "alert_muted",
      task1: keys[1]!,
      task2: keys[0]!,
      agent_id: b!.name,
      because: "known"
    }))

    assert.deepStrictEqual(muted(claims), [true, true])
    assert.deepStrictEqual(muted([claims[0]!]), [false, false])
    paper.rule(paper.founder, a!.node, {
      kind: "revoke_member",
      node: b!.node,
      last_places: {},
      because: "lost its key"
    })
    assert.deepStrictEqual(muted(claims), [false, false])
  })
})
