/**
 * A model server for tests on 127.0.0.1: it notes what it was asked and answers as it is told.
 *
 * The good server is `@copilotkit/aimock`; this one is for all that goes wrong.
 */
import * as Effect from "effect/Effect"
import { createServer, type IncomingMessage, type ServerResponse } from "node:http"

export interface ModelServer {
  readonly url: string
  /** The bodies of the requests so far. */
  readonly asked: ReadonlyArray<string>
}

/** Answers the request with this number, counted from 1. */
export type Answer = (call: number, response: ServerResponse, request: IncomingMessage) => void

/** A server that lives as long as the scope. */
export const make = (answer: Answer) =>
  Effect.acquireRelease(
    Effect.callback<ModelServer & { readonly close: Effect.Effect<void> }>((resume) => {
      const asked: Array<string> = []
      const server = createServer((request, response) => {
        const chunks: Array<Buffer> = []
        request.on("data", (chunk: Buffer) => chunks.push(chunk))
        request.on("end", () => {
          answer(asked.push(Buffer.concat(chunks).toString()), response, request)
        })
      })
      const close = Effect.callback<void>((closed) => {
        server.close(() => closed(Effect.void))
        server.closeAllConnections()
      })
      server.listen(0, "127.0.0.1", () => {
        const address = server.address()
        const port = typeof address === "object" ? address?.port : undefined
        resume(Effect.succeed({ url: `http://127.0.0.1:${port}`, asked, close }))
      })
    }),
    ({ close }) => close
  )

/** Answers with this text as the model's, in the form that both Ollama and OpenAI use. */
export const says = (response: ServerResponse, content: string): void => {
  const message = { role: "assistant", content }
  response.setHeader("content-type", "application/json")
  response.end(JSON.stringify({ message, choices: [{ message, finish_reason: "stop" }] }))
}
