/**
 * A language model behind any OpenAI-compatible server: `POST /chat/completions` with a JSON
 * schema as response format, and a bearer key where the server wants one.
 */
import * as LanguageModel from "effect/ai/LanguageModel"
import { toCodecOpenAI } from "effect/ai/OpenAiStructuredOutput"
import type * as HttpClient from "effect/http/HttpClient"
import * as Layer from "effect/Layer"
import type * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import * as ChatServer from "./ChatServer.ts"

export interface Options {
  /** `https://host/v1`, without a slash at the end. */
  readonly baseUrl: string
  readonly model: string
  readonly apiKey?: Redacted.Redacted | undefined
  readonly answerBytesMax?: number
}

const Answer = Schema.Struct({
  choices: Schema.NonEmptyArray(Schema.Struct({
    // Null when the model refused to answer.
    message: Schema.Struct({ content: Schema.NullOr(Schema.String) })
  }))
})

export const layer = (
  { answerBytesMax, apiKey, baseUrl, model }: Options
): Layer.Layer<LanguageModel.LanguageModel, never, HttpClient.HttpClient> =>
  Layer.effect(
    LanguageModel.LanguageModel,
    ChatServer.make({
      name: "OpenAI",
      url: `${baseUrl}/chat/completions`,
      apiKey,
      body: (messages, format) => ({
        model,
        messages,
        response_format: format && {
          type: "json_schema",
          json_schema: { ...format, strict: true }
        }
      }),
      answer: Answer,
      text: ({ choices }) => choices[0].message.content ?? "",
      codecTransformer: toCodecOpenAI
    }, answerBytesMax)
  )
