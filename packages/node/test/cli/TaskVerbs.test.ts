/**
 * Verbs about tasks, on real processes: claim, tasks, update, done, release.
 */
import { AgentName } from "@chorus/coordination-core/identity/AgentId"
import { TaskKey } from "@chorus/coordination-core/identity/TaskKey"
import { assert, layer } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import * as Rows from "../../src/api/Rows.ts"
import { chorus, claimed, folder, json, knows, Pair, refusedAt, text } from "../Nodes.ts"

const Tasks = Schema.Array(Rows.TaskRow)

layer(Pair.layer, { excludeTestServices: true, timeout: "120 seconds" })("two nodes", (it) => {
  it.effect("a claim carries its words to the other node", () =>
    Effect.gen(function*() {
      const { a, b } = yield* Pair

      const done = yield* json(
        a,
        Rows.Done,
        "claim --agent api --repo backend --id 42 --title \"Replace the users API\" " +
          "--description \"v2, without the old field\" --path src/users.ts --path docs " +
          "--scope \"api:GET /v1/users=replace\" --scope table:users=use"
      )
      yield* knows(b, "backend#42")
      const [row] = yield* json(b, Tasks, "tasks")

      assert.strictEqual(done.summary, "api holds backend#42")
      assert.strictEqual(row?.claim, done.claim)
      assert.deepInclude(row, {
        task: "backend#42",
        title: "Replace the users API",
        description: "v2, without the old field",
        paths: ["src/users.ts", "docs"],
        agent: `api@${a.node}`,
        own: false,
        status: "claimed"
      })
      assert.lengthOf(row?.scopes ?? [], 2)
    }))

  it.effect("claiming again renews, and the same title is the same task", () =>
    Effect.gen(function*() {
      const { a } = yield* Pair
      const titled = "claim --agent api --repo titles --title \"Shrink the images\""

      const first = yield* json(a, Rows.Done, titled)
      const again = yield* json(a, Rows.Done, titled)

      assert.match(first.summary, /^api holds titles#[0-9a-f]{8}$/)
      assert.isDefined(first.claim)
      assert.strictEqual(again.claim, first.claim)
      assert.strictEqual(again.summary, first.summary)
    }))

  it.effect("agent, repository and lease may come from the environment and from .chorus.yaml", () =>
    Effect.gen(function*() {
      const { a } = yield* Pair
      const cwd = yield* folder
      writeFileSync(
        join(cwd, ".chorus.yaml"),
        "repo: from-file\nagent: file-agent\nclaimLease: 600\n"
      )
      const claim = (id: string, env: Record<string, string>) =>
        chorus(`claim --id "${id}" --db "${a.db}"`, { cwd, env })
      const before = Date.now()

      const plain = yield* claim("1", {})
      const named = yield* claim("2", { CHORUS_AGENT: "env-agent", CHORUS_REPO: "from-env" })
      const rows = yield* a.client.tasks({ all: false })

      assert.strictEqual(plain.stdout, "file-agent holds from-file#1\n")
      assert.strictEqual(named.stdout, "env-agent holds from-env#2\n")
      const until = rows.find(({ task }) => task === "from-file#1")?.claimed_until ?? ""
      assert.isAtLeast(Date.parse(until) - before, 599 * 60_000)
    }))

  it.effect("a claim says at once what depends on it, and how to read it", () =>
    Effect.gen(function*() {
      const { a, b } = yield* Pair
      yield* claimed(a, "data", "orders#1", "Migrate the orders table", "table:orders=migrate")
      yield* knows(b, "orders#1")
      const reads = "claim --agent report --repo reports --id 7 --scope table:orders=use " +
        "--title \"Read the orders table\""

      const done = yield* json(b, Rows.Done, reads)
      const said = yield* text(b, reads)

      const [session] = done.sessions
      assert.deepInclude(
        session,
        { kind: "dependency", status: "active", relationship: "Database_Schema" }
      )
      assert.deepStrictEqual(
        session?.members.map(({ agent }) => agent).sort(),
        [`data@${a.node}`, `report@${b.node}`]
      )
      assert.match(
        said,
        /^report holds reports#7\n\nDatabase_Schema with data: .+\nsession dep_[0-9a-f]{40} is active/
      )
      assert.include(said, `chorus show ${session?.session.slice(0, 12)}`)
    }))

  it.effect("a claim of what an own agent holds tells who and since when, and leaves its words alone", () =>
    Effect.gen(function*() {
      const { a } = yield* Pair
      yield* claimed(a, "first", "same#1", "Sort the receipts", "table:receipts=use")

      const said = yield* text(
        a,
        "claim --agent second --repo same --id 1 --title \"Drop them\" --scope table:receipts=remove"
      )
      // As a renewal by a hook does.
      yield* a.client.claim({ agent: AgentName.make("first"), task: TaskKey.make("same#1") })

      assert.match(
        said,
        /^second holds same#1\nfirst has held it since [-\d]{10}T\S+Z, in words .+\n\nconflict with first: /
      )
      const rows = (yield* a.client.tasks({ all: false })).filter(({ task }) => task === "same#1")
      assert.sameDeepMembers(rows.map(({ agent, scopes, title }) => [agent, title, ...scopes]), [
        [`first@${a.node}`, "Sort the receipts", "table:receipts=use"],
        [`second@${a.node}`, "Drop them", "table:receipts=remove"]
      ])
      const others = yield* refusedAt(a, 1, "update same#1 --agent third --title Mine")
      assert.strictEqual(others, "third does not hold same#1; `chorus tasks` shows who holds what")
    }))

  it.effect("update describes anew what one holds, and nothing else", () =>
    Effect.gen(function*() {
      const { a, b } = yield* Pair
      yield* claimed(a, "api", "u#1", "Before")

      const updated = yield* text(a, "update u#1 --agent api --title After --path src")
      const again = yield* text(a, "update u#1 --agent api --path lib")

      assert.strictEqual(updated, "updated u#1: title, paths")
      assert.strictEqual(again, "updated u#1: paths (in the place of src)")
      const row = (yield* a.client.tasks({ all: false })).find(({ task }) => task === "u#1")
      assert.deepInclude(row, { title: "After", paths: ["lib"] })
      const others = yield* refusedAt(b, 1, "update u#1 --agent api --title Mine")
      assert.strictEqual(others, "api does not hold u#1; `chorus tasks` shows who holds what")
      const slip = yield* refusedAt(a, 64, "update u#1 --agent api --done-when exit:true")
      assert.strictEqual(
        slip,
        "--done-when cannot be \"exit:true\": Expected a sentence, or exactly " +
          "exit: COMMAND, file: PATH sha256:HASH, contract: COMMIT"
      )
      const nothing = yield* refusedAt(a, 64, "update u#1 --agent api")
      assert.strictEqual(
        nothing,
        "nothing to update; give --title, --description, --scope, --path, --change or --done-when"
      )
    }))

  it.effect("done and release end a claim, which --all still lists", () =>
    Effect.gen(function*() {
      const { a } = yield* Pair
      for (const task of ["end#1", "end#2"]) yield* claimed(a, "api", task)

      const done = yield* text(a, "done end#1 --agent api --results merged")
      const released = yield* json(a, Rows.Done, "release end#2 --agent api --because blocked")

      assert.strictEqual(done, "api completed end#1")
      assert.strictEqual(released.summary, "api released end#2")
      const held = yield* a.client.tasks({ all: false })
      assert.isFalse(held.some(({ task }) => task.startsWith("end#")))
      const all = yield* json(a, Tasks, "tasks --all")
      const ends = all.filter(({ task }) => task.startsWith("end#"))
      assert.deepStrictEqual(
        ends.map(({ status, task }) => [task, status]),
        [["end#1", "completed"], ["end#2", "released"]]
      )
      const line = yield* refusedAt(a, 1, "done end#1 --agent api")
      assert.strictEqual(line, "api does not hold end#1; `chorus tasks` shows who holds what")
    }))

  it.effect("the table keeps a line a task, whatever a title holds", () =>
    Effect.gen(function*() {
      const { a } = yield* Pair
      const wild = "two\nlines, \u001b[31mred\u001b[0m, \u202Eturned"
      yield* claimed(a, "api", "wild#1", wild)

      const printed = yield* text(a, "tasks")
      const row = (yield* json(a, Tasks, "tasks")).find(({ task }) => task === "wild#1")

      assert.match(printed, /^TASK +AGENT +STATUS +UNTIL +TITLE$/m)
      assert.match(
        printed,
        /^wild#1 +api +claimed +[-\d]{10} [:\d]{5} +two lines, \uFFFD\[31mred\uFFFD\[0m, \uFFFDturned$/m
      )
      assert.strictEqual(row?.title, wild)
    }))
})
