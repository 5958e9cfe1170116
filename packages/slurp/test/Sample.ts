/**
 * Facts for tests, and a node's store on a file.
 */
import { FactId, LogId } from "@chorus/coordination-core/identity/FactId"
import * as Hash from "@chorus/coordination-core/identity/Hash"
import type { FactStore, StoredFact, StoreError } from "@chorus/coordination-core/ports/FactStore"
import { SqliteDatabase } from "@chorus/slurp/SqliteDatabase"
import * as SqliteFactStore from "@chorus/slurp/SqliteFactStore"
import * as Layer from "effect/Layer"

const log = LogId.make(`12D3KooW${"A".repeat(44)}/${"0".repeat(16)}`)

/** The fact at a place of `log`; its id and its bytes follow from the place and the size. */
export const fact = (seq: number, size = 100): StoredFact => ({
  id: FactId.make(Hash.ofText(`${seq} ${size}`)),
  log,
  seq,
  sealed: new Uint8Array(Buffer.alloc(size, `${seq} `)),
  seenAtMillis: 1_759_226_700_000 + seq
})

/** The store on a file, and the database under it. */
export const layer = (file: string): Layer.Layer<FactStore | SqliteDatabase, StoreError> =>
  Layer.provideMerge(SqliteFactStore.layer, SqliteDatabase.layer({ file }))
