/**
 * Where a node keeps what it knows; apart from `Layers.ts`, for verbs that read and need no network.
 */
import * as LocalSlurpSink from "@chorus/slurp/LocalSlurpSink"
import * as SqliteDatabase from "@chorus/slurp/SqliteDatabase"
import * as SqliteFactStore from "@chorus/slurp/SqliteFactStore"
import * as Layer from "effect/Layer"

/** Facts, outbox and events in one SQLite file; fails when another node holds it. */
export const storage = (file: string) =>
  Layer.mergeAll(SqliteFactStore.layer, LocalSlurpSink.layer).pipe(
    Layer.provide(SqliteDatabase.SqliteDatabase.layer({ file }))
  )
