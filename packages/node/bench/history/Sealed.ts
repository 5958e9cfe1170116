/**
 * The workload with real seals, as a store holds it.
 */
import type { Fact } from "@chorus/coordination-core/fact/Fact"
import * as Writer from "@chorus/coordination-core/fact/Writer"
import { LogNonce, type FactId } from "@chorus/coordination-core/identity/FactId"
import type { NodeId } from "@chorus/coordination-core/identity/NodeId"
import type { StoredFact } from "@chorus/coordination-core/ports/FactStore"
import type { SignerShape } from "@chorus/coordination-core/ports/Signer"
import * as Workload from "@chorus/coordination-core/testing/Workload"
import * as Libp2pSigner from "@chorus/pubsub-libp2p/Libp2pSigner"
import * as Entry from "@chorus/runtime/Entry"
import { generateKeyPairFromSeed } from "@libp2p/crypto/keys"
import * as Effect from "effect/Effect"
import * as Base64 from "effect/encoding/Base64"

const nodes = 8
const nonce = LogNonce.make("0123456789abcdef")

/** Signers with the same keys every time. */
export const signers = (): Promise<ReadonlyArray<SignerShape>> =>
  Promise.all(Array.from({ length: nodes }, async (_, at) =>
    Libp2pSigner.make(await generateKeyPairFromSeed("Ed25519", new Uint8Array(32).fill(at + 1)))
  ))

interface Written {
  readonly fact: Fact
  readonly sealed: Uint8Array
}

/** At least `wanted` facts of the workload, sealed by eight nodes, in the order of their writing. */
export const facts = async (
  by: ReadonlyArray<SignerShape>,
  wanted: number
): Promise<ReadonlyArray<StoredFact>> => {
  const logs = new Map(by.map((signer) => [signer.self, { signer, writer: Writer.open(signer.self, nonce) }]))
  const seals = new Map<FactId, string>()
  const stored: Array<StoredFact> = []
  const state = async ({ by: node, draft }: Workload.Stated): Promise<Written> => {
    const { signer, writer } = logs.get(node)!
    const embedded = draft.embed.map((id) => seals.get(id)!)
    const surroundings = { wallMillis: stored.length * 1000, liveFrom: {}, embedded }
    return Effect.runPromise(Effect.gen(function*() {
      const written = yield* Effect.fromResult(Writer.write(writer, draft, surroundings))
      logs.set(node, { signer, writer: written.state })
      const sealed = yield* signer.seal("fact", written.payload)
      return { fact: yield* Entry.completed(signer.read, written.decoded), sealed }
    }))
  }
  const self: ReadonlyArray<NodeId> = by.map((signer) => signer.self)
  const work = Workload.work(self, wanted)
  for (let next = work.next(); next.done !== true && stored.length < wanted;) {
    const { fact, sealed } = await state(next.value)
    seals.set(fact.id, Base64.encode(sealed))
    stored.push({ id: fact.id, log: fact.log, seq: fact.seq, sealed, seenAtMillis: stored.length * 1000 })
    next = work.next(fact)
  }
  return stored
}
