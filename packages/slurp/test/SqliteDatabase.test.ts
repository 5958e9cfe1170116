/**
 * What a database file may be like when a node starts, and what the node then does and says.
 */
import { FactStore, type StoreError } from "@chorus/coordination-core/ports/FactStore"
import { SqliteDatabase } from "@chorus/slurp/SqliteDatabase"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import {
  chmodSync,
  copyFileSync,
  existsSync,
  readFileSync,
  statSync,
  writeFileSync
} from "node:fs"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { isDeepStrictEqual } from "node:util"
import { fact, layer } from "./Sample.ts"
import * as TemporaryFolder from "./TemporaryFolder.ts"

const open = (file: string): Effect.Effect<void, StoreError> =>
  Effect.provide(Effect.asVoid(FactStore), layer(file))

/** The file of a node that kept some facts and ended. */
const used: Effect.Effect<string, StoreError, Scope.Scope> = Effect.gen(function*() {
  const file = join(yield* TemporaryFolder.make, "node", "chorus.db")
  const facts = Array.from({ length: 200 }, (_, at) => fact(at + 1, 1000))
  const write = Effect.flatMap(FactStore, (store) => store.commit({ facts, events: [] }))
  yield* Effect.provide(write, layer(file))
  return file
})

/** What a killed process leaves of a file that it has open: itself and its side file. */
const copyOf = (file: string, side: "-wal" | "-journal") => {
  const copy = `${file}.copy`
  copyFileSync(file, copy)
  copyFileSync(`${file}${side}`, `${copy}${side}`)
  return copy
}

/** Opens a file that must be refused, and looks that this changed neither it nor its side file. */
const refused = (file: string) =>
  Effect.gen(function*() {
    const bytes = () =>
      [file, `${file}-wal`].map((path) => existsSync(path) ? readFileSync(path, "latin1") : "")
    const before = bytes()
    const error = yield* Effect.flip(open(file))
    assert.isTrue(isDeepStrictEqual(bytes(), before), "the file changed")
    return error
  })

describe("a database file", () => {
  it.live("and its folder are for their owner only", () =>
    Effect.gen(function*() {
      const file = yield* used
      const mode = (path: string) => (statSync(path).mode & 0o777).toString(8)
      assert.strictEqual(mode(join(file, "..")), "700")
      yield* Effect.provide(
        Effect.sync(() => {
          for (const end of ["", "-wal", "-shm", ".lock"]) {
            assert.strictEqual(mode(`${file}${end}`), "600", end)
          }
        }),
        layer(file)
      )
    }))

  it.live("is told to put each commit on the disk, and lets others read meanwhile", () =>
    Effect.gen(function*() {
      const file = yield* used
      yield* Effect.gen(function*() {
        const { prepare } = yield* SqliteDatabase
        using reader = new DatabaseSync(file, { readOnly: true })
        assert.deepEqual(prepare("PRAGMA synchronous").get(), [2])
        assert.deepEqual(reader.prepare("SELECT count(*) AS n FROM facts").get(), { n: 200 })
      }).pipe(Effect.provide(layer(file)))
    }))

  it.live("of a first start that was killed begins anew", () =>
    Effect.gen(function*() {
      const file = join(yield* TemporaryFolder.make, "chorus.db")
      using first = new DatabaseSync(file)
      // More than the cache holds, so that the file is written before the commit.
      first.exec("PRAGMA cache_size = 1; BEGIN; CREATE TABLE facts (sealed BLOB)")
      for (let at = 0; at < 100; at++) first.exec("INSERT INTO facts VALUES (zeroblob(4000))")
      const copy = copyOf(file, "-journal")

      const commit = Effect.flatMap(FactStore, (store) =>
        store.commit({ facts: [fact(1)], events: [] }))
      yield* Effect.provide(commit, layer(copy))

      assert.isAbove(statSync(copy).size, 0)
    }))

  it.live("of a newer version is refused, unchanged, with the advice to update", () =>
    Effect.gen(function*() {
      using newer = new DatabaseSync(yield* used)
      newer.exec("PRAGMA user_version = 99")

      const error = yield* refused(copyOf(newer.location() ?? "", "-wal"))

      assert.strictEqual(error.reason, "newer_version")
      assert.match(error.message, /chorus\.db\S* was .*its version is 99.*update chorus$/)
    }))

  it.live("with overwritten pages is damaged: refused, unchanged, with the way out (H38)", () =>
    Effect.gen(function*() {
      const file = yield* used
      const bytes = readFileSync(file)
      bytes.fill(0x5a, bytes.length / 2, bytes.length / 2 + 10_000)
      writeFileSync(file, bytes)

      const error = yield* refused(file)

      assert.strictEqual(error.reason, "damaged")
      assert.match(error.message, /chorus\.db is damaged .*left untouched: run `chorus doctor --repair/)
    }))

  it.live("that is cut short is damaged (H38)", () =>
    Effect.gen(function*() {
      const file = yield* used
      const bytes = readFileSync(file)
      writeFileSync(file, bytes.subarray(0, bytes.length / 2))
      assert.strictEqual((yield* refused(file)).reason, "damaged")
    }))

  it.live("that is no database is damaged", () =>
    Effect.gen(function*() {
      const file = join(yield* TemporaryFolder.make, "chorus.db")
      writeFileSync(file, "not a database ".repeat(1000))
      assert.strictEqual((yield* refused(file)).reason, "damaged")
    }))

  it.live("in a folder that cannot be written is refused as read-only", () =>
    Effect.gen(function*() {
      const folder = yield* TemporaryFolder.make
      yield* Effect.acquireRelease(
        Effect.sync(() => chmodSync(folder, 0o555)),
        () => Effect.sync(() => chmodSync(folder, 0o755))
      )

      const error = yield* asNobody(Effect.flip(open(join(folder, "chorus.db"))))

      assert.strictEqual(error.reason, "read_only")
      assert.match(error.message, /chorus\.db cannot be written .*let this user write/)
    }))

  it.live("below a file instead of a folder fails with both names", () =>
    Effect.gen(function*() {
      const file = join(yield* used, "chorus.db")
      const error = yield* Effect.flip(open(file))
      assert.strictEqual(error.reason, "failed")
      assert.include(error.message, file)
    }))
})

/** Runs as a user who is not root, since root may write anywhere. */
const asNobody = <A, E>(effect: Effect.Effect<A, E>): Effect.Effect<A, E> =>
  process.getuid?.() !== 0 ? effect : Effect.acquireUseRelease(
    Effect.sync(() => process.seteuid?.(65_534)),
    () => effect,
    () => Effect.sync(() => process.seteuid?.(0))
  )
