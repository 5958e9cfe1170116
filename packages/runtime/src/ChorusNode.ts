/**
 * A node: the machine, the driver and the ports, running as one service.
 *
 * Its layer needs ports only, so the same node runs on libp2p and SQLite in production, and on the
 * memory adapters and a manual ticker in tests and in the simulator.
 */
import type * as Command from "@chorus/coordination-core/command/Command"
import * as Coordination from "@chorus/coordination-core/coordination/Coordination"
import type { NodeSettings } from "@chorus/coordination-core/coordination/NodeSettings"
import { type Topic, topics } from "@chorus/coordination-core/fact/FactTable"
import { verdicts } from "@chorus/coordination-core/fact/Refusal"
import type { LogNonce } from "@chorus/coordination-core/identity/FactId"
import type { NodeId } from "@chorus/coordination-core/identity/NodeId"
import type { MeshSettings } from "@chorus/coordination-core/mesh/MeshSettings"
import { FactStore, type StoreError } from "@chorus/coordination-core/ports/FactStore"
import { Peers, type PeersError } from "@chorus/coordination-core/ports/Peers"
import { type Listener, PubSub, type PubSubError } from "@chorus/coordination-core/ports/PubSub"
import { Reasoner } from "@chorus/coordination-core/ports/Reasoner"
import { Signer, type SignerShape } from "@chorus/coordination-core/ports/Signer"
import { SlurpSink } from "@chorus/coordination-core/ports/SlurpSink"
import { Ticker } from "@chorus/coordination-core/ports/Ticker"
import * as Context from "effect/Context"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Queue from "effect/Queue"
import * as Ref from "effect/Ref"
import type * as Result from "effect/Result"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import * as Broadcast from "./Broadcast.ts"
import * as Driver from "./Driver.ts"
import * as Entry from "./Entry.ts"
import * as Exchange from "./Exchange.ts"
import * as Mailboxes from "./Mailbox.ts"
import * as Outbox from "./Outbox.ts"
import * as Performer from "./Performer.ts"
import * as Restore from "./Restore.ts"

/** What a node is given beside its ports. */
export interface Options {
  readonly mesh: MeshSettings
  readonly settings: NodeSettings
  /** A fresh random name for a log, unpredictable enough never to come twice. */
  readonly drawNonce: Effect.Effect<LogNonce>
}

export class ChorusNode extends Context.Service<ChorusNode, {
  readonly self: NodeId
  readonly mesh: MeshSettings
  /** Carries a command out, and answers when what it did is kept. */
  readonly ask: (
    command: Command.Command
  ) => Effect.Effect<Result.Result<Command.Done, Command.Refused>>
  /** The state as of the last commit. */
  readonly state: Effect.Effect<Coordination.State>
  /** What is committed from now on; a listener that is too slow loses the oldest. */
  readonly committed: Stream.Stream<Driver.Committed>
  /** Messages dropped because the mailbox was full, and refused because they were no facts. */
  readonly counters: Effect.Effect<{ readonly dropped: number; readonly refused: number }>
}>()("@chorus/runtime/ChorusNode") {}

/** Commits that wait for a slow listener before the oldest is lost. */
const committedMax = 1024

type Ports = PubSub | Peers | FactStore | Signer | Reasoner | SlurpSink | Ticker

/** Starts a node; it runs until the scope closes. */
export const make = Effect.fnUntraced(function*(
  options: Options
): Effect.fn.Return<
  ChorusNode["Service"],
  StoreError | PeersError | PubSubError,
  Ports | Scope.Scope
> {
  const [store, peers, signer] = [yield* FactStore, yield* Peers, yield* Signer]
  const [pubsub, reasoner, sink] = [yield* PubSub, yield* Reasoner, yield* SlurpSink]
  const ticker = yield* Ticker
  const { mesh, settings } = options
  const mailbox = yield* Mailboxes.make
  const fresh = Coordination.initial(signer.self, mesh, settings)
  const restored = yield* Restore.restore(fresh, store, signer, yield* ticker.now)
  const current = yield* Ref.make(restored)
  const committed = Broadcast.make<Driver.Committed>(committedMax)
  const outbox = yield* Queue.sliding<void>(1)
  const refused = yield* Ref.make(0)
  const exchanging = { peers, signer, store, mailbox, mesh, state: Ref.get(current) }
  const perform = yield* Performer.make({ pubsub, signer, reasoner, exchanging, now: ticker.now })

  yield* Effect.forkScoped(Driver.drive({
    signer,
    store,
    mailbox,
    now: ticker.now,
    drawNonce: options.drawNonce,
    perform,
    adopt: (adopted) =>
      Ref.set(current, adopted.after).pipe(
        Effect.andThen(committed.send(adopted)),
        Effect.andThen(Queue.offer(outbox, undefined))
      )
  }, restored))
  yield* Effect.forkScoped(Outbox.run(store, sink, Queue.take(outbox)))
  yield* Effect.forkScoped(Stream.runForEach(ticker.ticks, () => mailbox.tick))
  yield* peers.serve(Exchange.server(exchanging))
  const listen = listener(signer, mailbox, refused)
  for (const topic of topics) yield* pubsub.subscribe(topic, listen(topic))
  yield* Effect.forkScoped(Stream.runForEach(peers.changes, ({ _tag, peer }) =>
    mailbox.post({ _tag: "Input", input: { _tag, peer } })
  ))

  return {
    self: signer.self,
    mesh,
    state: Ref.get(current),
    committed: committed.stream,
    counters: Effect.map(Ref.get(refused), (count) => ({ dropped: mailbox.dropped(), refused: count })),
    ask: Effect.fnUntraced(function*(command) {
      const reply = yield* Deferred.make<Result.Result<Command.Done, Command.Refused>>()
      yield* mailbox.post({ _tag: "Command", command, reply })
      return yield* Deferred.await(reply)
    })
  }
})

/** Judges what a topic brings, and posts what it takes in. */
const listener = (signer: SignerShape, mailbox: Mailboxes.Mailbox, refused: Ref.Ref<number>) =>
(topic: Topic): Listener =>
(message) =>
  Effect.matchEffect(Entry.arrival(signer, message, topic), {
    onFailure: (refusal) => Effect.as(Ref.update(refused, (count) => count + 1), verdicts[refusal.reason]),
    onSuccess: (arrival) => Effect.sync(() => mailbox.tryPost(letterOf(arrival)) ? "accept" : "ignore")
  })

export const layer = (options: Options) => Layer.effect(ChorusNode, make(options))

const letterOf = (arrival: Entry.Arrival): Mailboxes.Letter =>
  arrival._tag === "Fact"
    ? { _tag: "Facts", admitted: [{ fact: arrival.fact, sealed: arrival.sealed }] }
    : { _tag: "Input", input: { _tag: "Heard", signal: arrival.signal } }
