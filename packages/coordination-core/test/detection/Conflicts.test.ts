/**
 * How many conflicts a node opens, whatever others claim.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Finding from "@chorus/coordination-core/detection/Finding"
import { looksPerTick } from "@chorus/coordination-core/detection/Grace"
import * as Replica from "@chorus/coordination-core/replica/Replica"
import * as Paper from "@chorus/coordination-core/testing/Paper"
import * as HashMap from "effect/HashMap"
import { claims, machine, types } from "./machine.ts"

/** An agent of `v` at work, and what its node states of conflicts, tick after tick. */
const victim = () => {
  const paper = Paper.make()
  const own = claims(paper, paper.agent("v", "api"), "backend#1", "Rename it", "table:t=migrate")
  const v = machine(paper, "v")
  let now = 0
  v.fold(now)
  /** What a tick after the grace of what is on the paper states; it is folded then. */
  const tick = () => {
    const before = v.fold(now)
    const drafts = [...before, ...v.step({ _tag: "Ticked" }, now += 11_000)]
    for (const draft of drafts) paper.state(Paper.node("v"), draft)
    return drafts
  }
  return { paper, own, v, tick }
}

describe("Words on a task", () => {
  it("H25: have the claims looked at of the node whose words they are, and no others", () => {
    const paper = Paper.make()
    const [mallory, b] = [paper.agent("mallory", "m"), paper.agent("b", "web")]
    for (let nth = 0; nth < 50; nth++) paper.claim(mallory, "backend#1")
    const own = claims(paper, b, "backend#1", "Rename it")
    const described = paper.facts.at(-2)!
    const replica = Replica.evolveAll(Replica.empty(paper.founder), paper.facts)

    assert.deepStrictEqual(Finding.concerned(described, { replica }).map(({ id }) => id), [own.id])
  })
})

describe("The conflicts of a claim on this node", () => {
  it("H25 H26: are few with one other node, however many claims it gives", () => {
    const { paper, tick, v } = victim()
    const mallory = paper.agent("mallory", "m")
    for (let nth = 0; nth < 3 * looksPerTick; nth++) paper.claim(mallory, "backend#1")

    assert.deepStrictEqual(types(tick()), ["session_opened", "session_opened"])
    assert.strictEqual(HashMap.size(v.state().waiting), 2 * looksPerTick)
    assert.deepStrictEqual([tick(), tick(), tick()], [[], [], []])
    assert.strictEqual(HashMap.size(v.state().waiting), 0)
  })

  it("H26: are few with many nodes, which touch the same things under many tasks", () => {
    const { paper, tick } = victim()
    for (let nth = 0; nth < 12; nth++) {
      claims(paper, paper.agent(`m${nth}`, "m"), `backend#${nth + 2}`, "Read it", "table:t=use")
    }

    assert.lengthOf(tick(), 8)
    assert.deepStrictEqual([tick(), tick()], [[], []])
  })

  it("are opened anew where those before were settled", () => {
    const { paper, tick } = victim()
    const b = paper.agent("b", "web")
    for (let nth = 0; nth < 3; nth++) paper.claim(b, "backend#1")
    assert.lengthOf(tick(), 2)
    assert.lengthOf(tick(), 0)
    const [opening] = paper.facts.filter(({ data }) => data.message_type === "session_opened")
    paper.rule(paper.founder, b.node, {
      kind: "decide_session",
      session_id: Paper.session(opening!),
      decision: "b first",
      replaces: []
    })
    paper.claim(b, "backend#1")

    assert.lengthOf(tick(), 1)
  })

  it("do not take the room of an honest node, however many another one opened", () => {
    const { own, paper, tick } = victim()
    const mallory = paper.agent("mallory", "m")
    for (let nth = 0; nth < 12; nth++) paper.open("conflict", [paper.claim(mallory, "backend#1"), own])
    const honest = paper.claim(paper.agent("b", "web"), "backend#1")

    assert.deepStrictEqual(tick().map(({ embed }) => embed.includes(honest.id)), [true])
  })

  it("are opened for each agent of this node that claims, however many others of it do", () => {
    const { paper, v } = victim()
    const claim = (name: string) => {
      paper.claim(paper.agent("v", name), "backend#1")
      const drafts = v.fold()
      for (const draft of drafts) paper.state(Paper.node("v"), draft)
      return drafts.length
    }
    assert.deepStrictEqual(["b", "c", "d", "e"].map(claim), [1, 2, 2, 2])
  })
})
