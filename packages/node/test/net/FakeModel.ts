/**
 * A model server that thinks slowly, always answers with the same plan, and notes who asked.
 *
 * Nodes are told apart by the name of the model that each asks for.
 */
import * as Effect from "effect/Effect"
import { createServer, type Server } from "node:http"
import type { AddressInfo } from "node:net"

export interface Call {
  readonly place: number
  /** The first task that the plan is for. */
  readonly task: string
}

export interface FakeModel {
  /** The setting of the node at a place. */
  readonly setting: (host: string, place: number) => string
  readonly calls: ReadonlyArray<Call>
  /** What is called when a plan is asked for, before the answer is thought about. */
  readonly watch: (asked: (call: Call) => void) => void
}

const plan = JSON.stringify({
  items: [{
    id: "1",
    owner: "A",
    action: "Tell @B what changes",
    artefact: "",
    depends_on: [],
    done_when: "B has read it"
  }],
  share: ["What changes"],
  watch: ["Work that goes on meanwhile"],
  success: ["Both are done"]
})

export const make = (host: string, thinkMillis: number) =>
  Effect.acquireRelease(
    Effect.callback<{ readonly model: FakeModel; readonly server: Server }>((resume) => {
      const calls: Array<Call> = []
      let watcher = (_call: Call) => {}
      const server = createServer((request, response) => {
        const chunks: Array<Buffer> = []
        request.on("data", (chunk: Buffer) => chunks.push(chunk))
        request.on("end", () => {
          const body = Buffer.concat(chunks).toString()
          const place = Number(/"model":"place-(\d+)"/.exec(body)?.[1])
          const task = /task\\":\\"([^"\\]+)/.exec(body)?.[1] ?? ""
          calls.push({ place, task })
          watcher({ place, task })
          setTimeout(() => {
            response.setHeader("content-type", "application/json")
            response.end(JSON.stringify({ choices: [{ message: { content: plan } }] }))
          }, thinkMillis)
        })
      })
      server.listen(0, host, () => {
        // A server that listens on a port has an address of this form.
        const { port } = server.address() as AddressInfo
        resume(Effect.succeed({
          server,
          model: {
            setting: (from, place) => `openai:http://${from}:${port}/v1#place-${place}`,
            calls,
            watch: (asked) => (watcher = asked)
          }
        }))
      })
    }),
    ({ server }) =>
      Effect.sync(() => {
        server.close()
        server.closeAllConnections()
      })
  ).pipe(Effect.map(({ model }) => model))
