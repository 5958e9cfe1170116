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
  const touched = Replica.touched(before, after, [fact])
  const [earlier, later] = [told(before), told(after)]
  return [...later.keys()].filter((id) => later.get(id) !== earlier.get(id) && !touched.includes(id))
}

const touchedBy = (before: Replica.Replica, ...facts: ReadonlyArray<Fact>) =>
  Replica.touched(before, Replica.evolveAll(before, facts), facts)

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

    const before = Replica.evolveAll(folds.replica.initial, facts)
    assert.include(touchedBy(before, evidence), session)
    assert.deepStrictEqual(missed(before, evidence), [])
  })

  it("I5: a person made known late lets earlier revocations count, and their sessions are named", () => {
    const { agents: [a, b], paper, session } = scene()
    const ann = Paper.person("ann")
    paper.rule(ann, a!.node, { kind: "revoke_member", node: b!.node, last_places: {}, because: "lost" })
    const before = Replica.evolveAll(folds.replica.initial, paper.facts)
    const added = paper.rule(paper.founder, a!.node, { kind: "add_person", person: ann, name: "Ann" })

    assert.include(touchedBy(before, added), session)
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
    const touches = (fact: Fact) => {
      const others = paper.facts.filter(({ id }) => id !== fact.id)
      return touchedBy(Replica.evolveAll(folds.replica.initial, others), fact)
    }
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
    const about = { person: paper.founder, name: "Bob", because: "left" }
    assert.deepStrictEqual(touches(rule({ kind: "revoke_person", ...about })), [further[0]!])
    const revocation = { kind: "revoke_member", last_places: {}, because: "lost" } as const
    assert.deepStrictEqual(touches(rule({ ...revocation, node: b!.node })), [session])
    assert.deepStrictEqual(touches(rule({ ...revocation, node: Paper.node("nobody") })), [])
  })
})

describe("What changes nothing of the standing of a node or a person", () => {
  /** A liar's sessions with another, and what happens when its facts and rulings of nobody keep coming. */
  const setting = () => {
    const paper = Paper.make()
    const [mallory, b] = [paper.agent("mallory", "m"), paper.agent("b", "web")]
    const other = paper.claim(b, "frontend#1")
    const sessions = [0, 1, 2].map((nth) =>
      Paper.session(paper.depend(paper.claim(mallory, `backend#${nth}`), other)))
    const before = Replica.evolveAll(folds.replica.initial, paper.facts)
    const text = (words: string) => draft({
      message_type: "session_message", session_id: "dep_none", from_agent: mallory.name, content: words
    })
    return { paper, mallory, b, other, sessions: sessions.sort(), before, text }
  }

  it("H10 H25: a fork touches its author's sessions once, whatever the author states and forks then", () => {
    const { before, mallory, paper, sessions, text } = setting()
    const fork = () => [paper.state(mallory.node, text("one")), paper.fork(mallory.node, text("other"))]
    const first = fork()
    const forked = Replica.evolveAll(before, first)

    assert.deepStrictEqual(touchedBy(before, ...first).toSorted(), ["dep_none", ...sessions].sort())
    for (const facts of [fork(), fork(), [paper.say(mallory, "dep_none", "three")]]) {
      assert.deepStrictEqual(touchedBy(forked, ...facts), ["dep_none"])
    }
  })

  it("H8 H25: a ruling by nobody touches nothing, nor does one that is carried again", () => {
    const { b, before, mallory, paper, sessions } = setting()
    const ruling = { kind: "revoke_member", node: b.node, last_places: {}, because: "x" } as const
    const ofNobody = [0, 1].map(() => paper.rule(Paper.person("nobody"), mallory.node, ruling))
    const valid = paper.rule(paper.founder, b.node, ruling)
    const revoked = Replica.evolve(before, valid)

    assert.deepStrictEqual(touchedBy(before, ...ofNobody), [])
    assert.deepStrictEqual(touchedBy(before, valid).toSorted(), sessions)
    assert.deepStrictEqual(touchedBy(revoked, { ...valid, id: ofNobody[0]!.id, seq: valid.seq + 1 }), [])
    assert.deepStrictEqual(touchedBy(revoked, paper.rule(paper.founder, b.node, ruling)), [])
  })

  it("H8 H25: an end of a claim by anybody but its owner touches nothing", () => {
    const { before, mallory, other, paper } = setting()
    const end = draft({ message_type: "task_released", claim: other.id, agent_id: mallory.name })

    assert.deepStrictEqual(touchedBy(before, paper.state(mallory.node, end)), [])
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
    assert.deepStrictEqual(Replica.touched(before, { ...after, forks }, [unknown]), [])
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
