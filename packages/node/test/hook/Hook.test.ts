/**
 * Hooks as a client of agents runs them, against a real node: what they say, what they block, and that
 * nothing that goes wrong stops work.
 */
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { spawnSync } from "node:child_process"
import { mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { createServer, type Server } from "node:net"
import { join } from "node:path"
import { bin, chorus, folder, json, machine, text, until, up } from "../Nodes.ts"
import { AgentName } from "@chorus/coordination-core/identity/AgentId"
import { TaskKey } from "@chorus/coordination-core/identity/TaskKey"
import * as Rows from "../../src/api/Rows.ts"
import * as Files from "../../src/cli/Files.ts"

const at = (cwd: string, db: string, agent: string, more: Record<string, string> = {}) =>
  (line: string, input: unknown = "", env: Record<string, string> = {}) => {
    const { status, stderr, stdout } = spawnSync(process.execPath, [bin, ...line.split(" ")], {
      cwd,
      encoding: "utf8",
      env: { ...machine, CHORUS_DB: db, CHORUS_AGENT: agent, ...more, ...env },
      input: typeof input === "string" ? input : JSON.stringify(input)
    })
    return { code: status, stderr, stdout }
  }

it.live("a session of an agent: catch-up, an edit that others work at, what is new, votes, the end", () =>
  Effect.gen(function*() {
    const path = yield* folder
    const web = join(path, "web")
    mkdirSync(join(web, ".git"), { recursive: true })
    writeFileSync(join(web, ".chorus.yaml"), "# ours\nrepo: org/web\nmodel: template\n")
    const node = yield* up(join(path, "chorus.db"))
    const [first, second] = [at(web, node.db, "first"), at(web, node.db, "second")]
    const claim = (agent: string, id: number, scope: string, paths: ReadonlyArray<string> = []) =>
      node.client.claim({
        agent: AgentName.make(agent),
        task: TaskKey.make(`org/web#${id}`),
        title: `Part ${id}`,
        scopes: [scope],
        paths
      })
    yield* claim("first", 1, "table:orders=migrate", ["src/orders"])
    yield* claim("second", 2, "table:orders=remove")
    const edit = {
      hook_event_name: "PreToolUse",
      cwd: web,
      // A file that is written whole may be large, and is named behind its text.
      tool_input: { content: "x".repeat(5 * 2 ** 20), file_path: join(web, "src/orders/a.ts") }
    }

    const begun = first("hook session-start", { hook_event_name: "SessionStart", session_id: "s", cwd: web })
    const { hookSpecificOutput: { additionalContext } } = JSON.parse(begun.stdout) as {
      readonly hookSpecificOutput: { readonly additionalContext: string }
    }
    assert.deepStrictEqual([begun.code, begun.stderr], [0, ""])
    assert.match(additionalContext, /^You are first in chorus\.\nYou hold org\/web#1\.\n.+conflict/)
    const warned = second("hook pre-edit", edit)
    assert.strictEqual(warned.code, 0, warned.stderr)
    assert.match(warned.stdout, /"PreToolUse".+src\/orders\/a\.ts.+severe: org\/web#1 \(first\)/)
    const blocked = second("hook pre-edit", edit, { CHORUS_BLOCK_EDITS: "severe" })
    assert.deepStrictEqual([blocked.code, blocked.stdout], [2, ""])
    assert.match(blocked.stderr, /severe: org\/web#1 .+\nAgree with them/)
    const elsewhere = first("hook pre-edit docs/a.txt --agent third --repo org/web")
    assert.deepInclude(elsewhere, { code: 0, stdout: "" })

    const [{ session } = { session: "" }] = yield* until(
      "a plan is made",
      node.client.sessions({ all: false }),
      ([row]) => row?.plan !== undefined
    )
    yield* node.client.say({ agent: AgentName.make("first"), session, text: "which field?" })
    const leases = Effect.map(node.client.tasks({ all: false }), (rows) =>
      rows.map(({ claimed_until }) => claimed_until).sort())
    const before = yield* leases
    assert.match(second("hook post-edit", {}, { CHORUS_CLAIM_LEASE: "90" }).stdout, /which field\?/)
    assert.notDeepEqual(yield* leases, before)
    assert.notInclude(second("hook post-edit").stdout, "which field?")

    const asked = second("hook stop", { hook_event_name: "Stop", cwd: web })
    assert.strictEqual(asked.code, 2)
    assert.match(asked.stderr, /^Before you stop, .+\n.+waits for your vote/)
    assert.deepStrictEqual(second("hook stop"), { code: 0, stderr: "", stdout: "" })

    const ended = { agent: AgentName.make("first"), task: TaskKey.make("org/web#1"), results: "" }
    yield* node.client.complete(ended)
    assert.deepStrictEqual(first("hook stop"), { code: 0, stderr: "", stdout: "" })
    const kept = second("hook session-end")
    assert.match(kept.stdout, /^Kept until their leases end: org\/web#2\.\n$/)
    assert.match(second("hook session-end --release").stdout, /^Given back: org\/web#2\.\n$/)
    assert.deepStrictEqual(yield* node.client.tasks({ all: false }), [])

    const detail = yield* json(node, Rows.SessionDetail, `show ${session}`)
    assert.deepStrictEqual(
      detail.deliveries
        .filter(({ agent }) => agent.startsWith("second@"))
        .map(({ kind, stage }) => `${kind} ${stage}`),
      ["session acted", "plan shown", "message acted", "outcome queued"]
    )
    const shown = yield* text(node, `show ${session}`)
    assert.match(shown, /\nSeen:\n {2}first: .+\n {2}second: /)
    assert.match(yield* text(node, "status"), /\nunread +/)
  }).pipe(Effect.scoped))

it.live("check and the hook before an edit tell an agent the same of a path, by its tasks there", () =>
  Effect.gen(function*() {
    const path = yield* folder
    const node = yield* up(join(path, "chorus.db"))
    const claim = (agent: string, task: string, scope: string, paths: ReadonlyArray<string> = []) =>
      node.client.claim({ agent: AgentName.make(agent), task: TaskKey.make(task), scopes: [scope], paths })
    yield* claim("k1", "web#300", "env:FEE=remove", ["conf/**"])
    yield* claim("k2", "web#301", "env:FEE=use")
    yield* claim("k3", "web#302", "table:orders=remove", ["conf/db"])
    yield* claim("k4", "shop#1", "table:orders=use", ["conf"])
    const said = (agent: string, file: string) => {
      const here = at(path, node.db, agent, { CHORUS_REPO: "web" })
      const [check, hook] = [`check --paths ${file}`, `hook pre-edit ${file}`].map((line) => here(line))
      assert.deepStrictEqual([check?.stderr, hook?.code, hook?.stderr], ["", 0, ""])
      const told = check?.stdout.split("\n").filter((line) => line.startsWith("  "))
        .map((line) => line.trim())
      const hooked = hook?.stdout.split("\n").slice(1, -1)
        .map((line) => line.replace(/^⟦data: (.+)⟧$/, "$1"))
      assert.deepStrictEqual(hooked, told)
      assert.strictEqual(check?.code, told?.length === 0 ? 0 : 2)
      return told?.map((line) => line.split(" (", 1)[0])
    }

    assert.deepStrictEqual(said("k1", "conf/a.env"), ["severe: web#301"])
    assert.deepStrictEqual(said("k1", "src/a.ts"), [])
    assert.deepStrictEqual(said("k2", "src/a.ts"), ["severe: web#300"])
    assert.deepStrictEqual(said("k3", "conf/db/1.sql"), ["severe: shop#1", "warning: web#300"])
    // What is declared of one repository says nothing of the files of another.
    assert.deepStrictEqual(said("k4", "conf/a.env"), ["warning: web#300"])
    const given = { agent: AgentName.make("k1"), task: TaskKey.make("web#300"), because: "" }
    yield* node.client.release(given)
    assert.deepStrictEqual(said("k1", "conf/a.env"), [])
  }).pipe(Effect.scoped))

it.live("what goes wrong passes: no node, no JSON, settings that are not plain, an unknown event", () =>
  Effect.gen(function*() {
    const path = yield* folder
    const here = at(path, join(path, "none.db"), "web", { CHORUS_REPO: "org/web" })

    for (const event of ["pre-edit", "session-end"]) {
      const ended = here(`hook ${event}`, { tool_input: { file_path: join(path, "a.ts") } })
      assert.deepStrictEqual([ended.code, ended.stdout], [0, ""])
      assert.match(ended.stderr, /^chorus: no node is running here.+; work goes on\n$/)
    }
    assert.match(here("hook stop", "{not json").stderr, /is no JSON; work goes on/)
    writeFileSync(join(path, ".chorus.yaml"), "db: [1]\n")
    assert.deepInclude(here("hook stop"), { code: 0 })
    assert.strictEqual(here("hook lunch").code, 64)
    assert.strictEqual(readFileSync(join(path, ".chorus.yaml"), "utf8"), "db: [1]\n")
  }).pipe(Effect.scoped))

it.live("a node that hangs holds nobody up: a hook passes, and check knows nothing", () =>
  Effect.gen(function*() {
    const path = yield* folder
    const { db, socket } = Files.of(join(path, "chorus.db"))
    yield* Effect.acquireRelease(
      Effect.callback<Server>((resume) => {
        const server = createServer(() => undefined)
        server.listen(socket, () => resume(Effect.succeed(server)))
      }),
      (server) => Effect.sync(() => server.close())
    )
    const [hook, check] = yield* Effect.all(
      ["hook stop", "check --scope table:orders=change"].map((line) =>
        chorus(line, { env: { CHORUS_DB: db } })),
      { concurrency: 2 }
    )

    assert.deepInclude(hook, { code: 0, stdout: "" })
    assert.strictEqual(hook?.stderr, "chorus: the node takes too long to answer; work goes on\n")
    const stdout = "unknown: the node takes too long to answer\n"
    assert.deepStrictEqual(check, { code: 3, stdout, stderr: "" })
  }).pipe(Effect.scoped))
