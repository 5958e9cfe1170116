/**
 * A reasoner of your own: whatever thinks of plans, behind the port that nodes ask.
 *
 * A node checks what it answers, and takes the template plan where that cannot be followed.
 *
 *     node examples/04-your-own-reasoner.ts
 */
import { AgentKey } from "@chorus/coordination-core/identity/AgentId"
import * as PlanContent from "@chorus/coordination-core/plan/PlanContent"
import type { PlanRequest } from "@chorus/coordination-core/plan/PlanRequest"
import * as PlanText from "@chorus/coordination-core/plan/PlanText"
import { Reasoner } from "@chorus/coordination-core/ports/Reasoner"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Result from "effect/Result"

/** Everybody does their task, in the order in which they were named. */
const inTurn = (request: PlanRequest): PlanContent.PlanContent => ({
  items: request.tasks.map(({ agent, task }, at) => ({
    id: String(at + 1),
    owner: agent,
    action: `Finish "${task.title.slice(0, 200)}".`,
    depends_on: at === 0 ? [] : [String(at)],
    done_when: task.done_when ?? "It is merged."
  })),
  share: [],
  watch: [],
  success: ["All of it is merged."]
})

/** For `ChorusNode.layer`, in the place of `TemplateReasoner.layer`. */
const layer = Layer.succeed(Reasoner, {
  plan: (request) => Effect.succeed({ content: inTurn(request), madeBy: "in turn", calls: 0 })
})

const agent = (name: string) => AgentKey.make(`${name}@${"1".repeat(52)}`)
const request: PlanRequest = {
  session: "dep_0",
  kind: "dependency",
  round: 1,
  tasks: [
    { agent: agent("api"), task: { repository: "backend", task_id: 1, title: "Replace the users API" } },
    { agent: agent("web"), task: { repository: "app", task_id: 2, title: "Show the users" } }
  ],
  relationship: "API_Contract",
  reason: "Both tasks speak of the users API.",
  first: undefined,
  objection: undefined
}

const { content } = await Effect.runPromise(Effect.provide(
  Effect.flatMap(Reasoner, (reasoner) => reasoner.plan(request)),
  layer
))
const checked = PlanContent.check(content, request.tasks.map((task) => task.agent))
console.log(Result.isSuccess(checked) ? PlanText.render(checked.success) : checked.failure)
