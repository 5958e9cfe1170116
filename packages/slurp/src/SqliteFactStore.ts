/**
 * The fact store of a node: facts, outbox and notes in its SQLite file.
 *
 * `synchronous=FULL` puts a commit on the disk before it is acknowledged, and commits of one turn
 * share a transaction. Each fact carries a checksum, since SQLite has none for what lies in its
 * file: a flipped bit is `damaged`, never a fact that peers would refuse. (docs/rules.md, 4)
 */
import {
  FactStore,
  type StoredFact,
  type StoreError
} from "@chorus/coordination-core/ports/FactStore"
import { SlurpEvent } from "@chorus/coordination-core/slurp/SlurpEvent"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import { crc32 } from "node:zlib"
import { SqliteDatabase } from "./SqliteDatabase.ts"
import * as SqliteError from "./SqliteError.ts"

/** Facts that are read at once; were all of them full, they would be 8 MiB. */
const pageMax = 500

/** The columns of a fact, in this order. */
const columns = "number, id, log, seq, sealed, seen_at_millis, checksum"

type FactRow = readonly [
  number: number,
  id: StoredFact["id"],
  log: StoredFact["log"],
  seq: StoredFact["seq"],
  sealed: Uint8Array,
  seenAtMillis: number,
  checksum: number
]

const make = Effect.gen(function*() {
  const { file, prepare, read, write } = yield* SqliteDatabase
  const statements = yield* read(() => prepareAll(prepare))

  /** The fact of a row, if it is what was written. */
  const intact = ([number, id, log, seq, sealed, seenAtMillis, checksum]: FactRow): StoredFact => {
    const fact = { id, log, seq, sealed, seenAtMillis }
    if (checksum === checksumOf(fact)) return fact
    throw SqliteError.make(file, "damaged", `fact ${number} is not what was written`)
  }

  /** The facts of pages, each from the number of the last one on, until one is not full. */
  const pages = (page: (after: number) => ReadonlyArray<FactRow>) =>
    Stream.paginate(0, (after) =>
      read(() => {
        const rows = page(after)
        const last = rows.length < pageMax ? undefined : rows.at(-1)
        return [rows.map(intact), Option.fromUndefinedOr(last?.[0])] as const
      }))

  return FactStore.of({
    commit: ({ events, facts }) =>
      write(() => {
        for (const fact of facts) {
          const { id, log, sealed, seenAtMillis, seq, subjects = [] } = fact
          statements.addFact.run(id, log, seq, sealed, seenAtMillis, checksumOf(fact))
          for (const subject of subjects) statements.addSubject.run(subject, id)
        }
        for (const event of events) statements.addEvent.run(event.id, JSON.stringify(event))
      }, facts.length),
    facts: pages((after) => statements.factsAfter.all(after)),
    sealed: (ids) =>
      read(() =>
        new Map(ids.flatMap((id) => {
          const row = statements.factById.get(id)
          return row === undefined ? [] : [[id, intact(row).sealed]]
        }))
      ),
    read: (ranges, bytesMax) =>
      read(() => {
        const found: Array<Uint8Array> = []
        let bytes = 0
        for (const { from, log, upTo = Number.MAX_SAFE_INTEGER } of ranges) {
          for (const row of statements.factsFrom.iterate(log, from, upTo)) {
            const { sealed } = intact(row)
            bytes += sealed.length
            if (bytes > bytesMax && found.length > 0) return found
            found.push(sealed)
          }
        }
        return found
      }),
    placed: (log, from, upTo) => read(() => statements.factsPlaced.all(log, from, upTo).map(intact)),
    listed: (log, from, upTo) =>
      read(() => statements.idsPlaced.all(log, from, upTo).map(([id, seq]) => ({ id, seq }))),
    about: (subject) => pages((after) => statements.factsAbout.all(subject, after)),
    ...subjectsIn(statements, read),
    retire: (ids, notes) =>
      write(() => {
        for (const id of ids) statements.removeFact.run(id)
        for (const [name, value] of notes) statements.setNote.run(name, value)
      }),
    pending: (limit) => read(() => statements.pending.all(limit).map(([body]) => decode(body))),
    delivered: (ids) => write(() => ids.forEach((id) => statements.setDelivered.run(id))),
    note: (name) => read(() => statements.note.get(name)?.[0]),
    setNote: (name, value) => write(() => void statements.setNote.run(name, value))
  })
})

/** The names under which facts are found. */
const subjectsIn = (
  statements: ReturnType<typeof prepareAll>,
  read: SqliteDatabase["Service"]["read"]
): Pick<FactStore["Service"], "subjects" | "newest"> => ({
  subjects: (beginning, after, limit) =>
    read(() =>
      statements.subjects
        .all(beginning, after, beginning + lastCharacter, limit)
        .map(([subject]) => subject)
    ),
  newest: (beginning, limit) =>
    read(() => {
      const all = few(statements, beginning, limit)
      if (all !== undefined) return all
      const found = new Set<string>()
      for (const [subject] of statements.subjectsBack.iterate(beginning, beginning + lastCharacter)) {
        if (found.add(subject).size >= limit) break
      }
      return [...found]
    })
})

