/**
 * The operator: the person whose key may rule, sealing in the person's own process.
 *
 * The node only carries what comes out of here. Agents have no such key.
 */
import { isoOf } from "@chorus/coordination-core/fact/Writer"
import type { RulingId, RulingPayload } from "@chorus/coordination-core/ruling/Ruling"
import * as KeyFile from "@chorus/pubsub-libp2p/KeyFile"
import * as Libp2pSigner from "@chorus/pubsub-libp2p/Libp2pSigner"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Base64 from "effect/encoding/Base64"
import type { Client } from "./api/Client.ts"
import * as Failure from "./cli/Failure.ts"

/** The id of the key in a file; makes the key if there is none. */
export const ownId = (keyFile: string) =>
  Effect.map(KeyFile.readOrMake(keyFile), (key) => Libp2pSigner.make(key).self)

/** Seals a ruling and has the node carry it. */
export const rule = Effect.fnUntraced(function*(
  keyFile: string,
  node: Client,
  ruling: RulingPayload["ruling"]
) {
  const key = yield* Effect.mapError(KeyFile.read(keyFile), (error) =>
    Failure.make(
      "failure",
      error.reason === "missing"
        ? `you have no key for rulings (${keyFile}); the mesh's founder has one, or make your own ` +
          "with `chorus people key` and have it added"
        : error.message
    ))
  const signer = Libp2pSigner.make(key)
  const timestamp = isoOf(yield* Clock.currentTimeMillis)
  const payload = JSON.stringify({ v: 1, by: signer.self, timestamp, ruling })
  return yield* node.rule({ sealed: Base64.encode(yield* signer.seal("ruling", payload)) })
})

/** Decides a session, in the place of all rulings that stand. */
export const decide = Effect.fnUntraced(function*(
  keyFile: string,
  node: Client,
  idOrBeginning: string,
  decision: string
) {
  const { rulings, session } = yield* node.show({ session: idOrBeginning })
  return yield* rule(keyFile, node, {
    kind: "decide_session",
    session_id: session,
    decision,
    // The node gives ids as they are.
    replaces: rulings.map(({ ruling }) => ruling as RulingId)
  })
})
