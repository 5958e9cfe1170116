/**
 * Which open task could be begun: what was detected says so, and what was agreed weighs more.
 */
import { assert, it } from "@effect/vitest"
import * as Inquiry from "@chorus/coordination-core/detection/Inquiry"
import { draft } from "@chorus/coordination-core/fact/Draft"
import { key } from "@chorus/coordination-core/identity/AgentId"
import * as Paper from "@chorus/coordination-core/testing/Paper"
import { fresh, momentAt, receive } from "../coordination/node.ts"
import { agreed } from "../plan/agreed.ts"

it("a task that was given back waits for those that a plan puts before it, and for no others", () => {
  /** Two members of whose tasks the second declares to be the one that goes first. */
  const scene = (steps: ReadonlyArray<string>) => {
    const all = agreed(["a", "b"], steps)
    const operations = ["use", "migrate"]
    all.agents.forEach(({ name, node }, at) =>
      all.paper.state(node, draft({
        message_type: "task_updated",
        task: {
          repository: `repo-${name}`, task_id: 1, title: "Orders", scopes: [`table:orders=${operations[at]}`]
        },
        version: 2
      })))
    const waitsFor = () => {
      const state = receive(fresh(Paper.node("a")), all.paper.facts)
      return Inquiry.suggestions(state, key(all.paper.agent("z", "z")), momentAt(60_000))
        .map(({ task, waitsFor }) => [task, ...waitsFor].join(" "))
    }
    return { ...all, waitsFor }
  }

  const { claims, paper, waitsFor } = scene(["1 a", "2 b 1"])
  paper.end(claims[1]!)
  assert.deepStrictEqual(waitsFor(), ["repo-b#1 repo-a#1"])
  paper.end(claims[0]!)
  assert.deepStrictEqual(waitsFor(), ["repo-a#1", "repo-b#1"])

  const first = scene(["1 a", "2 b 1"])
  first.paper.end(first.claims[0]!)
  assert.deepStrictEqual(first.waitsFor(), ["repo-a#1"])
  const unordered = scene(["1 a", "2 b"])
  unordered.paper.end(unordered.claims[0]!)
  assert.deepStrictEqual(unordered.waitsFor(), ["repo-a#1 repo-b#1"])
})
