/**
 * Whose database it is: a node's key and its database belong together.
 *
 * Under another key the node would be a stranger to its own claims and votes, so `up` stops when
 * the key is gone or another's, and says how to go on. A key without its database has forgotten
 * what it claimed and voted, so it goes back to its mesh and asks, and founds no other.
 */
import { FactStore } from "@chorus/coordination-core/ports/FactStore"
import { Signer } from "@chorus/coordination-core/ports/Signer"
import * as Effect from "effect/Effect"
import { existsSync } from "node:fs"
import * as Failure from "./cli/Failure.ts"
import type { Files } from "./cli/Files.ts"

const noteName = "node"

/** Fails when the database is gone and nothing says which mesh it belonged to. */
export const databaseIsKept = Effect.fnUntraced(function*(
  files: Files,
  joins: boolean
): Effect.fn.Return<void, Failure.Failure> {
  const isLost = existsSync(files.nodeKey) && !existsSync(files.db)
  if (isLost && !joins && !existsSync(files.operatorKey)) {
    return yield* Failure.make(
      "failure",
      `${files.nodeKey} has a node's key, but its database ${files.db} is gone: go back to its mesh with ` +
        "--bootstrap ADDRESS and peers bring its facts back, or move the key away to begin as a new node"
    )
  }
})

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
