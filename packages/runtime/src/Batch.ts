/**
 * A batch: the letters of one commit, decided one after the other on a working copy.
 *
 *     letter ──decide──▶ drafts ──number, chain, seal──▶ facts ──decide──▶ … until nothing is drafted
 *
 * Nobody sees the working copy before the commit succeeded; if it fails the copy is dropped and
 * leaves no trace. So many letters share one sync of the disk. (docs/rules.md, 3)
 */
import type * as Cleanup from "@chorus/coordination-core/coordination/Cleanup"
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
import type * as Memory from "@chorus/coordination-core/memory/Memory"
import type { FactStore, StoreError } from "@chorus/coordination-core/ports/FactStore"
import * as LiveFrom from "@chorus/coordination-core/replica/LiveFrom"
import * as Effect from "effect/Effect"
import * as Base64 from "effect/encoding/Base64"
import * as Result from "effect/Result"
import * as Entry from "./Entry.ts"
import * as Recall from "./Recall.ts"
import * as Retire from "./Retire.ts"

/** The state, the writer, and what the batch has brought so far. */
export interface Working {
  readonly state: Coordination.State
  readonly writer: Writer.State
  /** Facts to be kept: others' and own, in the order in which they were folded. */
  readonly admitted: ReadonlyArray<Entry.Admitted>
  /** Own facts, to be sent after the commit. */
  readonly own: ReadonlyArray<Entry.Admitted>
  readonly outputs: ReadonlyArray<Coordination.Output>
  /** What came back to memory, so that what was known before is known of it too. */
  readonly recalled: ReadonlyArray<Cleanup.Recalled>
  /** Sessions that were looked at again: their events are due as if a fact had touched them. */
  readonly revisited: ReadonlyArray<string>
}

export type Ports = Recall.Ports

/** A batch that has brought nothing yet. */
export const begin = (state: Coordination.State, writer: Writer.State): Working => ({
  state,
  writer,
  admitted: [],
  own: [],
  outputs: [],
  recalled: [],
  revisited: []
})

/** Rounds of drafts that one input may bring; each is answered by facts, so this is never near. */
const roundsMax = 32

/**
 * Decides one input and all that follows from it. Fails when a draft of the command itself was
 * refused; what the machines make of it is theirs, and another's fact may be in its way.
 */
export const decide = (
  ports: Ports,
  before: Working,
  input: Coordination.Input,
  at: Moment
): Effect.Effect<Working, Refusal | StoreError> =>
  Effect.flatMap(Recall.forInput(ports, before.state, input), (recalled) => {
    const start = recall(before, recalled, at)
    const { drafts, outputs, state } = Coordination.decide(start.state, input, at)
    const working = { ...start, state, outputs: [...start.outputs, ...outputs] }
    return drafts.length === 0
      ? Effect.succeed(working)
      : stated(ports, working, drafts, at, input._tag === "Asked")
  })

const stated = Effect.fnUntraced(function*(
  ports: Ports,
  start: Working,
  first: ReadonlyArray<Draft>,
  at: Moment,
  commanded: boolean
): Effect.fn.Return<Working, Refusal | StoreError> {
  let working = start
  let drafts = first
  for (let round = 0; drafts.length > 0; round++) {
    if (round === roundsMax) {
      yield* Effect.logError(`${drafts.length} drafts were dropped: each brings further ones`)
      break
    }
    const sealed = yield* seal(ports, working, drafts, at, round === 0 && commanded)
    const facts = sealed.own.slice(working.own.length).map(({ fact }) => fact)
    const ready = recall(sealed, yield* Recall.forFacts(ports, sealed.state, facts), at)
    const next = Coordination.decide(ready.state, { _tag: "Received", facts }, at)
    working = { ...ready, state: next.state, outputs: [...ready.outputs, ...next.outputs] }
    drafts = next.drafts
  }
  return working
})

/** Keeps the received facts that are new and for which there is room, and decides on them. */
export const receive = Effect.fnUntraced(function*(
  ports: Ports,
  before: Working,
  admitted: ReadonlyArray<Entry.Admitted>,
  from: NodeId | undefined,
  at: Moment
): Effect.fn.Return<Working, Refusal | StoreError> {
  const { forks } = before.state.replica
  // A peer may send one fact twice, and a commit counts what it keeps.
  const distinct = new Map(admitted.map((each) => [each.fact.id, each]))
  const unheard = [...distinct.values()].filter(({ fact }) => !Forks.holds(forks, fact))
  // Memory forgets what it held long ago; the store does not.
  const kept = unheard.length === 0 ? none : yield* ports.store.sealed(unheard.map(({ fact }) => fact.id))
  const unknown = unheard.filter(({ fact }) => !kept.has(fact.id))
  const retired = yield* Retire.retiredAmong(ports, before.state, unknown.map(({ fact }) => fact))
  const fresh = unknown.filter(({ fact }) =>
    !retired.has(fact.id) && Holdings.hasRoom(before.state.catchUp, fact)
  )
  const facts = fresh.map(({ fact }) => fact)
  const working = recall(before, yield* Recall.forFacts(ports, before.state, facts), at)
  const known = { ...working, admitted: [...working.admitted, ...fresh] }
  return yield* decide(ports, known, { _tag: "Received", facts, from }, at)
})

const none: ReadonlyMap<FactId, Uint8Array> = new Map()

/** Looks again at a few of the forgotten sessions that something may have changed. */
export const revisit = (
  ports: Ports,
  before: Working,
  at: Moment
): Effect.Effect<Working, Refusal | StoreError> => {
  const [first] = before.state.memory.revisits
  return first === undefined ? Effect.succeed(before) : revisiting(ports, before, first, at)
}

const revisiting = Effect.fnUntraced(function*(
  ports: Ports,
  before: Working,
  first: Memory.Revisit,
  at: Moment
): Effect.fn.Return<Working, Refusal | StoreError> {
  const { recalled, revisited } = yield* Recall.forRevisit(ports, before.state, first)
  const working = recall(before, recalled, at)
  return yield* decide(
    ports,
    { ...working, revisited: [...working.revisited, ...revisited.sessions] },
    revisited,
    at
  )
})

const recall = (working: Working, recalled: Cleanup.Recalled | undefined, at: Moment): Working =>
  recalled === undefined ? working : {
    ...working,
    state: Coordination.decide(working.state, { _tag: "Recalled", ...recalled }, at).state,
    recalled: [...working.recalled, recalled]
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
