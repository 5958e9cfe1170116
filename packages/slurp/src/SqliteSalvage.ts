/**
 * All that can still be read of a database file, whatever is wrong with it. Writes nothing.
 *
 * A table is read from one end to the other; where a page of it is broken, row by row, so that one
 * page costs its own rows alone. What is read is not judged here, except that a fact says whether
 * it is what was written.
 */
import type { StoredFact } from "@chorus/coordination-core/ports/FactStore"
import { SlurpEvent } from "@chorus/coordination-core/slurp/SlurpEvent"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { statSync } from "node:fs"
import type { DatabaseSync, SQLOutputValue } from "node:sqlite"
import * as SqliteDatabase from "./SqliteDatabase.ts"
import * as SqliteError from "./SqliteError.ts"
import { checksumOf } from "./SqliteFactStore.ts"
import * as SqliteSchema from "./SqliteSchema.ts"

export interface Salvaged {
  /** What SQLite finds wrong with the pages; none when nothing is. */
  readonly finding: string | undefined
  readonly facts: ReadonlyArray<{ readonly fact: StoredFact; readonly intact: boolean }>
  readonly events: ReadonlyArray<{ readonly event: SlurpEvent; readonly delivered: boolean }>
  readonly notes: ReadonlyMap<string, string>
  /** Rows that are there and cannot be read. */
  readonly unreadable: number
}

/** Reads what can be read; fails when the file is of a newer version or cannot be opened. */
export const read = (file: string) =>
  Effect.try({
    try: (): Salvaged => {
      using database = SqliteDatabase.reader(file)
      const newer = attempt(() => SqliteSchema.versionOf(database) > SqliteSchema.version)
      if (newer === true) throw SqliteError.make(file, "newer_version", "its version is higher")
      return salvaged(database, statSync(file).size)
    },
    catch: (cause) => SqliteError.from(file, cause)
  })

type Row = Record<string, SQLOutputValue>

const salvaged = (database: DatabaseSync, bytes: number): Salvaged => {
  const finding = Result.getOrElse(
    Result.try({ try: () => SqliteDatabase.findingOf(database), catch: String }),
    (error) => error
  )
  const facts = rowsOf(database, "facts", "number", bytes)
  const events = rowsOf(database, "events", "number", bytes)
  const notes = rowsOf(database, "notes", "rowid", bytes)
  return {
    finding,
    facts: facts.rows.flatMap(factOf),
    events: events.rows.flatMap(eventOf),
    notes: new Map(notes.rows.map(({ name, value }) => [String(name), String(value)])),
    unreadable: facts.unreadable + events.unreadable + notes.unreadable
  }
}

const factOf = (row: Row): Salvaged["facts"] => {
  const { checksum, id, log, sealed, seen_at_millis: seenAtMillis, seq } = row
  if (!(sealed instanceof Uint8Array)) return []
  // Whether it is a fact at all is for those to say who can open its seal.
  const fact = { id, log, seq, sealed, seenAtMillis } as StoredFact
  return [{ fact, intact: checksum === checksumOf(fact) }]
}

const decode = Schema.decodeUnknownResult(Schema.fromJsonString(SlurpEvent))

const eventOf = ({ body, delivered }: Row): Salvaged["events"] =>
  Result.match(decode(body), {
    onFailure: () => [],
    onSuccess: (event) => [{ event, delivered: delivered === 1 }]
  })

interface Rows {
  readonly rows: ReadonlyArray<Row>
  readonly unreadable: number
}

/** A row takes at least this many bytes of the file, so the file bounds what is looked for. */
const rowBytesMin = 16

const rowsOf = (database: DatabaseSync, table: string, key: string, bytes: number): Rows => {
  const whole = attempt(() => database.prepare(`SELECT * FROM ${table} ORDER BY ${key}`).all())
  if (whole !== undefined) return { rows: whole, unreadable: 0 }
  const one = attempt(() => database.prepare(`SELECT * FROM ${table} WHERE ${key} = ?`))
  if (one === undefined) return { rows: [], unreadable: 0 }
  const highest = `SELECT max(${key}) AS last FROM ${table}`
  const last = attempt(() => Number(database.prepare(highest).get()?.["last"]))
  const rows: Array<Row> = []
  let unreadable = 0
  for (let at = 1; at <= (last ?? Math.ceil(bytes / rowBytesMin)); at++) {
    const row = attempt(() => ({ found: one.get(at) }))
    if (row === undefined) unreadable += 1
    else if (row.found !== undefined) rows.push(row.found)
  }
  return { rows, unreadable }
}

const attempt = <A>(work: () => A): A | undefined => {
  try {
    return work()
  } catch {
    return undefined
  }
}
