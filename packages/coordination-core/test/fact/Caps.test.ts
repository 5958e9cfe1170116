/**
 * Every text and every list that travels has a limit, and the limit is exact (docs/rules.md, 4).
 */
import * as Decode from "@chorus/coordination-core/fact/Decode"
import { liveFromMax } from "@chorus/coordination-core/fact/Fact"
import { assert, describe, it } from "@effect/vitest"
import { golden } from "./golden.ts"
import { decode, message, opened, reasonOf } from "./sealed.ts"

/** In which golden file, at which path of the data, at most how many characters. */
const texts: ReadonlyArray<readonly [string, string, number]> = [
  ["task_announced", "task.title", 200],
  ["task_announced", "task.description", 2000],
  ["task_announced", "task.keywords.0", 64],
  ["task_announced", "task.paths.0", 200],
  ["task_announced", "task.agent_id", 64],
  ["task_announced", "task.claimed_at", 40],
  ["task_announced", "task.status", 40],
  ["task_announced", "task.project_id", 100],
  ["task_claimed", "repository", 140],
  ["task_claimed", "task_id", 100],
  ["task_claimed", "agent_id", 64],
  ["task_released", "because", 280],
  ["task_completed", "results", 1000],
  ["contracts_stated", "repository", 140],
  ["contracts_stated", "digest", 64],
  ["contracts_stated", "revision", 64],
  ["contracts_stated", "provides.table:orders", 16],
  ["dependency_detected", "dependency.relationship", 64],
  ["dependency_detected", "dependency.reason", 500],
  ["dependency_detected", "dependency.evidence.0.what", 160],
  ["dependency_detected", "coordination_request", 1000],
  ["dependency_detected", "agents_involved.0", 140],
  ["session_opened", "reason", 500],
  ["coordination_plan", "session_id", 100],
  ["coordination_plan", "plan", 6000],
  ["coordination_plan", "message", 500],
  ["coordination_plan", "made_by", 120],
  ["coordination_plan", "content.items.0.id", 16],
  ["coordination_plan", "content.items.0.action", 280],
  ["coordination_plan", "content.items.0.artefact", 160],
  ["coordination_plan", "content.items.0.done_when", 280],
  ["coordination_plan", "content.share.0", 280],
  ["coordination_plan", "content.watch.0", 280],
  ["coordination_plan", "content.success.0", 280],
  ["coordination_response_agree", "response", 2000],
  ["session_message", "content", 4000],
  ["delivery_noted", "session_id", 100],
  ["delivery_noted", "agent_id", 64],
  ["delivery_noted", "items.0", 64],
  ["escalation", "escalation_reason", 500],
  ["escalation", "session_summary", 500],
  ["resolution", "resolution", 500],
  ["resolution", "summary", 500],
  ["alert_muted", "because", 280],
  ["alert_muted_rule", "rule", 64]
]

/** In which golden file, at which path, at most how many items. */
const lists: ReadonlyArray<readonly [string, string, number]> = [
  ["task_announced", "task.keywords", 32],
  ["task_announced", "task.scopes", 32],
  ["task_announced", "task.paths", 32],
  ["dependency_detected", "dependency.evidence", 16],
  ["dependency_detected", "agents_involved", 16],
  ["session_opened", "tasks_involved", 16],
  ["coordination_plan", "tasks_involved", 16],
  ["coordination_plan", "content.items", 12],
  ["coordination_plan", "content.items.1.depends_on", 12],
  ["coordination_plan", "content.share", 8],
  ["coordination_plan", "content.watch", 8],
  ["coordination_plan", "content.success", 8],
  ["fork_proven", "embedded", 2],
  ["contracts_stated", "consumes", 400],
  ["delivery_noted", "items", 64]
]

/** The path, the least and the greatest number that it takes. */
const numbers: ReadonlyArray<readonly [string, string, number, number]> = [
  ["dependency_detected", "dependency.confidence", 0, 1],
  ["dependency_detected", "terms.max_participants", 2, 10],
  ["dependency_detected", "terms.max_messages", 0, 1000],
  ["dependency_detected", "terms.max_duration_ms", 1000, 2_592_000_000],
  ["coordination_plan", "round", 1, 3],
  ["coordination_response_agree", "round", 1, 3],
  ["task_claimed", "claimed_until_ms", 0, Number.MAX_SAFE_INTEGER],
  ["task_announced", "version", 0, Number.MAX_SAFE_INTEGER],
  ["contracts_stated", "part", 1, 4],
  ["contracts_stated", "parts", 1, 4]
]

const refusalWith = (name: string, path: string, change: (value: unknown) => unknown) => {
  const payload = JSON.parse(golden(name)) as { readonly data: unknown }
  const steps = path.split(".")
  const last = steps.pop() ?? ""
  const place = steps.reduce<unknown>((at, step) => (at as Record<string, unknown>)[step], payload.data)
  const fields = place as Record<string, unknown>
  assert.property(fields, last)
  fields[last] = change(fields[last])
  return reasonOf(Decode.decode(opened(JSON.stringify(payload))))
}

describe("Caps", () => {
  for (const [name, path, max] of texts) {
    it(`${path} of ${name} holds at most ${max} characters`, () => {
      assert.isUndefined(refusalWith(name, path, () => "x".repeat(max)))
      assert.strictEqual(refusalWith(name, path, () => "x".repeat(max + 1)), "bad_data")
    })
  }

  for (const [name, path, max] of lists) {
    it(`${path} of ${name} holds at most ${max} items`, () => {
      const many = (count: number) => (items: unknown) =>
        Array.from({ length: count }, () => (items as ReadonlyArray<unknown>)[0])

      assert.isUndefined(refusalWith(name, path, many(max)))
      assert.strictEqual(refusalWith(name, path, many(max + 1)), "bad_data")
    })
  }

  for (const [name, path, min, max] of numbers) {
    it(`${path} of ${name} is between ${min} and ${max}`, () => {
      for (const inside of [min, max]) assert.isUndefined(refusalWith(name, path, () => inside))
      for (const outside of [min - 1, max + 1]) {
        assert.strictEqual(refusalWith(name, path, () => outside), "bad_data")
      }
    })
  }

  it("live_from names at most so many logs", () => {
    const naming = (count: number) => message("hello", {
      live_from: Object.fromEntries(
        Array.from({ length: count }, (_, at) => [String(at).padStart(16, "0"), 1])
      )
    })

    assert.isUndefined(reasonOf(decode(naming(liveFromMax))))
    assert.strictEqual(reasonOf(decode(naming(liveFromMax + 1))), "bad_envelope")
  })

  it("a vote's reason holds at most 280 characters; longer, the answer is a message", () => {
    assert.isUndefined(refusalWith("coordination_response_agree", "response", () => "x".repeat(281)))
  })
})
