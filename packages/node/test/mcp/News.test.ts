/**
 * What is new for an agent: a pure function of rows.
 */
import { assert, describe, it } from "@effect/vitest"
import type * as Rows from "../../src/api/Rows.ts"
import type { Settings } from "../../src/mcp/Desk.ts"
import * as News from "../../src/mcp/News.ts"

const desk: Settings = {
  agent: "web", repository: "org/web", leaseMillis: 1, socket: "", log: "", start: []
}

const id = (digit: number) => `dep_${String(digit).repeat(40)}`
const session = (digit: number, changes: Partial<Rows.SessionDetail> = {}): Rows.SessionDetail => ({
  session: id(digit), kind: "dependency", status: "active", reason: "both touch orders", opened_at: "",
  members: [
    { agent: "api@N", own: false, tasks: [], stance: "none" },
    { agent: "web@N", own: true, tasks: [], stance: "none" }
  ],
  waits_because: [], summary: "", tasks: [], evidence: [], plans: [], messages: [], escalated_because: [],
  rulings: [], commitments: [], related: [],
  ...changes
})
const voted = [{ agent: "web@N", own: true, tasks: [], stance: "agree" as const }]
const ruling = {
  ruling: "1", by: "p", name: "Ada", decision: "api goes first", at: "", counts: true, replaced: false
}
const message = (text: string) => ({ agent: "api", intent: "question", text, at: "2026-01-01T00:00:00Z" })

describe("News", () => {
  it("tells each thing once, and what waits for a vote until it is given", () => {
    const open = [session(1), session(2, { plan: "aa", messages: [message("which field?")] })]

    const first = News.of(desk, News.nothing, open, [])
    const second = News.of(desk, first.told, open, [])
    const third = News.of(desk, second.told, [{ ...session(2, { plan: "aa" }), members: voted }], [])

    assert.deepStrictEqual(first.lines.map((line) => line.slice(0, 12)), [
      `${id(2).slice(0, 12)}`, "New dependen", "⟦data: api⟧ "
    ])
    assert.deepStrictEqual(second.lines, first.lines.slice(0, 1))
    assert.deepStrictEqual(third.lines, [])
  })

  it("tells at most four things, a person's decision first, and the rest with the next answer", () => {
    const open = [3, 4, 5, 6, 7].map((digit) => session(digit))
    const told = { keys: [], open: [id(1)] }
    assert.deepStrictEqual(News.ended(told, open), [id(1)])

    const first = News.of(desk, told, open, [session(1, { status: "decided", rulings: [ruling] })])
    const second = News.of(desk, first.told, open, [])

    assert.strictEqual(first.lines[0], `A person decided ${id(1)}: ⟦data: api goes first⟧`)
    assert.strictEqual(first.lines.at(-1), "2 more: call chorus_inbox")
    assert.lengthOf(second.lines, 2)
    assert.deepStrictEqual(News.of(desk, second.told, open, []).lines, [])
  })
})
