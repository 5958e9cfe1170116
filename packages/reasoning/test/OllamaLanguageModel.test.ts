/**
 * What an Ollama server is asked, as `@copilotkit/aimock` reads it.
 */
import { Reasoner } from "@chorus/coordination-core/ports/Reasoner"
import { plain } from "@chorus/port-contracts/ReasonerContract"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Aimock from "./Aimock.ts"
import { good } from "./Answers.ts"
import * as ModelServer from "./ModelServer.ts"
import { dialects, overServer } from "./Wired.ts"

const plan = Effect.flatMap(Reasoner, (reasoner) => reasoner.plan(plain))

describe("OllamaLanguageModel", () => {
  it.live("plans with a good server", () =>
    Effect.gen(function*() {
      const server = yield* Aimock.make(JSON.stringify(good))

      const { content } = yield* Effect.provide(plan, overServer(dialects.Ollama, server.url))

      assert.lengthOf(content.items, 2)
      assert.strictEqual(server.getLastRequest()?.path, "/api/chat")
    }))

  it.live("asks /api/chat for the whole answer at once, held to the schema", () =>
    Effect.gen(function*() {
      const paths: Array<string | undefined> = []
      const { asked, url } = yield* ModelServer.make((_, response, request) => {
        paths.push(request.url)
        ModelServer.says(response, JSON.stringify(good))
      })

      yield* Effect.provide(plan, overServer(dialects.Ollama, url))

      const { format, messages, model, options, stream } = JSON.parse(asked[0]!)
      assert.deepStrictEqual(paths, ["/api/chat"])
      assert.deepStrictEqual({ model, stream }, { model: "phi3", stream: false })
      assert.strictEqual(options.num_predict, 2048)
      assert.deepStrictEqual(messages.map(({ role }: { role: string }) => role), ["system", "user"])
      assert.deepStrictEqual(format.required, ["items", "share", "watch", "success"])
      assert.deepStrictEqual(format.properties.items.items.properties.owner.enum, ["A", "B"])
    }))
})
