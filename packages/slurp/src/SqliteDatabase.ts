/**
 * The one SQLite file of a node, open: the connection that the fact store and the local sink share.
 *
 * Plain `node:sqlite`: statements are a handful and known, and `effect/sql` would bring a compiler,
 * a pool of one and a reactivity service to wrap calls that are synchronous anyway.
 *
 * One writer: a second connection holds an exclusive transaction on an empty file of its own,
 * `<file>.lock`. The kernel ends that lock with the process, however it ends, so the file that
 * stays behind means nothing. It is taken before the database is touched. `locking_mode=EXCLUSIVE`
 * on the database itself would shut out a person's reader as well, and two nodes that start at once
 * could refuse each other. Whoever deletes the lock file of a living node lets a second one in;
 * SQLite's own locks then still keep the file whole.
 *
 * A file is looked at through a read-only connection first, because even closing a writing one may
 * change it: what is refused, damaged or of a newer version, stays as it is to the byte.
 */
import type { StoreError } from "@chorus/coordination-core/ports/FactStore"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { closeSync, existsSync, mkdirSync, openSync } from "node:fs"
import { DatabaseSync, type SQLInputValue } from "node:sqlite"
import { dirname } from "node:path"
import * as GroupCommit from "./GroupCommit.ts"
import * as SqliteError from "./SqliteError.ts"
import * as SqliteSchema from "./SqliteSchema.ts"

/** How long a node that starts waits for one that is just ending. */
const busyMillis = 1000

/** A prepared statement whose rows are the values of its columns: objects would take twice as long. */
export interface Statement<Row extends ReadonlyArray<unknown>> {
  readonly run: (...parameters: ReadonlyArray<SQLInputValue>) => unknown
  readonly get: (...parameters: ReadonlyArray<SQLInputValue>) => Row | undefined
  readonly all: (...parameters: ReadonlyArray<SQLInputValue>) => ReadonlyArray<Row>
  readonly iterate: (...parameters: ReadonlyArray<SQLInputValue>) => Iterable<Row>
}

export interface Options {
  /** The path of the database; it and its folder are made if they are missing. */
  readonly file: string
}

export class SqliteDatabase extends Context.Service<SqliteDatabase, {
  readonly file: string
  /** Throws if the statement does not fit the schema. */
  readonly prepare: <Row extends ReadonlyArray<unknown>>(sql: string) => Statement<Row>
  /** Runs what may throw. */
  readonly read: <A>(work: () => A) => Effect.Effect<A, StoreError>
  /** Runs what may throw and writes so many facts inside a transaction; succeeds once it is on the disk. */
  readonly write: (work: () => void, facts?: number) => Effect.Effect<void, StoreError>
}>()("@chorus/slurp/SqliteDatabase") {
  static readonly layer = (options: Options): Layer.Layer<SqliteDatabase, StoreError> =>
    Layer.effect(SqliteDatabase, make(options))
}

const make = Effect.fnUntraced(function*({ file }: Options) {
  const errorFrom = (cause: unknown) => SqliteError.from(file, cause)
  const attempt = <A>(work: () => A) => Effect.try({ try: work, catch: errorFrom })

  yield* lock(file)
  yield* attempt(() => inspect(file))
  const database = yield* connect(file, attempt)
  yield* attempt(() => {
    database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON")
    SqliteSchema.migrate(database)
  })
  const { flush, write } = GroupCommit.make(database, errorFrom)
  yield* Effect.addFinalizer(() => Effect.sync(flush))
  return SqliteDatabase.of({
    file,
    prepare: <Row extends ReadonlyArray<unknown>>(sql: string) => {
      const statement = database.prepare(sql)
      statement.setReturnArrays(true)
      // The statements and the tables are this package's own, so their rows are what they say.
      return statement as unknown as Statement<Row>
    },
    read: attempt,
    write
  })
})

/** Makes this process the only one that may write to the file, until the scope closes. */
export const lock = Effect.fnUntraced(function*(file: string) {
  const attempt = <A>(work: () => A) =>
    Effect.try({ try: work, catch: (cause) => SqliteError.from(file, cause) })
  yield* attempt(() => mkdirSync(dirname(file), { recursive: true, mode: 0o700 }))
  const held = yield* connect(`${file}.lock`, attempt)
  yield* attempt(() => held.exec("PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE"))
})

const connect = (
  file: string,
  attempt: <A>(work: () => A) => Effect.Effect<A, StoreError>
) =>
  Effect.acquireRelease(
    attempt(() => {
      create(file)
      return new DatabaseSync(file, { timeout: busyMillis })
    }),
    (database) => Effect.sync(() => database.close())
  )

/**
 * Makes an empty file that only its owner may read; SQLite's own side files follow its mode. An
 * existing one is not opened, since closing it would drop the locks that this process holds on it.
 */
const create = (file: string): void => {
  try {
    closeSync(openSync(file, "wx", 0o600))
  } catch (cause) {
    if (!existsSync(file)) throw cause
  }
}

/** Throws if the file is damaged or of a newer version, and writes nothing. */
const inspect = (file: string): void => {
  if (!existsSync(file)) return
  using database = reader(file)
  const version = SqliteSchema.versionOf(database)
  if (version > SqliteSchema.version) {
    const detail = `its version is ${version}, this chorus knows ${SqliteSchema.version}`
    throw SqliteError.make(file, "newer_version", detail)
  }
  const finding = findingOf(database)
  if (finding !== undefined) throw SqliteError.make(file, "damaged", finding)
}

/** A connection that only reads. */
export const reader = (file: string): DatabaseSync =>
  // Only a first start that was killed leaves a rollback journal; it must be undone by a writer.
  new DatabaseSync(file, { readOnly: !existsSync(`${file}-journal`), timeout: busyMillis })

/** What SQLite finds wrong with the pages of a file. */
export const findingOf = (database: DatabaseSync): string | undefined => {
  const finding = database.prepare("PRAGMA quick_check(1)").get()?.["quick_check"]
  return finding === "ok" ? undefined : String(finding)
}
