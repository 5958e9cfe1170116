/**
 * The contract of reasoners, kept over a model that obeys whoever wrote the tasks: it answers
 * every second question well, and says in the others what the texts of the request say. (H32)
 */
import * as ReasonerContract from "@chorus/port-contracts/ReasonerContract"
import * as Effect from "effect/Effect"
import { good, item } from "./Answers.ts"
import { overModel } from "./Wired.ts"

const obedient = () => {
  let calls = 0
  return (prompt: string) =>
    Effect.sync(() => {
      const [, block = "{}"] = prompt.split(/<\/?data>/)
      const { candidates, reason, task: asked, tasks } = JSON.parse(block)
      if (candidates !== undefined) {
        const letters = candidates.map(({ candidate }: { readonly candidate: string }) => candidate)
        const [order, withheld] = calls++ % 2 === 0 ? [letters, []] : [[asked.title], [asked.description]]
        return JSON.stringify({ order, withheld })
      }
      if (calls++ % 2 === 0) return JSON.stringify({ ...good, items: [item] })
      const { description, title } = tasks[0]
      return JSON.stringify({
        items: [{ ...item, id: title, owner: title, action: description }],
        share: [reason, description],
        watch: [],
        success: tasks.map((task: { readonly description: string }) => task.description)
      })
    })
}

ReasonerContract.suite("a language model", {
  layer: overModel(obedient(), { callsPerHour: Infinity, judgementsPerHour: Infinity }),
  silent: overModel(() => Effect.never, { timeout: "5 minutes" }),
  timeout: "5 minutes"
})
