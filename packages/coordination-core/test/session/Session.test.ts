/**
 * A session is a set of facts: what bears on it, and what is no plan, no vote, no certificate.
 */
import { assert, describe, it } from "@effect/vitest"
import { draft } from "@chorus/coordination-core/fact/Draft"
import { LogId } from "@chorus/coordination-core/identity/FactId"
import type { Fact } from "@chorus/coordination-core/fact/Fact"
import * as Canonical from "@chorus/coordination-core/replica/Canonical"
import * as Session from "@chorus/coordination-core/session/Session"
import * as Arbitraries from "@chorus/coordination-core/testing/Arbitraries"
import * as Laws from "@chorus/coordination-core/testing/Laws"
import * as Paper from "@chorus/coordination-core/testing/Paper"
import * as HashMap from "effect/HashMap"
import { scene } from "./scene.ts"

/** The facts of the first session of a history. */
const ofOneSession = Arbitraries.facts().map((facts) => {
  const opening = facts.find((fact) => Paper.session(fact) !== "")
  const id = opening === undefined ? "" : Paper.session(opening)
  return facts.filter((fact) => Session.subject(fact) === id)
})

const fold = (facts: ReadonlyArray<Fact>, id: string) =>
  facts.filter((fact) => Session.subject(fact) === id).reduce(Session.evolve, Session.empty(id))

const sizes = ({ certificates, escalations, messages, receipts, plans, rulings, votes }: Session.Session) =>
  [plans, votes, messages, receipts, escalations, certificates, rulings].map((all) =>
    HashMap.size<string, unknown>(all)
  )

