/**
 * One node as one machine: it routes, and the order in which the mesh speaks leaves no trace (I1).
 */
import { assert, describe, it } from "@effect/vitest"
import * as CatchUp from "@chorus/coordination-core/catchup/CatchUp"
import type { Command } from "@chorus/coordination-core/command/Command"
import { settlingMillisMax } from "@chorus/coordination-core/catchup/Settling"
import * as Coordination from "@chorus/coordination-core/coordination/Coordination"
import { draft } from "@chorus/coordination-core/fact/Draft"
import type { Fact } from "@chorus/coordination-core/fact/Fact"
import { AgentName } from "@chorus/coordination-core/identity/AgentId"
import type { NodeId } from "@chorus/coordination-core/identity/NodeId"
import type { Moment } from "@chorus/coordination-core/machine/Machine"
import * as Canonical from "@chorus/coordination-core/replica/Canonical"
import type { SignalData } from "@chorus/coordination-core/signal/Signal"
import * as Arbitraries from "@chorus/coordination-core/testing/Arbitraries"
import * as Laws from "@chorus/coordination-core/testing/Laws"
import * as Paper from "@chorus/coordination-core/testing/Paper"
import * as HashSet from "effect/HashSet"
import * as Result from "effect/Result"
import * as fc from "fast-check"
import { scene } from "../session/scene.ts"
import { fresh, momentAt, receive } from "./node.ts"

const [here, there] = [Paper.node("a"), Paper.node("b")]

/** Facts, signals, commands, thoughts, peers and ticks, at moments that only move forward. */
const inputs = fc.record({
  facts: Arbitraries.facts(),
  steps: fc.array(fc.tuple(fc.nat(10), fc.nat(3), fc.nat(60_000)), { maxLength: 50 })
}).map(({ facts, steps }) => {
  let now = 0
  let at = 0
  const session = facts.map(Paper.session).find((id) => id !== "") ?? ""
  const agent = AgentName.make("m1")
  return steps.map(([kind, some, later]) => {
    const next = facts.slice(at, at += 1 + some)
    const every: ReadonlyArray<Coordination.Input> = [
      { _tag: "Received", facts: next },
      { _tag: "Received", facts: next.toReversed() },
      { _tag: "Restored", facts: next, ages: next.map(() => later) },
      { _tag: "Heard", signal: signal({ message_type: "heartbeat", digest: "other" }) },
      { _tag: "Heard", signal: signal({ message_type: "planning", session_id: session, round: 1 }) },
      { _tag: "Asked", request: some, command: { _tag: "Escalate", agent, session, reason: "why" } },
      {
        _tag: "Asked",
        request: some,
        command: {
          _tag: "Claim",
          agent,
          task: { repository: "r", task_id: some, title: "t" },
          leaseMillis: later
        }
      },
      { _tag: "Reasoned", key: `${session}/plan 1`, plan: { _tag: "NoPlan", reason: "timeout" } },
      { _tag: "Connected", peer: there },
      { _tag: "PeerAnswered", peer: there, more: some > 1 },
      { _tag: "Ticked" }
    ]
    return { input: every[kind % every.length]!, at: momentAt(now += later) }
  })
})

const signal = (data: SignalData) =>
  ({ v: 1, type: "meta_discussion", from: there, timestamp: "", data }) as const

const shuffled = Arbitraries.facts().chain((facts) =>
  fc.tuple(
    fc.constant(facts),
    fc.shuffledSubarray([...facts, ...facts], { minLength: facts.length * 2 }),
    fc.nat(9)
  )
)

const batched = (facts: ReadonlyArray<Fact>, size: number): ReadonlyArray<ReadonlyArray<Fact>> =>
  facts.length === 0 ? [] : [facts.slice(0, size), ...batched(facts.slice(size), size)]

const step = (state: Coordination.State, input: Coordination.Input, millis = 0) =>
  Coordination.decide(state, input, momentAt(millis))

const types = (drafts: ReadonlyArray<{ readonly data: { readonly message_type: string } }>) =>
  drafts.map(({ data }) => data.message_type)

