/**
 * Catch-up over the port `Peers`: asks a peer for what this node lacks, gives it what it lacks, and
 * answers peers.
 *
 *     AskPeer ──▶ read what is given ──▶ request ──▶ answer ──▶ seals opened ──▶ mailbox
 *
 * Few exchanges open seals and wait for room in the mailbox at once; the others wait with what they
 * hold, one a peer, so a full mailbox slows peers down and nothing piles up. (docs/rules.md, 4)
 */
import * as Forks from "@chorus/coordination-core/ban/Forks"
import type * as CatchUp from "@chorus/coordination-core/catchup/CatchUp"
import * as Holdings from "@chorus/coordination-core/catchup/Holdings"
import * as Difference from "@chorus/coordination-core/catchup/Difference"
import * as Messages from "@chorus/coordination-core/catchup/Exchange"
import type * as Coordination from "@chorus/coordination-core/coordination/Coordination"
import * as Fact from "@chorus/coordination-core/fact/Fact"
import { type NodeId, short } from "@chorus/coordination-core/identity/NodeId"
import type * as MeshSettings from "@chorus/coordination-core/mesh/MeshSettings"
import type { FactStore, StoreError } from "@chorus/coordination-core/ports/FactStore"
import { type Peers, PeersError, type Server } from "@chorus/coordination-core/ports/Peers"
import type { SignerShape } from "@chorus/coordination-core/ports/Signer"
import * as Membership from "@chorus/coordination-core/ruling/Membership"
import * as Effect from "effect/Effect"
import * as Base64 from "effect/encoding/Base64"
import * as Result from "effect/Result"
import type * as Semaphore from "effect/Semaphore"
import * as Entry from "./Entry.ts"
import type { Handshake } from "./Handshake.ts"
import type { Mailbox } from "./Mailbox.ts"
import * as Recent from "./Recent.ts"

export interface Exchanging {
  readonly peers: Peers["Service"]
  readonly signer: SignerShape
  readonly store: FactStore["Service"]
  readonly mailbox: Mailbox
  readonly mesh: MeshSettings.MeshSettings
  readonly handshake: Handshake
  /** Lets `takenAtOnceMax` exchanges take facts in. */
  readonly turns: Semaphore.Semaphore
  readonly state: Effect.Effect<Coordination.State>
}

/** So many batches of facts are opened, or wait for room in the mailbox, at once. */
export const takenAtOnceMax = 4

/** Asks a peer, takes in what it sends, and tells the machine how it went. Never fails. */
export const ask = (exchanging: Exchanging, output: CatchUp.Ask) =>
  question(exchanging, output).pipe(
    Effect.flatMap((answer) => heard(exchanging, output.peer, answer)),
    Effect.catch((error) =>
      Effect.andThen(
        Effect.logDebug(`catch-up with ${short(output.peer)}: ${error.message}`),
        exchanging.mailbox.post({ _tag: "Input", input: { _tag: "PeerFailed", peer: output.peer } })
      )
    )
  )

/** Answers peers' questions from the store, and takes in what they give. */
export const server = (exchanging: Exchanging): Server =>
  Effect.fnUntraced(function*(request, peer) {
    const { handshake, mesh, state } = exchanging
    const asked = questionOf(text(request))
    if (Result.isFailure(asked)) return yield* new PeersError({ message: asked.failure.detail })
    const { given = [], settings, v: _, ...about } = asked.success
    // A node that has not joined yet, and one of another mesh, hear the settings and nothing else.
    if (settings === undefined || !(yield* handshake.meet(peer, settings))) {
      return encode({ v: 1, settings: mesh, facts: [], more: false })
    }
    const taken = yield* takeIn(exchanging, peer, given)
    const { catchUp, replica } = yield* state
    const fresh = taken.filter((fact) => !Forks.holds(replica.forks, fact))
    const takes = (author: NodeId) => Membership.takes(mesh, replica.people, author)
    const { lists, reply } = Holdings.answering(catchUp, about, fresh, takes)
    const { gives, lacks, marks, more } = reply(yield* list(exchanging, lists))
    const batch = yield* read(exchanging, gives)
    return encode({
      v: 1,
      settings: mesh,
      facts: batch.facts,
      more: more || batch.isFull,
      lacks,
      ...(marks === undefined ? {} : { marks })
    })
  })

/** Asks a peer which mesh it belongs to, as a node that joins does. */
export const settingsOf = Effect.fnUntraced(function*(peers: Peers["Service"], peer: NodeId) {
  const bytes = yield* peers.request(peer, encode({ v: 1, vector: {} }))
  return (yield* decoded(bytes)).settings
})

