/**
 * Verbs about the node itself, on real processes: up, stop, status, watch, events, config.
 */
import { assert, it, layer } from "@effect/vitest"
import { SlurpEvent } from "@chorus/coordination-core/slurp/SlurpEvent"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { createServer, type Server } from "node:http"
import { readdirSync, statSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import * as Rows from "../../src/api/Rows.ts"
import { chorus, claimed, folder, json, Pair, refused, started, text, until, up } from "../Nodes.ts"

layer(Pair.layer, { excludeTestServices: true, timeout: "120 seconds" })("two nodes", (it) => {
  it.effect("database, keys and socket are their owner's alone", () =>
    Effect.gen(function*() {
      const { a, b } = yield* Pair
      const modes = (path: string) =>
        readdirSync(path).map(
          (name) => [name, (statSync(join(path, name)).mode & 0o777).toString(8)]
        )

      for (const { files } of [a, b]) {
        const found = Object.fromEntries(modes(files.folder))
        assert.strictEqual(found["chorus.db"], "600")
        assert.strictEqual(found["chorus.key"], "600")
        assert.strictEqual(found["chorus.sock"], "600")
        assert.deepStrictEqual(Object.values(found).filter((mode) => mode !== "600"), [])
      }
      assert.isDefined(Object.fromEntries(modes(a.files.folder))["chorus.operator.key"])
      assert.isUndefined(Object.fromEntries(modes(b.files.folder))["chorus.operator.key"])
    }))

  it.effect("status tells who the node is and whom it knows", () =>
    Effect.gen(function*() {
      const { a, b } = yield* Pair

      const report = yield* json(a, Rows.StatusReport, "status")
      const printed = yield* text(b, "status")

      assert.strictEqual(report.node, a.node)
      assert.deepStrictEqual(report.peers, [b.node])
      assert.deepStrictEqual(report.addresses, a.addresses)
      assert.strictEqual(report.founder, b.founder)
      assert.strictEqual(report.pid, a.child.pid)
      assert.match(printed, new RegExp(`^node +${b.node}$`, "m"))
      assert.match(printed, new RegExp(`^peers +${a.node.slice(-8)}$`, "m"))
    }))

  it.effect("watch prints a line for what happens, as JSON when asked for", () =>
    Effect.scoped(Effect.gen(function*() {
      const { a } = yield* Pair
      const watches = yield* Effect.forEach(["", "--json"], (flag) =>
        started(`watch --db "${a.db}" ${flag}`))
      let task = 0

      // Something new happens until both have seen something: a watch begins when it is ready.
      yield* until(
        "both saw it",
        Effect.andThen(
          Effect.suspend(() => claimed(a, "w", `watched#${++task}`)),
          Effect.sync(() => watches.every(({ output }) => output.stdout.includes("\n")))
        ),
        (seen) => seen
      )
      for (const { child } of watches) child.kill("SIGINT")
      const [words, data] = yield* Effect.forEach(watches, ({ ended }) => ended)

      assert.match(words!.stdout, /^\d\d:\d\d:\d\d w claims watched#\d+: watched#\d+$/m)
      assert.strictEqual(words!.stderr, "watching; Ctrl-C ends it\n")
      for (const line of data!.stdout.trimEnd().split("\n")) {
        const notice = Schema.decodeUnknownSync(Rows.Notice)(
          JSON.parse(line),
          { onExcessProperty: "error" }
        )
        assert.strictEqual(notice.kind, "task_claimed")
        assert.strictEqual(notice.agent, `w@${a.node}`)
      }
    })))

  it.effect("a reader that stops reading ends a command without a stack trace", () =>
    Effect.scoped(Effect.gen(function*() {
      const { a } = yield* Pair
      const watch = yield* started(`watch --db "${a.db}"`)
      yield* until("it watches", Effect.sync(() => watch.output.stderr !== ""), (said) => said)
      watch.child.stdout?.destroy()

      let task = 0
      const claiming = Effect.andThen(
        Effect.suspend(() => claimed(a, "w", `unread#${++task}`)),
        Effect.sleep("20 millis")
      )
      const { code, stderr } = yield* Effect.raceFirst(watch.ended, Effect.forever(claiming))

      assert.strictEqual(code, 128 + 13)
      assert.strictEqual(stderr, "watching; Ctrl-C ends it\n")
    })))

  it.effect("events are none before a session has an outcome", () =>
    Effect.gen(function*() {
      const { b } = yield* Pair

      assert.deepStrictEqual(yield* json(b, Schema.Array(SlurpEvent), "events"), [])
      assert.strictEqual(yield* text(b, "events"), "no session has an outcome yet")
    }))
})

it.live("SIGTERM ends a node with 0, and it comes back as itself, with what it knew", () =>
  Effect.gen(function*() {
    const db = join(yield* folder, "chorus.db")
    const first = yield* Effect.scoped(Effect.gen(function*() {
      const node = yield* started(`up --db "${db}"`)
      yield* until(
        "it is up",
        Effect.sync(() => node.output.stderr.includes("chorus stop")),
        (said) => said
      )
      const claimed = yield* chorus(`claim --db "${db}" --agent api --repo r --id 1`)
      assert.strictEqual(claimed.stdout, "api holds r#1\n")
      node.child.kill("SIGTERM")
      return yield* node.ended
    }))
    const [id, address] = first.stdout.split("\n")

    const again = yield* up(db)

    assert.strictEqual(first.code, 0)
    assert.match(first.stderr, /\nstopping\n$/)
    assert.match(address!, new RegExp(`^/ip4/127\\.0\\.0\\.1/tcp/\\d+/p2p/${id}$`))
    assert.strictEqual(again.node, id)
    assert.deepStrictEqual(
      (yield* again.client.tasks({ all: false })).map(({ task }) => task),
      ["r#1"]
    )
  }))

/** A model on 127.0.0.1 that answers everything with one text. */
const model = (content: string) =>
  Effect.acquireRelease(
    Effect.callback<Server>((resume) => {
      const server = createServer((request, response) => {
        request.resume()
        response.setHeader("content-type", "application/json")
        const message = { role: "assistant", content }
        response.end(JSON.stringify({ choices: [{ message, finish_reason: "stop" }] }))
      })
      server.listen(0, "127.0.0.1", () => resume(Effect.succeed(server)))
    }),
    (server) => Effect.sync(() => (server.close(), server.closeAllConnections()))
  ).pipe(Effect.map((server) => {
    const address = server.address()
    return `openai:http://127.0.0.1:${typeof address === "object" ? address?.port : ""}/v1#judge`
  }))

it.live("a judge that is on withholds alerts, and status counts what became of it (H34)", () =>
  Effect.gen(function*() {
    const setting = yield* model(JSON.stringify({ order: [], withheld: ["A"] }))
    const node = yield* up(join(yield* folder, "chorus.db"), `--judge --model "${setting}"`)
    yield* claimed(node, "api", "backend#1", "Define user authentication API")
    yield* claimed(node, "web", "frontend#1", "Implement authentication endpoint")
    const { judge } = yield* until("it judged", node.client.status(), ({ judge }) =>
      judge !== undefined && judge.agreed + judge.changed + judge.failed > 0)
    assert.deepStrictEqual(judge, { asked: 1, agreed: 0, changed: 1, failed: 0 })

    const { alerts } = yield* node.client.alerts()
    assert.deepStrictEqual(alerts.map((each) => each.held_back_because), ["the judge withheld it"])
    assert.deepStrictEqual((yield* node.client.status()).sessions, {})
    assert.match(yield* text(node, "status"), /^judge +asked 1 times: 0 agreed, 1 changed, 0 failed$/m)
  }))

it.live("stop waits until the node has ended, and who watches it is told", () =>
  Effect.gen(function*() {
    const node = yield* up(join(yield* folder, "chorus.db"))
    const watch = yield* started(`watch --db "${node.db}"`)
    yield* until("it watches", Effect.sync(() => watch.output.stderr !== ""), (said) => said)

    const stopped = yield* json(node, Schema.Struct({ stopped: Schema.String }), "stop")

    assert.strictEqual(stopped.stopped, node.node)
    assert.throws(() => process.kill(node.child.pid!, 0))
    assert.strictEqual((yield* node.ended).code, 0)
    const { code, stderr } = yield* watch.ended
    assert.strictEqual(code, 75)
    assert.include(stderr, `chorus: the node has stopped; \`chorus up --db ${node.db}\` starts it again\n`)
  }))

it.live("a node that was killed leaves a socket that is in nobody's way", () =>
  Effect.gen(function*() {
    const db = join(yield* folder, "chorus.db")
    const node = yield* up(db)
    node.child.kill("SIGKILL")
    yield* node.ended
    assert.isTrue(statSync(node.files.socket).isSocket())

    const line = yield* refused(75, `status --db "${db}"`)
    const again = yield* up(db)

    assert.include(line, `start one with \`chorus up --db ${db}\``)
    assert.strictEqual(again.node, node.node)
  }))

it.live("config --explain says of each value where it comes from", () =>
  Effect.gen(function*() {
    const cwd = yield* folder
    writeFileSync(
      join(cwd, ".chorus.yaml"),
      "repo: web\nagent: from-file\nclaimLease: 5\ndb: below/node.db\n"
    )
    const around = { cwd, env: { CHORUS_AGENT: "from-environment", CHORUS_DB: "" } }

    const { code, stdout } = yield* chorus("config --explain --json", around)
    const printed = yield* chorus("config --explain --db flag.db", around)
    const plain = yield* chorus("config", around)

    assert.strictEqual(code, 0)
    const rows = new Map<string, unknown>(
      // What the command prints is checked below.
      (JSON.parse(stdout) as ReadonlyArray<{ readonly name: string }>).map(
        ({ name, ...row }) => [name, row]
      )
    )
    const file = join(cwd, ".chorus.yaml")
    assert.deepInclude(
      rows.get("agent"),
      { value: "from-environment", source: "environment", where: "CHORUS_AGENT" }
    )
    assert.deepInclude(rows.get("repo"), { value: "web", source: "file", where: file })
    assert.deepInclude(
      rows.get("db"),
      { value: join(cwd, "below", "node.db"), source: "file", where: file }
    )
    assert.deepInclude(
      rows.get("maxParticipants"),
      { value: 5, source: "default", where: "default" }
    )
    assert.notProperty(rows.get("bootstrap"), "value")
    assert.match(printed.stdout, /^db +flag\.db +--db +the database file/m)
    assert.match(plain.stdout, /^claimLease: 5$/m)
    assert.match(printed.stderr, /^flags: --db \(every verb\), --agent .+, --repo \(claim\), --listen \(up\)/)
    assert.notInclude(printed.stderr, "--joinTimeout")
  }))

it.live("a variable that is no setting is named in a warning, and changes nothing", () =>
  Effect.gen(function*() {
    const cwd = yield* folder

    const { code, stderr, stdout } = yield* chorus("config", { cwd, env: { CHORUS_REPOS: "web" } })

    assert.strictEqual(code, 0)
    assert.strictEqual(
      stderr,
      "CHORUS_REPOS: no setting has this name; `chorus config --explain` lists them\n"
    )
    assert.notInclude(stdout, "repo: ")
  }))
