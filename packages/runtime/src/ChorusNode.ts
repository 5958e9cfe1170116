/**
 * A node: the machine, the driver and the ports, running as one service.
 *
 * Its layer needs ports only, so the same node runs on libp2p and SQLite in production, and on the
 * memory adapters and a manual ticker in tests and in the simulator.
 */
import type * as Command from "@chorus/coordination-core/command/Command"
import * as Cleanup from "@chorus/coordination-core/coordination/Cleanup"
import * as Coordination from "@chorus/coordination-core/coordination/Coordination"
import type { NodeSettings } from "@chorus/coordination-core/coordination/NodeSettings"
import { topics } from "@chorus/coordination-core/fact/FactTable"
import type { LogNonce } from "@chorus/coordination-core/identity/FactId"
import type { NodeId } from "@chorus/coordination-core/identity/NodeId"
import type { MeshSettings } from "@chorus/coordination-core/mesh/MeshSettings"
import { FactStore, type StoreError } from "@chorus/coordination-core/ports/FactStore"
import { Peers, type PeersError } from "@chorus/coordination-core/ports/Peers"
import { PubSub, type PubSubError } from "@chorus/coordination-core/ports/PubSub"
import { Reasoner } from "@chorus/coordination-core/ports/Reasoner"
import { Signer } from "@chorus/coordination-core/ports/Signer"
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
import * as Semaphore from "effect/Semaphore"
import * as Stream from "effect/Stream"
import * as Broadcast from "./Broadcast.ts"
import * as Driver from "./Driver.ts"
import * as Exchange from "./Exchange.ts"
import * as Handshake from "./Handshake.ts"
import * as Intake from "./Intake.ts"
import * as Mailboxes from "./Mailbox.ts"
import * as Outbox from "./Outbox.ts"
import * as OwnLogs from "./OwnLogs.ts"
import * as Performer from "./Performer.ts"
import * as Recall from "./Recall.ts"
import * as Restore from "./Restore.ts"
import * as Vital from "./Vital.ts"

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
  /** Carries a command out, and answers when what it did is kept; dies with a node that ends. */
  readonly ask: (
    command: Command.Command
  ) => Effect.Effect<Result.Result<Command.Done, Command.Refused>>
  /** The state as of the last commit. */
  readonly state: Effect.Effect<Coordination.State>
  /** That state, and the sessions whose ids begin so, be they forgotten or not. */
  readonly about: (beginning: string) => Effect.Effect<Coordination.State, StoreError>
  /** That state, and the newest sessions or claims, be they forgotten or not. */
  readonly recent: (of: "session" | "claim") => Effect.Effect<Coordination.State, StoreError>
  /** The facts committed from now on; a listener that is too slow loses the oldest. */
  readonly committed: Stream.Stream<Driver.Committed>
  /** Messages dropped because there was no room or their author too fast, and refused as no facts. */
  readonly counters: Effect.Effect<{ readonly dropped: number; readonly refused: number }>
  /** Dies with what ended the node, a throw in an adapter or a rule for instance; else it waits. */
  readonly ended: Effect.Effect<never>
}>()("@chorus/runtime/ChorusNode") {}

/** Commits that wait for a slow listener before the oldest is lost. */
const committedMax = 1024

type Reading = (state: Coordination.State) => Effect.Effect<Cleanup.Recalled | undefined, StoreError>

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
  const [mailbox, vital] = [yield* Mailboxes.make, yield* Vital.make]
  const fresh = Coordination.initial(signer.self, mesh, settings)
  const restored = yield* Restore.restore(fresh, store, signer, yield* ticker.now)
  const current = yield* Ref.make(restored)
  const committed = Broadcast.make<Driver.Committed>(committedMax)
  const outbox = yield* Queue.sliding<void>(1)
  const [handshake, turns] = [Handshake.make(mesh), yield* Semaphore.make(Exchange.takenAtOnceMax)]
  const [state, { now }] = [Ref.get(current), ticker]
  const exchanging = { peers, signer, store, mailbox, mesh, handshake, turns, state }
  const perform = yield* Performer.make({ pubsub, signer, reasoner, exchanging, now })
  const intake = Intake.make({ signer, mailbox, handshake, rate: settings, now, state })

  yield* vital.run("its driver", Driver.drive({
    signer,
    store,
    mailbox,
    now,
    drawNonce: OwnLogs.opener(store, options.drawNonce),
    perform,
    adopt: (adopted) =>
      Effect.andThen(
        Ref.set(current, adopted.after),
        adopted.facts.length > 0 ? committed.send(adopted) : Effect.void
      ),
    wake: Queue.offer(outbox, undefined)
  }, restored))
  yield* vital.run("its outbox", Outbox.run(store, sink, Queue.take(outbox)))
  yield* vital.run("its clock", Stream.runForEach(ticker.ticks, () =>
    Effect.andThen(intake.tick, mailbox.tick)))
  yield* peers.serve(Exchange.server(exchanging))
  for (const topic of topics) yield* pubsub.subscribe(topic, intake.listener(topic))
  yield* vital.run("its view of peers", Stream.runForEach(peers.changes, ({ _tag, peer }) =>
    mailbox.post({ _tag: "Input", input: { _tag, peer } })
  ))

  const ports = { signer, store }
  const knowing = (reading: Reading) =>
    Effect.flatMap(state, (now) =>
      Effect.map(reading(now), (found) => found === undefined ? now : Cleanup.recalled(now, found)))
  return {
    self: signer.self,
    mesh,
    state,
    about: (beginning) => knowing((now) => Recall.forSessions(ports, now, beginning)),
    recent: (of) => knowing((now) => Recall.forRecent(ports, now, of)),
    committed: committed.stream,
    counters: Effect.sync(() => {
      const { dropped, refused } = intake.counters()
      return { dropped: mailbox.dropped() + dropped, refused }
    }),
    ask: Effect.fnUntraced(function*(command) {
      const reply = yield* Deferred.make<Result.Result<Command.Done, Command.Refused>>()
      const posted = mailbox.post({ _tag: "Command", command, reply })
      return yield* Effect.raceFirst(Effect.andThen(posted, Deferred.await(reply)), vital.ended)
    }),
    ended: vital.ended
  }
})

export const layer = (options: Options) => Layer.effect(ChorusNode, make(options))
