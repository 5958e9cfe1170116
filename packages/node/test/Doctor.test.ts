/**
 * `chorus doctor`: it finds what is wrong and says what to do, and `--repair` brings a damaged
 * database back as far as it and the peers go.
 */
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { chmodSync, existsSync, readFileSync, renameSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import * as Files from "../src/cli/Files.ts"
import { chorus, claimed, folder, refused, type Running, text, until, up } from "./Nodes.ts"

const stop = Effect.fnUntraced(function*(node: Running) {
  node.child.kill("SIGTERM")
  yield* node.ended
})

const tasks = (node: Running) =>
  Effect.map(node.client.tasks({ all: false }), (rows) => rows.map(({ task }) => task).sort())

/** A node with a peer that knows its claims, stopped; the peer goes on. */
const withPeer = Effect.fnUntraced(function*(claims: number) {
  const path = yield* folder
  const peer = yield* up(join(path, "peer.db"))
  const db = join(path, "chorus.db")
  const bootstrap = `--bootstrap ${peer.addresses[0]}`
  yield* Effect.scoped(Effect.gen(function*() {
    const node = yield* up(db, bootstrap)
    for (let at = 1; at <= claims; at++) yield* claimed(node, "api", `r#${at}`)
    yield* until("the peer has all", peer.client.tasks({ all: false }), (rows) => rows.length === claims)
    yield* stop(node)
  }))
  return { peer, bootstrap, files: Files.of(db) }
})

const change = (db: string, sql: string) => {
  using database = new DatabaseSync(db)
  database.exec(sql)
}

const Findings = Schema.Array(Schema.Struct({
  about: Schema.String,
  says: Schema.String,
  remedy: Schema.optionalKey(Schema.String)
}))

/** What the doctor finds, and its exit code. */
const findings = Effect.fnUntraced(function*({ db }: Files.Files) {
  const { code, stderr, stdout } = yield* chorus(`doctor --json --db "${db}"`)
  assert.strictEqual(stderr, "")
  const found = Schema.decodeUnknownSync(Findings)(JSON.parse(stdout))
  const calling = found.filter(({ remedy }) => remedy !== undefined)
  assert.strictEqual(code, calling.length === 0 ? 0 : 2)
  return { found, calling: calling.map(({ about, says }) => `${about}: ${says}`) }
})

it.live("a node that is well is clear, a stopped one, an open key and a stale socket are told", () =>
  Effect.gen(function*() {
    const db = join(yield* folder, "chorus.db")
    const files = Files.of(db)
    const before = yield* findings(files)
    yield* Effect.scoped(Effect.gen(function*() {
      const node = yield* up(db)
      yield* claimed(node, "api", "r#1")
      assert.deepStrictEqual((yield* findings(files)).calling, [])
      assert.match(yield* text(node, "doctor"), /^ok +node: 12D3KooW\w+ runs as process \d+, with 0 peers$/m)
      const busy = yield* refused(1, `doctor --repair --db "${db}"`)
      assert.match(busy, /chorus\.db is in use by another process/)
      node.child.kill("SIGKILL")
      yield* node.ended
    }))
    chmodSync(files.operatorKey, 0o640)

    const after = yield* findings(files)

    assert.deepStrictEqual(before.calling, [])
    assert.deepInclude(before.found[0], {
      says: `none yet; the first agent starts it, or \`chorus up --db ${db}\``
    })
    assert.deepStrictEqual(after.calling, [
      "node: none is running",
      `operator key: ${files.operatorKey} can be read by others; run: chmod 600 ${files.operatorKey}`
    ])
    assert.isTrue(after.found.some(({ says }) => says.includes("was left behind; the next `chorus up`")))
  }))

it.live("a database whose key is another's, or gone, is told with the owner's id", () =>
  Effect.gen(function*() {
    const db = join(yield* folder, "chorus.db")
    const files = Files.of(db)
    yield* Effect.scoped(Effect.flatMap(up(db), stop))
    renameSync(files.nodeKey, `${files.nodeKey}.kept`)
    const gone = yield* findings(files)
    renameSync(files.operatorKey, files.nodeKey)
    const others = yield* findings(files)

    assert.deepStrictEqual(gone.calling, [
      "node: none is running",
      `key: ${files.nodeKey} does not exist`
    ])
    assert.match(
      others.calling.join("\n"),
      /key: .+ is the key of 12D3\w+, but the database is that of 12D3\w+$/
    )
  }))

it.live("H38: a hole and flipped bits: refused, named, repaired, and brought back by a peer", () =>
  Effect.gen(function*() {
    const { bootstrap, files } = yield* withPeer(4)
    change(files.db, "DELETE FROM facts WHERE number = 4")
    const hole = yield* refused(1, `up --db "${files.db}" ${bootstrap}`)
    change(files.db, "UPDATE facts SET sealed = zeroblob(100) WHERE number = 2")
    change(files.db, "UPDATE facts SET seen_at_millis = 1 WHERE number = 3")
    const damaged = readFileSync(files.db)

    const flipped = yield* refused(1, `up --db "${files.db}" ${bootstrap}`)
    const { calling } = yield* findings(files)
    const { code, stdout } = yield* chorus(`doctor --repair --db "${files.db}"`)
    const node = yield* up(files.db, bootstrap)

    assert.match(hole, /^fact 4 of this node's own log \S+ is missing .+ run `chorus doctor --repair`/)
    assert.match(flipped, /is damaged \(fact 2 is not what was written\).+run `chorus doctor --repair --db /)
    assert.match(calling.join("\n"), /database: .+db: 1 rows are not what was written; .+place 4 is missing$/)
    assert.strictEqual(code, 0)
    const copy = /^a copy of the damaged database is (.+)$/m.exec(stdout)?.[1] ?? ""
    assert.isTrue(damaged.equals(readFileSync(copy)))
    assert.match(stdout, /, 1 rows dropped$/m)
    assert.match(stdout, /place 2 is missing: peers that hold it bring it back$/m)
    yield* until("all is back", tasks(node), (known) => known.length === 4)
    yield* stop(node)
    assert.deepStrictEqual((yield* findings(files)).calling, ["node: none is running"])
  }))

it.live("H38: a corrupted page is refused; what other pages hold is kept, the peer has the rest", () =>
  Effect.gen(function*() {
    const { bootstrap, files } = yield* withPeer(60)
    const bytes = readFileSync(files.db)
    const page = Math.floor(bytes.length / 2 / 4096) * 4096
    writeFileSync(files.db, bytes.fill(0x5a, page + 8, page + 4000))

    const line = yield* refused(1, `up --db "${files.db}" ${bootstrap}`)
    const repair = yield* chorus(`doctor --repair --json --db "${files.db}"`)
    const again = yield* chorus(`doctor --repair --db "${files.db}"`)
    const node = yield* up(files.db, bootstrap)

    assert.match(line, /is damaged \(.+\) and was left untouched: run `chorus doctor --repair --db /)
    assert.strictEqual(repair.code, 0, repair.stderr)
    const { facts } = JSON.parse(repair.stdout)
    assert.isAbove(facts, 60)
    assert.strictEqual(again.stdout, "the database is sound; nothing was changed\n")
    yield* until("all is back", tasks(node), (known) => known.length === 60)
  }))

it.live("H38: a file of which nothing can be read is moved away, and the node goes back to its mesh", () =>
  Effect.gen(function*() {
    const { bootstrap, files } = yield* withPeer(2)
    writeFileSync(files.db, "a letter, not a database ".repeat(1000))

    const { code, stdout } = yield* chorus(`doctor --repair --db "${files.db}"`)
    const line = yield* refused(1, `up --db "${files.db}"`)
    const node = yield* up(files.db, bootstrap)

    assert.strictEqual(code, 0)
    assert.match(stdout, /the mesh settings are lost: chorus up --db .+ --bootstrap ADDRESS takes them/)
    assert.match(line, /has a node's key, but its database .+ is gone: go back to its mesh with --bootstrap/)
    assert.isFalse(existsSync(join(files.folder, "chorus.operator.key")))
    yield* until("all is back", tasks(node), (known) => known.length === 2)
  }))
