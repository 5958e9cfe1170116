/**
 * A language model behind an HTTP server that takes messages and answers with one JSON body.
 *
 * Reads at most `answerBytesMax` of an answer and hangs up on a longer one; follows no redirect,
 * so that the texts and the key go where they were meant to go; closes the connection when the
 * caller gives up. What goes wrong is an `AiError`.
 */
import * as AiError from "effect/ai/AiError"
import * as LanguageModel from "effect/ai/LanguageModel"
import type * as Prompt from "effect/ai/Prompt"
import * as Tool from "effect/ai/Tool"
import * as Effect from "effect/Effect"
import { RequestInit } from "effect/http/FetchHttpClient"
import * as HttpClient from "effect/http/HttpClient"
import type { HttpClientError } from "effect/http/HttpClientError"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import type { HttpClientResponse } from "effect/http/HttpClientResponse"
import type * as JsonSchema from "effect/JsonSchema"
import type * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"

/** One turn of the conversation, as all these servers write it. */
export interface Message {
  readonly role: "system" | "user" | "assistant"
  readonly content: string
}

/** What a kind of server wants to be asked, and where its answer holds the text. */
export interface Dialect<Answer extends Schema.ConstraintDecoder<unknown>> {
  readonly name: string
  readonly url: string
  readonly apiKey?: Redacted.Redacted | undefined
  /** The body of a request; `schema` is the JSON schema that the text has to keep. */
  readonly body: (
    messages: ReadonlyArray<Message>,
    schema: { readonly name: string; readonly schema: JsonSchema.JsonSchema } | undefined
  ) => unknown
  readonly answer: Answer
  readonly text: (answer: Answer["Type"]) => string
  readonly codecTransformer?: LanguageModel.CodecTransformer
}

/** The default limit of an answer: 64 KiB. */
const answerBytesDefault = 64 * 1024

/** Was this answer refused for its size? `AiError` has no reason of its own for that. */
export const isTooLarge = ({ metadata }: AiError.InvalidResponseError): boolean =>
  "tooLarge" in metadata

export const make = <Answer extends Schema.ConstraintDecoder<unknown>>(
  dialect: Dialect<Answer>,
  answerBytesMax = answerBytesDefault
) =>
  Effect.flatMap(HttpClient.HttpClient, (client) => {
    const http = HttpClient.withScope(client)
    const fail = (reason: AiError.AiErrorReason) =>
      AiError.make({ module: dialect.name, method: "generateText", reason })
    const decode = Schema.decodeUnknownEffect(Schema.fromJsonString(dialect.answer))
    const transformer = dialect.codecTransformer ?? LanguageModel.defaultCodecTransformer
    return LanguageModel.make({
      codecTransformer: transformer,
      generateText: ({ prompt, responseFormat }) =>
        http.execute(request(dialect, dialect.body(
          messages(prompt),
          responseFormat.type === "text" ? undefined : {
            name: responseFormat.objectName,
            schema: Tool.getJsonSchemaFromSchema(responseFormat.schema, { transformer })
          }
        ))).pipe(
          Effect.mapError(unreachable),
          Effect.tap((response) =>
            response.status === 200
              ? Effect.void
              : Effect.fail(AiError.reasonFromHttpStatus({
                status: response.status,
                description: response.status === 404
                  ? "HTTP 404, it has no such model or path"
                  : `HTTP ${response.status}`
              }))
          ),
          Effect.flatMap((response) => bodyOf(response, answerBytesMax)),
          Effect.flatMap((body) =>
            Effect.mapError(decode(body), AiError.InvalidResponseError.fromSchemaError)
          ),
          Effect.map((answer) => [{ type: "text" as const, text: dialect.text(answer) }]),
          Effect.mapError(fail),
          Effect.scoped,
          Effect.provideService(RequestInit, { redirect: "manual" })
        ),
      streamText: () =>
        Stream.fail(fail(new AiError.InvalidRequestError({ description: "not used here: stream" })))
    })
  })

const request = (
  { apiKey, url }: Pick<Dialect<never>, "apiKey" | "url">,
  body: unknown
): HttpClientRequest.HttpClientRequest => {
  const post = HttpClientRequest.bodyJsonUnsafe(HttpClientRequest.post(url), body)
  return apiKey === undefined ? post : HttpClientRequest.bearerToken(post, apiKey)
}

const messages = (prompt: Prompt.Prompt): ReadonlyArray<Message> =>
  prompt.content.flatMap((message): ReadonlyArray<Message> => {
    if (message.role === "tool") return []
    const { content, role } = message
    const texts = typeof content === "string"
      ? [content]
      : content.flatMap((part) => part.type === "text" ? [part.text] : [])
    return [{ role, content: texts.join("") }]
  })

/** The body as text, read no further than the limit. */
const bodyOf = (
  response: HttpClientResponse,
  bytesMax: number
): Effect.Effect<string, AiError.AiErrorReason> =>
  response.stream.pipe(
    Stream.mapError(unreachable),
    Stream.mapAccumEffect(() => 0, (read, chunk) =>
      read + chunk.length > bytesMax
        ? Effect.fail(new AiError.InvalidResponseError({
          description: `longer than ${bytesMax} bytes`,
          metadata: { tooLarge: true }
        }))
        : Effect.succeed([read + chunk.length, [chunk]] as const)),
    Stream.decodeText,
    Stream.mkString
  )

const unreachable = (error: HttpClientError): AiError.AiErrorReason =>
  new AiError.NetworkError({
    reason: error.reason._tag === "InvalidUrlError" ? "InvalidUrlError" : "TransportError",
    method: error.request.method,
    url: error.request.url,
    cause: error
  })
