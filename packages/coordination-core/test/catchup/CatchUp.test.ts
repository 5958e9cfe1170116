/**
 * What a node lacks, whom it asks and what it gives (H12, I6).
 */
import { assert, describe, it } from "@effect/vitest"
import * as CatchUp from "@chorus/coordination-core/catchup/CatchUp"
import { draft } from "@chorus/coordination-core/fact/Draft"
import type { Fact } from "@chorus/coordination-core/fact/Fact"
import type { NodeId } from "@chorus/coordination-core/identity/NodeId"
import * as Canonical from "@chorus/coordination-core/replica/Canonical"
import * as Arbitraries from "@chorus/coordination-core/testing/Arbitraries"
import * as Laws from "@chorus/coordination-core/testing/Laws"
import * as Paper from "@chorus/coordination-core/testing/Paper"
import * as HashMap from "effect/HashMap"
import * as fc from "fast-check"
import { answer, at, connected, gives, hold, logOf, peers, reply, step } from "./steps.ts"

const [p, q] = peers as [NodeId, NodeId]

const peer = fc.constantFrom(...peers)
const input: fc.Arbitrary<CatchUp.Input> = fc.oneof(
  Arbitraries.facts(20).chain((facts) =>
    fc.shuffledSubarray([...facts]).map((some) => ({ _tag: "Held" as const, facts: some }))
  ),
  peer.map((each) => ({ _tag: "Connected" as const, peer: each })),
  peer.map((each) => ({ _tag: "Gone" as const, peer: each })),
  fc.record({
    _tag: fc.constant("Heartbeat" as const),
    peer,
    digest: fc.constantFrom("other", CatchUp.digest(CatchUp.initial))
  }),
  fc.record({ _tag: fc.constant("Answered" as const), peer, more: fc.boolean() }),
  peer.map((each) => ({ _tag: "Failed" as const, peer: each })),
  fc.constant({ _tag: "Ticked" as const })
)

/** Inputs at moments that only move forward. */
const inputs = fc.array(fc.tuple(input, fc.nat(40_000)), { maxLength: 40 }).map((steps) => {
  let now = 0
  return steps.map(([each, later]) => ({ input: each, context: at(now += later) }))
})

