/**
 * Merge orders as others read them: no line for a circle, ways out of it, and titles that stay text.
 */
import { AgentKey } from "@chorus/coordination-core/identity/AgentId"
import { TaskKey } from "@chorus/coordination-core/identity/TaskKey"
import { assert, it } from "@effect/vitest"
import type { Agreed } from "../../src/api/LandingRows.ts"
import * as Change from "../../src/landing/Change.ts"
import * as Export from "../../src/landing/Export.ts"

const agent = (name: string) => AgentKey.make(`${name}@${"1".repeat(52)}`)
const [api, web] = [agent("api"), agent("web")]
const [apiTask, webTask] = [TaskKey.make("api#1"), TaskKey.make("web#2")]

const agreed = (session: string, first: AgentKey, second: AgentKey, title = "A title"): Agreed => ({
  session,
  plan: "0",
  nothing_to_do: false,
  tasks: [
    { task: apiTask, title, agent: api, change: "org/api#5" },
    { task: webTask, title, agent: web, change: `I${"ab".repeat(20)}` }
  ],
  items: [
    { id: "1", owner: first, action: title, depends_on: [], done_when: "It is there." },
    { id: "2", owner: second, action: title, depends_on: ["1"], done_when: "It is there." }
  ]
})

it("each change has the lines of those that go before it", () => {
  const id = `I${"ab".repeat(20)}`
  assert.strictEqual(
    Export.dependsOn(Export.report([agreed("dep_1", web, api)])),
    `# web#2 ${id}\n\n# api#1 https://github.com/org/api/pull/5\nDepends-On: ${id}`
  )
})

it("sessions that disagree make a circle: it is told with ways out, and no line is made for it", () => {
  const report = Export.report([agreed("dep_1", web, api), agreed("dep_2", api, web)])

  assert.deepStrictEqual(report.circles.map(({ tasks }) => tasks), [["api#1", "web#2"]])
  const ways = report.circles[0]?.ways_out.map((way) => way.split(":")[0])
  assert.deepStrictEqual(ways, ["split", "flag", "queue"])
  assert.deepStrictEqual(report.order.flatMap(({ footers }) => footers), [])
  assert.include(Export.markdown(report), "### Circle: `api#1`, `web#2`")
  assert.deepStrictEqual(report.without_change, [])
})

it("H19 the text of others stays text in Markdown, and a change that is none is left out", () => {
  const evil = "`x`](y) @all\n# Heading\n<img src=x>"
  const plan = agreed("dep_1", api, web, evil)
  const [first, ...others] = plan.tasks
  const report = Export.report([{
    ...plan,
    // The plan has two tasks.
    tasks: [{ ...first!, change: "https://x.org/1\nDepends-On: https://evil.org/2" }, ...others]
  }])

  assert.deepStrictEqual(report.order.flatMap(({ change, footers }) => [change, ...footers]), [
    undefined,
    `I${"ab".repeat(20)}`
  ])
  assert.deepStrictEqual(report.without_change, ["api#1"])
  for (const line of Export.markdown(report).split("\n")) {
    assert.notMatch(line.replaceAll(/`[^`]*`/g, ""), /@|<|\]|Heading/)
  }
})

it("references are written so that most forges read them", () => {
  const id = `I${"0".repeat(40)}`
  const url = "https://review.example.org/c/nova/+/123"
  assert.deepStrictEqual(["org/api#5", id, url, "#5", "http://a b", undefined].map(Change.reference), [
    "https://github.com/org/api/pull/5",
    id,
    url,
    undefined,
    undefined,
    undefined
  ])
})
