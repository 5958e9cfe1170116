/**
 * The driver: the only loop there is.
 *
 *     take letters ──▶ decide on a working copy (Batch) ──▶ commit ──▶ adopt ──▶ send, ask, answer
 *                                                            └─ failed: nothing happened
 *
 * Facts are kept before they are sent, and what is asked of the world is asked last. Whether a
 * commit that failed is on the disk all the same, the store is asked: forgetting what was kept,
 * the node would contradict itself. If it is not, its writer goes on in a new log, and what tells
 * of the world outside is decided on again. (docs/rules.md, 3)
 */
import * as Cleanup from "@chorus/coordination-core/coordination/Cleanup"
import * as Coordination from "@chorus/coordination-core/coordination/Coordination"
import type { Fact } from "@chorus/coordination-core/fact/Fact"
import type { Refusal } from "@chorus/coordination-core/fact/Refusal"
import * as Writer from "@chorus/coordination-core/fact/Writer"
import type { LogNonce } from "@chorus/coordination-core/identity/FactId"
import type { Moment } from "@chorus/coordination-core/machine/Machine"
import * as Subject from "@chorus/coordination-core/memory/Subject"
import type {
  Batch as FactBatch,
  FactStore,
  StoreError
} from "@chorus/coordination-core/ports/FactStore"
import * as Replica from "@chorus/coordination-core/replica/Replica"
import * as SlurpEvent from "@chorus/coordination-core/slurp/SlurpEvent"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as Schedule from "effect/Schedule"
import * as Batch from "./Batch.ts"
import * as Bookmarks from "./Bookmarks.ts"
import type { Letter, Mailbox } from "./Mailbox.ts"
import * as Retire from "./Retire.ts"

/** What was committed: the state before and after, and the facts in between. */
export interface Committed {
  readonly before: Coordination.State
  readonly after: Coordination.State
  readonly facts: ReadonlyArray<Fact>
}

export interface Driven extends Batch.Ports {
  readonly mailbox: Mailbox
  readonly now: Effect.Effect<Moment>
  /** A fresh random name for a log. */
  readonly drawNonce: Effect.Effect<LogNonce>
  /** Sends own facts and performs outputs, after the commit. */
  readonly perform: (working: Batch.Working) => Effect.Effect<void>
  readonly adopt: (committed: Committed) => Effect.Effect<void>
  /** Says that the store holds events to be delivered. */
  readonly wake: Effect.Effect<void>
}

/** Letters that a failed commit leaves to be decided on again, at most; the oldest go first. */
const againMax = 1024

/** How long to wait before a store that cannot even be read is asked again. */
const patience = Schedule.spaced("1 second")

/** Drives the machine from a state on, for ever. */
export const drive = Effect.fnUntraced(function*(driven: Driven, initial: Coordination.State) {
  let state = initial
  const open = Effect.map(driven.drawNonce, (nonce) => Writer.open(initial.node, nonce))
  let [writer, openedMillis] = [yield* open, (yield* driven.now).monotonicMillis]
  let again: ReadonlyArray<Letter> = []
  let retiring: Retire.Progress = Retire.start
  while (true) {
    const letters = [...again, ...(yield* driven.mailbox.take)]
    const at = yield* driven.now
    if (Writer.isOver(writer, at.monotonicMillis - openedMillis)) {
      writer = yield* open
      openedMillis = at.monotonicMillis
    }
    const outcome = yield* Effect.result(commit(driven, Batch.begin(state, writer), letters, at))
    if (Result.isFailure(outcome)) {
      writer = yield* open
      openedMillis = at.monotonicMillis
      yield* failed(letters, outcome.failure)
      again = [...letters.flatMap(untold), ...letters.filter(tellsOfTheWorld)].slice(-againMax)
      continue
    }
    again = []
    const { hasEvents, working } = outcome.success
    const facts = working.admitted.map(({ fact }) => fact)
    const before = working.recalled.reduce(Cleanup.recalled, state)
    if (working.state !== state) yield* driven.adopt({ before, after: working.state, facts })
    if (hasEvents) yield* driven.wake
    state = working.state
    writer = working.writer
    if (working.outputs.length > 0) yield* reply(letters, working.outputs)
    if (working.outputs.length + working.own.length > 0) yield* driven.perform(working)
    if (!Cleanup.isDue(state, at)) continue
    // All that was folded is stored now, so what is over can be forgotten.
    const cleaned = Coordination.decide(state, { _tag: "Cleaned" }, at).state
    yield* driven.adopt({ before: state, after: cleaned, facts: [] })
    state = cleaned
    retiring = yield* Retire.step(driven, state, at, retiring)
    yield* Bookmarks.keep(driven.store, state, retiring.gone)
  }
})

