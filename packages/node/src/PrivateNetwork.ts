/**
 * The key of a private network, beside the database: nodes that hold it reach each other, and
 * nobody else gets as far as a handshake.
 *
 * The `up --private` that founds a mesh makes it; a token of `chorus pair` carries it on. A node that
 * was in a private network starts in no other way: it would listen to everybody.
 */
import { FactStore } from "@chorus/coordination-core/ports/FactStore"
import * as KeyFile from "@chorus/pubsub-libp2p/KeyFile"
import * as Effect from "effect/Effect"
import { existsSync } from "node:fs"
import type { Config } from "./cli/Config.ts"
import * as Failure from "./cli/Failure.ts"
import type { Files } from "./cli/Files.ts"

const noteName = "private"

/** The key as a token carries it; none where the network is open. */
export const carried = (files: Files) =>
  existsSync(files.networkKey)
    ? Effect.map(KeyFile.read(files.networkKey), KeyFile.seedOf)
    : Effect.succeed(undefined)

/** Puts the key in its place before the node starts: a new one, or the one that a token brought. */
export const settle = Effect.fnUntraced(function*(
  { values }: Config,
  files: Files,
  founds: boolean,
  brought: string | undefined
) {
  const store = yield* FactStore
  const known = yield* carried(files)
  const isKept = known !== undefined || brought !== undefined
  if (!isKept && (yield* store.note(noteName)) !== undefined) {
    return yield* Failure.make(
      "failure",
      `${files.networkKey}, the key of this node's network, is missing; put it back, or get it by a token: ` +
        "chorus join TOKEN"
    )
  }
  if (brought !== undefined && known !== undefined && brought !== known) {
    const message = `${files.networkKey} is the key of another network; use another --db`
    return yield* Failure.make("failure", message)
  }
  if (!values.private && !isKept) return
  if (!isKept && !founds) {
    return yield* Failure.make(
      "usage",
      "--private makes a network at founding; into one that there is leads a token: chorus join TOKEN"
    )
  }
  if (known === undefined) {
    yield* brought === undefined ? KeyFile.make(files.networkKey) : KeyFile.keep(files.networkKey, brought)
  }
  // Ended in between, the next start finds the key and notes it.
  if ((yield* store.note(noteName)) === undefined) yield* store.setNote(noteName, "yes")
})
