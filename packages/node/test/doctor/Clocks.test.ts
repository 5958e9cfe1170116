/**
 * A clock is judged by what it shows and by the facts that are ahead of it.
 */
import { NodeId } from "@chorus/coordination-core/identity/NodeId"
import { assert, it } from "@effect/vitest"
import * as Clocks from "../../src/doctor/Clocks.ts"

const now = Date.UTC(2026, 5, 1, 12)
const minutes = (count: number) => new Date(now + count * 60_000).toISOString()
const id = (beginning: string) => NodeId.make(beginning.padEnd(52, "x"))
const [self, other] = [id("12D3KooWSe1f"), id("12D3KooWAnother")]

const said = (at: number, facts: Parameters<typeof Clocks.findings>[0]) => {
  const [finding, ...more] = Clocks.findings(facts, self, at)
  assert.deepStrictEqual(more, [])
  return `${finding?.remedy === undefined ? "ok" : "attention"}: ${finding?.says}`
}

it("H20: a clock before any that is right, behind its own facts or behind others' is told", () => {
  const fine = [{ from: self, timestamp: minutes(-9) }, { from: other, timestamp: minutes(4) }]
  assert.strictEqual(said(now, []), "ok: 2026-06-01T12:00Z, and no fact is ahead of it")
  assert.strictEqual(said(now, fine), "ok: 2026-06-01T12:00Z, and no fact is ahead of it")
  assert.strictEqual(said(0, []), "attention: it shows 1970-01-01T00:00Z, which is past")
  assert.strictEqual(
    said(now, [...fine, { from: self, timestamp: minutes(90) }]),
    "attention: this node stated a fact 90 minutes from now: the clock went back"
  )
  assert.strictEqual(
    said(now, [{ from: other, timestamp: minutes(6) }, ...fine, { from: self, timestamp: "no time" }]),
    `attention: ${other} stated a fact 6 minutes from now: its clock or this one is wrong`
  )
})
