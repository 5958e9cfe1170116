/**
 * The same over real sockets: a running `chorus up`, junk on its interface and on its catch-up
 * protocol. It must go on answering, and hold what it held.
 */
import * as Frame from "@chorus/pubsub-libp2p/Frame"
import * as Libp2pHost from "@chorus/pubsub-libp2p/Libp2pHost"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { type ChildProcess, spawn } from "node:child_process"
import { once } from "node:events"
import { mkdtempSync, rmSync } from "node:fs"
import { connect } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as Client from "../../src/api/Client.ts"
import * as Chance from "./Chance.ts"
import * as Malform from "./Malform.ts"

/** One input over sockets for so many that are not. */
export const share = 1000

/** Inputs on one connection of the interface. */
const linesMax = 20
const patienceMillis = 5000

const bin = join(import.meta.dirname, "../../src/bin.ts")

/** Calls that only ask, and a ruling that is none: whatever becomes of them, nothing may change. */
const calls = [
  ["status", {}], ["tasks", { all: true }], ["sessions", { all: false }], ["show", { session: "dep_1" }],
  ["events", { limit: 3 }], ["rule", { sealed: "AAAA" }], ["inbox", {}], ["nothing", {}]
].map(([tag, payload], at) =>
  JSON.stringify({ _tag: "Request", id: String(at + 1), tag, payload, headers: [] })
)

const log = `12D3KooW${"a".repeat(44)}/0123456789abcdef`
const questions = [
  JSON.stringify({ v: 1, vector: {} }),
  JSON.stringify({ v: 1, vector: { [log]: { seq: 1, id: "0".repeat(64) } } })
].map((text) => Frame.encode({ kind: "message", body: Buffer.from(text) }))

export interface Report {
  readonly inputs: number
  readonly findings: ReadonlyArray<string>
}

export const none: Report = { inputs: 0, findings: [] }

/** Starts a node, throws so many inputs at each of its doors, and looks at it again. */
export const run = async (seed: number, inputs: number): Promise<Report> => {
  const folder = mkdtempSync(join(tmpdir(), "chorus-fuzz-"))
  const database = join(folder, "chorus.db")
  const node = spawn(process.execPath, [bin, "up", "--json", "--db", database], {
    stdio: ["ignore", "pipe", "ignore"],
    cwd: folder
  })
  try {
    const [said] = await once(node.stdout, "data")
    const { addresses, socket } = JSON.parse(String(said)) as { addresses: Array<string>; socket: string }
    const held = () =>
      Effect.runPromise(Effect.scoped(Effect.flatMap(Client.make(socket), (client) =>
        Effect.map(client.status(), ({ facts, inbox, sessions, tasks }) =>
          JSON.stringify({ facts, inbox, sessions, tasks })))))
    const before = await held()
    for (let from = 0; from < inputs; from += linesMax) {
      await speak(socket, seed, from, Math.min(linesMax, inputs - from))
    }
    await ask(join(folder, "key"), addresses[0] ?? "", seed, inputs)
    const after = await held()
    const findings = before === after ? [] : [`the node holds ${after}, and held ${before}`]
    return { inputs: inputs * 2, findings }
  } catch (cause) {
    const ended = node.exitCode === null ? "" : `, the node ended with ${node.exitCode}`
    return { inputs: inputs * 2, findings: [`sockets, seed ${seed}: ${cause}${ended}`] }
  } finally {
    await stopped(node)
    rmSync(folder, { recursive: true, force: true })
  }
}

const stopped = async (node: ChildProcess): Promise<void> => {
  if (node.exitCode !== null) return
  const ended = once(node, "exit")
  node.kill("SIGTERM")
  await ended
}

/** Junk lines on one connection of the interface, which may close it. */
const speak = (path: string, seed: number, from: number, count: number): Promise<void> =>
  new Promise((resolve) => {
    const socket = connect(path)
    const done = (): void => {
      socket.destroy()
      resolve()
    }
    socket.setTimeout(patienceMillis, done)
    socket.on("error", done).on("close", done).resume()
    for (let input = from; input < from + count; input++) {
      const line = Malform.text(Chance.of(seed, input), calls)
      socket.write(`${line.replaceAll("\n", " ").toWellFormed()}\n`)
    }
    socket.end()
  })

/** Junk frames on the catch-up protocol, each on a stream of its own. */
const ask = (keyFile: string, address: string, seed: number, count: number): Promise<void> =>
  Effect.runPromise(Effect.scoped(Effect.gen(function*() {
    const host = yield* Layer.build(Libp2pHost.Libp2pHost.layer({ keyFile, bootstrap: [address] }))
    const { libp2p } = Context.get(host, Libp2pHost.Libp2pHost)
    yield* Effect.promise(async () => {
      if (libp2p.getConnections().length === 0) {
        await new Promise((met) => { libp2p.addEventListener("peer:connect", met, { once: true }) })
      }
      for (let input = 0; input < count; input++) {
        const [connection] = libp2p.getConnections()
        if (connection === undefined) throw new Error("the node hung up")
        const stream = await connection.newStream(["/chorus/request/1.0.0"])
        stream.send(Malform.bytes(Chance.of(seed, input), questions))
        await stream.close({ signal: AbortSignal.timeout(patienceMillis) }).catch(() => undefined)
        stream.abort(new Error("enough"))
      }
    })
  })))
