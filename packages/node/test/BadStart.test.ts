/**
 * What keeps a node from starting: one line that says what to do, and a database, a key and a
 * running node that are as they were before.
 */
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import {
  chmodSync, copyFileSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync
} from "node:fs"
import { DatabaseSync } from "node:sqlite"
import { join } from "node:path"
import * as Files from "../src/cli/Files.ts"
import { chorus, claimed, folder, refused, type Running, until, up } from "./Nodes.ts"

/** A database with a task in it, and the node that made it stopped. */
const stopped = Effect.gen(function*() {
  const db = join(yield* folder, "chorus.db")
  yield* Effect.scoped(Effect.gen(function*() {
    const node = yield* up(db)
    yield* claimed(node, "api", "r#1")
    node.child.kill("SIGTERM")
    yield* node.ended
  }))
  return Files.of(db)
})

/** Starting is refused with this line, and leaves the database as it was, to the byte. */
const refusedUnchanged = Effect.fnUntraced(function*(files: Files.Files, line: RegExp) {
  const before = readFileSync(files.db)
  assert.match(yield* refused(1, `up --db "${files.db}"`), line)
  assert.isTrue(before.equals(readFileSync(files.db)))
})

const tasks = (node: Running) =>
  Effect.map(node.client.tasks({ all: false }), (rows) => rows.map(({ task }) => task))

it.live("the key of a node that is missing, another's, exposed or malformed is not replaced", () =>
  Effect.gen(function*() {
    const files = yield* stopped
    const [kept, other] = [`${files.nodeKey}.kept`, `${files.nodeKey}.other`]
    renameSync(files.nodeKey, kept)

    yield* refusedUnchanged(
      files,
      /chorus\.key, the key of 12D3KooW\w+, is missing; restore the key, or name a new/
    )
    assert.isFalse(existsSync(files.nodeKey))
    copyFileSync(files.operatorKey, files.nodeKey)
    yield* refusedUnchanged(
      files,
      /chorus\.key is the key of 12D3KooW\w+, but the database is that of 12D3KooW\w+; restore/
    )
    writeFileSync(files.nodeKey, "secret\n")
    yield* refusedUnchanged(files, /chorus\.key holds no key; restore it, or move it away/)
    chmodSync(files.nodeKey, 0o644)
    yield* refusedUnchanged(
      files,
      /chorus\.key can be read by others; run: chmod 600 .+chorus\.key$/
    )
    renameSync(files.nodeKey, other)
    renameSync(kept, files.nodeKey)

    assert.deepStrictEqual(yield* tasks(yield* up(files.db)), ["r#1"])
    assert.strictEqual(readFileSync(other, "utf8"), "secret\n")
  }))

it.live("a database from a newer version, or one that is none, is left as it is", () =>
  Effect.gen(function*() {
    const files = yield* stopped
    const setVersion = (version: number) => {
      using database = new DatabaseSync(files.db)
      database.exec(`PRAGMA user_version = ${version}`)
    }
    const known = (() => {
      using database = new DatabaseSync(files.db)
      return Number(database.prepare("PRAGMA user_version").get()?.["user_version"])
    })()

    setVersion(known + 1)
    yield* refusedUnchanged(
      files,
      /chorus\.db was written by a newer chorus \(.+\): update chorus$/
    )
    setVersion(known)
    assert.deepStrictEqual(yield* Effect.scoped(Effect.flatMap(up(files.db), tasks)), ["r#1"])
    writeFileSync(files.db, "a letter, not a database")
    yield* refusedUnchanged(
      files,
      /chorus\.db is damaged \(.+\) and was left untouched: run `chorus doctor --repair/
    )
  }))

it.live("a database that is a folder is called one", () =>
  Effect.gen(function*() {
    const db = join(yield* folder, "chorus.db")
    mkdirSync(db)

    const line = yield* refused(64, `up --db "${db}"`)

    assert.strictEqual(line, `${db} is a folder; name a file: --db ${db}/chorus.db`)
  }))

it.live("a second node gets neither the database nor the port of the first, which does not notice", () =>
  Effect.gen(function*() {
    const path = yield* folder
    const first = yield* up(join(path, "chorus.db"))
    yield* claimed(first, "api", "r#1")
    const port = /tcp\/(\d+)/.exec(first.addresses[0] ?? "")?.[1]

    const database = yield* refused(1, `up --db "${first.db}"`)
    const taken = yield* refused(1, `up --db "${join(path, "two.db")}" --listen /ip4/127.0.0.1/tcp/${port}`)

    assert.strictEqual(
      database,
      `${first.db} is in use by another process, probably a node that is up: stop it first ` +
        `(\`chorus stop --db ${first.db}\`)`
    )
    assert.strictEqual(
      taken,
      `/ip4/127.0.0.1/tcp/${port} is in use; stop what uses it, or pick another --listen`
    )
    assert.isTrue(existsSync(first.files.socket))
    assert.deepStrictEqual(yield* tasks(first), ["r#1"])
  }))

it.live("joining a node that is not there is given up, and can be tried again", () =>
  Effect.gen(function*() {
    const path = yield* folder
    const first = yield* up(join(path, "first.db"))
    const db = join(path, "joiner.db")
    const nobody = `/ip4/127.0.0.1/tcp/9/p2p/${first.founder}`

    const impatient = { env: { CHORUS_JOIN_TIMEOUT: "0.5" } }

    const alone = yield* chorus(`up --db "${db}" --bootstrap ${nobody}`, impatient)
    const joiner = yield* up(db, `--bootstrap ${first.addresses[0]}`)

    assert.deepStrictEqual({ ...alone, stderr: alone.stderr.split("\n") }, {
      code: 75,
      stdout: "",
      stderr: [
        `joining: waiting for ${nobody} …`,
        `chorus: no node answered within 0.5 seconds (${nobody}); is it running, and is the address right? ` +
          "A private mesh is joined with `chorus join TOKEN`",
        ""
      ]
    })
    assert.strictEqual(joiner.founder, first.founder)
    yield* until("they met", first.client.status(), ({ peers }) => peers.length === 1)
  }))
