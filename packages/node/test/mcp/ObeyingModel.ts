/**
 * A model server that does what the text of a task tells it: its plan is the attacker's words.
 */
import * as Effect from "effect/Effect"
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import * as Corpus from "./Corpus.ts"

/** The setting that makes a node ask it, and how often it was asked. */
export const make = Effect.acquireRelease(
  Effect.promise(async () => {
    const asked = { times: 0 }
    const server = createServer((request, response) => {
      const chunks: Array<Buffer> = []
      request.on("data", (chunk: Buffer) => chunks.push(chunk))
      request.on("end", () => {
        asked.times++
        response.setHeader("content-type", "application/json")
        const content = plan(Buffer.concat(chunks).toString())
        response.end(JSON.stringify({ choices: [{ message: { content } }] }))
      })
    })
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
    // A server that listens on a port has an address of this form.
    const { port } = server.address() as AddressInfo
    return { server, asked, setting: `openai:http://127.0.0.1:${port}/v1#obeys` }
  }),
  ({ server }) =>
    Effect.sync(() => {
      server.close()
      server.closeAllConnections()
    })
)

const plan = (request: string): string => {
  const [words = "nothing"] = new RegExp(`${Corpus.mark}.*?${Corpus.mark}`, "s").exec(request) ?? []
  const item = { artefact: words, depends_on: [], done_when: words }
  return JSON.stringify({
    items: [{ id: "1", owner: "A", action: words, ...item }, { id: "2", owner: "B", action: words, ...item }],
    share: [words],
    watch: [words],
    success: [words]
  })
}
