/**
 * Disks that come back older, empty, torn or read-only: the node says so, or takes back from its
 * peers what it once stated, before it can contradict it.
 */
import { AgentName } from "@chorus/coordination-core/identity/AgentId"
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { spawnSync } from "node:child_process"
import { chmodSync, copyFileSync, existsSync, readdirSync, rmSync, statSync, truncateSync } from "node:fs"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import * as Files from "../src/cli/Files.ts"
import {
  bin,
  chorus,
  claimed,
  folder,
  knows,
  refused,
  refusedAt,
  type Running,
  start,
  text,
  until,
  up
} from "./Nodes.ts"

/** A node that founded a mesh, and how others join it. */
const founder = Effect.gen(function*() {
  const path = yield* folder
  const peer = yield* up(join(path, "peer", "chorus.db"))
  return { path, peer, bootstrap: `--bootstrap ${peer.addresses[0]}` }
})

/** Runs a node for as long as it is used, and stops it in order. */
const whileUp = <A, E, R>(db: string, flags: string, use: (node: Running) => Effect.Effect<A, E, R>) =>
  Effect.scoped(Effect.gen(function*() {
    const node = yield* up(db, flags)
    const result = yield* use(node)
    node.child.kill("SIGTERM")
    yield* node.ended
    return result
  }))

const ownLogs = (db: string, node: string): ReadonlyArray<string> => {
  using database = new DatabaseSync(db, { readOnly: true })
  return database.prepare("SELECT DISTINCT log FROM facts WHERE log LIKE ?").all(`${node}/%`)
    .map(({ log }) => String(log))
}

it.live("a database restored from a backup: a new log, and the votes since come back before new ones", () =>
  Effect.gen(function*() {
    const { bootstrap, path, peer } = yield* founder
    const db = join(path, "node", "chorus.db")
    const one = AgentName.make("one")
    const session = yield* whileUp(db, bootstrap, (node) =>
      Effect.gen(function*() {
        yield* claimed(node, "one", "r#1", "The same task")
        const { sessions } = yield* claimed(node, "two", "r#1", "The same task")
        const id = sessions[0]?.session ?? "none"
        yield* until("it is planned", node.client.show({ session: id }), ({ plans }) => plans.length > 0)
        return id
      }))
    copyFileSync(db, `${db}.backup`)
    const node = yield* whileUp(db, bootstrap, (again) =>
      Effect.gen(function*() {
        yield* until("it may vote", again.client.status(), ({ settled }) => settled)
        yield* again.client.answer({ agent: one, session, stance: "agree", reason: "" })
        yield* until("the peer knows", peer.client.show({ session }), ({ plans }) =>
          plans.some(({ votes }) => votes.length === 1))
        return again.node
      }))
    const logs = ownLogs(db, node)
    copyFileSync(`${db}.backup`, db)

    const restored = yield* up(db, bootstrap)
    yield* until("it may vote", restored.client.status(), ({ settled }) => settled)
    const refusal = yield* refusedAt(restored, 1, `answer ${session} object --agent one --because no`)
    yield* claimed(restored, "one", "r#2")

    assert.match(refusal, /^votes are final, and one chose "agree" on this plan/)
    const { plans } = yield* restored.client.show({ session })
    assert.deepStrictEqual(plans.flatMap(({ votes }) => votes.map(({ stance }) => stance)), ["agree"])
    const since = ownLogs(db, node)
    assert.includeMembers([...since], [...logs])
    assert.lengthOf(since, logs.length + 1)
  }))

