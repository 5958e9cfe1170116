/**
 * The outcome of a session as SLURP learns from it: the same event on every node (H29, H30, I9).
 */
import { assert, describe, it } from "@effect/vitest"
import { draft } from "@chorus/coordination-core/fact/Draft"
import type { Fact } from "@chorus/coordination-core/fact/Fact"
import * as Replica from "@chorus/coordination-core/replica/Replica"
import * as SlurpEvent from "@chorus/coordination-core/slurp/SlurpEvent"
import * as Arbitraries from "@chorus/coordination-core/testing/Arbitraries"
import * as Paper from "@chorus/coordination-core/testing/Paper"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as fc from "fast-check"
import * as folds from "../replica/folds.ts"
import { look, scene } from "../session/scene.ts"

const decode = Schema.decodeUnknownResult(SlurpEvent.SlurpEvent)

const eventsOf = (paper: Paper.Paper, id: string): ReadonlyArray<SlurpEvent.SlurpEvent> => {
  const { session, world } = look(paper, id)
  return SlurpEvent.eventsOf(session, world)
}

/** The events of all sessions, by id. */
const all = (replica: Replica.Replica): ReadonlyMap<string, string> =>
  new Map(Replica.openedSessions(replica).flatMap((session) =>
    SlurpEvent.eventsOf(session, Replica.world(replica)).map(
      (event) => [event.id, JSON.stringify(event)] as const
    )
  ))

const shuffled = Arbitraries.facts().chain((facts) =>
  fc.tuple(fc.constant(facts), fc.shuffledSubarray([...facts], { minLength: facts.length }))
)

const resolved = () => {
  const made = scene()
  const { agents: [a, b], paper, session } = made
  const plan = paper.propose(session, a!)
  const votes = [paper.vote(a!, plan, "agree"), paper.vote(b!, plan, "agree")]
  const certificate = paper.certify(a!.node, session, votes)
  return { ...made, a: a!, b: b!, plan, votes, certificate }
}

/** A session of two whose certificate has b's vote first, with what each said of the alert. */
const agreedLate = (dismisses: ReadonlyArray<boolean>) => {
  const { agents: [a, b], paper, session } = scene()
  const plan = paper.propose(session, a!)
  const votes = [b!, a!].map((agent, at) => {
    const { data } = paper.vote(paper.agent("x", "x"), plan, "agree")
    if (data.message_type !== "coordination_response") throw new Error("not a vote")
    const said = dismisses[at] === true ? { dismisses: true } as const : {}
    return paper.state(agent.node, draft({ ...data, agent_id: agent.name, ...said }))
  })
  paper.certify(a!.node, session, votes)
  return { event: eventsOf(paper, session)[0], votes }
}

const decision = (session: string, replaces: ReadonlyArray<never> = []) =>
  ({ kind: "decide_session", session_id: session, decision: "a goes first", replaces }) as const

