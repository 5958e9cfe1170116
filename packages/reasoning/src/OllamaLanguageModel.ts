/**
 * A language model that an Ollama server runs: `POST /api/chat` with a JSON schema as format.
 *
 * Ollama holds the model to the schema while it writes, but does not show it the schema: the
 * prompt has to describe the form. An answer has at most 2,048 tokens.
 */
import * as LanguageModel from "effect/ai/LanguageModel"
import type * as HttpClient from "effect/http/HttpClient"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import * as ChatServer from "./ChatServer.ts"

export interface Options {
  /** `http://127.0.0.1:11434`, without a slash at the end. */
  readonly baseUrl: string
  readonly model: string
  readonly answerBytesMax?: number
}

const Answer = Schema.Struct({ message: Schema.Struct({ content: Schema.String }) })

export const layer = (
  { answerBytesMax, baseUrl, model }: Options
): Layer.Layer<LanguageModel.LanguageModel, never, HttpClient.HttpClient> =>
  Layer.effect(
    LanguageModel.LanguageModel,
    ChatServer.make({
      name: "Ollama",
      url: `${baseUrl}/api/chat`,
      body: (messages, format) => ({
        model,
        messages,
        stream: false,
        format: format?.schema,
        options: { temperature: 0, num_predict: 2048 }
      }),
      answer: Answer,
      text: ({ message }) => message.content
    }, answerBytesMax)
  )