describe("CatchUp", () => {
  const machine = {
    initial: CatchUp.initial,
    decide: (state: CatchUp.State, { context, input }: { input: CatchUp.Input; context: CatchUp.Context }) =>
      CatchUp.decide(state, input, context)
  }
  // Whatever comes in, no more questions go out than may be under way; nothing is ever stated.
  for (const law of Laws.machine(machine, inputs, { draftsMax: 0, outputsMax: CatchUp.atOnceMax })) {
    it(law.title, () => law.check(50))
  }

  it("I1: what is held is a function of the set of facts, in any order, forks and doubles too", () => {
    const shuffled = Arbitraries.facts().chain((facts) =>
      fc.tuple(fc.constant(facts), fc.shuffledSubarray([...facts, ...facts], { minLength: facts.length * 2 }))
    )
    fc.assert(fc.property(shuffled, ([facts, other]) => {
      const one = hold(facts)
      const bitByBit = [...new Set(other)].reduce((state, fact) => hold([fact], state), CatchUp.initial)
      assert.deepStrictEqual(CatchUp.vector(bitByBit), CatchUp.vector(one))
      assert.strictEqual(CatchUp.digest(bitByBit), CatchUp.digest(one))
      assert.deepStrictEqual(reply(bitByBit, one), { gives: [], more: false, lacks: [] })
    }))
  })

  it("a vector names the highest place without a gap before it; early facts wait for their turn", () => {
    const facts = logOf("a", 5)
    const [one, two, three, four, five] = facts as [Fact, Fact, Fact, Fact, Fact]
    const headOf = (state: CatchUp.State) => CatchUp.vector(state)[one.log]
    const gapped = hold([one, five, three])

    assert.deepInclude(headOf(gapped), { seq: 1, top: 5 })
    const further = hold([two], gapped)
    assert.deepInclude(headOf(further), { seq: 3, top: 5 })
    const whole = hold([four], further)
    assert.deepStrictEqual(CatchUp.vector(whole), { [one.log]: { seq: 5, id: five.id } })
    assert.deepInclude(headOf(hold([two, three])), { seq: 0, top: 3 })
  })

  it("I6: facts beyond a gap are told and given, also when nobody has what is missing", () => {
    const [one, two, three, four] = logOf("a", 4) as [Fact, Fact, Fact, Fact]
    const { log } = one
    const [plain, early] = [hold([one]), hold([one, three])]

    assert.notStrictEqual(CatchUp.digest(plain), CatchUp.digest(early))
    assert.deepStrictEqual(gives(early, plain), [{ log, from: 2, upTo: 3 }])
    assert.deepStrictEqual(gives(early, hold([one, two])), [{ log, from: 3, upTo: 3 }])
    assert.deepStrictEqual(reply(hold([one, two]), early), {
      gives: [{ log, from: 2, upTo: 2 }],
      more: false,
      lacks: [{ log, from: 3, upTo: 3 }]
    })
    assert.deepStrictEqual(gives(early, early), [])
    assert.deepStrictEqual(gives(hold([four]), CatchUp.initial), [{ log, from: 1, upTo: 4 }])
  })

  it("digests are equal exactly when vectors are", () => {
    const sets = Arbitraries.facts().chain(
      (facts) => fc.tuple(fc.subarray([...facts]), fc.subarray([...facts]))
    )
    fc.assert(fc.property(sets, ([one, other]) => {
      const [a, b] = [hold(one), hold(other)]
      assert.strictEqual(
        CatchUp.digest(a) === CatchUp.digest(b),
        Canonical.encode(CatchUp.vector(a)) === Canonical.encode(CatchUp.vector(b))
      )
    }))
  })

  it("H12: one answer tells both sides what they lack, from the first missing place on", () => {
    const [a, b] = [logOf("a", 4), logOf("b", 2)] as const
    const [logA, logB] = [a[0]!.log, b[0]!.log]
    const state = hold([...a, ...b])

    assert.deepStrictEqual(reply(state, state), { gives: [], more: false, lacks: [] })
    assert.sameDeepMembers([...gives(state, CatchUp.initial)], [
      { log: logA, from: 1, upTo: 4 },
      { log: logB, from: 1, upTo: 2 }
    ])
    assert.deepStrictEqual(reply(hold(a), hold([...a.slice(0, 2), ...b])), {
      gives: [{ log: logA, from: 3, upTo: 4 }],
      more: false,
      lacks: [{ log: logB, from: 1, upTo: 2 }]
    })
    const given = answer(hold(a), { vector: CatchUp.vector(state) }, b)
    assert.deepStrictEqual(given.lacks, [])
  })

  it("what would not be taken in is not asked for", () => {
    const b = logOf("b", 2)
    const asked = { vector: CatchUp.vector(hold(b)) }

    assert.deepStrictEqual(answer(CatchUp.initial, asked, [], (by) => by !== b[0]!.from).lacks, [])
    assert.lengthOf(answer(CatchUp.initial, asked).lacks, 1)
  })

  it("asks on connect, when a digest differs, and some peer every 15 s; nobody else", () => {
    const asked = step(CatchUp.initial, { _tag: "Connected", peer: p }, 1)
    assert.deepStrictEqual(asked.outputs, [{ _tag: "AskPeer", peer: p, asked: { vector: {} }, gives: [] }])
    const state = connected(p, q)

    assert.deepStrictEqual(step(state, { _tag: "Connected", peer: p }).outputs, [])
    assert.lengthOf(step(state, { _tag: "Heartbeat", peer: p, digest: "other" }).outputs, 1)
    assert.deepStrictEqual(
      step(state, { _tag: "Heartbeat", peer: p, digest: CatchUp.digest(state) }).outputs,
      []
    )
    assert.deepStrictEqual(step(state, { _tag: "Ticked" }, CatchUp.roundMillis - 1).outputs, [])
    const turns = Array.from({ length: 24 }, (_, nth) =>
      step(state, { _tag: "Ticked" }, (nth + 1) * CatchUp.roundMillis).outputs.map(({ peer }) => peer))
    assert.isTrue(turns.every(({ length }) => length === 1))
    assert.sameMembers([...new Set(turns.flat())], [p, q])
    assert.deepStrictEqual(step(CatchUp.initial, { _tag: "Ticked" }, CatchUp.roundMillis).outputs, [])
  })

  it("H12: a missing predecessor is asked for at once, of the peer that handed the fact on", () => {
    const [one, two, three] = logOf("a", 3) as [Fact, Fact, Fact]
    const state = connected(p, q)
    const early = step(state, { _tag: "Held", facts: [one, three], from: q }, 5)

    assert.deepStrictEqual(early.outputs.map(({ peer }) => peer), [q])
    assert.deepStrictEqual(step(state, { _tag: "Held", facts: [one, two], from: q }, 5).outputs, [])
    assert.deepStrictEqual(step(state, { _tag: "Held", facts: [three, two, one], from: q }, 5).outputs, [])
    assert.lengthOf(step(state, { _tag: "Held", facts: [three] }, 5).outputs, 1)
    const again = step(early.state, { _tag: "Answered", peer: q, more: false }, 6).state
    const other = logOf("b", 2).slice(1)
    assert.deepStrictEqual(
      step(again, { _tag: "Held", facts: other, from: q }, 7).outputs.map(({ peer }) => peer),
      [p]
    )
  })

  it("H10: a fact whose predecessor is another than the one held is asked about as well", () => {
    const paper = Paper.make()
    const liar = paper.agent("liar", "m1")
    const first = paper.claim(liar, "repo#1")
    const side = paper.fork(liar.node, draft({
      message_type: "task_released",
      claim: first.id,
      agent_id: liar.name
    }))
    const after = paper.claim(liar, "repo#3")
    assert.strictEqual(after.prev, side.id)

    const state = step(connected(p), { _tag: "Held", facts: [first] }).state
    assert.lengthOf(step(state, { _tag: "Held", facts: [after], from: p }, 1).outputs, 1)
  })

  it("I11: a heartbeat from afar, or an answer by one who is gone, asks nobody and leaves no trace", () => {
    const state = connected(p)
    const heard = step(state, { _tag: "Heartbeat", peer: q, digest: "other" })
    assert.deepStrictEqual(heard, { state, drafts: [], outputs: [] })

    const asked = step(state, { _tag: "Heartbeat", peer: p, digest: "other" })
    const gone = step(asked.state, { _tag: "Gone", peer: p })
    const answered = step(hold(logOf("a", 1), gone.state), { _tag: "Answered", peer: p, more: true })
    assert.deepStrictEqual(answered.outputs, [])
    assert.isTrue(HashMap.isEmpty(answered.state.peers))
  })

  it("a peer that promises more is asked again only as long as its answers bring something", () => {
    const facts = logOf("a", 4)
    let state = step(CatchUp.initial, { _tag: "Connected", peer: p }).state
    for (const fact of facts) {
      const more = step(hold([fact], state), { _tag: "Answered", peer: p, more: true })
      assert.deepStrictEqual(more.outputs.map(({ asked }) => asked.vector), [
        { [fact.log]: { seq: fact.seq, id: fact.id } }
      ])
      state = more.state
    }
    const empty = step(state, { _tag: "Answered", peer: p, more: true })

    assert.deepStrictEqual(empty.outputs, [])
    assert.strictEqual(empty.state.answered, 1)
  })

})
