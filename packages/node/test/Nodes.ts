/**
 * The executable as tests run it: commands that end, and nodes that stay until their scope closes.
 *
 * All run on the Node that runs the tests, in a folder of their own, without the settings of the
 * machine. What is awaited has a bound; what does not end by itself is ended by its process id.
 */
import { AgentName } from "@chorus/coordination-core/identity/AgentId"
import { TaskKey } from "@chorus/coordination-core/identity/TaskKey"
import { assert } from "@effect/vitest"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schedule from "effect/Schedule"
import * as Schema from "effect/Schema"
import { type ChildProcess, spawn } from "node:child_process"
import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import * as Client from "../src/api/Client.ts"
import { NodeIsUp } from "../src/api/Reports.ts"
import * as Files from "../src/cli/Files.ts"

export const bin = fileURLToPath(new URL("../src/bin.ts", import.meta.url))

/** A folder that ends with the scope. */
export const folder = Effect.acquireRelease(
  Effect.promise(() => mkdtemp(join(tmpdir(), "chorus-test-"))),
  (path) => Effect.promise(() => rm(path, { recursive: true, force: true, maxRetries: 5 }))
)

export interface Around {
  /** The working folder; one without a `.chorus.yaml` above it when left out. */
  readonly cwd?: string
  readonly env?: Readonly<Record<string, string>>
  /** A command that runs the command, like one that enters a network namespace first. */
  readonly via?: ReadonlyArray<string>
  /** A module that `chorus` loads first; such a process hears its parent's messages. */
  readonly preload?: string
}

export interface Ended {
  /** The exit code, or the signal that ended it. */
  readonly code: number | NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

const patience = "100 seconds"

/** Starts a process whose output is kept; it is ended with the scope. */
export const start = (
  command: string,
  args: ReadonlyArray<string>,
  { cwd, env, preload, via = [] }: Around = {}
) =>
  Effect.acquireRelease(
    Effect.sync(() => {
      const [first = command, ...rest] = [...via, command, ...args]
      const child = spawn(first, rest, {
        cwd: cwd ?? tmpdir(),
        env: { ...machine, ...env },
        stdio: ["ignore", "pipe", "pipe", ...(preload === undefined ? [] : ["ipc" as const])]
      })
      const output = { stdout: "", stderr: "" }
      child.stdout?.setEncoding("utf8").on("data", (text: string) => (output.stdout += text))
      child.stderr?.setEncoding("utf8").on("data", (text: string) => (output.stderr += text))
      const ended = new Promise<Ended>((resolve) => {
        child.once("close", (code, signal) => resolve({ code: code ?? signal, ...output }))
      })
      return { child, output, ended: Effect.promise(() => ended) }
    }),
    ({ child, ended }) =>
      Effect.andThen(Effect.sync(() => isRunning(child) && child.kill("SIGTERM")), ended).pipe(
        Effect.timeoutOrElse({
          duration: "20 seconds",
          orElse: () => Effect.sync(() => child.kill("SIGKILL"))
        })
      )
  )

/** This machine's variables, but for those that are settings of chorus, or say where an agent works. */
export const machine = Object.fromEntries(
  Object.entries(process.env)
    .filter(([name]) => !name.startsWith("CHORUS_") && name !== "CLAUDE_PROJECT_DIR")
)

const isRunning = (child: ChildProcess): boolean => child.exitCode === null && child.signalCode === null

/** The words of a line as it is typed; double quotes hold blanks together. */
const words = (line: string): ReadonlyArray<string> =>
  (line.match(/"[^"]*"|\S+/g) ?? []).map((word) => word.replaceAll("\"", ""))

/** Starts `chorus` with a line of arguments. */
export const started = (line: string, around?: Around) => {
  const first = around?.preload === undefined ? [] : ["--import", around.preload]
  return start(process.execPath, [...first, bin, ...words(line)], around)
}

/** Runs `chorus` to its end; what it printed as JSON is of the shape that `chorus schema` tells. */
export const chorus = (line: string, around?: Around): Effect.Effect<Ended> =>
  Effect.scoped(Effect.flatMap(started(line, around), ({ ended, output }) =>
    Effect.timeoutOrElse(ended, {
      duration: patience,
      orElse: () => Effect.succeed({ code: "SIGKILL" as const, ...output })
    }))).pipe(Effect.tap(({ stdout }) => Effect.promise(() => isAsTold(line, stdout))))

