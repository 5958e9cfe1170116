/**
 * The operator: the person whose key may rule, sealing in the person's own process.
 *
 * The node only carries what comes out of here. Agents have no such key.
 */
import { isoOf } from "@chorus/coordination-core/fact/Writer"
import type { RulingId, RulingPayload } from "@chorus/coordination-core/ruling/Ruling"
import * as Status from "@chorus/coordination-core/session/Status"
import * as KeyFile from "@chorus/pubsub-libp2p/KeyFile"
import * as Libp2pSigner from "@chorus/pubsub-libp2p/Libp2pSigner"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Base64 from "effect/encoding/Base64"
import type * as Rows from "./api/Rows.ts"
import * as Failure from "./cli/Failure.ts"

/** The id of the key in a file; makes the key if there is none. */
export const ownId = (keyFile: string) =>
  Effect.map(KeyFile.readOrMake(keyFile), (key) => Libp2pSigner.make(key).self)

/** Who carries a ruling: a client of the node, or the node itself. */
export interface Carrier<E> {
  readonly show: (asked: { readonly session: string }) => Effect.Effect<Rows.SessionDetail, E>
  readonly rule: (
    carried: { readonly sealed: string; readonly after_ms?: number }
  ) => Effect.Effect<Rows.Done, E>
}

/** What is decided; with `afterMillis` it is a default, for when nobody decides until then. */
export interface Decided {
  readonly decision: string
  readonly verdict?: "confirmed" | "dismissed"
  readonly afterMillis?: number
}

/** Seals a ruling and has the node carry it. */
export const rule = Effect.fnUntraced(function*<E>(
  keyFile: string,
  node: Pick<Carrier<E>, "rule">,
  ruling: RulingPayload["ruling"],
  afterMillis?: number
) {
  const signer = yield* signerOf(keyFile)
  const timestamp = isoOf(yield* Clock.currentTimeMillis)
  const payload = JSON.stringify({ v: 1, by: signer.self, timestamp, ruling })
  const sealed = Base64.encode(yield* signer.seal("ruling", payload))
  return yield* node.rule({ sealed, ...(afterMillis === undefined ? {} : { after_ms: afterMillis }) })
})

/**
 * Decides a session, in the place of all rulings that stand, and says what stood before. The same
 * ruling by the same person again is none.
 */
export const decide = Effect.fnUntraced(function*<E>(
  keyFile: string,
  node: Carrier<E>,
  idOrBeginning: string,
  { afterMillis, decision, verdict }: Decided
) {
  const { self } = yield* signerOf(keyFile)
  const detail = yield* node.show({ session: idOrBeginning })
  const standing = detail.rulings.filter(({ replaced }) => !replaced)
  const [only, ...others] = standing
  if (only?.decision === decision && only.by === self && others.length === 0) {
    const summary = `${detail.session} is decided so already, by you`
    return { summary, session: detail.session, sessions: [], notes: [] } satisfies Rows.Done
  }
  const nowMillis = yield* Clock.currentTimeMillis
  const ruled = yield* rule(keyFile, node, {
    kind: "decide_session",
    session_id: detail.session,
    decision,
    ...(verdict === undefined ? {} : { verdict }),
    ...(afterMillis === undefined ? {} : { holds_from: isoOf(nowMillis + afterMillis) }),
    // The node gives ids as they are.
    replaces: standing.map(({ ruling }) => ruling as RulingId)
  }, afterMillis)
  const notes = [...ruled.notes, ...(afterMillis === undefined ? before(detail, standing) : [])]
  return { ...ruled, notes } satisfies Rows.Done
})

/** What stood before the ruling. */
const before = (
  { plans, status }: Rows.SessionDetail,
  standing: Rows.SessionDetail["rulings"]
): ReadonlyArray<string> => {
  const agreed = plans.find(({ certified }) => certified)
  if (standing.length > 0 || agreed === undefined || !Status.atLeast(status, "resolved")) {
    return standing.map(({ decision, name }) => `replaces the ruling of ${name}: ${decision}`)
  }
  return [`the members had agreed on plan ${agreed.plan.slice(0, 12)}; the ruling stands above that`]
}

const signerOf = (keyFile: string) =>
  KeyFile.read(keyFile).pipe(
    Effect.mapError((error) =>
      Failure.make(
        "failure",
        error.reason === "missing"
          ? `you have no key for rulings (${keyFile}); the mesh's founder has one, or make your own ` +
            "with `chorus people key` and have it added"
          : error.message
      )
    ),
    Effect.map(Libp2pSigner.make)
  )
