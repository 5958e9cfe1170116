/**
 * The way in: from sealed bytes to a fact or a signal, with every seal inside it opened, once.
 *
 * What passed here is trusted from then on: folds and machines check no seal. Embedded facts are
 * opened one deep, since what facts embed (claims, votes) embeds nothing. Several peers bring the
 * same bytes, so what came of bytes lately is remembered with them. (docs/rules.md, 4)
 */
import * as Decode from "@chorus/coordination-core/fact/Decode"
import type { Fact } from "@chorus/coordination-core/fact/Fact"
import { table, type Topic } from "@chorus/coordination-core/fact/FactTable"
import { type Refusal, refusal } from "@chorus/coordination-core/fact/Refusal"
import type { FactId } from "@chorus/coordination-core/identity/FactId"
import type { Purpose, SealError, SignerShape } from "@chorus/coordination-core/ports/Signer"
import type { Ruling } from "@chorus/coordination-core/ruling/Ruling"
import * as Signals from "@chorus/coordination-core/signal/Signal"
import * as Effect from "effect/Effect"
import * as Base64 from "effect/encoding/Base64"
import * as Result from "effect/Result"
import * as Met from "./Met.ts"
import * as Recent from "./Recent.ts"

/** A fact, and the sealed bytes that it came in. */
export interface Admitted {
  readonly fact: Fact
  readonly sealed: Uint8Array
}

type FactArrival = { readonly _tag: "Fact" } & Admitted

export type Arrival =
  | FactArrival
  | { readonly _tag: "Signal"; readonly signal: Signals.Signal }

/** How seals are opened: checked for what comes in, only read for what this node kept. */
export type Opener = (
  purpose: Purpose,
  sealed: Uint8Array
) => Effect.Effect<Decode.Opened, SealError>

/** Of each way to open seals, what came of bytes that were taken in lately. */
const arrivals = new WeakMap<Opener, Recent.Recent<Arrival>>()

/** So many bytes at most are remembered, twice. */
const bytesMax = 1024 * 1024

// One character a byte, and the other way round.
const latin1 = new TextDecoder("latin1")

/** What came of these bytes before, if it is what is asked for; else what comes of them now. */
const remembered = <A extends Arrival>(
  open: Opener,
  sealed: Uint8Array,
  isRight: (known: Arrival) => known is A,
  take: () => Effect.Effect<A, Refusal>
): Effect.Effect<A, Refusal> =>
  Effect.suspend(() => {
    const recent = arrivals.get(open) ?? Recent.make(bytesMax)
    arrivals.set(open, recent)
    const text = latin1.decode(sealed)
    const known = recent.get(text)
    return known !== undefined && isRight(known) ? Effect.succeed(known) : Effect.map(take(), (taken) => {
      recent.set(text, taken)
      return taken
    })
  })

const isFact = (known: Arrival): known is FactArrival => known._tag === "Fact"

/** The topic that a message belongs to; none where it may come on any. */
const topicOf = (known: Arrival): Topic | undefined => {
  if (known._tag === "Signal") return Signals.topicOf(known.signal.data)
  const { message_type } = known.fact.data
  return message_type === "unknown" ? undefined : table[message_type].topic
}

/** Takes in a message of a topic: a fact or a signal. */
export const arrival = (
  { open }: SignerShape,
  sealed: Uint8Array,
  topic: Topic
): Effect.Effect<Arrival, Refusal> =>
  remembered(open, sealed, (known): known is Arrival => [undefined, topic].includes(topicOf(known)), () =>
    arriving(open, sealed, topic))

const arriving = Effect.fnUntraced(function*(
  open: Opener,
  sealed: Uint8Array,
  topic: Topic
): Effect.fn.Return<Arrival, Refusal> {
  const asFact = yield* Effect.result(open("fact", sealed))
  if (Result.isSuccess(asFact)) {
    const fact = yield* fromOpened(open, asFact.success, topic)
    return { _tag: "Fact", fact, sealed }
  }
  const opened = yield* unsealed(open, "signal", sealed)
  const signal = yield* Effect.fromResult(Signals.decode(opened, topic))
  return { _tag: "Signal", signal }
})

/** Takes in a fact from wherever it comes. */
export const fact = (open: Opener, sealed: Uint8Array): Effect.Effect<Fact, Refusal> =>
  Effect.map(remembered(open, sealed, isFact, () => opening(open, sealed)), (known) => known.fact)

const opening = Effect.fnUntraced(function*(
  open: Opener,
  sealed: Uint8Array
): Effect.fn.Return<FactArrival, Refusal> {
  const opened = yield* unsealed(open, "fact", sealed)
  return { _tag: "Fact", fact: yield* fromOpened(open, opened), sealed }
})

/**
 * Takes in again a fact that this node took in before and kept under its id. What it embeds is not
 * read a second time if it is among those that were `met`.
 */
export const kept = (
  read: Opener,
  sealed: Uint8Array,
  id: FactId,
  met?: Met.Met
): Effect.Effect<Fact, Refusal> =>
  // Nothing waits here, and this runs for every stored fact at a start.
  Effect.flatMapEager(unsealed(read, "fact", sealed), (opened) => {
    const decoded = Decode.decodeKept(opened, id)
    if (Result.isFailure(decoded)) return Effect.fail(decoded.failure)
    const { embedded, fact, ruling } = decoded.success
    if (met !== undefined) Met.add(met, sealed, fact)
    if (embedded.length === 0 && ruling === undefined) return Effect.succeed(fact)
    const known = met === undefined ? [] : embedded.flatMap((text) => met.get(text) ?? [])
    return known.length === embedded.length && ruling === undefined
      ? Effect.fromResult(Decode.complete(decoded.success, known))
      : completed(read, decoded.success)
  })

/** Opens a ruling that a person sealed (base64). */
export const ruling = Effect.fnUntraced(function*(
  open: Opener,
  sealed: string
): Effect.fn.Return<Ruling, Refusal> {
  const opened = yield* unsealed(open, "ruling", yield* bytes(sealed))
  return yield* Effect.fromResult(Decode.ruling(opened))
})

const fromOpened = Effect.fnUntraced(function*(
  open: Opener,
  opened: Decode.Opened,
  topic?: Topic
): Effect.fn.Return<Fact, Refusal> {
  return yield* completed(open, yield* Effect.fromResult(Decode.decode(opened, topic)))
})

/** Opens what a decoded fact embeds, and puts it in its place. */
export const completed = Effect.fnUntraced(function*(
  open: Opener,
  decoded: Decode.Decoded
): Effect.fn.Return<Fact, Refusal> {
  const embedded = yield* Effect.forEach(decoded.embedded, (sealed) => inner(open, sealed))
  const carried = decoded.ruling === undefined ? undefined : yield* ruling(open, decoded.ruling)
  return yield* Effect.fromResult(Decode.complete(decoded, embedded, carried))
})

const inner = Effect.fnUntraced(function*(
  open: Opener,
  sealed: string
): Effect.fn.Return<Fact, Refusal> {
  const opened = yield* unsealed(open, "fact", yield* bytes(sealed))
  return (yield* Effect.fromResult(Decode.decode(opened))).fact
})

const unsealed = (open: Opener, purpose: Purpose, sealed: Uint8Array) =>
  Effect.mapErrorEager(open(purpose, sealed), (error) => refusal("bad_seal", error.message))

const bytes = (sealed: string) =>
  Effect.mapError(
    Effect.fromResult(Base64.decode(sealed)),
    () => refusal("bad_embedded", "what is embedded is not base64")
  )
