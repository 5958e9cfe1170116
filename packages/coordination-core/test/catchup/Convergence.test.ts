/**
 * I6: nodes that lost what they lost hold the same facts soon after they meet again, and then rest.
 */
import { assert, describe, it } from "@effect/vitest"
import * as CatchUp from "@chorus/coordination-core/catchup/CatchUp"
import * as Holdings from "@chorus/coordination-core/catchup/Holdings"
import * as Difference from "@chorus/coordination-core/catchup/Difference"
import * as Held from "@chorus/coordination-core/catchup/Held"
import { draft } from "@chorus/coordination-core/fact/Draft"
import type { Fact } from "@chorus/coordination-core/fact/Fact"
import { FactId } from "@chorus/coordination-core/identity/FactId"
import * as Hash from "@chorus/coordination-core/identity/Hash"
import type { NodeId } from "@chorus/coordination-core/identity/NodeId"
import * as Arbitraries from "@chorus/coordination-core/testing/Arbitraries"
import * as Paper from "@chorus/coordination-core/testing/Paper"
import * as HashMap from "effect/HashMap"
import * as Option from "effect/Option"
import * as fc from "fast-check"

/** A message carries this many facts here, so that long logs need several; a block has to fit. */
const batchMax = 16

interface Member {
  readonly id: NodeId
  state: CatchUp.State
  readonly facts: Set<Fact>
  asked: number
}

/** A mesh in which every question is answered at once, or lost. */
const mesh = (names: ReadonlyArray<string>, batch = batchMax) => {
  const members: ReadonlyArray<Member> = names.map((name) => ({
    id: Paper.node(name),
    state: CatchUp.initial,
    facts: new Set<Fact>(),
    asked: 0
  }))
  let now = 0
  const listing = { most: 0 }
  const stretches = (member: Member, all: ReadonlyArray<Difference.Stretch>) =>
    all.flatMap(({ from, log, upTo }) =>
      [...member.facts]
        .filter((fact) => fact.log === log && fact.seq >= from && fact.seq <= upTo)
        .sort((a, b) => a.seq - b.seq)
    )
  const listed = (member: Member, stretch: Difference.Stretch | undefined) => {
    const found = stretch === undefined ? [] : stretches(member, [stretch])
    listing.most = Math.max(listing.most, found.length)
    return found
  }
  const step = (member: Member, input: CatchUp.Input, loses = never): void => {
    const { outputs, state } = CatchUp.decide(
      member.state,
      input,
      { at: { monotonicMillis: now, wallMillis: 0 }, node: member.id }
    )
    member.state = state
    for (const output of outputs) ask(member, output, loses)
  }
  const take = (member: Member, facts: ReadonlyArray<Fact>, loses = never): void => {
    const fresh = facts.filter((fact) => !member.facts.has(fact))
    fresh.forEach((fact) => member.facts.add(fact))
    if (fresh.length > 0) step(member, { _tag: "Held", facts: fresh }, loses)
  }
  const ask = (member: Member, { asked, gives, peer }: CatchUp.Ask, loses: () => boolean): void => {
    member.asked += 1
    const answering = members.find(({ id }) => id === peer)
    if (answering === undefined || loses()) return step(member, { _tag: "Failed", peer }, loses)
    take(answering, stretches(member, gives).slice(0, batch))
    const { lists, reply: answer } = Holdings.answering(answering.state, asked, [], () => true)
    const reply = answer(listed(answering, lists))
    const wanted = stretches(answering, reply.gives)
    take(member, wanted.slice(0, batch), loses)
    const { lacks, marks } = reply
    const search = marks && Difference.narrowed(
      member.state.heads,
      marks,
      listed(member, Difference.toList(Difference.searchOf(marks)))
    )
    const more = reply.more || wanted.length > batch
    step(member, { _tag: "Answered", peer, more, lacks, ...(search && { search }) }, loses)
  }
  const meet = (one: Member, other: Member, loses = never): void => {
    step(one, { _tag: "Connected", peer: other.id }, loses)
    step(other, { _tag: "Connected", peer: one.id }, loses)
  }
  /** One heartbeat of every member, heard by all that are connected, and a tick. */
  const beat = (loses = never): void => {
    now += 3000
    for (const member of members) {
      for (const other of members) {
        step(other, { _tag: "Heartbeat", peer: member.id, digest: CatchUp.digest(member.state) }, loses)
      }
      step(member, { _tag: "Ticked" }, loses)
    }
  }
  return { members, take, meet, beat, listing }
}

const never = (): boolean => false
const idsOf = ({ facts }: Member) => [...facts].map(({ id }) => id).sort()
const equal = (members: ReadonlyArray<Member>): void => {
  const [first, ...others] = members
  for (const other of others) {
    assert.strictEqual(CatchUp.digest(other.state), CatchUp.digest(first!.state))
    assert.deepStrictEqual(idsOf(other), idsOf(first!))
  }
}

/** Who loses which fact of the gossip, and which questions fail, as a list of chances. */
const script = fc.record({
  facts: Arbitraries.facts(),
  lost: fc.infiniteStream(fc.integer({ min: 0, max: 2 })),
  failing: fc.infiniteStream(fc.boolean())
})

/** What each of some nodes holds of one history: anything, gaps and sides of forks included. */
const holdings = (count: number) =>
  Arbitraries.facts(60).chain((facts) =>
    fc.tuple(fc.constant(facts), fc.array(fc.subarray([...facts]), { minLength: count, maxLength: count }))
  )

