/**
 * Sessions of others cost what there is room for, however many of them one node opens (H25, I11).
 */
import { assert, describe, it } from "@effect/vitest"
import * as Cleanup from "@chorus/coordination-core/coordination/Cleanup"
import * as Coordination from "@chorus/coordination-core/coordination/Coordination"
import type { Fact } from "@chorus/coordination-core/fact/Fact"
import * as Duties from "@chorus/coordination-core/duty/Duties"
import { elsewhereMax } from "@chorus/coordination-core/memory/Forget"
import * as Recall from "@chorus/coordination-core/memory/Recall"
import * as Replica from "@chorus/coordination-core/replica/Replica"
import * as Paper from "@chorus/coordination-core/testing/Paper"
import * as HashMap from "effect/HashMap"
import * as HashSet from "effect/HashSet"
import { fresh, momentAt } from "../coordination/node.ts"

const day = 24 * 3_600_000

/** A stranger's sessions between its own two agents, and one of this node with another. */
const flood = (side: number) => {
  const paper = Paper.make()
  const [x, y] = ["backend", "frontend"].map((repository) =>
    Array.from({ length: side }, (_, nth) =>
      paper.claim(paper.agent("mallory", repository), `${repository}#${nth}`)))
  const sessions = x!.flatMap((one) => y!.map((other) => Paper.session(paper.depend(one, other))))
  const mine = Paper.session(paper.depend(
    paper.claim(paper.agent("v", "api"), "api#1"),
    paper.claim(paper.agent("b", "web"), "web#1")
  ))
  return { paper, sessions, mine }
}

const step = (state: Coordination.State, input: Coordination.Input, millis: number) =>
  Coordination.decide(state, input, momentAt(millis)).state

const received = (facts: ReadonlyArray<Fact>) =>
  step(fresh(Paper.node("v")), { _tag: "Received", facts }, 0)

/** How many sessions a tick of the duties looks at. */
const looksOf = ({ duties, node, replica, settings }: Coordination.State): number => {
  let looks = 0
  const get = (id: string) => {
    looks += 1
    return replica.sessions.get(id)
  }
  const sessions = new Proxy(replica.sessions, {
    get: (target, name) => name === "get" ? get : Reflect.get(target, name, target)
  })
  const context = { at: momentAt(1000), node, replica: { ...replica, sessions }, attends: () => true }
  Duties.decide(duties, { _tag: "Ticked" }, { ...context, leases: settings })
  return looks
}

describe("Sessions without a member on this node", () => {
  it("are not looked at when time passes", () => {
    const { mine, paper, sessions } = flood(12)
    const state = received(paper.facts)

    assert.strictEqual(HashMap.size(state.duties), sessions.length + 1)
    assert.isTrue(HashMap.has(state.duties, mine))
    assert.isBelow(looksOf(state), 5)
  })

  it("leave the duties once they are over, also where that is seen before this node asked its peers", () => {
    const { paper, sessions } = flood(1)
    const claims = paper.facts.filter(({ data }) => data.message_type === "task_claimed")
    for (const claim of claims) paper.end(claim)
    const late = received(paper.facts)
    const [first, second] = [paper.facts.slice(0, 4), paper.facts.slice(4)]
    const early = step(received(first), { _tag: "Received", facts: second }, 1)
    const [id] = sessions

    assert.isFalse(HashMap.has(late.duties, id!))
    assert.isFalse(HashMap.has(step(early, { _tag: "Cleaned" }, day).duties, id!))
  })

  it("I9 come back with the end of a claim of theirs, also while that is in the index", () => {
    const { paper, sessions } = flood(23)
    const whole = received(paper.facts)
    const cleaned = step(whole, { _tag: "Cleaned" }, 60_000)
    const gone = sessions.find((id) => !cleaned.replica.sessions.has(id))
    const claim = Replica.sessionById(whole.replica, gone ?? "")?.opening.claims[0]?.claim
    const ends = paper.facts.filter(({ id }) => id === claim).map((fact) => paper.end(fact))

    const { lists } = Recall.forFacts(Cleanup.memoryOf(cleaned), ends)
    assert.deepStrictEqual(lists, [{ beginning: `opened ${claim} `, to: "session" }])
    assert.isTrue([...HashMap.keys(cleaned.detection.index.entries)].some((id) => id === claim))
  })

  it("H25 I11: stay as far as there is room for those of one node, and take no other's room", () => {
    const { mine, paper } = flood(23)
    const other = paper.depend(
      paper.claim(paper.agent("c", "api"), "api#2"),
      paper.claim(paper.agent("d", "web"), "web#2")
    )
    let state = received(paper.facts)
    assert.isAbove(state.replica.sessions.size, elsewhereMax + 2)
    for (const days of [60, 61, 62]) {
      state = step(state, { _tag: "Ticked" }, days * day)
      state = step(state, { _tag: "Cleaned" }, days * day)
    }

    const sizes = [state.replica.sessions.size, HashMap.size(state.duties), HashSet.size(state.open)]
    assert.deepStrictEqual(sizes, [elsewhereMax + 2, elsewhereMax + 2, elsewhereMax + 2])
    for (const id of [mine, Paper.session(other)]) {
      assert.isDefined(Replica.sessionById(state.replica, id))
    }
  })
})