/** Decides the letters one after the other and keeps what came of them, all or nothing. */
const commit = Effect.fnUntraced(function*(
  driven: Driven,
  start: Batch.Working,
  letters: ReadonlyArray<Letter>,
  at: Moment
): Effect.fn.Return<{ readonly working: Batch.Working; readonly hasEvents: boolean }, StoreError> {
  let working = start
  for (const [index, letter] of letters.entries()) {
    const next = yield* Effect.result(opened(driven, working, letter, index, at))
    if (Result.isSuccess(next)) working = next.success
    else if (next.failure._tag === "StoreError") return yield* Effect.fail(next.failure)
    else yield* answer(letter, { message: next.failure.detail, later: false })
  }
  if (working.admitted.length + working.revisited.length === 0) return { working, hasEvents: false }
  const world = Replica.world(working.state.replica)
  const touched = new Set([
    ...Replica.touched(
      start.state.replica,
      working.state.replica,
      working.admitted.map(({ fact }) => fact)
    ),
    ...working.revisited
  ])
  const events = [...touched].flatMap((id) => {
    const session = Replica.sessionById(working.state.replica, id)
    return session === undefined ? [] : SlurpEvent.eventsOf(session, world)
  })
  yield* keep(driven.store, {
    facts: working.admitted.map(({ fact, sealed }) => ({
      id: fact.id,
      log: fact.log,
      seq: fact.seq,
      sealed,
      seenAtMillis: at.wallMillis,
      subjects: Subject.all(fact)
    })),
    events
  })
  return { working, hasEvents: events.length > 0 }
})

/** Commits, and fails only when the facts are not on the disk. */
const keep = (store: FactStore["Service"], batch: FactBatch): Effect.Effect<void, StoreError> => {
  // Events alone come of sessions that are looked at again, which goes on until it succeeds.
  if (batch.facts.length === 0) return batch.events.length === 0 ? Effect.void : store.commit(batch)
  return Effect.catch(store.commit(batch), (error) =>
    store.sealed(batch.facts.map(({ id }) => id)).pipe(
      Effect.tapError(({ message }) => Effect.logError(`is the last commit kept? ${message}`)),
      Effect.retry(patience),
      Effect.orDie,
      Effect.flatMap((kept) => kept.size === batch.facts.length ? Effect.void : Effect.fail(error))
    ))
}

/** Peers that came, went or answered, and a reasoner's answer: nobody says these a second time. */
const tellsOfTheWorld = (letter: Letter): boolean =>
  letter._tag === "Input" && letter.input._tag !== "Ticked" && letter.input._tag !== "Heard"

/** Whose facts were lost has not told them: its answer, which comes behind, must not count. */
const untold = (letter: Letter): ReadonlyArray<Letter> =>
  letter._tag === "Facts" && letter.from !== undefined
    ? [{ _tag: "Input", input: { _tag: "PeerFailed", peer: letter.from } }]
    : []

/** Answers the commands of the batch, now that what they did is kept. */
const reply = (letters: ReadonlyArray<Letter>, outputs: Batch.Working["outputs"]) =>
  Effect.forEach(outputs, (output) => {
    const letter = output._tag === "Answer" ? letters[output.request] : undefined
    return output._tag === "Answer" && letter?._tag === "Command"
      ? Deferred.succeed(letter.reply, output.result)
      : Effect.void
  }, { discard: true })

const opened = (
  driven: Driven,
  working: Batch.Working,
  letter: Letter,
  index: number,
  at: Moment
): Effect.Effect<Batch.Working, Refusal | StoreError> => {
  switch (letter._tag) {
    case "Facts":
      return Batch.receive(driven, working, letter.admitted, letter.from, at)
    case "Command":
      return Batch.decide(driven, working, { _tag: "Asked", request: index, command: letter.command }, at)
    case "Input": {
      const decided = Batch.decide(driven, working, letter.input, at)
      return letter.input._tag === "Ticked"
        ? Effect.flatMap(decided, (ticked) => Batch.revisit(driven, ticked, at))
        : decided
    }
  }
}

/** Tells those who wait that nothing was done. Others' facts come again by catch-up. */
const failed = Effect.fnUntraced(function*(letters: ReadonlyArray<Letter>, error: StoreError) {
  yield* Effect.logError(`nothing was stored: ${error.message}`)
  for (const letter of letters) yield* answer(letter, { message: error.message, later: true })
})

const answer = (letter: Letter, refused: { readonly message: string; readonly later: boolean }) =>
  letter._tag === "Command" ? Deferred.succeed(letter.reply, Result.fail(refused)) : Effect.void
