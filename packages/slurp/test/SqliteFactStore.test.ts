/**
 * What the SQLite store promises beyond its port: a full disk, flipped bits, writes in groups.
 */
import { FactStore, type StoredFact } from "@chorus/coordination-core/ports/FactStore"
import { forAll } from "@chorus/port-contracts/Check"
import { SqliteDatabase, type Statement } from "@chorus/slurp/SqliteDatabase"
import { assert, describe, it } from "@effect/vitest"
import * as SqliteFactStore from "@chorus/slurp/SqliteFactStore"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Result from "effect/Result"
import * as Stream from "effect/Stream"
import * as fc from "fast-check"
import { readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import * as FactStoreModel from "./FactStoreModel.ts"
import { fact, layer } from "./Sample.ts"
import * as TemporaryFolder from "./TemporaryFolder.ts"

const newFile = Effect.map(TemporaryFolder.make, (folder) => join(folder, "chorus.db"))
const onNewFile = <A, E>(use: Effect.Effect<A, E, FactStore | SqliteDatabase>) =>
  Effect.flatMap(newFile, (file) => Effect.provide(use, layer(file)))

const facts = Effect.flatMap(FactStore, (store) => Stream.runCollect(store.facts))
const commit = (...batch: ReadonlyArray<StoredFact>) =>
  Effect.flatMap(FactStore, (store) => store.commit({ facts: batch, events: [] }))

FactStoreModel.suite("SQLite", Effect.map(newFile, layer))

describe("a full disk", () => {
  it.live("fails a commit, keeps nothing of it, and takes it once there is room", () =>
    onNewFile(Effect.gen(function*() {
      const { prepare } = yield* SqliteDatabase
      const large = Array.from({ length: 100 }, (_, at) => fact(at + 2, 4000))
      yield* commit(fact(1))

      prepare("PRAGMA max_page_count = 40").get()
      const error = yield* Effect.flip(commit(...large))
      const during = yield* facts
      const atOnce = yield* Effect.all(
        [Effect.result(commit(...large)), Effect.result(commit(fact(500)))],
        { concurrency: "unbounded" }
      )
      prepare("PRAGMA max_page_count = 4000").get()
      yield* commit(...large)

      assert.strictEqual(error.reason, "full")
      assert.match(error.message, /chorus\.db is full: make room and try again/)
      assert.deepStrictEqual(during, [fact(1)])
      assert.deepStrictEqual(atOnce.map(Result.isSuccess), [false, true])
      assert.deepStrictEqual(yield* facts, [fact(1), fact(500), ...large])
    })))
})

describe("flipped bits", () => {
  it.live("are refused or change no fact, wherever they are (H38)", () =>
    Effect.gen(function*() {
      const written = Array.from({ length: 60 }, (_, at) => fact(at + 1, at * 100))
      const file = yield* newFile
      yield* Effect.provide(commit(...written), layer(file))
      const bytes = readFileSync(file)

      const flips = fc.tuple(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }))
      yield* forAll(flips, ([at, bits]) =>
        Effect.gen(function*() {
          const copy = yield* newFile
          writeFileSync(copy, bytes.with(at, bytes[at]! ^ bits))
          const read = yield* Effect.result(Effect.provide(facts, layer(copy)))
          if (Result.isSuccess(read)) assert.deepStrictEqual(read.success, written)
        }).pipe(Effect.scoped), 200)
    }))

  it.live("inside a fact are found when it is read, and the others stay readable (H38)", () =>
    Effect.gen(function*() {
      const file = yield* newFile
      yield* Effect.provide(commit(fact(1), fact(2222), fact(3)), layer(file))
      const bytes = readFileSync(file)
      bytes.write("x", bytes.indexOf("2222 2222"))
      writeFileSync(file, bytes)

      yield* Effect.gen(function*() {
        const store = yield* FactStore
        const error = yield* Effect.flip(store.sealed([fact(2222).id]))
        const intact = yield* store.sealed([fact(1).id, fact(3).id])
        assert.strictEqual(error.reason, "damaged")
        assert.strictEqual(intact.size, 2)
      }).pipe(Effect.provide(layer(file)))
    }))
})

describe("writes in groups", () => {
  it.live("a commit that is interrupted while it waits writes nothing", () =>
    onNewFile(Effect.gen(function*() {
      const waiting = yield* Effect.forkChild(commit(fact(1)), { startImmediately: true })
      yield* Fiber.interrupt(waiting)
      yield* commit(fact(2))
      assert.deepStrictEqual(yield* facts, [fact(2)])
    })))

  it.live("what waits when the store closes is written", () =>
    Effect.gen(function*() {
      const file = yield* newFile
      const last = yield* Effect.provide(
        Effect.flatMap(FactStore, ({ commit }) =>
          Effect.forkDetach(commit({ facts: [fact(1)], events: [] }), { startImmediately: true })),
        layer(file)
      )
      yield* Fiber.join(last)
      assert.deepStrictEqual(yield* Effect.provide(facts, layer(file)), [fact(1)])
    }))
})

describe("the newest subjects", () => {
  /** A database that tells how often one goes back over rows. */
  const counting = (count: () => void) =>
    Layer.effect(SqliteDatabase, Effect.map(SqliteDatabase, (database) => ({
      ...database,
      prepare: <Row extends ReadonlyArray<unknown>>(sql: string) => {
        const statement = database.prepare<Row>(sql)
        const counted: Statement<Row> = {
          run: (...of) => statement.run(...of),
          get: (...of) => statement.get(...of),
          all: (...of) => statement.all(...of),
          iterate: (...of) => {
            count()
            return statement.iterate(...of)
          }
        }
        return counted
      }
    })))

  it.live("H25: where there are few, they are found without going back over all facts", () =>
    Effect.gen(function*() {
      let walks = 0
      const database = Layer.provide(counting(() => walks++), SqliteDatabase.layer({ file: yield* newFile }))
      const built = yield* Layer.build(Layer.provide(SqliteFactStore.layer, database))
      const store = Context.get(built, FactStore)
      const named = Array.from({ length: 60 }, (_, at) => ({
        ...fact(at + 1),
        subjects: [at < 20 ? `session ${at % 5}` : `claim ${at}`, `session${at}`, `sessionx ${at}`]
      }))
      yield* store.commit({ facts: named, events: [] })

      const newest = ["session 4", "session 3", "session 2", "session 1", "session 0"]
      for (const limit of [200, 5]) assert.deepStrictEqual(yield* store.newest("session ", limit), newest)
      assert.strictEqual(walks, 0)
      assert.deepStrictEqual(yield* store.newest("session ", 2), newest.slice(0, 2))
      assert.strictEqual(walks, 1)
    }))
})