describe("Session", () => {
  for (const law of Laws.fold({ initial: Session.empty("s"), evolve: Session.evolve }, ofOneSession)) {
    it(`H7 H11: ${law.title}`, () => law.check(50))
  }

  it("what arrives before the opening waits in its set", () => {
    const { agents: [a, b], paper, session } = scene()
    const plan = paper.propose(session, a!)
    const votes = [paper.vote(a!, plan, "agree"), paper.vote(b!, plan, "agree")]
    paper.say(a!, session, "hello")
    paper.escalate(b!.node, session, "why")
    paper.certify(a!.node, session, votes)
    const [early, late] = [paper.facts.slice(3), paper.facts.slice(0, 3)]

    const before = fold(early, session)
    assert.isUndefined(before.opening)
    assert.deepStrictEqual(sizes(before), [1, 2, 1, 0, 1, 1, 0])
    assert.strictEqual(fold([...early, ...late], session).opening?.session, session)
  })

  it("H8 H25: what outsiders say takes no room once the roster is known, also what came before", () => {
    const { agents: [a], paper, session } = scene()
    const plan = paper.propose(session, a!)
    const members = paper.facts.length
    const outsider = paper.agent("outsider", a!.name)
    const [objection, agreement] = [paper.vote(outsider, plan, "object"), paper.vote(outsider, plan, "agree")]
    paper.propose(session, a!, "answers an outsider", objection)
    paper.certify(a!.node, session, [agreement])
    for (let nth = 0; nth < 20; nth++) {
      paper.vote(outsider, plan, "agree")
      paper.say(outsider, session, `word ${nth}`)
      paper.escalate(outsider.node, session, `reason ${nth}`)
      paper.state(outsider.node, draft({
        message_type: "delivery_noted",
        session_id: session,
        agent_id: a!.name,
        stage: "shown",
        items: [session]
      }))
    }
    const [before, after] = [paper.facts.slice(0, members), paper.facts.slice(members)]
    const orders = [[...before, ...after], [...after, ...before]]

    assert.deepStrictEqual(sizes(fold(after, session)), [1, 22, 20, 20, 20, 1, 0])
    for (const facts of orders) {
      assert.deepStrictEqual(sizes(fold(facts, session)), [2, 0, 0, 0, 0, 1, 0])
      assert.strictEqual(Canonical.encode(fold(facts, session)), Canonical.encode(fold(orders[0]!, session)))
    }
  })

  it("H15 an agreed plan keeps its content, whatever its planner states in another log", () => {
    const { agents: [a, b], paper, session } = scene()
    const plan = paper.propose(session, a!)
    paper.certify(a!.node, session, [a!, b!].map((agent) => paper.vote(agent, plan, "agree")))
    const flood = Array.from({ length: 200 }, (_, nth) => {
      const fact = paper.propose(session, a!, `no ${nth}`)
      return { ...fact, log: LogId.make(fact.log.replace(/\/.*/, "/0000000000000000")) }
    })

    assert.isTrue(HashMap.has(fold([...paper.facts.slice(0, -200), ...flood], session).plans, plan.id))
  })

  it("of several openings the account of the lowest id is shown", () => {
    const { claims, opening, paper, session } = scene()
    const again = paper.depend(claims[1]!, claims[0]!)
    const lowest = [opening.id, again.id].sort()[0]

    assert.strictEqual(fold([opening, again], session).opening?.account.id, lowest)
    assert.strictEqual(fold([again, opening], session).opening?.account.id, lowest)
  })

  it("the votes inside a certificate and the objection inside a plan are votes like any other", () => {
    const { agents: [a, b], paper, session } = scene()
    const plan = paper.propose(session, a!)
    const objection = paper.vote(b!, plan, "object")
    const revised = paper.propose(session, a!, "better", objection)
    const certificate = paper.certify(a!.node, session, [
      paper.vote(a!, revised, "agree"),
      paper.vote(b!, revised, "agree")
    ])

    assert.deepStrictEqual(sizes(fold([revised, certificate], session)).slice(0, 2), [1, 3])
  })

  it("a plan of round 1 answers nothing, one of a later round an objection to the round before", () => {
    const { agents: [a, b], claims, paper, session } = scene()
    const first = paper.propose(session, a!)
    const objection = paper.vote(b!, first, "object")
    const agreement = paper.vote(a!, first, "agree")
    const second = paper.propose(session, a!, "second", objection)
    const foreign = (round: number, embed: ReadonlyArray<Fact>) =>
      paper.state(a!.node, draft({
        message_type: "coordination_plan",
        session_id: session,
        plan: "",
        round,
        content: Paper.content(a!, "x")
      }, embed.map(({ id }) => id)))
    const elsewhere = Paper.session(paper.depend(claims[0]!, paper.claim(b!, "repo-c#1")))
    const another = paper.vote(b!, paper.propose(elsewhere, a!), "object")
    const wrong = [
      foreign(1, [objection]), foreign(2, []), foreign(2, [agreement]), foreign(3, [objection]),
      foreign(2, [objection, objection]), foreign(2, [another]),
      foreign(2, [paper.vote(b!, first, "object", Paper.planHash(second))])
    ]

    assert.strictEqual(HashMap.size(fold([first, second], session).plans), 2)
    assert.strictEqual(HashMap.size(fold(wrong, session).plans), 0)
  })

  it("I13: what the seed's shape says without our fields is text", () => {
    const { agents: [a], paper, session } = scene()
    const plan = { message_type: "coordination_plan", session_id: session, plan: "agree" } as const
    const facts = [
      paper.state(a!.node, draft(plan)),
      paper.state(a!.node, draft({ ...plan, round: 1 })),
      paper.state(a!.node, draft({ ...plan, content: Paper.content(a!, "x") })),
      paper.state(
        a!.node,
        draft({ message_type: "resolution", session_id: session, resolution: "Consensus" })
      ),
      paper.state(a!.node, draft({
        message_type: "coordination_response",
        session_id: session,
        agent_id: a!.name,
        response: "I agree",
        stance: "agree"
      }))
    ]

    assert.deepStrictEqual(sizes(fold(facts, session)), [0, 0, 1, 0, 0, 0, 0])
  })

  it("facts about tasks, people and mutes bear on no session", () => {
    const { agents: [a], claims, paper } = scene()
    const others = [
      claims[0]!,
      paper.end(claims[0]!),
      paper.rule(paper.founder, a!.node, { kind: "add_person", person: Paper.person("ann"), name: "Ann" })
    ]

    assert.deepStrictEqual(others.map(Session.subject), [undefined, undefined, undefined])
    for (const fact of others) {
      assert.strictEqual(Session.evolve(Session.empty("s"), fact).id, "s")
    }
  })
})
