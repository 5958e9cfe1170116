/**
 * What an OpenAI-compatible server is asked, as `@copilotkit/aimock` reads it.
 */
import { Reasoner } from "@chorus/coordination-core/ports/Reasoner"
import { plain } from "@chorus/port-contracts/ReasonerContract"
import * as OpenAiLanguageModel from "@chorus/reasoning/OpenAiLanguageModel"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Aimock from "./Aimock.ts"
import { good } from "./Answers.ts"
import * as ModelServer from "./ModelServer.ts"
import { overServer } from "./Wired.ts"

const plan = Effect.flatMap(Reasoner, (reasoner) => reasoner.plan(plain))

const dialect = (apiKey?: string) => (url: string) =>
  OpenAiLanguageModel.layer({
    baseUrl: `${url}/v1`,
    model: "qwen3",
    apiKey: apiKey === undefined ? undefined : Redacted.make(apiKey)
  })

describe("OpenAiLanguageModel", () => {
  it.live("plans with a good server", () =>
    Effect.gen(function*() {
      const server = yield* Aimock.make(JSON.stringify(good))

      const { content } = yield* Effect.provide(plan, overServer(dialect(), server.url))

      assert.lengthOf(content.items, 2)
      assert.strictEqual(server.getLastRequest()?.path, "/v1/chat/completions")
    }))

  it.live("asks for JSON of the schema, with the key as bearer where there is one", () =>
    Effect.gen(function*() {
      const keys: Array<string | undefined> = []
      const { asked, url } = yield* ModelServer.make((_, response, request) => {
        keys.push(request.headers.authorization)
        ModelServer.says(response, JSON.stringify(good))
      })

      yield* Effect.provide(plan, overServer(dialect("sesame"), url))
      yield* Effect.provide(plan, overServer(dialect(), url))

      assert.deepStrictEqual(keys, ["Bearer sesame", undefined])
      const { model, response_format } = JSON.parse(asked[0]!)
      const { name, schema, strict } = response_format.json_schema
      assert.deepStrictEqual(
        { model, type: response_format.type, name, strict },
        { model: "qwen3", type: "json_schema", name: "coordination_plan", strict: true }
      )
      assert.isFalse(schema.additionalProperties)
      assert.deepStrictEqual(schema.properties.items.items.properties.owner.enum, ["A", "B"])
    }))

  it.live("the key is in no error (H40)", () =>
    Effect.gen(function*() {
      const { url } = yield* ModelServer.make((_, response) => response.writeHead(401).end())

      const error = yield* Effect.flip(Effect.provide(plan, overServer(dialect("sesame"), url)))

      assert.strictEqual(error.reason, "failed")
      assert.notInclude(JSON.stringify(error) + String(error), "sesame")
    }))

  it.live("a model that refuses to answer is malformed", () =>
    Effect.gen(function*() {
      const { url } = yield* ModelServer.make((_, response) =>
        response.end(JSON.stringify({ choices: [{ message: { content: null, refusal: "no" } }] }))
      )

      const error = yield* Effect.flip(Effect.provide(plan, overServer(dialect(), url)))

      assert.strictEqual(error.reason, "malformed")
    }))
})
