/**
 * The sink in the node's own database keeps the contract.
 */
import * as SlurpSinkContract from "@chorus/port-contracts/SlurpSinkContract"
import * as LocalSlurpSink from "@chorus/slurp/LocalSlurpSink"
import { SqliteDatabase } from "@chorus/slurp/SqliteDatabase"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { join } from "node:path"
import * as TemporaryFolder from "./TemporaryFolder.ts"

SlurpSinkContract.suite(
  "local",
  Effect.map(TemporaryFolder.make, (folder) =>
    Layer.provide(
      LocalSlurpSink.layer,
      SqliteDatabase.layer({ file: join(folder, "chorus.db") })
    ))
)
