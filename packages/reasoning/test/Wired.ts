/**
 * Reasoners as tests wire them: over a model in this process, or over a server on 127.0.0.1.
 */
import type { Reasoner } from "@chorus/coordination-core/ports/Reasoner"
import * as LanguageModelReasoner from "@chorus/reasoning/LanguageModelReasoner"
import * as OllamaLanguageModel from "@chorus/reasoning/OllamaLanguageModel"
import * as OpenAiLanguageModel from "@chorus/reasoning/OpenAiLanguageModel"
import * as LanguageModel from "effect/ai/LanguageModel"
import type { Prompt } from "effect/ai/Prompt"
import * as Effect from "effect/Effect"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"

type Options = Partial<LanguageModelReasoner.Options>

/** Over a model in this process that answers with a text to the prompt's last message. */
export const overModel = (
  answer: (prompt: string) => Effect.Effect<string>,
  options?: Options
): Layer.Layer<Reasoner> =>
  LanguageModelReasoner.layer({ madeBy: "test", ...options }).pipe(
    Layer.provide(Layer.effect(
      LanguageModel.LanguageModel,
      LanguageModel.make({
        generateText: ({ prompt }) =>
          Effect.map(answer(lastText(prompt)), (text) => [{ type: "text", text }]),
        streamText: () => Stream.empty
      })
    ))
  )

const lastText = (prompt: Prompt): string => {
  const message = prompt.content.at(-1)
  return message?.role !== "user"
    ? ""
    : message.content.map((part) => part.type === "text" ? part.text : "").join("")
}

/** Both kinds of server, by the address of a test server. */
export const dialects = {
  Ollama: (url: string) => OllamaLanguageModel.layer({ baseUrl: url, model: "phi3" }),
  OpenAI: (url: string) => OpenAiLanguageModel.layer({ baseUrl: `${url}/v1`, model: "qwen3" })
}

/** Over a server. */
export const overServer = (
  dialect: typeof dialects["Ollama"],
  url: string,
  options?: Options
): Layer.Layer<Reasoner> =>
  LanguageModelReasoner.layer({ madeBy: "test", ...options }).pipe(
    Layer.provide(dialect(url)),
    Layer.provide(FetchHttpClient.layer)
  )
