/**
 * What can be saved from a damaged file, and how the new one takes its place.
 */
import { FactStore, type StoreError } from "@chorus/coordination-core/ports/FactStore"
import { event } from "@chorus/port-contracts/SlurpSinkContract"
import * as SqliteRepair from "@chorus/slurp/SqliteRepair"
import * as SqliteSalvage from "@chorus/slurp/SqliteSalvage"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { fact, layer } from "./Sample.ts"
import * as TemporaryFolder from "./TemporaryFolder.ts"

const facts = Array.from({ length: 200 }, (_, at) => fact(at + 1, 1000))

/** The file of a node that kept facts, events and notes. */
const used: Effect.Effect<string, StoreError, Scope.Scope> = Effect.gen(function*() {
  const file = join(yield* TemporaryFolder.make, "chorus.db")
  const write = Effect.gen(function*() {
    const store = yield* FactStore
    const named = facts.map((each) => ({ ...each, subjects: [`session ${each.seq}`] }))
    yield* store.commit({ facts: named, events: ["a", "b"].map(event) })
    yield* store.delivered(["a"])
    yield* store.setNote("mesh", "settings")
  })
  yield* Effect.provide(write, layer(file))
  return file
})

const contentOf = ({ events, facts: found, notes }: SqliteSalvage.Salvaged): SqliteRepair.Content => ({
  facts: found.filter(({ intact }) => intact).map((one) => one.fact),
  events,
  notes
})

/** What a store on the file gives. */
const kept = (file: string) =>
  Effect.provide(
    Effect.gen(function*() {
      const store = yield* FactStore
      return {
        facts: yield* Stream.runCollect(store.facts),
        pending: yield* store.pending(9),
        mesh: yield* store.note("mesh")
      }
    }),
    layer(file)
  )

const whole = { facts, pending: [event("b")], mesh: "settings" }

describe("salvage", () => {
  it.live("reads all of a sound file, and changes no byte of it", () =>
    Effect.gen(function*() {
      const file = yield* used
      const before = readFileSync(file)

      const { events, facts: found, finding, notes, unreadable } = yield* SqliteSalvage.read(file)

      assert.deepStrictEqual(found, facts.map((one) => ({ fact: one, intact: true })))
      assert.deepStrictEqual(events, [
        { event: event("a"), delivered: true },
        { event: event("b"), delivered: false }
      ])
      assert.deepStrictEqual([...notes], [["mesh", "settings"]])
      assert.deepStrictEqual([finding, unreadable], [undefined, 0])
      assert.isTrue(before.equals(readFileSync(file)))
    }))

  it.live("tells a fact that is not what was written (H38)", () =>
    Effect.gen(function*() {
      const file = yield* used
      using database = new DatabaseSync(file)
      database.exec("UPDATE facts SET seq = 999 WHERE number = 7")
      database.exec("UPDATE events SET body = '{' WHERE id = 'b'")

      const { events, facts: found } = yield* SqliteSalvage.read(file)

      assert.deepStrictEqual(found.filter(({ intact }) => !intact).map((one) => one.fact.seq), [999])
      assert.lengthOf(events, 1)
    }))

  it.live("loses only the rows of the pages that are broken, wherever they are (H38)", () =>
    Effect.gen(function*() {
      const file = yield* used
      const bytes = readFileSync(file)
      for (let page = 2; page < bytes.length / 4096; page += 7) {
        const broken = Buffer.from(bytes)
        writeFileSync(file, broken.fill(0x5a, page * 4096 + 8, page * 4096 + 4096))
        const { facts: found, finding } = yield* SqliteSalvage.read(file)
        assert.isDefined(finding, `page ${page}`)
        // Pages of a table hold a handful of these facts; pages of an index none.
        assert.isAtLeast(found.filter(({ intact }) => intact).length, facts.length - 10, `page ${page}`)
      }
    }))

  it.live("of a newer version is refused, and of what is no database gives nothing", () =>
    Effect.gen(function*() {
      const file = yield* used
      using database = new DatabaseSync(file)
      database.exec("PRAGMA user_version = 99")
      const error = yield* Effect.flip(SqliteSalvage.read(file))
      const letter = join(dirname(file), "letter.db")
      writeFileSync(letter, "a letter ".repeat(1000))
      const nothing = yield* SqliteSalvage.read(letter)

      assert.strictEqual(error.reason, "newer_version")
      assert.deepStrictEqual([nothing.facts, nothing.events, nothing.notes.size], [[], [], 0])
      assert.isDefined(nothing.finding)
    }))
})

describe("repair", () => {
  it.live("puts what was saved in the place of the file, and keeps the copy with its -wal", () =>
    Effect.gen(function*() {
      const file = yield* used
      const copy = `${file}.damaged`
      using open = new DatabaseSync(file)
      open.exec("UPDATE facts SET seen_at_millis = 0 WHERE number = 3")
      const bytes = [readFileSync(file), readFileSync(`${file}-wal`)]

      const salvaged = yield* SqliteSalvage.read(file)
      yield* SqliteRepair.replace(file, copy, contentOf(salvaged))

      assert.deepStrictEqual(yield* kept(file), { ...whole, facts: facts.toSpliced(2, 1) })
      assert.deepStrictEqual([readFileSync(copy), readFileSync(`${copy}-wal`)], bytes)
      const left = readdirSync(dirname(file)).filter((name) => name.includes(".next"))
      assert.deepStrictEqual(left, [])
    }))

  it.live("that was cut short before can be done again", () =>
    Effect.gen(function*() {
      const file = yield* used
      writeFileSync(`${file}.next`, "half a file")
      writeFileSync(`${file}.next-wal`, "and its side")

      yield* SqliteRepair.replace(file, `${file}.damaged`, contentOf(yield* SqliteSalvage.read(file)))

      assert.deepStrictEqual(yield* kept(file), whole)
    }))

  it.live("with nothing saved leaves no file, only the copy", () =>
    Effect.gen(function*() {
      const file = yield* used
      yield* SqliteRepair.replace(file, `${file}.damaged`, { facts: [], events: [], notes: new Map() })
      assert.deepStrictEqual([existsSync(file), existsSync(`${file}.damaged`)], [false, true])
    }))
})
