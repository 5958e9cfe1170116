/**
 * Which reasoner a node uses, from one setting as people write it.
 *
 *     template                        no model (the default)
 *     ollama  ollama:phi3             a model of the server in OLLAMA_HOST
 *     openai:http://host/v1#model     any OpenAI-compatible server; the key in OPENAI_API_KEY
 */
import type { Reasoner } from "@chorus/coordination-core/ports/Reasoner"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import type * as LanguageModelReasoner from "./LanguageModelReasoner.ts"
import * as TemplateReasoner from "./TemplateReasoner.ts"

export type ReasonerConfig =
  | { readonly _tag: "Template" }
  | { readonly _tag: "Ollama"; readonly baseUrl: string; readonly model: string }
  | {
    readonly _tag: "OpenAi"
    readonly baseUrl: string
    readonly model: string
    readonly apiKey: Redacted.Redacted | undefined
  }

/** The environment variables that a setting may need. */
export interface Environment {
  readonly OLLAMA_HOST?: string | undefined
  readonly OPENAI_API_KEY?: string | undefined
}

/** Reads a setting, or says in one line what is wrong with it. */
export const parse = (
  setting: string,
  environment: Environment
): Result.Result<ReasonerConfig, string> => {
  if (setting === "template") return Result.succeed({ _tag: "Template" })
  const [, kind, rest = ""] = /^(ollama|openai)(?::(.*))?$/.exec(setting) ?? []
  switch (kind) {
    case "ollama":
      return ollama(setting === "ollama" ? "phi3" : rest, environment.OLLAMA_HOST || "127.0.0.1")
    case "openai":
      return openAi(rest, environment.OPENAI_API_KEY)
    default:
      return Result.fail(
        `Unknown model "${setting}": use template, ollama:MODEL or openai:http://HOST/v1#MODEL`
      )
  }
}

/** The reasoner of a setting; the options are for those with a model. */
export const layer = (
  config: ReasonerConfig,
  options?: Omit<LanguageModelReasoner.Options, "madeBy">
): Layer.Layer<Reasoner> =>
  config._tag === "Template"
    ? TemplateReasoner.layer
    : Layer.unwrap(Effect.promise(() => withModel(config, options)))

/** What speaks to a model is loaded for those who have one, since each node's start would pay for it. */
const withModel = async (
  config: Exclude<ReasonerConfig, { readonly _tag: "Template" }>,
  options: Omit<LanguageModelReasoner.Options, "madeBy"> | undefined
) => {
  const model = config._tag === "Ollama"
    ? (await import("./OllamaLanguageModel.ts")).layer(config)
    : (await import("./OpenAiLanguageModel.ts")).layer(config)
  const FetchHttpClient = await import("effect/http/FetchHttpClient")
  const reasoner = await import("./LanguageModelReasoner.ts")
  return reasoner.layer({ ...options, madeBy: `${config.model} at ${config.baseUrl}` }).pipe(
    Layer.provide(model),
    Layer.provide(FetchHttpClient.layer)
  )
}

/** Ollama's own rules: a host without scheme or port means http and 11434. */
const ollama = (model: string, host: string): Result.Result<ReasonerConfig, string> =>
  Result.gen(function*() {
    const hasScheme = host.includes("://")
    const address = hasScheme ? host : `http://${host}`
    const url = yield* serverUrl(address, "OLLAMA_HOST", "http://127.0.0.1:11434")
    if (!hasScheme && url.port === "") url.port = "11434"
    // What a server listens on everywhere, a client reaches here.
    if (url.hostname === "0.0.0.0") url.hostname = "127.0.0.1"
    return {
      _tag: "Ollama" as const,
      baseUrl: baseOf(url),
      model: yield* modelName(model, "ollama:phi3")
    }
  })

const openAi = (
  place: string,
  apiKey: string | undefined
): Result.Result<ReasonerConfig, string> =>
  Result.gen(function*() {
    const example = "openai:http://127.0.0.1:8080/v1#qwen3"
    const [address = "", ...name] = place.split("#")
    const url = yield* serverUrl(address, "What follows openai:", example)
    return {
      _tag: "OpenAi" as const,
      baseUrl: baseOf(url),
      model: yield* modelName(name.join("#"), example),
      apiKey: apiKey ? Redacted.make(apiKey) : undefined
    }
  })

/** An address that may be shown; what is wrong with another is said without showing it. */
const serverUrl = (
  text: string,
  where: string,
  example: string
): Result.Result<URL, string> => {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    return Result.fail(`${where} is no address of a server: write it like ${example}`)
  }
  return url.username !== "" || url.password !== "" || url.search !== ""
    ? Result.fail(`${where} holds a name, a key or a query: write it like ${example}`)
    : Result.succeed(url)
}

const modelName = (name: string, example: string): Result.Result<string, string> =>
  /^[^\s\p{Cc}]{1,80}$/u.test(name)
    ? Result.succeed(name)
    : Result.fail(`Which model? Write it like ${example}`)

const baseOf = (url: URL): string => `${url.origin}${url.pathname}`.replace(/\/+$/, "")
