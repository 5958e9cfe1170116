/**
 * Three nodes in three processes on loopback: the first founds a mesh, the others join it.
 *
 * Each is `chorus up` as anybody would start it, told apart by its database. They are stopped by
 * their own interface when the scope closes, and ended by their process ids if that fails.
 */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { type ChildProcess, spawn } from "node:child_process"
import { join } from "node:path"
import { createInterface } from "node:readline"
import * as Client from "../api/Client.ts"
import * as Failure from "../cli/Failure.ts"
import * as Files from "../cli/Files.ts"

export interface Member {
  readonly name: string
  readonly files: Files.Files
  readonly address: string
  readonly client: Client.Client
}

export const names = ["a", "b", "c"] as const

const Announced = Schema.fromJsonString(Schema.Struct({
  node: Schema.String,
  addresses: Schema.Array(Schema.String)
}))

/** A node that says nothing for this long did not start. */
const startTimeout = "60 seconds"

/** Starts three nodes in folders of their own below `folder`. */
export const start = Effect.fnUntraced(function*(folder: string) {
  const first = yield* member(folder, "a", [])
  const rest = yield* Effect.forEach(["b", "c"], (name) => member(folder, name, [first.address]), {
    concurrency: "unbounded"
  })
  return [first, ...rest]
})

const member = Effect.fnUntraced(function*(
  folder: string,
  name: string,
  bootstrap: ReadonlyArray<string>
) {
  const files = Files.of(join(folder, name, "chorus.db"))
  const announced = yield* launched(files.db, bootstrap)
  const client = yield* Client.make(files.socket)
  yield* Effect.addFinalizer(() => Effect.ignore(client.stop()))
  return { name, files, address: announced.addresses[0] ?? "", client } satisfies Member
})

const bin = new URL(import.meta.url.endsWith(".ts") ? "../bin.ts" : "../bin.js", import.meta.url).pathname

/** A node's process, once it has said where it can be reached. */
const launched = Effect.fnUntraced(function*(db: string, bootstrap: ReadonlyArray<string>) {
  const args = ["up", "--json", "--db", db, ...bootstrap.flatMap((address) => ["--bootstrap", address])]
  const child = yield* Effect.acquireRelease(
    Effect.sync(() => spawn(process.execPath, [bin, ...args], { stdio: ["ignore", "pipe", "pipe"] })),
    ended
  )
  const line = yield* firstLine(child).pipe(
    Effect.timeoutOrElse({
      duration: startTimeout,
      orElse: () => Effect.fail(Failure.make("failure", `the node of ${db} said nothing for ${startTimeout}`))
    })
  )
  return yield* Effect.mapError(
    Schema.decodeUnknownEffect(Announced)(line),
    ({ message }) => Failure.make("failure", `the node of ${db} did not announce itself: ${message}`)
  )
})

/** The first line on stdout; fails with what stands on stderr when the process ends without one. */
const firstLine = (child: ChildProcess) =>
  Effect.callback<string, Failure.Failure>((resume) => {
    let complaints = ""
    child.stderr?.on("data", (chunk: Buffer) => {
      complaints = `${complaints}${chunk.toString()}`.slice(-2000)
    })
    if (child.stdout !== null) {
      createInterface(child.stdout).once("line", (line) => resume(Effect.succeed(line)))
    }
    child.once("exit", (code) =>
      resume(Effect.fail(Failure.make("failure", `a node ended with ${code}: ${complaints.trim()}`))))
  })

/** Waits for a process that was told to stop, and ends it when it does not. */
const ended = (child: ChildProcess): Effect.Effect<void> =>
  Effect.callback<void>((resume) => {
    if (child.exitCode !== null || child.signalCode !== null) return resume(Effect.void)
    child.once("exit", () => resume(Effect.void))
    child.kill("SIGTERM")
  }).pipe(Effect.timeoutOrElse({
    duration: "10 seconds",
    orElse: () => Effect.sync(() => child.kill("SIGKILL"))
  }))
