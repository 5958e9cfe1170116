/**
 * Memory is a cache: forgetting and recalling in whatever order equals never having forgotten.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Forks from "@chorus/coordination-core/ban/Forks"
import * as Coordination from "@chorus/coordination-core/coordination/Coordination"
import { draft } from "@chorus/coordination-core/fact/Draft"
import * as NodeSettings from "@chorus/coordination-core/coordination/NodeSettings"
import type { Fact } from "@chorus/coordination-core/fact/Fact"
import { FactId } from "@chorus/coordination-core/identity/FactId"
import { unreadMillis } from "@chorus/coordination-core/memory/Forget"
import * as Canonical from "@chorus/coordination-core/replica/Canonical"
import * as Replica from "@chorus/coordination-core/replica/Replica"
import * as Status from "@chorus/coordination-core/session/Status"
import * as SlurpEvent from "@chorus/coordination-core/slurp/SlurpEvent"
import * as Paper from "@chorus/coordination-core/testing/Paper"
import * as HashMap from "effect/HashMap"
import * as HashSet from "effect/HashSet"
import * as fc from "fast-check"
import { fresh, momentAt } from "../coordination/node.ts"
import { agreed as agreedTo } from "../plan/agreed.ts"
import { scene } from "../session/scene.ts"
import * as Forgetful from "./forgetful.ts"

const here = Paper.node("a")

/** What a session is to others: its status, why it waits, and its events. */
const told = (replica: Replica.Replica, id: string) => {
  const session = Replica.sessionById(replica, id)
  const world = Replica.world(replica)
  return session === undefined ? undefined : {
    status: Status.statusOf(session, world),
    waits: Status.waitsBecause(session, world),
    events: SlurpEvent.eventsOf(session, world),
    canonical: Canonical.encode(session)
  }
}

/** Without what came only inside another fact as far as memory knows: the store knows better. */
const canonical = ({ forks, ...rest }: Replica.Replica) =>
  Canonical.encode({
    ...rest,
    forks: {
      ...forks,
      places: HashMap.map(forks.places, (places, log) =>
        Object.fromEntries([...places.keys()].map((seq) => [seq, Forks.at(forks, log, seq)])))
    }
  })

interface Both {
  readonly plain: Coordination.State
  readonly forgetful: Forgetful.Forgetful
  readonly forgotten: number
}

/** Gives both nodes a fact and lets time pass; one of them forgets. */
const given = (both: Both, fact: Fact, now: number, cleaned: boolean): Both => {
  const plain = Coordination.decide(both.plain, { _tag: "Received", facts: [fact] }, momentAt(now)).state
  const received = Forgetful.revisit(Forgetful.receive(both.forgetful, [fact], now), now)
  for (const id of Replica.touched(both.plain.replica, plain.replica, [fact])) {
    // What is not recalled is what it was.
    const known = told(received.state.replica, id) ?? told(both.plain.replica, id)
    assert.deepStrictEqual(known, told(plain.replica, id), id)
  }
  const ticked = { _tag: "Ticked" as const }
  const after = {
    ...received,
    state: Coordination.decide(received.state, ticked, momentAt(now)).state
  }
  const next = cleaned ? Forgetful.clean(after, now) : after
  return {
    plain: Coordination.decide(plain, ticked, momentAt(now)).state,
    forgetful: next,
    forgotten: both.forgotten + after.state.replica.sessions.size -
      next.state.replica.sessions.size
  }
}

const settings = { ...NodeSettings.defaults, placesRemembered: 1 }
const start: Both = {
  plain: fresh(here),
  forgetful: { state: { ...fresh(here), settings }, stored: [], seen: new Map() },
  forgotten: 0
}

