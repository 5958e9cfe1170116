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

const peers = ["p", "q", "r"].map(Paper.node)
const [p, q] = peers as [NodeId, NodeId]
const at = (monotonicMillis: number): CatchUp.Context => ({ at: { monotonicMillis, wallMillis: 0 } })
const step = (state: CatchUp.State, input: CatchUp.Input, now = 0) => CatchUp.decide(state, input, at(now))
const hold = (facts: ReadonlyArray<Fact>, state = CatchUp.initial) => step(
  state,
  { _tag: "Held", facts }
).state
const connected = (...all: ReadonlyArray<NodeId>) =>
  all.reduce((state, peer) => {
    const asked = step(state, { _tag: "Connected", peer }).state
    return step(asked, { _tag: "Answered", peer, more: false }).state
  }, CatchUp.initial)

/** Facts 1 to n of one log. */
const logOf = (name: string, n: number): ReadonlyArray<Fact> => {
  const paper = Paper.make()
  return Array.from({ length: n }, (_, nth) => paper.claim(paper.agent(name, "m1"), `repo#${nth}`))
}

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
  // An input concerns one peer at most, so it brings one question at most; nothing is ever stated.
  for (const law of Laws.machine(machine, inputs, { draftsMax: 0, outputsMax: 1 })) {
    it(law.title, () => law.check(50))
  }

  it("I1: what is held is a function of the set of facts, in any order, forks and doubles too", () => {
    const shuffled = Arbitraries.facts().chain((facts) =>
      fc.tuple(fc.constant(facts), fc.shuffledSubarray([...facts, ...facts], { minLength: facts.length * 2 }))
    )
    fc.assert(fc.property(shuffled, ([facts, other]) => {
      assert.strictEqual(Canonical.encode(hold(other)), Canonical.encode(hold(facts)))
    }))
  })

  it("a vector names the highest place without a gap before it; early facts wait for their turn", () => {
    const facts = logOf("a", 5)
    const [one, two, three, four, five] = facts as [Fact, Fact, Fact, Fact, Fact]
    const gapped = hold([one, five, three])

    assert.strictEqual(CatchUp.vector(gapped)[one.log]?.seq, 1)
    const further = hold([two], gapped)
    assert.strictEqual(CatchUp.vector(further)[one.log]?.seq, 3)
    const whole = hold([four], further)
    assert.deepStrictEqual(CatchUp.vector(whole), { [one.log]: { seq: 5, id: five.id } })
    assert.isTrue(HashMap.isEmpty(whole.early))
    assert.strictEqual(CatchUp.vector(hold([two, three]))[one.log]?.seq, 0)
  })

  it("I6: facts beyond a gap are told and given, also when nobody has what is missing", () => {
    const [one, two, three, four] = logOf("a", 4) as [Fact, Fact, Fact, Fact]
    const [plain, early] = [hold([one]), hold([one, three])]

    assert.notStrictEqual(CatchUp.digest(plain), CatchUp.digest(early))
    assert.deepStrictEqual(
      CatchUp.missing(early, CatchUp.vector(plain)),
      [{ log: one.log, from: 1, upTo: 3 }]
    )
    assert.deepStrictEqual(CatchUp.missing(early, CatchUp.vector(hold([one, two]))), [
      { log: one.log, from: 3, upTo: 3 }
    ])
    assert.deepStrictEqual(CatchUp.missing(early, CatchUp.vector(early)), [])
    assert.deepStrictEqual(CatchUp.missing(hold([four]), {}), [{ log: one.log, from: 1, upTo: 4 }])
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

  it("gives what a peer lacks, log by log, from the first missing place on", () => {
    const [a, b] = [logOf("a", 4), logOf("b", 2)] as const
    const state = hold([...a, ...b])

    assert.deepStrictEqual(CatchUp.missing(state, CatchUp.vector(state)), [])
    assert.deepStrictEqual(
      CatchUp.missing(state, {}),
      [[a, 4], [b, 2]].map(
        ([log, upTo]) => ({ log: (log as typeof a)[0]!.log, from: 1, upTo: upTo as number })
      )
        .sort((one, other) => one.log < other.log ? -1 : 1)
    )
    assert.deepStrictEqual(CatchUp.missing(state, CatchUp.vector(hold([...a.slice(0, 2), ...b]))), [
      { log: a[0]!.log, from: 3, upTo: 4 }
    ])
    assert.deepStrictEqual(CatchUp.missing(hold(a.slice(0, 2)), CatchUp.vector(state)), [])
  })

  it("asks on connect, when a digest differs, and a peer in turn every 15 s; nobody else", () => {
    const asked = step(CatchUp.initial, { _tag: "Connected", peer: p }, 1)
    assert.deepStrictEqual(asked.outputs, [{ _tag: "AskPeer", peer: p, vector: {} }])
    const state = connected(p, q)

    assert.deepStrictEqual(step(state, { _tag: "Connected", peer: p }).outputs, [])
    assert.lengthOf(step(state, { _tag: "Heartbeat", peer: p, digest: "other" }).outputs, 1)
    assert.deepStrictEqual(
      step(state, { _tag: "Heartbeat", peer: p, digest: CatchUp.digest(state) }).outputs,
      []
    )
    assert.deepStrictEqual(step(state, { _tag: "Ticked" }, CatchUp.roundMillis - 1).outputs, [])
    const turns = [1, 2, 3, 4].map(
      (nth) => step(state, { _tag: "Ticked" }, nth * CatchUp.roundMillis).outputs[0]?.peer
    )
    assert.sameMembers(turns.slice(0, 2), [p, q])
    assert.deepStrictEqual(turns.slice(2), turns.slice(0, 2))
    assert.deepStrictEqual(step(CatchUp.initial, { _tag: "Ticked" }, CatchUp.roundMillis).outputs, [])
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

  it("one question a peer at a time, until it is answered, failed or a minute old", () => {
    const differs: CatchUp.Input = { _tag: "Heartbeat", peer: p, digest: "other" }
    const asked = step(connected(p, q), differs, 1000).state

    assert.deepStrictEqual(step(asked, differs, CatchUp.questionMillisMax).outputs, [])
    assert.lengthOf(step(asked, { ...differs, peer: q }, 1000).outputs, 1)
    assert.lengthOf(step(asked, differs, 1000 + CatchUp.questionMillisMax).outputs, 1)
    for (const end of [{ _tag: "Answered", peer: p, more: false }, { _tag: "Failed", peer: p }] as const) {
      assert.lengthOf(step(step(asked, end, 1001).state, differs, 1002).outputs, 1)
    }
  })

  it("a peer that promises more is asked again only as long as its answers bring something", () => {
    const facts = logOf("a", 4)
    let state = step(CatchUp.initial, { _tag: "Connected", peer: p }).state
    for (const fact of facts) {
      const more = step(hold([fact], state), { _tag: "Answered", peer: p, more: true })
      assert.deepStrictEqual(more.outputs.map(({ vector }) => vector), [
        { [fact.log]: { seq: fact.seq, id: fact.id } }
      ])
      state = more.state
    }
    const empty = step(state, { _tag: "Answered", peer: p, more: true })

    assert.deepStrictEqual(empty.outputs, [])
    assert.strictEqual(empty.state.answered, 1)
  })

  it("H10: two nodes that were told different things at one place find out by their heads", () => {
    const paper = Paper.make()
    const liar = paper.agent("liar", "m1")
    const first = paper.claim(liar, "repo#1")
    const forked = paper.fork(liar.node, draft({
      message_type: "task_claimed",
      repository: "repo",
      task_id: 2,
      agent_id: liar.name,
      claimed_until_ms: 0
    }))
    const [one, other] = [hold([first]), hold([forked])]

    assert.notStrictEqual(CatchUp.digest(one), CatchUp.digest(other))
    assert.deepStrictEqual(
      CatchUp.missing(one, CatchUp.vector(other)),
      [{ log: first.log, from: 1, upTo: 1 }]
    )
    assert.strictEqual(CatchUp.digest(hold([forked], one)), CatchUp.digest(hold([first], other)))
    const news = paper.claim(paper.agent("honest", "m1"), "repo#4")
    assert.deepStrictEqual(CatchUp.missing(hold([forked, news]), CatchUp.vector(one)), [
      { log: news.log, from: 1, upTo: 1 },
      { log: first.log, from: 1, upTo: 1 }
    ])
  })
})