/**
 * All subjects that begin so, the newest first, where there are no more than `max`: each costs a step
 * in the index. Few lie far apart among the facts of others, so going back to them could take for ever.
 */
const few = (
  { lastFact, nextSubject }: ReturnType<typeof prepareAll>,
  beginning: string,
  max: number
): ReadonlyArray<string> | undefined => {
  const found: Array<{ readonly subject: string; readonly last: number }> = []
  for (let from = beginning; found.length <= max;) {
    const [subject] = nextSubject.get(from, beginning + lastCharacter) ?? []
    if (subject === undefined) {
      return found.sort((a, b) => b.last - a.last).map((each) => each.subject)
    }
    const [last = 0] = lastFact.get(subject) ?? []
    found.push({ subject, last })
    from = subject + firstCharacter
  }
  return undefined
}

export const layer: Layer.Layer<FactStore, StoreError, SqliteDatabase> =
  Layer.effect(FactStore, make)

/** Nothing in Unicode comes before the one, nor after the other. */
const firstCharacter = "\0"
const lastCharacter = "\u{10FFFF}"

const prepareAll = (prepare: SqliteDatabase["Service"]["prepare"]) => ({
  addFact: prepare(
    `INSERT INTO facts (id, log, seq, sealed, seen_at_millis, checksum)
     VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING`
  ),
  factsPlaced: prepare<FactRow>(
    `SELECT ${columns} FROM facts WHERE log = ? AND seq BETWEEN ? AND ? ORDER BY seq, number`
  ),
  idsPlaced: prepare<readonly [id: StoredFact["id"], seq: StoredFact["seq"]]>(
    "SELECT id, seq FROM facts WHERE log = ? AND seq BETWEEN ? AND ? ORDER BY seq, number"
  ),
  addSubject: prepare(
    `INSERT INTO subjects (subject, number) SELECT ?, number FROM facts WHERE id = ?
     ON CONFLICT DO NOTHING`
  ),
  factsAbout: prepare<FactRow>(
    `SELECT ${columns} FROM subjects JOIN facts USING (number)
     WHERE subject = ? AND number > ? ORDER BY number LIMIT ${pageMax}`
  ),
  subjects: prepare<readonly [subject: string]>(
    `SELECT DISTINCT subject FROM subjects
     WHERE subject >= ? AND subject > ? AND subject < ? ORDER BY subject LIMIT ?`
  ),
  nextSubject: prepare<readonly [subject: string]>(
    "SELECT subject FROM subjects WHERE subject >= ? AND subject < ? ORDER BY subject LIMIT 1"
  ),
  lastFact: prepare<readonly [number: number]>("SELECT max(number) FROM subjects WHERE subject = ?"),
  // The plus keeps SQLite from sorting all of them: it goes back along the facts instead.
  subjectsBack: prepare<readonly [subject: string]>(
    "SELECT subject FROM subjects WHERE +subject >= ? AND +subject < ? ORDER BY number DESC"
  ),
  removeFact: prepare("DELETE FROM facts WHERE id = ?"),
  factsAfter: prepare<FactRow>(
    `SELECT ${columns} FROM facts WHERE number > ? ORDER BY number LIMIT ${pageMax}`
  ),
  factById: prepare<FactRow>(`SELECT ${columns} FROM facts WHERE id = ?`),
  factsFrom: prepare<FactRow>(
    `SELECT ${columns} FROM facts WHERE log = ? AND seq BETWEEN ? AND ? ORDER BY seq, number`
  ),
  addEvent: prepare("INSERT INTO events (id, body) VALUES (?, ?) ON CONFLICT (id) DO NOTHING"),
  pending: prepare<readonly [body: string]>(
    "SELECT body FROM events WHERE NOT delivered ORDER BY number LIMIT ?"
  ),
  setDelivered: prepare("UPDATE events SET delivered = TRUE WHERE id = ? AND NOT delivered"),
  note: prepare<readonly [value: string]>("SELECT value FROM notes WHERE name = ?"),
  setNote: prepare("INSERT OR REPLACE INTO notes (name, value) VALUES (?, ?)")
})

const decode = Schema.decodeUnknownSync(Schema.fromJsonString(SlurpEvent))

/** What a fact's row has beside it, to be told from what it was. */
export const checksumOf = ({ id, log, sealed, seenAtMillis, seq }: StoredFact): number =>
  crc32(sealed, crc32(`${id} ${log} ${seq} ${seenAtMillis}`))