it.live("a deleted database: a key alone founds no other mesh, and back in its own all comes back", () =>
  Effect.gen(function*() {
    const { bootstrap, path, peer } = yield* founder
    const files = Files.of(join(path, "node", "chorus.db"))
    yield* whileUp(files.db, bootstrap, (node) =>
      Effect.andThen(claimed(node, "api", "r#1"), knows(peer, "r#1")))
    rmSync(files.db)

    const line = yield* refused(1, `up --db "${files.db}"`)
    const told = (yield* chorus(`doctor --db "${files.db}"`)).stdout
    assert.isFalse(existsSync(files.db))
    const node = yield* up(files.db, bootstrap)
    yield* knows(node, "r#1")

    assert.match(
      line,
      /chorus\.key has a node's key, but its database .+chorus\.db is gone: go back .+ --bootstrap ADDRESS/
    )
    assert.match(told, /database: .+chorus\.db is gone, and the node's key is there/)
    assert.isTrue((yield* node.client.tasks({ all: false })).some(({ own, task }) => own && task === "r#1"))
  }))

it.live("a founder's deleted database: the mesh is the same, and a node of it brings all back", () =>
  Effect.gen(function*() {
    const { bootstrap, path, peer } = yield* founder
    yield* claimed(peer, "api", "r#1")
    const other = yield* up(join(path, "other", "chorus.db"), bootstrap)
    yield* knows(other, "r#1")
    peer.child.kill("SIGTERM")
    yield* peer.ended
    rmSync(peer.db)

    const again = yield* up(peer.db, `--bootstrap ${other.addresses[0]}`)
    yield* knows(again, "r#1")
    assert.strictEqual(again.founder, peer.founder)
    again.child.kill("SIGTERM")
    yield* again.ended
    rmSync(peer.db)

    const alone = yield* up(peer.db)
    assert.strictEqual(alone.founder, peer.founder)
  }))

it.live("H38: a torn end of the write-ahead log costs what it held, which a peer brings back", () =>
  Effect.gen(function*() {
    const { bootstrap, path, peer } = yield* founder
    const db = join(path, "node", "chorus.db")
    yield* Effect.scoped(Effect.gen(function*() {
      const node = yield* up(db, bootstrap)
      for (const task of ["r#1", "r#2", "r#3"]) yield* claimed(node, "api", task)
      yield* knows(peer, "r#3")
      node.child.kill("SIGKILL")
      yield* node.ended
    }))
    const before = rows(db)
    truncateSync(`${db}-wal`, statSync(`${db}-wal`).size - 100)
    const torn = rows(db)

    const node = yield* up(db, bootstrap)

    assert.isBelow(torn, before)
    yield* until("all is back", node.client.tasks({ all: false }), (known) => known.length === 3)
    assert.match(yield* text(node, "doctor"), /^ok +database: \d+ facts/m)
  }))

/** The facts of a killed node, read from a copy so that its files stay as they are. */
const rows = (db: string): number => {
  for (const end of ["", "-wal"]) copyFileSync(`${db}${end}`, `${db}.copy${end}`)
  using database = new DatabaseSync(`${db}.copy`)
  return Number(database.prepare("SELECT count(*) AS n FROM facts").get()?.["n"])
}

const apart = `unshare --mount ${process.getuid?.() === 0 ? "" : "--map-root-user"}`
const mounts = spawnSync("sh", ["-c", `${apart} mount -t tmpfs tmpfs /mnt`]).status === 0

it.live("a folder that cannot be written is refused with the line to mend it, and stays empty", () =>
  Effect.gen(function*() {
    const path = yield* folder
    const db = join(path, "chorus.db")
    // Root may write wherever the mode says no, but not where the file system does.
    const script = mounts
      ? `exec ${apart} sh -c 'mount -t tmpfs -o ro tmpfs "$0" && exec "$@"' "$0" "$@"`
      : "exec \"$@\""
    if (!mounts) chmodSync(path, 0o555)

    const node = yield* start("sh", ["-c", script, path, process.execPath, bin, "up", "--db", db])
    const { code, stderr } = yield* node.ended

    assert.strictEqual(code, 1)
    assert.match(
      stderr,
      /^chorus: .+chorus\.db cannot be written \(.+\): let this user write to it and to its folder\n$/
    )
    assert.deepStrictEqual(readdirSync(path), [])
  }))
