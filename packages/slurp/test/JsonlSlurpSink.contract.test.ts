/**
 * The sink in a file of lines keeps the contract.
 */
import * as SlurpSinkContract from "@chorus/port-contracts/SlurpSinkContract"
import * as JsonlSlurpSink from "@chorus/slurp/JsonlSlurpSink"
import * as Effect from "effect/Effect"
import { join } from "node:path"
import * as TemporaryFolder from "./TemporaryFolder.ts"

SlurpSinkContract.suite(
  "JSONL",
  Effect.map(TemporaryFolder.make, (folder) =>
    JsonlSlurpSink.layer({ file: join(folder, "outcomes", "slurp.jsonl") }))
)