const isAsTold = async (line: string, stdout: string): Promise<void> => {
  const flags = words(line).filter((word) => /^--jsonl?$/.test(word))
  if (flags.length === 0) return
  const { printed, verbs } = await import("../src/api/Shapes.ts")
  const said = `${words(line.replaceAll(/--db ("[^"]*"|\S+)|--jsonl?\b/g, "")).join(" ")} `
  const verb = verbs.toReversed().find((each) => said.startsWith(`${each} `))
  assert(verb !== undefined, `${line}: no verb that prints data`)
  const decode = Schema.decodeUnknownSync(printed[verb], { onExcessProperty: "error" })
  const values = stdout.split("\n").filter((row) => row !== "").map((row): unknown => JSON.parse(row))
  const rows = flags.includes("--jsonl") && Schema.is(printed[verb])([]) ? [values] : values
  for (const value of rows) decode(value)
}

/** A line that is refused: nothing on stdout, one line on stderr, this exit code. Gives the line. */
export const refused = Effect.fnUntraced(function*(code: number, line: string, around?: Around) {
  const ended = yield* chorus(line, around)
  assert.strictEqual(ended.code, code, ended.stderr)
  assert.strictEqual(ended.stdout, "")
  assert.match(ended.stderr, /^chorus: .+\n$/)
  return ended.stderr.slice("chorus: ".length, -1)
})

const Said = Schema.fromJsonString(NodeIsUp)

/** A node that is up, a client of it, and its process. */
export type Running = Effect.Success<ReturnType<typeof up>>

/** Starts a node, and waits until it has said where it is. */
export const up = Effect.fnUntraced(function*(db: string, flags = "", around?: Around) {
  const process = yield* started(`up --json --db "${db}" ${flags}`, around)
  const { child, output } = process
  const spoke = Effect.sync(() => output.stdout.includes("\n") || !isRunning(child))
  yield* until(`${db} is up`, spoke, (so) => so)
  assert.include(output.stdout, "\n", output.stderr)
  const said = Schema.decodeUnknownSync(Said, { onExcessProperty: "error" })(output.stdout)
  const files = Files.of(db)
  return { ...process, ...said, files, db, client: yield* Client.make(files.socket) }
})

/** Asks again until the answer is right. */
export const until = <A, E>(what: string, ask: Effect.Effect<A, E>, right: (answer: A) => boolean) =>
  Effect.repeat(ask, { until: right, schedule: Schedule.spaced("20 millis") }).pipe(
    Effect.timeoutOrElse({
      duration: patience,
      orElse: () => Effect.fail(new Error(`did not happen within ${patience}: ${what}`))
    })
  )

/** Runs a verb at a node, which must end with this code without a word; gives what it printed. */
export const text = Effect.fnUntraced(function*(at: Running, line: string, expected = 0) {
  const { code, stderr, stdout } = yield* chorus(`--db "${at.db}" ${line}`)
  assert.deepStrictEqual({ code, stderr }, { code: expected, stderr: "" })
  return stdout.trimEnd()
})

/** Runs a verb with `--json`: one line of data, of exactly this shape. */
export const json = <S extends Schema.ConstraintDecoder<unknown>>(
  at: Running,
  schema: S,
  line: string,
  expected = 0
) =>
  Effect.map(text(at, `--json ${line}`, expected), (printed): S["Type"] => {
    assert.notInclude(printed, "\n")
    return Schema.decodeUnknownSync(schema)(JSON.parse(printed), { onExcessProperty: "error" })
  })

/** A verb that a node, or the command line before it, refuses. */
export const refusedAt = (at: Running, code: number, line: string) =>
  refused(code, `--db "${at.db}" ${line}`)

/** A claim by the node's interface, for tests that are about what comes after it. */
export const claimed = (at: Running, agent: string, task: string, title = task, scope?: string) =>
  at.client.claim({
    agent: AgentName.make(agent),
    task: TaskKey.make(task),
    title,
    ...(scope === undefined ? {} : { scopes: [scope] })
  })

/** Ends when a node knows of a task. */
export const knows = (at: Running, task: string) =>
  until(
    `${task} is known`,
    at.client.tasks({ all: false }),
    (rows) => rows.some((row) => row.task === task)
  )

/** Two nodes of one mesh, of which the first founded it. */
export class Pair extends Context.Service<Pair, { readonly a: Running; readonly b: Running }>()(
  "@chorus/node/test/Pair"
) {
  static readonly layer = Layer.effect(Pair, Effect.gen(function*() {
    const path = yield* folder
    const a = yield* up(join(path, "a", "chorus.db"))
    const b = yield* up(join(path, "b", "chorus.db"), `--bootstrap ${a.addresses[0]}`)
    for (const { client } of [a, b]) {
      yield* until(
        "they met",
        client.status(),
        ({ peers, settled }) => peers.length === 1 && settled
      )
    }
    return Pair.of({ a, b })
  }))
}
