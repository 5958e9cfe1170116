/**
 * The workload is what it says: honest, always the same, and its sessions end in agreement.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Canonical from "@chorus/coordination-core/replica/Canonical"
import * as Replica from "@chorus/coordination-core/replica/Replica"
import * as Status from "@chorus/coordination-core/session/Status"
import * as Paper from "@chorus/coordination-core/testing/Paper"
import * as Workload from "@chorus/coordination-core/testing/Workload"

describe("Workload", () => {
  const empty = Replica.empty(Paper.person("founder"))
  const facts = Workload.onPaper(2, 30)

  it("resolves every session that it opens", () => {
    const replica = Replica.evolveAll(empty, facts)
    const sessions = Replica.openedSessions(replica)

    assert.isAbove(sessions.length, 10)
    for (const session of sessions) {
      assert.strictEqual(Status.statusOf(session, Replica.world(replica)), "resolved")
    }
  })

  it("is the same every time", () => {
    assert.deepStrictEqual(Workload.onPaper(2, 30), facts)
  })

  it("H11: many facts at once, in batches or one by one give one state, and leave the old one be", () => {
    const once = Replica.evolveAll(empty, facts)
    const [first, second] = [facts.slice(0, 100), facts.slice(100)]
    const half = Replica.evolveAll(empty, first)
    const before = Canonical.encode(half)
    const twice = Replica.evolveAll(half, second)

    assert.strictEqual(Canonical.encode(twice), Canonical.encode(once))
    assert.strictEqual(Canonical.encode(facts.reduce(Replica.evolve, empty)), Canonical.encode(once))
    assert.strictEqual(Canonical.encode(half), before)
    assert.strictEqual(Canonical.encode(Replica.evolveAll(half, second)), Canonical.encode(once))
  })
})
