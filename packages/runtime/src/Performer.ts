/**
 * How outputs are performed: own facts sent, signals said, peers and the reasoner asked.
 *
 * All after the commit, none in the way of the next batch; whatever comes back is a new letter.
 * A message that nobody hears is no failure, since catch-up brings it.
 */
import type * as Coordination from "@chorus/coordination-core/coordination/Coordination"
import { table } from "@chorus/coordination-core/fact/FactTable"
import type { Moment } from "@chorus/coordination-core/machine/Machine"
import type { PubSub } from "@chorus/coordination-core/ports/PubSub"
import { type Reasoner, ReasonerError } from "@chorus/coordination-core/ports/Reasoner"
import type { SignerShape } from "@chorus/coordination-core/ports/Signer"
import * as Signals from "@chorus/coordination-core/signal/Signal"
import * as Effect from "effect/Effect"
import * as FiberSet from "effect/FiberSet"
import type { Working } from "./Batch.ts"
import type { Admitted } from "./Entry.ts"
import * as Exchange from "./Exchange.ts"

export interface Performing {
  readonly pubsub: PubSub["Service"]
  readonly signer: SignerShape
  readonly reasoner: Reasoner["Service"]
  readonly exchanging: Exchange.Exchanging
  readonly now: Effect.Effect<Moment>
}

/** Makes the performer; what it started ends with the scope. */
export const make = Effect.fnUntraced(function*(performing: Performing) {
  const fibers = yield* FiberSet.make<void>()
  return (working: Working): Effect.Effect<void> =>
    Effect.andThen(
      Effect.forEach(working.own, (own) => publish(performing, own), { discard: true }),
      Effect.forEach(
        working.outputs,
        (output) => FiberSet.run(fibers, perform(performing, output)),
        { discard: true }
      )
    )
})

const publish = ({ pubsub }: Performing, { fact, sealed }: Admitted): Effect.Effect<void> =>
  fact.data.message_type === "unknown"
    ? Effect.void
    : unheard(pubsub.publish(table[fact.data.message_type].topic, sealed))

const unheard = (sent: Effect.Effect<void, { readonly message: string }>): Effect.Effect<void> =>
  Effect.catch(sent, (error) => Effect.logDebug(`not sent: ${error.message}`))

const perform = (performing: Performing, output: Coordination.Output): Effect.Effect<void> => {
  switch (output._tag) {
    case "Answer":
      return Effect.void
    case "Say":
      return say(performing, output.signal)
    case "AskPeer":
      return Exchange.ask(performing.exchanging, output)
    case "AskReasoner":
      return think(performing, output)
    case "AskJudge":
      return judge(performing, output)
  }
}

const say = Effect.fnUntraced(function*(
  { now, pubsub, signer }: Performing,
  data: Signals.SignalData
) {
  const { wallMillis } = yield* now
  const sealed = yield* signer.seal("signal", Signals.write(signer.self, data, wallMillis))
  yield* unheard(pubsub.publish(Signals.topicOf(data), sealed))
})

const think = (
  { exchanging, reasoner }: Performing,
  { key, request }: Coordination.Output & { readonly _tag: "AskReasoner" }
): Effect.Effect<void> =>
  answered(() => reasoner.plan(request)).pipe(
    Effect.match({
      onFailure: (error) => ({ _tag: "NoPlan", reason: error.reason }) as const,
      onSuccess: ({ content, madeBy }) => ({ _tag: "Plan", content, madeBy }) as const
    }),
    Effect.flatMap((plan) =>
      exchanging.mailbox.post({ _tag: "Input", input: { _tag: "Reasoned", key, plan } })
    )
  )

/** Whatever came of it is an answer: without one the alerts would wait for their time. */
const judge = (
  { exchanging, reasoner }: Performing,
  { key, request }: Coordination.Output & { readonly _tag: "AskJudge" }
): Effect.Effect<void> => {
  const { judge: asked } = reasoner
  const judgement = asked === undefined
    ? Effect.undefined
    : Effect.orElseSucceed(answered(() => asked(request)), () => undefined)
  return Effect.flatMap(judgement, (is) =>
    exchanging.mailbox.post({ _tag: "Input", input: { _tag: "Judged", key, judgement: is } }))
}

/** A reasoner that throws gave no answer, and its fault is told. */
const answered = <A>(ask: () => Effect.Effect<A, ReasonerError>): Effect.Effect<A, ReasonerError> =>
  Effect.catchDefect(Effect.suspend(ask), (defect) =>
    Effect.andThen(
      Effect.logError("the reasoner threw", defect),
      Effect.fail(new ReasonerError({ reason: "failed", message: String(defect) }))
    ))