describe("Memory", () => {
  it("H12 H18 I10 I15: forgetting and recalling leave no trace", () => {
    let forgotten = 0
    fc.assert(fc.property(Forgetful.histories, (steps) => {
      let now = 0
      const both = steps.reduce(
        (state, { cleaned, fact, later }) => given(state, fact, now += later, cleaned),
        start
      )
      forgotten += both.forgotten
      const [plain, revisited] = [both.plain, Forgetful.revisit(both.forgetful, now)]
      const recalled = Forgetful.everything(revisited)

      assert.strictEqual(canonical(recalled.replica), canonical(plain.replica))
      assert.deepStrictEqual([...revisited.state.open].sort(), [...plain.open].sort())
      assert.deepStrictEqual(recalled.catchUp, plain.catchUp)
    }), { numRuns: 60 })
    assert.isAbove(forgotten, 50)
  })

  /** A node that heard all of a paper, saw its claims lapse, and forgot. */
  const forgot = (paper: Paper.Paper) => {
    const known = Forgetful.receive(start.forgetful, paper.facts, 0)
    const lapsed = { ...known, state: tick(known.state, hour) }
    return Forgetful.clean(lapsed, hour)
  }
  const hour = 3_600_000
  const tick = (state: Coordination.State, millis: number) =>
    Coordination.decide(state, { _tag: "Ticked" }, momentAt(millis)).state
  const statusIn = ({ state: { replica } }: Forgetful.Forgetful, id: string) => told(replica, id)?.status

  /** A session that its members agreed in. */
  const agreed = () => {
    const { agents, claims, paper, session } = scene()
    const plan = paper.propose(session, agents[0]!)
    const votes = agents.map((agent) => paper.vote(agent, plan, "agree"))
    paper.certify(agents[0]!.node, session, votes)
    return { agents, claims, paper, session, plan, heard: paper.facts.length }
  }
  const since = ({ heard, paper }: ReturnType<typeof agreed>) => paper.facts.slice(heard)

  it("an agreed session whose claims lapsed is forgotten, with its claims", () => {
    const { paper, session } = agreed()
    const { memory, replica } = forgot(paper).state

    assert.isUndefined(statusIn(forgot(paper), session))
    assert.strictEqual(replica.tasks.claims.size, 0)
    assert.strictEqual(replica.sessionsOf.size, 0)
    assert.deepStrictEqual(memory.forgotten, { sessions: 1, claims: 2, places: memory.forgotten.places })
    assert.isAbove(memory.forgotten.places, 0)
  })

  it("H10: a fork at a place that was forgotten is found, and the agreement it voted in is disputed", () => {
    const all = agreed()
    const before = forgot(all.paper)
    const liar = all.claims[1]!
    const fork: Fact = { ...liar, id: FactId.make("f".repeat(64)) }

    const after = Forgetful.revisit(Forgetful.receive(before, [fork], hour), hour)

    assert.strictEqual(statusIn(after, all.session), "disputed")
    assert.isTrue(HashSet.has(after.state.open, all.session))
  })

  it("H24: a ruling on a forgotten session decides it", () => {
    const all = agreed()
    const before = forgot(all.paper)
    all.paper.rule(all.paper.founder, all.agents[0]!.node, {
      kind: "decide_session",
      session_id: all.session,
      decision: "otherwise",
      replaces: []
    })

    assert.strictEqual(statusIn(Forgetful.receive(before, since(all), hour), all.session), "decided")
  })

  it("H24: a decision by a person who is revoked later comes back to the inbox", () => {
    const { agents: [a], paper, session } = scene()
    const ann = Paper.person("ann")
    paper.rule(paper.founder, a!.node, { kind: "add_person", person: ann, name: "Ann" })
    paper.rule(ann, a!.node, { kind: "decide_session", session_id: session, decision: "so", replaces: [] })
    const before = forgot(paper)
    const revoked = paper.rule(paper.founder, a!.node, {
      kind: "revoke_person",
      person: ann,
      because: "left"
    })

    const after = Forgetful.revisit(Forgetful.receive(before, [revoked], hour), hour)

    assert.isUndefined(statusIn(before, session))
    assert.strictEqual(statusIn(after, session), "decided")
    assert.isTrue(HashSet.has(after.state.open, session))
  })

  it("H18: an expired session that is recalled is expired still, for its claims' ends come with it", () => {
    const { agents: [a], claims, paper, session } = scene()
    for (const claim of claims) paper.end(claim)
    const before = forgot(paper)

    const after = Forgetful.receive(before, [paper.say(a!, session, "one more word")], hour)

    assert.isUndefined(statusIn(before, session))
    assert.strictEqual(statusIn(after, session), "expired")
  })

  it("H25 a session that was over before a restart is attended to no longer than it is remembered", () => {
    const { claims, paper, session } = agreed()
    for (const claim of claims) paper.end(claim)
    const stored = Forgetful.receive(start.forgetful, paper.facts, 0)

    const again = Forgetful.restart(stored, undefined, 0)
    const { duties, replica } = Forgetful.clean(again, 0).state

    assert.isTrue(HashMap.has(again.state.duties, session))
    assert.isUndefined(Replica.sessionById(replica, session))
    assert.isTrue(HashMap.isEmpty(duties))
  })

  it("a message that a member here was not shown keeps its session for a day, or brings it back", () => {
    const { agents: [a, b], paper, session } = agreed()
    const before = forgot(paper)
    const message = paper.say(b!, session, "a field was renamed")
    const later = (millis: number, facts: ReadonlyArray<Fact>) =>
      statusIn(Forgetful.clean(Forgetful.receive(before, facts, millis), millis), session)
    const shown = paper.state(a!.node, draft({
      message_type: "delivery_noted",
      session_id: session,
      agent_id: a!.name,
      stage: "shown",
      items: [message.id]
    }))

    assert.isUndefined(statusIn(before, session))
    assert.strictEqual(later(hour, [message]), "resolved")
    assert.isUndefined(later(hour, [message, shown]))
    assert.isUndefined(later(hour + unreadMillis, [message]))
    assert.isUndefined(later(hour, [paper.say(a!, session, "by a member here")]))
  })

  it("an end that a member here waits for, not shown yet, keeps its session for a day, or recalls it", () => {
    const { agents: [, b], claims, paper, session } = agreedTo(["z", "a"], ["1 z", "2 a 1"])
    const before = forgot(paper)
    const end = paper.end(claims[0]!, "task_completed")
    const [heard, mine] = [end, paper.end(claims[1]!)]
    const later = (millis: number, facts: ReadonlyArray<Fact>) =>
      statusIn(Forgetful.clean(Forgetful.receive(before, facts, millis), millis), session)
    const shown = paper.state(here, draft({
      message_type: "delivery_noted", session_id: session, agent_id: b!.name, stage: "shown", items: [end.id]
    }))

    assert.isUndefined(statusIn(before, session))
    assert.strictEqual(later(hour, [heard]), "resolved")
    assert.isUndefined(later(hour, [heard, shown]))
    assert.isUndefined(later(hour, [heard, mine]))
    assert.isUndefined(later(hour + unreadMillis, [heard]))
  })

  it("I10: a session that waits for a person, or is active, stays in memory", () => {
    const { agents: [a], paper, session } = scene()
    const other = paper.claim(paper.agent("z", "z"), "repo-z#1")
    const active = Paper.session(paper.depend(paper.claim(a!, "repo-x#1"), other))
    paper.escalate(a!.node, session, "look")

    assert.strictEqual(statusIn(forgot(paper), session), "escalated")
    assert.strictEqual(statusIn(forgot(paper), active), "active")
  })

  it("a claim that is renewed after it was forgotten brings its sessions back", () => {
    const all = agreed()
    const before = forgot(all.paper)
    const claim = all.claims[0]!
    all.paper.state(claim.from, draft({
      message_type: "claim_renewed",
      claim: claim.id,
      agent_id: all.agents[0]!.name,
      claimed_until_ms: 2 * hour
    }))

    const after = Forgetful.receive(before, since(all), hour)

    assert.strictEqual(statusIn(after, all.session), "resolved")
    assert.isTrue(HashMap.has(after.state.detection.index.entries, claim.id))
  })

  it("H12 H25: words on a task that come after its claim was forgotten go as well", () => {
    const paper = Paper.make()
    const owner = paper.agent("b", "web")
    const words = paper.state(owner.node, draft({
      message_type: "task_announced",
      task: { repository: "frontend", task_id: 10, title: "Late words" },
      version: 1
    }))
    paper.claim(owner, "frontend#10")
    const claimed = paper.facts.filter(({ id }) => id !== words.id)
    const known = Forgetful.receive(start.forgetful, claimed, 0)
    const lapsed = Forgetful.clean({ ...known, state: tick(known.state, hour) }, hour)
    const late = Forgetful.receive(lapsed, [words], hour)
    const sizes = ({ state: { replica: { tasks } } }: Forgetful.Forgetful) =>
      [tasks.descriptions.size, tasks.claims.size]

    assert.deepStrictEqual(sizes(lapsed), [0, 0])
    assert.deepStrictEqual(sizes(late), [1, 1])
    assert.deepStrictEqual(sizes(Forgetful.clean(late, hour)), [0, 0])
  })
})