describe("SlurpEvent", () => {
  it("an active session has no event", () => {
    const { paper, session } = scene()

    assert.deepStrictEqual(eventsOf(paper, session), [])
  })

  it("H29: a certificate gives the seed's fields: strength 0.9, beside the agreement and the rounds", () => {
    const { a, b, paper, plan, session, votes } = resolved()
    const [event, ...none] = eventsOf(paper, session)

    assert.deepStrictEqual(none, [])
    assert.deepInclude<unknown>(event, {
      discussion_id: session,
      session_id: session,
      participants: [`a@${a.node}`, `b@${b.node}`].sort(),
      start_time: votes[0]!.timestamp,
      end_time: votes[1]!.timestamp,
      consensus_reached: true,
      consensus_strength: 0.9,
      agreement_ratio: 1,
      rounds: 1,
      outcome_type: "resolved",
      project_path: "repo-a,repo-b",
      related_tasks: ["repo-a#1", "repo-b#1"],
      metadata: {
        session_type: "dependency",
        session_status: "resolved",
        resolution: "Consensus reached among participants",
        verdict: "confirmed",
        plan_hash: Paper.planHash(plan),
        message_count: 2,
        participant_count: 2
      }
    })
    assert.deepStrictEqual(
      event?.messages.map(({ message_type }) => message_type),
      ["agreement", "agreement"]
    )
  })

  it("it begins with the first vote and ends with the last, in whatever order of members", () => {
    const { event, votes: [first, last] } = agreedLate([])

    assert.deepStrictEqual([event?.start_time, event?.end_time], [first!.timestamp, last!.timestamp])
    assert.deepStrictEqual(event?.messages.map(({ timestamp }) => timestamp).toSorted(), [
      first!.timestamp, last!.timestamp
    ])
  })

  it("an alert is dismissed when all who agreed say so; planning had none to dismiss", () => {
    const verdictOf = (...dismisses: ReadonlyArray<boolean>) => agreedLate(dismisses).event?.metadata.verdict

    assert.deepStrictEqual(
      [verdictOf(true, true), verdictOf(true, false), verdictOf(false, false)],
      ["dismissed", "confirmed", "confirmed"]
    )
    const { agents, paper, session } = scene(["a", "b"], "planning")
    const plan = paper.propose(session, agents[0]!)
    paper.certify(agents[0]!.node, session, agents.map((agent) => paper.vote(agent, plan, "agree")))
    assert.notProperty(eventsOf(paper, session)[0]?.metadata, "verdict")
  })

  it("a ruling gives its words, its time and its person, and a verdict where it has one", () => {
    for (const verdict of ["confirmed", "dismissed", undefined] as const) {
      const { agents: [a], paper, session } = scene()
      const { ruling } = paper.rule(paper.founder, a!.node, {
        ...decision(session),
        ...(verdict === undefined ? {} : { verdict })
      })
      const [event] = eventsOf(paper, session)

      assert.deepStrictEqual([event?.start_time, event?.end_time], [ruling?.timestamp, ruling?.timestamp])
      assert.deepStrictEqual<unknown>(event?.metadata, {
        session_type: "dependency",
        session_status: "decided",
        message_count: 0,
        participant_count: 2,
        resolution: "a goes first",
        ...(verdict === undefined ? {} : { verdict }),
        decided_by: paper.founder
      })
    }
  })

  it("an abstention counts as none of the agreement", () => {
    const { agents, paper, session } = scene(["a", "b", "c"], "planning")
    const plan = paper.propose(session, agents[0]!)
    const votes = agents.map((agent, at) => paper.vote(agent, plan, at === 0 ? "abstain" : "agree"))
    paper.certify(agents[0]!.node, session, votes)
    const [event] = eventsOf(paper, session)

    assert.strictEqual(event?.agreement_ratio, 2 / 3)
    assert.strictEqual(event?.end_time, votes[2]!.timestamp)
    assert.sameMembers(event?.messages.map(({ message_type }) => message_type) ?? [], [
      "abstention", "agreement", "agreement"
    ])
  })

  it("an escalation has strength 0.3, every other outcome 0.5, and only agreement is consensus", () => {
    const { a, b, claims, paper, plan, session } = resolved()
    const strengthOf = (of: Paper.Paper, id: string) =>
      eventsOf(of, id).map((event) => [event.outcome_type, event.consensus_strength, event.consensus_reached])
    const expired = scene()
    for (const claim of expired.claims) expired.paper.end(claim)
    const escalated = scene()
    escalated.paper.escalate(escalated.agents[0]!.node, escalated.session, "why")

    assert.deepStrictEqual(strengthOf(expired.paper, expired.session), [["expired", 0.5, false]])
    assert.deepStrictEqual(strengthOf(escalated.paper, escalated.session), [["escalated", 0.3, false]])
    paper.vote(b, plan, "object")
    paper.rule(paper.founder, a.node, decision(session))
    assert.deepStrictEqual(strengthOf(paper, session), [["resolved", 0.9, true], ["decided", 0.5, false]])
    assert.lengthOf(claims, 2)
  })

  it("a dispute is an event of its own, beside those of the certificates", () => {
    const { b, paper, plan, session } = resolved()
    paper.vote(b, plan, "object")

    assert.deepStrictEqual(
      eventsOf(paper, session).map(({ outcome_type }) => outcome_type),
      ["disputed", "resolved"]
    )
  })

  it("a later event names the events that it supersedes", () => {
    const { a, paper, plan, session } = resolved()
    const [certified] = eventsOf(paper, session)
    const first = paper.rule(paper.founder, a.node, decision(session)).ruling!
    paper.rule(paper.founder, a.node, { ...decision(session), decision: "b first", replaces: [first.id] })
    const last = eventsOf(paper, session).find(({ metadata }) => metadata.resolution === "b first")
    const lower = ["expired", "escalated"].map((outcome) => SlurpEvent.eventId(session, outcome as "expired"))

    assert.deepStrictEqual(certified?.supersedes, lower)
    assert.strictEqual(certified?.id, SlurpEvent.eventId(session, "resolved", Paper.planHash(plan)))
    assert.deepStrictEqual(last?.supersedes, [
      ...lower,
      SlurpEvent.eventId(session, "disputed"),
      SlurpEvent.eventId(session, "decided", first.id)
    ])
    assert.strictEqual(last?.metadata.decided_by, paper.founder as string)
  })

  it("I9: an id names one session and one status, plan or ruling", () => {
    const ids = ["s", "t"].flatMap((session) =>
      (["expired", "escalated", "resolved", "disputed", "decided"] as const).flatMap((outcome) =>
        [undefined, "x", "y"].map((of) => SlurpEvent.eventId(session, outcome, of))
      ))

    assert.lengthOf(new Set(ids), ids.length)
  })

  it("H30: the same facts in any order give the same events, and each is of the declared shape", () => {
    fc.assert(fc.property(shuffled, ([facts, other]) => {
      const events = all(Replica.evolveAll(folds.replica.initial, facts))
      assert.sameDeepMembers([...all(Replica.evolveAll(folds.replica.initial, other))], [...events])
      for (const event of events.values()) assert.isTrue(Result.isSuccess(decode(JSON.parse(event))))
    }), { numRuns: 50 })
  })

  it("H30: whichever facts came first, an event of one id has one content", () => {
    fc.assert(fc.property(shuffled, ([facts, other]) => {
      const contents = new Map<string, string>()
      const live = (order: ReadonlyArray<Fact>) => {
        let replica = folds.replica.initial
        for (const fact of order) {
          replica = Replica.evolve(replica, fact)
          for (const [id, content] of all(replica)) {
            assert.strictEqual(contents.get(id) ?? content, content)
            contents.set(id, content)
          }
        }
      }
      live(facts)
      live(other)
    }), { numRuns: 50 })
  })
})
