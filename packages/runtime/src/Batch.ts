/**
 * A batch: the letters of one commit, decided one after the other on a working copy.
 *
 *     letter ──decide──▶ drafts ──number, chain, seal──▶ facts ──decide──▶ … until nothing is drafted
 *
 * Nobody sees the working copy before the commit succeeded; if it fails the copy is dropped and
 * leaves no trace. So many letters share one sync of the disk. (design.md, part 3)
 */
import * as Coordination from "@chorus/coordination-core/coordination/Coordination"
import * as Holdings from "@chorus/coordination-core/catchup/Holdings"
import * as Forks from "@chorus/coordination-core/ban/Forks"
import type { Draft } from "@chorus/coordination-core/fact/Draft"
import type { Fact } from "@chorus/coordination-core/fact/Fact"
import { type Refusal, refusal } from "@chorus/coordination-core/fact/Refusal"
import * as Writer from "@chorus/coordination-core/fact/Writer"
import type { FactId } from "@chorus/coordination-core/identity/FactId"
import type { NodeId } from "@chorus/coordination-core/identity/NodeId"
import type { Moment } from "@chorus/coordination-core/machine/Machine"
import type { FactStore, StoreError } from "@chorus/coordination-core/ports/FactStore"
import type { SignerShape } from "@chorus/coordination-core/ports/Signer"
import * as LiveFrom from "@chorus/coordination-core/replica/LiveFrom"
import * as Effect from "effect/Effect"
import * as Base64 from "effect/encoding/Base64"
import * as Result from "effect/Result"
import * as Entry from "./Entry.ts"

/** The state, the writer, and what the batch has brought so far. */
export interface Working {
  readonly state: Coordination.State
  readonly writer: Writer.State
  /** Facts to be kept: others' and own, in the order in which they were folded. */
  readonly admitted: ReadonlyArray<Entry.Admitted>
  /** Own facts, to be sent after the commit. */
  readonly own: ReadonlyArray<Entry.Admitted>
  readonly outputs: ReadonlyArray<Coordination.Output>
}

export interface Ports {
  readonly signer: SignerShape
  readonly store: FactStore["Service"]
}

/** Rounds of drafts that one input may bring; each is answered by facts, so this is never near. */
const roundsMax = 32

/**
 * Decides one input and all that follows from it. Fails when a draft of the command itself was
 * refused; what the machines make of it is theirs, and another's fact may be in its way.
 */
export const decide = Effect.fnUntraced(function*(
  ports: Ports,
  before: Working,
  input: Coordination.Input,
  at: Moment
): Effect.fn.Return<Working, Refusal | StoreError> {
  const first = Coordination.decide(before.state, input, at)
  let working: Working = {
    ...before,
    state: first.state,
    outputs: [...before.outputs, ...first.outputs]
  }
  let drafts = first.drafts
  for (let round = 0; drafts.length > 0; round++) {
    if (round === roundsMax) {
      yield* Effect.logError(`${drafts.length} drafts were dropped: each brings further ones`)
      break
    }
    const sealed = yield* seal(ports, working, drafts, at, round === 0 && input._tag === "Asked")
    const facts = sealed.own.slice(working.own.length).map(({ fact }) => fact)
    const next = Coordination.decide(sealed.state, { _tag: "Received", facts }, at)
    working = { ...sealed, state: next.state, outputs: [...sealed.outputs, ...next.outputs] }
    drafts = next.drafts
  }
  return working
})

/** Keeps the received facts that are new and for which there is room, and decides on them. */
export const receive = (
  ports: Ports,
  working: Working,
  admitted: ReadonlyArray<Entry.Admitted>,
  from: NodeId | undefined,
  at: Moment
) => {
  const { catchUp, replica } = working.state
  const fresh = admitted.filter(({ fact }) =>
    !Forks.holds(replica.forks, fact) && Holdings.hasRoom(catchUp, fact)
  )
  const kept = { ...working, admitted: [...working.admitted, ...fresh] }
  const facts = fresh.map(({ fact }) => fact)
  return decide(ports, kept, { _tag: "Received", facts, from }, at)
}

/** Gives each draft its place and its seal. A refused draft of a machine is left out, and said. */
const seal = Effect.fnUntraced(function*(
  { signer, store }: Ports,
  before: Working,
  drafts: ReadonlyArray<Draft>,
  at: Moment,
  commanded: boolean
): Effect.fn.Return<Working, Refusal | StoreError> {
  const { detection, open, replica } = before.state
  const liveFrom = LiveFrom.of(replica, before.writer, { claims: detection.own, sessions: open })
  let working = before
  for (const draft of drafts) {
    const embedded = yield* sealedTexts(store, working, draft.embed)
    const surroundings = { wallMillis: at.wallMillis, liveFrom, embedded }
    const written = embedded.length < draft.embed.length
      ? Result.fail(refusal("bad_embedded", "a fact that it rests on is known only inside another"))
      : Writer.write(working.writer, draft, surroundings)
    if (Result.isFailure(written)) {
      if (commanded) return yield* Effect.fail(written.failure)
      yield* Effect.logWarning(`${draft.data.message_type} not stated: ${written.failure.detail}`)
      continue
    }
    const { decoded, payload, state } = written.success
    const sealed = yield* signer.seal("fact", payload)
    const fact: Fact = yield* Entry.completed(signer.read, decoded)
    working = {
      ...working,
      writer: state,
      admitted: [...working.admitted, { fact, sealed }],
      own: [...working.own, { fact, sealed }]
    }
  }
  return working
})

/** The sealed facts that a draft embeds, from this batch or from the store. */
const sealedTexts = Effect.fnUntraced(function*(
  store: FactStore["Service"],
  working: Working,
  ids: ReadonlyArray<FactId>
) {
  if (ids.length === 0) return []
  const here = new Map(working.admitted.map(({ fact, sealed }) => [fact.id, sealed]))
  const stored = yield* store.sealed(ids.filter((id) => !here.has(id)))
  return ids.flatMap((id) => {
    const sealed = here.get(id) ?? stored.get(id)
    return sealed === undefined ? [] : [Base64.encode(sealed)]
  })
})
