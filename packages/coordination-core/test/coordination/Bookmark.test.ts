/**
 * A start from a bookmark equals a node that ran through, up to what recall brings back.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Bookmark from "@chorus/coordination-core/coordination/Bookmark"
import * as Coordination from "@chorus/coordination-core/coordination/Coordination"
import * as NodeSettings from "@chorus/coordination-core/coordination/NodeSettings"
import { FactId } from "@chorus/coordination-core/identity/FactId"
import * as Canonical from "@chorus/coordination-core/replica/Canonical"
import * as Replica from "@chorus/coordination-core/replica/Replica"
import * as Registry from "@chorus/coordination-core/task/Registry"
import * as Paper from "@chorus/coordination-core/testing/Paper"
import * as HashMap from "effect/HashMap"
import * as HashSet from "effect/HashSet"
import * as fc from "fast-check"
import * as Forgetful from "../memory/forgetful.ts"
import { fresh, momentAt } from "./node.ts"

const here = Paper.node("a")
const settings = { ...NodeSettings.defaults, placesRemembered: 1 }
const start: Forgetful.Forgetful = { state: { ...fresh(here), settings }, stored: [], seen: new Map() }

const ticked = (node: Forgetful.Forgetful, millis: number): Forgetful.Forgetful => ({
  ...node,
  state: Coordination.decide(node.state, { _tag: "Ticked" }, momentAt(millis)).state
})

const sorted = (items: Iterable<string>) => [...items].sort()

/** The claims in the index that are live. */
const live = ({ state }: Forgetful.Forgetful, millis: number) => {
  const { detection, replica } = state
  const { counts } = Replica.world(replica)
  return sorted(HashMap.keys(detection.index.entries)).filter((id) => {
    const claim = Registry.claimById(replica.tasks, FactId.make(id))
    return claim !== undefined && Registry.isLive(replica.tasks, claim, counts) &&
      !Registry.lapsed(replica.tasks, claim, millis, counts)
  })
}

/** What must not differ between a node that ran through and one that started again. */
const essence = (node: Forgetful.Forgetful) => {
  const { catchUp: { heads, sum }, lessons, memory: { voices }, open } = node.state
  const { replica } = Forgetful.everything(node)
  return {
    replica: Canonical.encode({ ...replica, forks: { ...replica.forks, places: [] } }),
    forked: Canonical.encode(node.state.replica.forks.forks),
    ahead: Bookmark.aheadOf(replica.forks, heads).map((place) => JSON.stringify(place)).sort(),
    open: sorted(open),
    heads: Canonical.encode({ heads, sum }),
    lessons: Canonical.encode(lessons),
    voices: Canonical.encode(voices)
  }
}

/** What memory holds of sessions and claims is all that the store has of them. */
const assertWhole = (node: Forgetful.Forgetful) => {
  const [held, all] = [node.state.replica, Forgetful.everything(node).replica]
  const of = ({ mutes, sessions, tasks }: Replica.Replica) => ({
    sessions: [...held.sessions.keys()].map((id) => sessions.get(id)),
    claims: [...held.tasks.claims.values()].map(({ agent, id, origin, task }) => [
      tasks.claims.get(id),
      tasks.ends.get(`${id} ${agent}`),
      tasks.renewals.get(`${id} ${agent}`),
      tasks.descriptions.get(Registry.describedBy(task, origin.node))
    ]),
    mutes: HashMap.filter(mutes.pairs, (_, pair) =>
      [...held.tasks.claimsOf.keys()].some((task) => pair.split(" ").includes(task)))
  })
  assert.strictEqual(Canonical.encode(of(held)), Canonical.encode(of(all)))
}

// What is made of two nodes is two nodes.
type Both = [through: Forgetful.Forgetful, again: Forgetful.Forgetful]

/** A history lived through, and lived with bookmarks and starts. */
const lived = (steps: ReadonlyArray<Forgetful.Step>) => {
  let [through, again, now, starts] = [start, start, 0, 0]
  let text: string | undefined
  for (const { cleaned, fact, later } of steps) {
    now += later
    ;[through, again] = [through, again].map((node) => Forgetful.receive(node, [fact], now)) as Both
    if (cleaned) {
      ;[through, again] = [through, again].map((node) => Forgetful.clean(node, now)) as Both
      text = Bookmark.of(again.state, Bookmark.nothingGone)
    }
    const isStarted = later % 4 === 0
    if (isStarted) again = Forgetful.restart(again, text, now)
    // What is to be looked at again may wait longer than the node lives.
    ;[through, again] = [through, again].map((node) => ticked(Forgetful.revisit(node, now), now)) as Both
    if (!isStarted) continue
    starts += text === undefined ? 0 : 1
    assertWhole(again)
    assert.deepStrictEqual(essence(again), essence(through))
    // A start looks at each claim in the light of all facts; a node that runs, when one is about it.
    assert.includeMembers(live(again, now), live(through, now))
    assert.isTrue(live(through, now).every((id) =>
      HashSet.has(again.state.detection.own, FactId.make(id)) ===
        HashSet.has(through.state.detection.own, FactId.make(id))))
  }
  return { again, through, starts }
}

describe("Bookmark", () => {
  it("H12 I15: starts from bookmarks leave no trace", () => {
    let starts = 0
    fc.assert(fc.property(Forgetful.histories, (steps) => {
      const life = lived(steps)
      starts += life.starts
      assert.deepStrictEqual(essence(life.again), essence(life.through))
    }), { numRuns: 40 })
    assert.isAbove(starts, 20)
  })
})
