/**
 * Pings under any course of cases, clocks and failures; and defaults.
 */
import * as Defaults from "@chorus/coordination-core/inbox/Defaults"
import * as Pings from "@chorus/coordination-core/inbox/Pings"
import { assert, describe, it } from "@effect/vitest"
import * as fc from "fast-check"

const minute = 60_000

describe("Pings", () => {
  it("at most one new ping in five minutes, none at night, and no case that waits is passed over", () => {
    const steps = fc.array(fc.record({
      after: fc.integer({ min: 0, max: 10 * minute }),
      waiting: fc.uniqueArray(fc.integer({ min: 0, max: 40 }).map(String)),
      quiet: fc.boolean(),
      fails: fc.boolean()
    }), { maxLength: 60 })
    fc.assert(fc.property(steps, (course) => {
      let [pings, now, last] = [Pings.empty, 1_000_000_000, -Infinity]
      for (const { after, fails, quiet, waiting } of course) {
        now += after
        const before = pings
        pings = Pings.look(pings, waiting, now, quiet)
        if (pings.lastId > before.lastId) {
          assert.isFalse(quiet)
          assert.isAtLeast(now - last, Pings.everyMillis)
          last = now
        }
        assert.isTrue(pings.told.every((session) => waiting.includes(session)))
        assert.isAtMost(pings.queue.length, Pings.queueMax)
        const ping = Pings.due(pings, now, quiet)
        assert.isFalse(quiet && ping !== undefined)
        if (ping !== undefined) {
          pings = fails ? Pings.failed(pings, ping.id, "no", now, 0.5) : Pings.sent(pings, ping.id)
        }
        assert.isAtMost(pings.dead.length, Pings.deadMax)
      }
      const waiting = course.at(-1)?.waiting ?? []
      for (let turn = 0; turn < 4; turn++) {
        const queue: Pings.Pings["queue"] = []
        pings = Pings.look({ ...pings, queue }, waiting, now += Pings.everyMillis, false)
      }
      assert.sameMembers([...pings.told], [...waiting])
    }), { numRuns: 200 })
  })

  it("puts off what failed, later each time, and lists what it gave up", () => {
    let pings = Pings.look(Pings.empty, ["x"], 10 * minute, false)
    const waits: Array<number> = []
    for (let now = 10 * minute; pings.queue.length > 0;) {
      pings = Pings.failed(pings, 1, "503", now, 0)
      const next = pings.queue[0]?.dueMillis ?? now
      waits.push(next - now)
      assert.isUndefined(Pings.due(pings, next - 1, false))
      now = next
    }
    assert.deepStrictEqual(waits.slice(0, 4), [2_500, 10_000, 40_000, 160_000])
    assert.lengthOf(waits, Pings.attemptsMax)
    assert.deepInclude(pings.dead[0], { id: 1, sessions: ["x"], because: "503" })
    assert.deepStrictEqual(Pings.look(pings, [], 20 * minute, false).told, [])
  })

  it("quiet hours may reach over midnight", () => {
    const night = { from: 22 * 60, to: 7 * 60 }
    const at = [0, 419, 420, 1319, 1320].map((of) => Pings.isQuiet(night, of))
    assert.deepStrictEqual(at, [true, true, false, false, true])
    assert.isFalse(Pings.isQuiet({ from: 0, to: 0 }, 0))
    assert.isFalse(Pings.isQuiet(undefined, 0))
  })

  it("a default is due once, for a case that waits still; a later one takes its place", () => {
    const one = { session: "x", by: "p", decision: "apart", sealed: "1", dueMillis: 5 }
    const both = Defaults.add(Defaults.add([], one) ?? [], { ...one, sealed: "2", dueMillis: 9 }) ?? []
    assert.deepStrictEqual([8, 9].map((now) => Defaults.due(both, now).length), [0, 1])
    assert.deepStrictEqual(Defaults.kept(both, ["y"]), [])
    assert.strictEqual(Defaults.kept(both, ["x", "y"]), both)
    const full = Array.from({ length: Defaults.max }, (_, at) => ({ ...one, session: `s${at}` }))
    assert.isUndefined(Defaults.add(full, one))
    assert.lengthOf(Defaults.add(full, { ...one, session: "s3" }) ?? [], Defaults.max)
  })
})