const question = Effect.fnUntraced(function*(
  exchanging: Exchanging,
  { asked, gives, peer }: CatchUp.Ask
) {
  const { handshake, mesh, peers } = exchanging
  // What is given goes to nobody before it is known as ours.
  const { facts } = yield* read(exchanging, handshake.isOurs(peer) ? gives : [])
  const given = facts.length === 0 ? {} : { given: facts }
  const request = encode({ v: 1, settings: mesh, ...asked, ...given })
  const answer = yield* decoded(yield* peers.request(peer, request))
  return (yield* handshake.meet(peer, answer.settings))
    ? answer
    : yield* new PeersError({ message: "it is of another mesh" })
})

/** The sealed facts of some stretches, as they travel, as many as one message carries. */
const read = Effect.fnUntraced(function*(
  { store }: Exchanging,
  stretches: ReadonlyArray<Difference.Stretch>
) {
  if (stretches.length === 0) return { facts: [], isFull: false }
  const sealed = yield* Effect.mapError(store.read(stretches, Messages.batchBytesMax), unreadable)
  const facts = sealed.slice(0, Messages.batchFactsMax)
  const bytes = facts.reduce((sum, { length }) => sum + length, 0)
  return {
    facts: facts.map((fact) => Base64.encode(fact)),
    // Less room left than one fact may need: the next may have been left out.
    isFull: facts.length < sealed.length || bytes > Messages.batchBytesMax - 2 * Fact.forkProofBytesMax
  }
})

const heard = Effect.fnUntraced(function*(
  exchanging: Exchanging,
  peer: NodeId,
  { facts, lacks = [], marks, more }: Messages.Answer
) {
  yield* takeIn(exchanging, peer, facts)
  const search = marks === undefined ? undefined : yield* narrowed(exchanging, marks)
  const answered = { _tag: "PeerAnswered", peer, more, lacks } as const
  const input = search === undefined ? answered : { ...answered, search }
  yield* exchanging.mailbox.post({ _tag: "Input", input })
})

/** Where a peer's sums and what this node holds differ. */
const narrowed = Effect.fnUntraced(function*(exchanging: Exchanging, marks: Difference.Marks) {
  const listed = yield* list(exchanging, Difference.toList(Difference.searchOf(marks)))
  return Difference.narrowed((yield* exchanging.state).catchUp.heads, marks, listed)
})

/** What the store lists of a stretch. */
const list = ({ store }: Exchanging, stretch: Difference.Stretch | undefined) =>
  stretch === undefined
    ? Effect.succeed([])
    : Effect.mapError(store.listed(stretch.log, stretch.from, stretch.upTo), unreadable)

const unreadable = (cause: StoreError) =>
  new PeersError({ message: "the store could not be read", cause })

/** Opens what a peer sent, and posts what is new here of those whose facts enter. */
const takeIn = (
  { mailbox, mesh, signer, state, turns }: Exchanging,
  peer: NodeId,
  facts: ReadonlyArray<string>
) =>
  facts.length === 0 ? Effect.succeed([]) : turns.withPermit(Effect.gen(function*() {
    const { forks, people } = (yield* state).replica
    if (Membership.isShutOut(people, peer)) return []
    const admitted: Array<Entry.Admitted> = []
    for (const sealed of facts) {
      const bytes = Base64.decode(sealed)
      if (Result.isFailure(bytes)) continue
      const fact = yield* Effect.result(Entry.fact(signer.open, bytes.success))
      if (Result.isFailure(fact)) {
        yield* Effect.logDebug(`refused from ${short(peer)}: ${fact.failure.detail}`)
      } else if (Membership.takes(mesh, people, fact.success.from) && !Forks.holds(forks, fact.success)) {
        admitted.push({ fact: fact.success, sealed: bytes.success })
      }
    }
    if (admitted.length > 0) yield* mailbox.post({ _tag: "Facts", admitted, from: peer })
    return admitted.map(({ fact }) => fact)
  }))

const decoded = (bytes: Uint8Array) =>
  Effect.mapError(
    Effect.fromResult(answerOf(text(bytes))),
    (refused) => new PeersError({ message: refused.detail })
  )

/** Messages of so many characters are remembered at most, twice. */
const lengthMax = 256 * 1024

/** Reads each text once: peers that rest say the same, round after round. */
const remembering = <A>(read: (text: string) => A): (text: string) => A => {
  const recent = Recent.make<A>(lengthMax)
  return (message) => {
    const known = recent.get(message)
    if (known !== undefined) return known
    const fresh = read(message)
    recent.set(message, fresh)
    return fresh
  }
}

const questionOf = remembering(Messages.question)
const answerOf = remembering(Messages.answer)

const encode = (message: Messages.Question | Messages.Answer): Uint8Array =>
  new TextEncoder().encode(JSON.stringify(message))

/** Bytes that are no text become text that is no message, which the decoder refuses. */
const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes)
