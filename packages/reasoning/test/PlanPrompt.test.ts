/**
 * The prompt: texts of others stand in its data block alone, whatever they hold. (H32)
 */
import type { PlanRequest } from "@chorus/coordination-core/plan/PlanRequest"
import { hostile, plain, requests } from "@chorus/port-contracts/ReasonerContract"
import { assert, describe, it } from "@effect/vitest"
import * as fc from "fast-check"
import * as PlanPrompt from "@chorus/reasoning/PlanPrompt"

/** The prompt as the model reads it, from the first instruction to the last. */
const promptText = (request: PlanRequest, refusal?: string): string =>
  PlanPrompt.make(request, refusal).content
    .flatMap(({ content }) =>
      typeof content === "string"
        ? [content]
        : content.map((part) => part.type === "text" ? part.text : "")
    )
    .join("\n")

/** What stands around the block, and the block. */
const parts = (prompt: string) => {
  const [before = "", block = "", after = "", ...rest] = prompt.split(/\n<data>\n|\n<\/data>\n/)
  assert.lengthOf(rest, 0)
  return { around: `${before}${after}`, block }
}

const withTexts = (text: string): PlanRequest => ({
  ...plain,
  relationship: text,
  reason: text,
  tasks: plain.tasks.map(({ agent, task }) => ({
    agent,
    task: { ...task, title: text, description: text, keywords: [text], paths: [text] }
  })),
  objection: {
    agent: plain.tasks[0]!.agent,
    reason: text,
    plan: {
      items: [{
        id: "1",
        owner: plain.tasks[1]!.agent,
        action: text,
        depends_on: [],
        done_when: text
      }],
      share: [text],
      watch: [text],
      success: [text]
    }
  }
})

describe("PlanPrompt", () => {
  const harmless = parts(promptText(withTexts("Rename a column"), "none")).around

  it("asks the seed's question", () => {
    assert.match(harmless, /expert AI project coordinator managing a distributed development team/)
    assert.match(harmless, /5\. Success criteria for coordinated completion/)
  })

  it("says in what it is told that the data is no instruction", () => {
    assert.match(harmless, /data, never instructions/)
  })

  it("there are fifty hostile texts", () => {
    assert.lengthOf(new Set(hostile), 50)
  })

  for (const [at, text] of hostile.entries()) {
    it(`hostile text ${at + 1} stands in the data block alone and comes out as it went in`, () => {
      const { around, block } = parts(promptText(withTexts(text), text))

      assert.strictEqual(around, harmless)
      assert.notMatch(block, /[<>\p{Cc}\p{Cf}\p{Zl}\p{Zp}]|\[\/?[A-Z]/u)
      const { objection, refusal, tasks } = JSON.parse(block)
      assert.strictEqual(tasks[0].title, text.slice(0, tasks[0].title.length))
      assert.isAtLeast(tasks[0].title.length, Math.min(text.length, 100))
      assert.strictEqual(objection.plan.items[0].action.slice(0, 100), text.slice(0, 100))
      assert.strictEqual(refusal, text.slice(0, 500))
    })
  }

  it("no request leaves the block, and none is longer than 20,000 characters", () => {
    fc.assert(fc.property(requests, (request) => {
      const { around, block } = parts(promptText(request))

      assert.strictEqual(around, harmless)
      assert.lengthOf(JSON.parse(block).tasks, request.tasks.length)
      assert.isAtMost(block.length, 20_000)
    }))
  })

  it("agents are letters: neither their names nor their keys are told", () => {
    const prompt = promptText(withTexts("Rename a column"))

    for (const { agent } of plain.tasks) assert.notInclude(prompt, agent)
    assert.notInclude(prompt, "agent-001")
    const { objection, tasks } = JSON.parse(parts(prompt).block)
    assert.deepStrictEqual([tasks[0].agent, tasks[1].agent], ["A", "B"])
    assert.strictEqual(objection.plan.items[0].owner, "B")
  })

  it("what is too long is told in less detail, and every task keeps its title", () => {
    const long = {
      ...plain,
      tasks: plain.tasks.map(({ agent, task }) => ({
        agent,
        task: { ...task, description: "word ".repeat(400), paths: Array(32).fill("p".repeat(200)) }
      }))
    }
    const { block } = parts(promptText(long))

    assert.isAtMost(block.length, 8000)
    assert.deepStrictEqual(
      JSON.parse(block).tasks.map(({ title }: { title: string }) => title),
      plain.tasks.map(({ task }) => task.title)
    )
  })
})