describe("Coordination", () => {
  const machine = {
    initial: fresh(here),
    decide: (state: Coordination.State, { at, input }: { input: Coordination.Input; at: Moment }) =>
      Coordination.decide(state, input, at)
  }
  // Some 50 facts open some 20 sessions; each may want a certificate, an escalation, a plan and, for
  // each of three own agents and some ten worse plans, an objection; alerts are 3 a claim.
  for (const law of Laws.machine(machine, inputs, { draftsMax: 300, outputsMax: 60 })) {
    it(law.title, () => law.check(40))
  }

  it("I1 I6: in whatever order, batches and doubles facts come, the same is held and told", () => {
    fc.assert(fc.property(shuffled, ([facts, other, size]) => {
      const [one, two] = [receive(fresh(here), facts), receive(fresh(here), ...batched(other, size + 1))]

      assert.strictEqual(Canonical.encode(one.replica), Canonical.encode(two.replica))
      assert.strictEqual(CatchUp.digest(one.catchUp), CatchUp.digest(two.catchUp))
      assert.deepStrictEqual([...one.open].sort(), [...two.open].sort())
    }), { numRuns: 40 })
  })

  it("I6: a claim that came inside an opening first is taken in when it comes itself", () => {
    const { claims, opening, paper } = scene()
    const early = receive(fresh(Paper.node("c")), [opening], [...claims])

    assert.strictEqual(
      CatchUp.digest(early.catchUp),
      CatchUp.digest(receive(fresh(here), paper.facts).catchUp)
    )
    assert.strictEqual(Object.keys(CatchUp.vector(early.catchUp)).length, 2)
  })

  it("I15: restored from what was stored a node holds what it held, and states and asks nothing", () => {
    fc.assert(fc.property(Arbitraries.facts(), (facts) => {
      const live = receive(fresh(here), facts)
      const restored = step(fresh(here), { _tag: "Restored", facts, ages: facts.map(() => 1000) })

      assert.strictEqual(Canonical.encode(restored.state.replica), Canonical.encode(live.replica))
      assert.strictEqual(CatchUp.digest(restored.state.catchUp), CatchUp.digest(live.catchUp))
      assert.deepStrictEqual([...restored.state.open].sort(), [...live.open].sort())
      assert.deepStrictEqual([restored.drafts, restored.outputs], [[], []])
    }), { numRuns: 40 })
  })

  it("H36: a state that was handed out never changes, whatever the node does next", () => {
    fc.assert(fc.property(inputs, fc.nat(), (given, at) => {
      let state = fresh(here)
      const cut = at % (given.length + 1)
      for (const { at: moment, input } of given.slice(0, cut)) {
        state = Coordination.decide(state, input, moment).state
      }
      const [handedOut, before] = [state, Canonical.encode(state)]
      for (const { at: moment, input } of given.slice(cut)) {
        state = Coordination.decide(state, input, moment).state
      }
      assert.strictEqual(Canonical.encode(handedOut), before)
    }), { numRuns: 25 })
  })

  it("H20: the wall clock may jump by days either way; who is due when does not move", () => {
    const jump = fc.integer({ min: -10 * 86_400_000, max: 10 * 86_400_000 })
    fc.assert(fc.property(fc.array(jump, { minLength: 3, maxLength: 40 }), (jumps) => {
      const { paper, session } = scene(["a", "b"])
      const escalatedAt = (wallAt: (nth: number) => number) => {
        let state = receive(fresh(here), paper.facts)
        for (let nth = 0; nth <= 40; nth++) {
          const moment = { monotonicMillis: nth * 60_000, wallMillis: wallAt(nth) }
          const decision = Coordination.decide(state, { _tag: "Ticked" }, moment)
          state = decision.state
          const isDone = decision.drafts.some(({ data }) =>
            data.message_type === "escalation" && data.session_id === session)
          if (isDone) return nth
        }
        return undefined
      }
      const steady = escalatedAt((nth) => nth * 60_000)
      assert.strictEqual(escalatedAt((nth) => nth * 60_000 + (jumps[nth % jumps.length] ?? 0)), steady)
      assert.isDefined(steady)
    }), { numRuns: 15 })
  })

  it("facts that are held already bring nothing", () => {
    fc.assert(fc.property(Arbitraries.facts(), (facts) => {
      const state = receive(fresh(here), facts)
      assert.deepStrictEqual(step(state, { _tag: "Received", facts }), { state, drafts: [], outputs: [] })
    }), { numRuns: 20 })
  })

  it("a command is answered under its number, with its drafts or its refusal", () => {
    const command: Command = {
      _tag: "Claim",
      agent: AgentName.make("m1"),
      task: { repository: "r", task_id: 1, title: "t" },
      leaseMillis: 1000
    }
    const claimed = step(fresh(here), { _tag: "Asked", request: 3, command })
    const [answer] = claimed.outputs
    assert.deepStrictEqual(types(claimed.drafts), ["task_announced", "task_claimed"])
    assert.isTrue(answer?._tag === "Answer" && answer.request === 3 && Result.isSuccess(answer.result))

    const release: Command = { _tag: "Release", agent: command.agent, task: "r#1" as never, because: "" }
    const refused = step(fresh(here), { _tag: "Asked", request: 4, command: release })
    assert.deepStrictEqual(refused.drafts, [])
    assert.isTrue(refused.outputs[0]?._tag === "Answer" && Result.isFailure(refused.outputs[0].result))
  })

  it("H15: a node votes once all who are connected told it what they have, or nobody was met", () => {
    const [other, liar] = [Paper.node("other"), Paper.node("liar")]
    const state = step(fresh(here), { _tag: "Ticked" }, 5000).state
    const { settleMillis } = state.settings
    const asking = [there, other, liar].reduce(
      (now, peer) => step(now, { _tag: "Connected", peer }, 5000).state,
      state
    )
    const told = (from: Coordination.State, peer: NodeId) =>
      step(from, { _tag: "PeerAnswered", peer, more: false }, 5001).state

    assert.isFalse(Coordination.isSettled(state, momentAt(5000 + settleMillis - 1)))
    assert.isTrue(Coordination.isSettled(state, momentAt(5000 + settleMillis)))
    // A question that is still under way when the time is over may be about the node's own votes.
    assert.isFalse(Coordination.isSettled(asking, momentAt(5000 + settleMillis)))
    assert.isFalse(Coordination.isSettled(told(asking, liar), momentAt(5002)))
    const failed = step(told(asking, there), { _tag: "PeerFailed", peer: other }, 5001).state
    assert.isFalse(Coordination.isSettled(failed, momentAt(5002)))
    assert.isTrue(Coordination.isSettled(told(failed, liar), momentAt(5002)))
    assert.isTrue(Coordination.isSettled(asking, momentAt(5000 + settlingMillisMax)))
  })

  it("a node of another founder, whose answer counts as failed, settles nobody", () => {
    const state = step(fresh(here), { _tag: "Connected", peer: there }, 5000).state
    const failed = step(state, { _tag: "PeerFailed", peer: there }, 5001).state

    assert.isFalse(Coordination.isSettled(failed, momentAt(5002)))
  })

  it("heartbeats tell what is held, every three seconds or a little later, not all in step", () => {
    const beats = (name: string) => {
      let state = fresh(Paper.node(name))
      return Array.from({ length: 600 }, (_, at) => at * 100).filter((now) => {
        const decision = step(state, { _tag: "Ticked" }, now)
        state = decision.state
        const said = decision.outputs.flatMap((output) => output._tag === "Say" ? [output.signal] : [])
        for (const each of said) {
          assert.deepStrictEqual<unknown>(
            each,
            { message_type: "heartbeat", digest: CatchUp.digest(state.catchUp) }
          )
        }
        return said.length > 0
      })
    }
    const [one, other] = [beats("a"), beats("b")]
    const gaps = one.slice(1).map((now, at) => now - one[at]!)

    for (const gap of gaps) assert.isTrue(gap >= 3000 && gap <= 3900, String(gap))
    assert.notDeepEqual(one, other)
  })

  it("H10: who first sees a fork proves it, also when both sides come at once; who is told does not", () => {
    const paper = Paper.make()
    const liar = paper.agent("liar", "m1")
    const one = paper.claim(liar, "repo#1")
    const forkTo = (task: number) =>
      paper.fork(liar.node, draft({
        message_type: "task_claimed",
        repository: "repo",
        task_id: task,
        agent_id: liar.name,
        claimed_until_ms: 0
      }))
    const [two, three] = [forkTo(2), forkTo(3)]
    const proofs = (...batches: ReadonlyArray<ReadonlyArray<Fact>>) => {
      let state = fresh(here)
      return batches.flatMap((facts) => {
        const decision = step(state, { _tag: "Received", facts })
        state = decision.state
        return decision.drafts.filter(({ data }) => data.message_type === "fork_proven")
      })
    }
    const expected = [draft({ message_type: "fork_proven", log: one.log, seq: 1 }, [one.id, two.id].sort())]

    assert.deepStrictEqual(proofs([one], [two], [three]), expected)
    assert.deepStrictEqual(proofs([one, two]), expected)
    const proof = paper.state(there, expected[0]!)
    assert.deepStrictEqual(proofs([proof], [one, two, three]), [])
    assert.deepStrictEqual(proofs([proof, one, two]), [])
  })

  it("the open sessions are those that are active or wait for a person", () => {
    const { agents: [a, b], paper, session } = scene()
    const isOpen = () => HashSet.has(receive(fresh(here), paper.facts).open, session)
    assert.isTrue(isOpen())
    const plan = paper.propose(session, a!)
    paper.escalate(a!.node, session, "why")
    assert.isTrue(isOpen())
    paper.certify(a!.node, session, [paper.vote(a!, plan, "agree"), paper.vote(b!, plan, "agree")])
    assert.isFalse(isOpen())
    paper.vote(b!, plan, "object")
    assert.isTrue(isOpen())
    paper.rule(
      paper.founder,
      a!.node,
      { kind: "decide_session", session_id: session, decision: "a", replaces: [] }
    )
    assert.isFalse(isOpen())
  })
})
