/**
 * The gate of gossip: what peers hand on enters here, or does not.
 *
 *     message ──▶ fact or signal? ──▶ from a peer of this mesh? ──▶ by a member? ──▶ not too fast?
 *                   └─ no: refused, with a verdict on the forwarder      └─ else ignored, or it waits
 *
 * Garbage is judged first, so that it costs its forwarder something whoever that is. (docs/rules.md, 10)
 */
import type * as Coordination from "@chorus/coordination-core/coordination/Coordination"
import type { Topic } from "@chorus/coordination-core/fact/FactTable"
import { verdicts } from "@chorus/coordination-core/fact/Refusal"
import * as Pace from "@chorus/coordination-core/intake/Pace"
import type { NodeId } from "@chorus/coordination-core/identity/NodeId"
import type { Moment } from "@chorus/coordination-core/machine/Machine"
import type { Listener } from "@chorus/coordination-core/ports/PubSub"
import type { SignerShape } from "@chorus/coordination-core/ports/Signer"
import * as Membership from "@chorus/coordination-core/ruling/Membership"
import * as Effect from "effect/Effect"
import * as Entry from "./Entry.ts"
import type { Handshake } from "./Handshake.ts"
import type { Letter, Mailbox } from "./Mailbox.ts"

export interface Gate {
  readonly signer: SignerShape
  readonly mailbox: Mailbox
  readonly handshake: Handshake
  readonly rate: Pace.Rate
  readonly now: Effect.Effect<Moment>
  readonly state: Effect.Effect<Coordination.State>
}

export interface Intake {
  readonly listener: (topic: Topic) => Listener
  /** Lets in what has waited long enough. */
  readonly tick: Effect.Effect<void>
  /** Messages that were no facts and no signals, and facts dropped because their author was too fast. */
  readonly counters: () => { readonly refused: number; readonly dropped: number }
}

const no = Effect.succeed(false)

export const make = ({ handshake, mailbox, now, rate, signer, state }: Gate): Intake => {
  let pace: Pace.Pace<Letter> = Pace.initial
  let [refused, dropped] = [0, 0]

  const enter = (letter: Letter, author: NodeId, nowMillis: number): boolean => {
    const arrived = Pace.arrive(pace, author, letter, nowMillis, rate)
    pace = arrived.pace
    if (arrived.verdict === "dropped") dropped += 1
    return arrived.verdict === "waits" || (arrived.verdict === "enters" && mailbox.tryPost(letter))
  }
  // Plain returns: this runs for every message there is.
  const judge = (arrival: Entry.Arrival, from: NodeId) =>
    Effect.flatMap(state, ({ mesh, replica }): Effect.Effect<boolean> => {
      const author = arrival._tag === "Fact" ? arrival.fact.from : arrival.signal.from
      if (!handshake.isOurs(from) || !Membership.hears(mesh, replica.people, author)) return no
      if (arrival._tag === "Signal") {
        const { signal } = arrival
        return Effect.sync(() => mailbox.tryPost({ _tag: "Input", input: { _tag: "Heard", signal } }))
      }
      const admitted = [{ fact: arrival.fact, sealed: arrival.sealed }]
      return Effect.map(now, ({ monotonicMillis }) =>
        enter({ _tag: "Facts", admitted, from }, author, monotonicMillis))
    })
  return {
    listener: (topic) => (message, forwarder) =>
      Effect.matchEffect(Entry.arrival(signer, message, topic), {
        onFailure: ({ reason }) =>
          Effect.sync(() => {
            refused += 1
            return verdicts[reason]
          }),
        onSuccess: (arrival) =>
          Effect.map(judge(arrival, forwarder), (entered) => entered ? "accept" : "ignore")
      }),
    tick: Effect.map(now, ({ monotonicMillis }) => {
      const released = Pace.release(pace, monotonicMillis, rate)
      pace = released.pace
      for (const letter of released.entering) mailbox.tryPost(letter)
    }),
    counters: () => ({ refused, dropped })
  }
}
