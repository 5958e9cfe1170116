/**
 * `chorus doctor`: says what it finds, and repairs the database when asked to.
 */
import * as KeyFile from "@chorus/pubsub-libp2p/KeyFile"
import * as Libp2pSigner from "@chorus/pubsub-libp2p/Libp2pSigner"
import * as Effect from "effect/Effect"
import { existsSync } from "node:fs"
import * as Failure from "../cli/Failure.ts"
import type { Config } from "../cli/Config.ts"
import { type Files, of as filesOf } from "../cli/Files.ts"
import * as Print from "../cli/Print.ts"
import type { Finding } from "../api/Findings.ts"
import type { Repaired } from "../api/Reports.ts"
import * as Examination from "./Examination.ts"
import * as Repair from "./Repair.ts"

/** Ends with the exit code for attention when something needs a person. */
export const run = Effect.fnUntraced(function*(config: Config, repair: boolean) {
  const files = filesOf(config.values.db)
  if (repair) return yield* repaired(files)
  const findings = yield* Examination.examine(files, config)
  yield* Print.data("doctor", findings, words)
  const calls = findings.some(({ remedy }) => remedy !== undefined)
  if (calls) yield* Failure.quietly(Failure.exitCodes.attention)
})

const words = (findings: ReadonlyArray<Finding>): string =>
  findings.flatMap(({ about, remedy, says }) => [
    `${remedy === undefined ? "ok       " : "attention"}  ${about}: ${Print.oneLine(says)}`,
    ...(remedy === undefined ? [] : [`           ${remedy}`])
  ]).join("\n")

const repaired = Effect.fnUntraced(function*(files: Files) {
  if (!existsSync(files.db)) {
    return yield* Failure.make("failure", `there is nothing to repair: ${files.db} does not exist`)
  }
  const key = yield* KeyFile.read(files.nodeKey)
  const done = yield* Repair.repair(files, Libp2pSigner.make(key))
  yield* Print.data("doctor", done ?? { repaired: false }, () =>
    done === undefined ? "the database is sound; nothing was changed" : report(files, done))
})

const report = (files: Files, done: Repaired): string =>
  [
    `a copy of the damaged database is ${done.copy}`,
    `${done.facts} facts and ${done.events} events were kept, ${done.dropped} rows dropped`,
    ...done.missing.map((what) => `${what}: peers that hold it bring it back`),
    done.knows_mesh
      ? `chorus up --db ${files.db} goes on`
      : `the mesh settings are lost: chorus up --db ${files.db} --bootstrap ADDRESS takes them from a peer`
  ].join("\n")
