/**
 * What raises an alert, and what strangers can do to the budget of a claim.
 */
import { assert, describe, it } from "@effect/vitest"
import { draft } from "@chorus/coordination-core/fact/Draft"
import * as Paper from "@chorus/coordination-core/testing/Paper"
import { claims, define, implement, machine, pair, types } from "./machine.ts"

describe("Alerts", () => {
  it("I3: a claim of a banned node depends on nothing any more", () => {
    const paper = Paper.make()
    const [a, b] = [paper.agent("a", "api"), paper.agent("b", "web")]
    claims(paper, a, "backend#1", define)
    const own = machine(paper, "b")
    own.fold()
    paper.say(a, "s", "one thing")
    paper.fork(a.node, draft({
      message_type: "session_message",
      session_id: "s",
      from_agent: a.name,
      content: "another"
    }))
    claims(paper, b, "frontend#2", implement)

    assert.deepStrictEqual(own.fold(), [])
  })

  it("H26: junk openings over a claim spend nothing of its budget", () => {
    const { facts: [first, second], paper } = pair()
    const own = machine(paper, "b")
    for (const nth of [1, 2, 3]) {
      const junk = paper.claim(paper.agent("m", "m"), `junk#${nth}`)
      paper.depend(junk, second!)
    }

    const drafts = own.fold()
    assert.deepStrictEqual(types(drafts), ["dependency_detected"])
    assert.sameMembers([...drafts[0]!.embed], [first!.id, second!.id])
  })

  it("H26: many names of one node on one task open few conflicts, of many nodes some more", () => {
    const paper = Paper.make()
    const own = machine(paper, "b")
    for (let nth = 0; nth < 20; nth++) claims(paper, paper.agent("m", `m${nth}`), "backend#1", define)
    own.fold()
    claims(paper, paper.agent("b", "web"), "backend#1", define)
    const drafts = own.fold()
    assert.deepStrictEqual(types(drafts), ["session_opened", "session_opened"])

    for (let nth = 0; nth < 20; nth++) claims(paper, paper.agent(`n${nth}`, "m"), "backend#1", define)
    const other = machine(paper, "c")
    other.fold()
    claims(paper, paper.agent("c", "api"), "backend#1", define)
    assert.lengthOf(other.fold(), 8)
  })
})
