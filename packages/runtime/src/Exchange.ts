/**
 * Catch-up over the port `Peers`: asks a peer for what this node lacks, and answers peers.
 *
 * Peers of one mesh tell each other their settings with every question; where they differ the
 * difference is said once. Nodes of another founder get no facts. (design.md, parts 4 and 7)
 */
import * as CatchUp from "@chorus/coordination-core/catchup/CatchUp"
import * as Messages from "@chorus/coordination-core/catchup/Exchange"
import type * as Coordination from "@chorus/coordination-core/coordination/Coordination"
import { type NodeId, short } from "@chorus/coordination-core/identity/NodeId"
import * as MeshSettings from "@chorus/coordination-core/mesh/MeshSettings"
import type { FactStore } from "@chorus/coordination-core/ports/FactStore"
import { type Peers, PeersError, type Server } from "@chorus/coordination-core/ports/Peers"
import type { SignerShape } from "@chorus/coordination-core/ports/Signer"
import * as Effect from "effect/Effect"
import * as Base64 from "effect/encoding/Base64"
import * as Result from "effect/Result"
import * as Entry from "./Entry.ts"
import type { Mailbox } from "./Mailbox.ts"

export interface Exchanging {
  readonly peers: Peers["Service"]
  readonly signer: SignerShape
  readonly store: FactStore["Service"]
  readonly mailbox: Mailbox
  readonly mesh: MeshSettings.MeshSettings
  readonly state: Effect.Effect<Coordination.State>
}

/** Asks a peer, takes in what it sends, and tells the machine how it went. Never fails. */
export const ask = (exchanging: Exchanging, peer: NodeId, vector: CatchUp.Vector) =>
  question(exchanging, peer, vector).pipe(
    Effect.flatMap((answer) => takeIn(exchanging, peer, answer)),
    Effect.catch((error) =>
      Effect.andThen(
        Effect.logDebug(`catch-up with ${short(peer)}: ${error.message}`),
        exchanging.mailbox.post({ _tag: "Input", input: { _tag: "PeerFailed", peer } })
      )
    )
  )

/** Answers peers' questions from the store. */
export const server = ({ mesh, state, store }: Exchanging): Server =>
  Effect.fnUntraced(function*(request) {
    const asked = Messages.question(text(request))
    if (Result.isFailure(asked)) return yield* new PeersError({ message: asked.failure.detail })
    const { settings, vector } = asked.success
    if (settings !== undefined && settings.founder !== mesh.founder) {
      return encode({ v: 1, settings: mesh, facts: [], more: false })
    }
    const ranges = CatchUp.missing((yield* state).catchUp, vector)
    const wanted = ranges.reduce((sum, { from, upTo }) => sum + upTo - from + 1, 0)
    const sealed = wanted === 0 ? [] : yield* Effect.mapError(
      store.read(ranges, Messages.batchBytesMax),
      (cause) => new PeersError({ message: "the store could not be read", cause })
    )
    const facts = sealed.slice(0, Messages.batchFactsMax).map((bytes) => Base64.encode(bytes))
    return encode({ v: 1, settings: mesh, facts, more: facts.length < wanted })
  })

/** Asks a peer which mesh it belongs to, as a node that joins does. */
export const settingsOf = Effect.fnUntraced(function*(peers: Peers["Service"], peer: NodeId) {
  const bytes = yield* peers.request(peer, encode({ v: 1, vector: {} }))
  return (yield* decoded(bytes)).settings
})

const question = Effect.fnUntraced(function*(
  { mesh, peers }: Exchanging,
  peer: NodeId,
  vector: CatchUp.Vector
) {
  const answer = yield* decoded(yield* peers.request(peer, encode({ v: 1, settings: mesh, vector })))
  const differences = MeshSettings.differences(mesh, answer.settings)
  if (differences.length > 0) {
    yield* Effect.logWarning(`${short(peer)} has other mesh settings: ${differences.join("; ")}`)
  }
  return answer.settings.founder === mesh.founder ? answer : { ...answer, facts: [], more: false }
})

const takeIn = Effect.fnUntraced(function*(
  { mailbox, signer }: Exchanging,
  peer: NodeId,
  answer: Messages.Answer
) {
  const admitted: Array<Entry.Admitted> = []
  for (const text of answer.facts) {
    const bytes = Base64.decode(text)
    if (Result.isFailure(bytes)) continue
    const fact = yield* Effect.result(Entry.fact(signer.open, bytes.success))
    if (Result.isSuccess(fact)) admitted.push({ fact: fact.success, sealed: bytes.success })
    else yield* Effect.logDebug(`refused from ${short(peer)}: ${fact.failure.detail}`)
  }
  yield* mailbox.post({ _tag: "Facts", admitted })
  yield* mailbox.post({ _tag: "Input", input: { _tag: "PeerAnswered", peer, more: answer.more } })
})

const decoded = (bytes: Uint8Array) =>
  Effect.mapError(
    Effect.fromResult(Messages.answer(text(bytes))),
    (refused) => new PeersError({ message: refused.detail })
  )

const encode = (message: Messages.Question | Messages.Answer): Uint8Array =>
  new TextEncoder().encode(JSON.stringify(message))

/** Bytes that are no text become text that is no message, which the decoder refuses. */
const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes)
