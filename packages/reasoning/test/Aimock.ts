/**
 * The good model server of the tests, `@copilotkit/aimock`: it answers as Ollama and as OpenAI.
 */
import type { Subject } from "@chorus/port-contracts/ReasonerContract"
import { LLMock } from "@copilotkit/aimock"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { good } from "./Answers.ts"
import * as ModelServer from "./ModelServer.ts"
import { type dialects, overServer } from "./Wired.ts"

/** A server that answers everything with the same text, as long as the scope lives. */
export const make = (content: string) =>
  Effect.acquireRelease(
    Effect.promise(async () => {
      const mock = new LLMock({ port: 0, host: "127.0.0.1" })
      mock.on({ predicate: () => true }, { content })
      await mock.start()
      return mock
    }),
    (mock) => Effect.promise(() => mock.stop())
  )

/** What the contract needs of a reasoner over servers of this kind. */
export const serverSubject = (dialect: typeof dialects["Ollama"]): Subject => ({
  // Agent A is there in every request of the contract.
  layer: Layer.unwrap(
    Effect.map(make(JSON.stringify({ ...good, items: [good.items[0]] })), ({ url }) =>
      overServer(dialect, url, { callsPerHour: Infinity, judgementsPerHour: Infinity }))
  ),
  silent: Layer.unwrap(
    Effect.map(ModelServer.make(() => undefined), ({ url }) => overServer(dialect, url))
  ),
  timeout: "60 seconds"
})
