/**
 * The seed's line about a session.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Summary from "@chorus/coordination-core/session/Summary"
import type { Opened } from "@chorus/coordination-core/session/Status"
import type * as Paper from "@chorus/coordination-core/testing/Paper"
import * as fc from "fast-check"
import { look, scene } from "./scene.ts"

const lineOf = (paper: Paper.Paper, id: string): string => {
  const { session, world } = look(paper, id)
  return Summary.line(session, world)
}

/** A session whose opener's clock said `start`, with a message a second after 1970 began. */
const startedAt = (start: string): Opened => {
  const { agents: [a], paper, session } = scene()
  paper.say(a!, session, "hello")
  const { session: opened } = look(paper, session)
  const account = { ...opened.opening.account, timestamp: start }
  return { ...opened, opening: { ...opened.opening, account } }
}

describe("Summary", () => {
  it("the seed's form: type, participants, messages, duration", () => {
    const { agents: [a, b], paper, session } = scene()
    paper.say(a!, session, "one")
    paper.say(b!, session, "two")
    paper.say(paper.agent("outsider", "x"), session, "not counted")

    assert.strictEqual(
      lineOf(paper, session),
      `Session ${session} (dependency): 2 participants, 2 messages, duration 2s`
    )
  })

  it("durations read as a person says them", () => {
    const seconds = 1000
    const minutes = 60 * seconds
    assert.deepStrictEqual(
      [
        0,
        42 * seconds,
        59.6 * seconds,
        35 * minutes,
        59.7 * minutes,
        65 * minutes,
        1440 * minutes,
        1500 * minutes,
        4560 * minutes
      ]
        .map(Summary.duration),
      ["0s", "42s", "1m", "35m", "1h00m", "1h05m", "1d00h", "1d01h", "3d04h"]
    )
  })

  it("H20: clocks that run wrong, and times that are none, never make a negative or absurd duration", () => {
    fc.assert(fc.property(fc.string({ maxLength: 40 }), (start) => {
      const millis = Summary.durationMillis(startedAt(start))
      assert.isTrue(Number.isFinite(millis) && millis >= 0)
      if (Number.isNaN(Date.parse(start))) assert.strictEqual(millis, 0)
    }))
    assert.strictEqual(Summary.durationMillis(startedAt("2999-01-01T00:00:00.000Z")), 0)
  })
})
