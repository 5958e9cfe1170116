/**
 * From the setting that people write to the reasoner that it names.
 */
import { Reasoner } from "@chorus/coordination-core/ports/Reasoner"
import { plain } from "@chorus/port-contracts/ReasonerContract"
import * as ReasonerConfig from "@chorus/reasoning/ReasonerConfig"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import * as Aimock from "./Aimock.ts"
import { good } from "./Answers.ts"

const ollama = (baseUrl: string, model = "phi3") => ({ _tag: "Ollama" as const, baseUrl, model })

describe("ReasonerConfig", () => {
  it("template needs no model", () => {
    assert.deepStrictEqual(
      ReasonerConfig.parse("template", {}),
      Result.succeed({ _tag: "Template" })
    )
  })

  it.each([
    ["ollama", undefined, ollama("http://127.0.0.1:11434")],
    ["ollama", "", ollama("http://127.0.0.1:11434")],
    ["ollama:llama3.2:3b", undefined, ollama("http://127.0.0.1:11434", "llama3.2:3b")],
    ["ollama:phi3", "gpu-box", ollama("http://gpu-box:11434")],
    ["ollama:phi3", "gpu-box:8080", ollama("http://gpu-box:8080")],
    ["ollama:phi3", "0.0.0.0", ollama("http://127.0.0.1:11434")],
    ["ollama:phi3", "https://models.example/ollama/", ollama("https://models.example/ollama")],
    ["ollama:phi3", "[::1]:11434", ollama("http://[::1]:11434")]
  ])("%s with OLLAMA_HOST %s is that model of that server", (setting, host, expected) => {
    assert.deepStrictEqual(
      ReasonerConfig.parse(setting, { OLLAMA_HOST: host }),
      Result.succeed(expected)
    )
  })

  it("openai names address and model, and takes its key from the environment alone", () => {
    const setting = "openai:https://models.example/v1/#org/model-7b"
    const config = Result.getOrThrow(ReasonerConfig.parse(setting, { OPENAI_API_KEY: "sesame" }))

    assert.include(config, {
      _tag: "OpenAi",
      baseUrl: "https://models.example/v1",
      model: "org/model-7b"
    })
    assert.strictEqual(config._tag === "OpenAi" && Redacted.value(config.apiKey!), "sesame")
    assert.notInclude(JSON.stringify(config), "sesame")
  })

  it.each([
    ["", /Unknown model "": use template, ollama:MODEL or openai:/],
    ["phi3", /Unknown model "phi3": use template/],
    ["templates", /Unknown model/],
    ["ollama:", /Which model\? Write it like ollama:phi3/],
    ["ollama:two words", /Which model\?/],
    ["openai", /What follows openai: is no address of a server/],
    ["openai:gpt-5", /is no address of a server: write it like openai:http/],
    ["openai:ftp://host/v1#m", /no address of a server/],
    ["openai:http://host/v1", /Which model\?/],
    ["openai:http://me:secret@host/v1#m", /holds a name, a key or a query/],
    ["openai:http://host/v1?key=secret#m", /holds a name, a key or a query/]
  ])("%j is refused in one clear line", (setting, message) => {
    const refused = String(Result.merge(ReasonerConfig.parse(setting, {})))

    assert.match(refused, message)
    assert.notMatch(refused, /\n|secret/)
  })

  it.each(["http://", "http://:secret@host", "http://me:secret@", "not a host"])(
    "OLLAMA_HOST %j is refused and not shown, as it may hold a key (H40)",
    (host) => {
      const refused = String(Result.merge(ReasonerConfig.parse("ollama", { OLLAMA_HOST: host })))

      assert.match(refused, /^OLLAMA_HOST .*: write it like http:\/\/127\.0\.0\.1:11434$/)
      assert.notInclude(refused, "secret")
    }
  )

  it.live.each(["ollama:phi3", "openai:URL/v1#phi3"])("%s plans with its server", (setting) =>
    Effect.gen(function*() {
      const { url } = yield* Aimock.make(JSON.stringify(good))
      const config = ReasonerConfig.parse(setting.replace("URL", url), { OLLAMA_HOST: url })

      const { madeBy } = yield* Effect.flatMap(Reasoner, ({ plan }) => plan(plain)).pipe(
        Effect.provide(ReasonerConfig.layer(Result.getOrThrow(config)))
      )

      assert.strictEqual(madeBy, `phi3 at ${setting.startsWith("openai") ? `${url}/v1` : url}`)
    }))
})
