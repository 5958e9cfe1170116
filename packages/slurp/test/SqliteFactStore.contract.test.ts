/**
 * The SQLite fact store keeps the contract.
 */
import * as FactStoreContract from "@chorus/port-contracts/FactStoreContract"
import { SqliteDatabase } from "@chorus/slurp/SqliteDatabase"
import * as SqliteFactStore from "@chorus/slurp/SqliteFactStore"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { join } from "node:path"
import * as TemporaryFolder from "./TemporaryFolder.ts"

FactStoreContract.suite(
  "SQLite",
  Effect.map(TemporaryFolder.make, (folder) =>
    Layer.provide(
      SqliteFactStore.layer,
      SqliteDatabase.layer({ file: join(folder, "node", "chorus.db") })
    ))
)
