/**
 * Whose database it is: a node's key and its database belong together.
 *
 * Under another key the node would be a stranger to its own claims and votes, so `up` stops when
 * the key is gone or another's, and says how to go on.
 */
import { FactStore } from "@chorus/coordination-core/ports/FactStore"
import { Signer } from "@chorus/coordination-core/ports/Signer"
import * as Effect from "effect/Effect"
import { existsSync } from "node:fs"
import * as Failure from "./cli/Failure.ts"
import type { Files } from "./cli/Files.ts"

const noteName = "node"

/** Fails when the database has a node and the key is gone; asked before a new key is made. */
export const keyIsKept = Effect.fnUntraced(function*(files: Files) {
  const owner = yield* (yield* FactStore).note(noteName)
  if (owner !== undefined && !existsSync(files.nodeKey)) {
    return yield* Failure.make(
      "failure",
      `${files.nodeKey}, the key of ${owner}, is missing; ${wayOut(files)}`
    )
  }
})

/** Fails when the key is not that of the database's node; a new database gets its node. */
export const keyFits = Effect.fnUntraced(function*(files: Files) {
  const [store, { self }] = [yield* FactStore, yield* Signer]
  const owner = yield* store.note(noteName)
  if (owner === undefined) return yield* store.setNote(noteName, self)
  if (owner !== self) {
    return yield* Failure.make(
      "failure",
      `${files.nodeKey} is the key of ${self}, but the database is that of ${owner}; ${wayOut(files)}`
    )
  }
})

const wayOut = ({ db }: Files): string =>
  `restore the key, or name a new database with --db and leave ${db} as it is`
