/**
 * Puts a new database in the place of one that is damaged, after a copy was made of that.
 *
 *     copy (with its -wal) ──▶ new file, written and closed ──▶ renamed over the old one
 *
 * Whenever it is interrupted, either the old file is still there or the new one is whole, and the
 * copy has everything. The caller holds the lock.
 */
import { FactStore, type StoredFact } from "@chorus/coordination-core/ports/FactStore"
import type { SlurpEvent } from "@chorus/coordination-core/slurp/SlurpEvent"
import * as Subject from "@chorus/coordination-core/memory/Subject"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { copyFileSync, existsSync, renameSync, rmSync } from "node:fs"
import { SqliteDatabase } from "./SqliteDatabase.ts"
import * as SqliteError from "./SqliteError.ts"
import * as SqliteFactStore from "./SqliteFactStore.ts"

/** What the new database holds. */
export interface Content {
  readonly facts: ReadonlyArray<StoredFact>
  readonly events: ReadonlyArray<{ readonly event: SlurpEvent; readonly delivered: boolean }>
  readonly notes: ReadonlyMap<string, string>
}

/** Rows of one transaction. */
const batchMax = 1000

/** Replaces the file; it is only moved away when there is nothing to put in its place. */
export const replace = Effect.fnUntraced(function*(file: string, copy: string, content: Content) {
  const attempt = (work: () => void) =>
    Effect.try({ try: work, catch: (cause) => SqliteError.from(file, cause) })
  const next = `${file}.next`
  yield* attempt(() => {
    for (const end of ["", "-wal", "-journal"]) {
      if (existsSync(`${file}${end}`)) copyFileSync(`${file}${end}`, `${copy}${end}`)
      rmSync(`${next}${end}`, { force: true })
    }
  })
  const isEmpty = content.facts.length === 0 && content.notes.size === 0
  if (!isEmpty) yield* Effect.scoped(write(next, content))
  yield* attempt(() => {
    // An old -wal beside a new file would be played into it.
    for (const end of ["-wal", "-shm", "-journal"]) rmSync(`${file}${end}`, { force: true })
    if (isEmpty) rmSync(file, { force: true })
    else renameSync(next, file)
    rmSync(`${next}.lock`, { force: true })
  })
})

const write = Effect.fnUntraced(function*(file: string, { events, facts, notes }: Content) {
  const built = yield* Layer.build(
    SqliteFactStore.layer.pipe(Layer.provide(SqliteDatabase.layer({ file })))
  )
  yield* Effect.provide(Effect.gen(function*() {
    const store = yield* FactStore
    for (let at = 0; at < facts.length; at += batchMax) {
      yield* store.commit({ facts: facts.slice(at, at + batchMax), events: [] })
    }
    yield* store.commit({ facts: [], events: events.map(({ event }) => event) })
    yield* store.delivered(events.filter(({ delivered }) => delivered).map(({ event }) => event.id))
    // The new file has no subjects yet; the node fills them in when it starts.
    const others = [...notes].filter(([name]) => name !== Subject.noteName)
    for (const [name, value] of others) yield* store.setNote(name, value)
  }), built)
})