describe("Catch-up", () => {
  it("H12: two nodes with scripted loss converge within two beats once questions are answered", () => {
    fc.assert(fc.property(script, ({ facts, failing, lost }) => {
      const { beat, meet, members, take } = mesh(["p", "q"])
      const [p, q] = members as [Member, Member]
      const failsByScript = () => failing.next().value
      meet(p, q, failsByScript)
      for (const fact of facts) {
        const chance = lost.next().value
        if (chance !== 0) take(p, [fact], failsByScript)
        if (chance !== 1) take(q, [fact], failsByScript)
        if (fact.seq % 4 === 0) beat(failsByScript)
      }

      beat()
      beat()

      equal(members)
      const settled = [p.asked, q.asked]
      for (let beats = 0; beats < 4; beats++) beat()
      assert.isAtMost(p.asked - settled[0]!, 1)
      assert.isAtMost(q.asked - settled[1]!, 1)
    }))
  })

  it("H12: whatever two nodes hold, one contact makes them equal, in both directions", () => {
    fc.assert(fc.property(holdings(2), ([, held]) => {
      const { meet, members, take } = mesh(["p", "q"], 1000)
      members.forEach((member, at) => take(member, held[at]!))
      const [p, q] = members as [Member, Member]

      meet(p, q)

      equal(members)
    }))
  })

  it("H12: nodes in a ring that hold anything are equal within two rounds of heartbeats", () => {
    fc.assert(fc.property(holdings(4), ([, held]) => {
      const { beat, meet, members, take } = mesh(["p", "q", "r", "s"], 1000)
      members.forEach((member, at) => take(member, held[at]!))
      members.forEach((member, at) => meet(member, members[(at + 1) % members.length]!))

      beat()
      beat()

      equal(members)
    }), { numRuns: 50 })
  })

  it("H12: a late joiner gets all from one peer, and gives it to the next in a line", () => {
    fc.assert(fc.property(Arbitraries.facts(), (facts) => {
      const { meet, members, take } = mesh(["p", "q", "r"])
      const [p, q, r] = members as [Member, Member, Member]
      take(p, facts)
      meet(q, p)
      meet(r, q)

      equal(members)
    }), { numRuns: 50 })
  })

  it("H10: the first difference of two long logs is found in few steps, and both give their side", () => {
    const paper = Paper.make()
    const liar = paper.agent("liar", "m1")
    const places = 20_000

    const trunk: Array<Fact> = []
    const first = paper.claim(liar, "repo#1")
    const idOf = (name: string) => FactId.make(Hash.ofText(name))
    // Numbered copies stand for a long log: catch-up looks at places, ids and predecessors alone.
    const copy = (seq: number, id: string, prev: string): Fact => ({
      ...first,
      seq,
      id: idOf(id),
      prev: prev === "1" ? first.id : idOf(prev)
    })
    trunk.push(first)
    for (let seq = 2; seq <= places; seq++) trunk.push(copy(seq, String(seq), String(seq - 1)))
    const [side, another] = [copy(777, "f777", "776"), copy(13_000, "f13000", "12999")]
    const { listing, members, meet, take } = mesh(["p", "q"], 1_000)
    const [p, q] = members as [Member, Member]
    take(p, [...trunk, side])
    take(q, [...trunk, another])

    meet(p, q)

    equal(members)

    assert.isAtMost(p.asked + q.asked, 24)
    assert.isAtMost(listing.most, Held.chapterSize * Held.blockSize + 1)
    assert.strictEqual(
      HashMap.size(Option.getOrThrow(HashMap.get(p.state.heads, first.log)).chapters),
      Math.ceil(places / (Held.chapterSize * Held.blockSize))
    )
  })

  it("H37: an author's flood keeps nobody else's facts waiting", () => {
    const paper = Paper.make()
    const flood = Array.from({ length: 600 }, (_, nth) =>
      paper.claim(paper.agent("flooder", "m1"), `repo#${nth}`))
    const few = ["a", "b", "c"].flatMap((name) =>
      Array.from({ length: 3 }, (_, nth) => paper.claim(paper.agent(name, "m1"), `${name}#${nth}`)))
    const { members, take } = mesh(["p"])
    const [p] = members as [Member]
    take(p, [...flood, ...few])

    const { gives, more } = Holdings.answering(p.state, { vector: {} }, [], () => true).reply([])

    const before = gives.slice(0, 4).map(({ log }) => log)
    assert.includeMembers(before, few.map(({ log }) => log))
    assert.isTrue(gives.every(({ from, upTo }) => upTo - from < Difference.stretchMax))
    assert.isFalse(more)
  })

  it("I11: a question names a bounded number of logs, and the next goes on after them", () => {
    const count = Difference.logsMax + 3
    const paper = Paper.make()
    const facts = Array.from({ length: count }, (_, nth) => paper.state(Paper.node(`n${nth}`), draft({
      message_type: "task_claimed",
      repository: "repo",
      task_id: nth,
      agent_id: paper.agent("n", "m1").name,
      claimed_until_ms: 0
    })))
    const { members, meet, take } = mesh(["p", "q"], 10_000)
    const [p, q] = members as [Member, Member]
    take(p, facts.slice(1))
    take(q, facts.slice(0, -1))
    assert.lengthOf(Object.keys(Difference.ask(p.state.heads).vector), Difference.logsMax)

    meet(p, q)

    equal(members)
  })
})
