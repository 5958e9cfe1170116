/**
 * The agents of a replay: their names, and how often each temper comes.
 */
import { AgentName } from "@chorus/coordination-core/identity/AgentId"
import { TaskKey } from "@chorus/coordination-core/identity/TaskKey"
import { assert, describe, it } from "@effect/vitest"
import * as Agents from "../../src/replay/Agents.ts"

const agent = AgentName.make("agent-nova")
const tasks = [TaskKey.make("nova#1"), TaskKey.make("kolla#2")]

describe("Agents", () => {
  it("agree in 80 %, object once in 15 % and stay silent in 5 % of sessions", () => {
    const draws = 20_000
    const counts = { agrees: 0, objects_once: 0, silent: 0 }
    for (let draw = 0; draw < draws; draw++) {
      counts[Agents.temperOf(1, [TaskKey.make(`r#${draw}`)], agent)] += 1
    }

    // Five standard deviations of a share of so many draws; the draws are the same in every run.
    assert.approximately(counts.agrees / draws, 0.8, 5 * Math.sqrt(0.8 * 0.2 / draws))
    assert.approximately(counts.objects_once / draws, 0.15, 5 * Math.sqrt(0.15 * 0.85 / draws))
    assert.approximately(counts.silent / draws, 0.05, 5 * Math.sqrt(0.05 * 0.95 / draws))
  })

  it("take the same session in the same way, whatever the order of its tasks; another seed may not", () => {
    const tempers = (seed: number) =>
      Array.from(
        { length: 200 },
        (_, at) => Agents.temperOf(seed, [...tasks, TaskKey.make(`r#${at}`)], agent)
      )

    assert.strictEqual(
      Agents.temperOf(7, tasks, agent),
      Agents.temperOf(7, tasks.toReversed(), agent)
    )
    assert.deepStrictEqual(tempers(1), tempers(1))
    assert.notDeepEqual(tempers(1), tempers(2))
  })

  it("who objects does so once", () => {
    assert.deepStrictEqual(
      [1, 2, 3].map((round) => Agents.stanceOf("objects_once", round)),
      ["object", "agree", "agree"]
    )
    assert.deepStrictEqual(
      [1, 2].map((round) => Agents.stanceOf("agrees", round)),
      ["agree", "agree"]
    )
    assert.isUndefined(Agents.stanceOf("silent", 1))
  })

  it("any repository gives a name that an agent may have", () => {
    assert.strictEqual(Agents.nameOf("openstack/nova"), "agent-openstack-nova")
    assert.strictEqual(Agents.nameOf("x".repeat(140)).length, 64)
    assert.strictEqual(Agents.nameOf("größe/☃"), "agent-gr--e--")
  })
})
