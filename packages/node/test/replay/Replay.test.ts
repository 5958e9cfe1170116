/**
 * `chorus replay` on a small recording whose outcome can be counted by hand, and on the first tasks
 * of a real one where that lies at hand.
 */
import { assert, it, layer } from "@effect/vitest"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { createHash } from "node:crypto"
import { existsSync, readdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { gzipSync } from "node:zlib"
import type { Counted } from "../../src/api/Reports.ts"
import { chorus, folder, started, until, up } from "../Nodes.ts"

const repositories = ["api", "web", "jobs", "docs"]

/** Words that no other task has. */
const nonsense = (seed: number): string =>
  [...createHash("sha256").update(String(seed)).digest()]
    .map((byte, at) => `${at % 5 === 0 ? " " : ""}${"bdfgklmnprstvzcj"[byte >> 4]}${"aeiou"[byte % 5]}`)
    .slice(0, 15)
    .join("")

/** Pairs of tasks that depend on each other: by their hours, which are their numbers as well. */
const pairs = [
  // In one repository, so no dependency.
  { from: 0, to: 4, about: "the carts table" },
  // Held together, for a task takes five hours.
  { from: 9, to: 10, about: "the accounts table" },
  { from: 15, to: 16, about: "the orders table" },
  { from: 21, to: 24, about: "the shipments table" },
  { from: 29, to: 30, about: "the refunds table" },
  // Over before the other begins.
  { from: 35, to: 41, about: "the invoices table" }
]

/** Sixty tasks, one an hour, in four repositories by turns. */
const tasks = Array.from({ length: 60 }, (_, number) => ({
  id: `t${number}`,
  repository: repositories[number % 4],
  title: pairs.map(({ about, from, to }) =>
    from === number ? `Migrate ${about} to a new schema` : to === number ? `Read ${about} in the report` : ""
  ).join("") || nonsense(number),
  time: new Date(Date.UTC(2026, 0, 1, number)).toISOString()
}))

/** The last has an end that the recording does not hold. */
const links = [...pairs, { from: 1, to: 99 }].map(({ from, to }) => ({ from: `t${from}`, to: `t${to}` }))

const lines = (rows: ReadonlyArray<object>) => rows.map((row) => `${JSON.stringify(row)}\n`).join("")

/** A folder with the recording, plain and zipped. */
class Recorded extends Context.Service<Recorded, { readonly path: string }>()("@chorus/node/test/Recorded") {
  static readonly layer = Layer.effect(Recorded, Effect.map(folder, (path) => {
    writeFileSync(join(path, "tasks.jsonl"), lines(tasks))
    writeFileSync(join(path, "tasks.jsonl.gz"), gzipSync(lines(tasks)))
    writeFileSync(join(path, "links.jsonl"), lines(links))
    return { path }
  }))
}

const replayed = Effect.fnUntraced(function*(cwd: string, line: string) {
  const ended = yield* chorus(`replay --json --task-hours 5 ${line}`, { cwd, env: { TMPDIR: cwd } })
  assert.strictEqual(ended.code, 0, ended.stderr)
  // The shape is what the tests check.
  return { ...ended, counted: JSON.parse(ended.stdout) as Counted }
})

/** The folders that replays left behind. */
const temporary = (path: string) => readdirSync(path).filter((name) => name.startsWith("chorus-replay-"))

/** What must be the same in every run. */
const lasting = ({ alerts_per_task, dependencies, links: found, plans, sessions }: Counted) =>
  ({ alerts_per_task, dependencies, found, plans, sessions })

layer(Recorded.layer, { excludeTestServices: true })("a recording", (it) => {
  it.effect("is counted as by hand, and in the same way in every run, on three nodes as on one", () =>
    Effect.gen(function*() {
      const { path } = yield* Recorded
      const counting = "--links links.jsonl --seed 3"

      const three = yield* replayed(path, `tasks.jsonl ${counting} --keep kept`)
      const one = yield* replayed(path, `tasks.jsonl.gz ${counting} --nodes 1`)

      assert.deepInclude(three.counted, { tasks: 60, repositories: 4, nodes: 3, model_calls: 0 })
      // Of the five links between two repositories four are held together, and all four are found.
      assert.deepStrictEqual(
        three.counted.links,
        { total: 5, held_together: 4, found: 4, recall: 0.8, precision: 1 }
      )
      assert.deepInclude(three.counted, { dependencies: 4, alerts_per_task: 0.067 })
      assert.strictEqual(
        Object.values(three.counted.sessions).reduce((sum, count) => sum + count),
        4
      )
      assert.deepStrictEqual(lasting(three.counted), lasting(one.counted))
    }))

  it.effect("leaves the nodes' databases, each with all that was stated", () =>
    Effect.gen(function*() {
      const { path } = yield* Recorded
      const kept = ["node-1", "node-2", "node-3"].map(
        (name) => join(path, "kept", name, "chorus.db")
      )
      assert.deepStrictEqual(kept.filter((db) => !existsSync(db)), [])

      const rows = yield* Effect.forEach(kept, (db) =>
        Effect.scoped(Effect.flatMap(up(db), ({ client }) =>
          Effect.all({ tasks: client.tasks({ all: true }), sessions: client.sessions({ all: true }) }))))

      for (const { sessions, tasks: held } of rows) {
        assert.deepStrictEqual([held.length, sessions.length], [60, 4])
      }
    }))

  it.effect("may be cut short and slowed down; stderr alone tells how far it is", () =>
    Effect.gen(function*() {
      const { path } = yield* Recorded
      const begun = Date.now()

      // Ten hours between the first task and the last, an hour in a tenth of a second.
      const { counted, stderr } = yield* replayed(path, "tasks.jsonl --limit 11 --nodes 1 --speed 36000")

      assert.isAtLeast(Date.now() - begun, 1000)
      assert.deepInclude(counted, { tasks: 11, dependencies: 1 })
      assert.notProperty(counted, "links")
      assert.match(
        stderr,
        /^(replay \[[#-]{30}\] \d+\/11 tasks, \d+ a second, \d+ s left\n)+$/
      )
      assert.include(stderr, "11/11 tasks")
    }))

  it.effect("closes with a table", () =>
    Effect.gen(function*() {
      const { path } = yield* Recorded

      const line = "replay tasks.jsonl --limit 11 --nodes 1 --task-hours 5"
      const { stdout } = yield* chorus(line, { cwd: path, env: { TMPDIR: path } })

      assert.match(
        stdout,
        /^tasks +11 of 4 repositories over 1 node\ndependencies +1, 0\.091 alerts per task\nsessions +1 \w+\n/
      )
      assert.match(
        stdout,
        /\nplans +\d+ made, 0 model calls\nfacts +\d+\ntime +\d+(\.\d)? s, \d+(\.\d)? tasks a second\n$/
      )
      assert.deepStrictEqual(temporary(path), [])
    }))

  it.effect("that is interrupted says where its databases are", () =>
    Effect.scoped(Effect.gen(function*() {
      const { path } = yield* Recorded
      const replay = yield* started("replay tasks.jsonl --nodes 1 --speed 1", {
        cwd: path,
        env: { TMPDIR: path }
      })
      yield* until(
        "it has begun",
        Effect.sync(() => replay.output.stderr),
        (said) => said.includes("/60 tasks") || existsSync(join(path, ...temporary(path), "node-1"))
      )

      replay.child.kill("SIGINT")
      const { code, stderr } = yield* replay.ended

      assert.strictEqual(code, 130)
      const [left] = temporary(path)
      assert.include(
        stderr,
        `the databases of the nodes are left in ${join(path, left ?? "none")}, which can be deleted\n`
      )
    })))
})

/** Real tasks, which are no part of the project: a folder beside it, or the one that is named. */
const data = process.env["CHORUS_DATA"] ??
  fileURLToPath(new URL("../../../../../shared/data", import.meta.url))

it.live("H26: the first sixty real tasks raise no more alerts than the budget allows", (ctx) =>
  Effect.gen(function*() {
    const recording = join(data, "dependencies", "tasks.jsonl.gz")
    if (!existsSync(recording)) {
      yield* Effect.promise(
        () => ctx.annotate(`${recording} is not here: name its folder in CHORUS_DATA`)
      )
      return assert.isFalse(existsSync(recording))
    }
    const path = yield* folder

    const { counted } = yield* replayed(path, `"${recording}" --limit 60 --nodes 2`)

    assert.deepInclude(counted, { tasks: 60, nodes: 2, model_calls: 0 })
    assert.isAtMost(counted.alerts_per_task, 3)
    assert.strictEqual(
      Object.values(counted.sessions).reduce((sum, count) => sum + count, 0),
      counted.dependencies
    )
  }))
