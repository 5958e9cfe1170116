/**
 * What the runtime around the machine costs: the same facts, decided on by a plain loop, and taken
 * from the mailbox by the driver, committed to a store in memory and adopted.
 */
import type { Benchmark } from "@chorus/bench/Benchmark"
import { ratioOf } from "@chorus/bench/Benchmark"
import * as Coordination from "@chorus/coordination-core/coordination/Coordination"
import * as NodeSettings from "@chorus/coordination-core/coordination/NodeSettings"
import type { Fact } from "@chorus/coordination-core/fact/Fact"
import { LogNonce } from "@chorus/coordination-core/identity/FactId"
import type { Moment } from "@chorus/coordination-core/machine/Machine"
import * as MeshSettings from "@chorus/coordination-core/mesh/MeshSettings"
import * as Paper from "@chorus/coordination-core/testing/Paper"
import * as Workload from "@chorus/coordination-core/testing/Workload"
import * as MemorySigner from "@chorus/pubsub-memory/MemorySigner"
import * as MemoryFactStore from "@chorus/slurp/MemoryFactStore"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Driver from "../src/Driver.ts"
import * as Mailboxes from "../src/Mailbox.ts"

const meshes = 10
const tasksEach = 60
const at: Moment = { wallMillis: 0, monotonicMillis: 0 }
const self = MemorySigner.idOf("bench")
const initial = Coordination.initial(
  self,
  MeshSettings.defaults(Paper.person("founder")),
  NodeSettings.defaults
)

const plain = (facts: ReadonlyArray<Fact>): Coordination.State => {
  let state = initial
  for (const fact of facts) state = Coordination.decide(state, { _tag: "Received", facts: [fact] }, at).state
  return state
}

const driven = (facts: ReadonlyArray<Fact>): Promise<void> =>
  Effect.runPromise(Effect.scoped(Effect.gen(function*() {
    const mailbox = yield* Mailboxes.make
    const store = yield* MemoryFactStore.make(MemoryFactStore.emptyDisk())
    const done = yield* Deferred.make<void>()
    let adopted = 0
    yield* Effect.forkScoped(Driver.drive({
      mailbox,
      store,
      signer: MemorySigner.make(self),
      now: Effect.succeed(at),
      drawNonce: Effect.succeed(LogNonce.make("0".repeat(16))),
      perform: () => Effect.void,
      wake: Effect.void,
      adopt: (committed) => {
        adopted += committed.facts.length
        return adopted === facts.length ? Effect.asVoid(Deferred.succeed(done, undefined)) : Effect.void
      }
    }, initial))
    for (const fact of facts) {
      yield* mailbox.post({ _tag: "Facts", admitted: [{ fact, sealed: new Uint8Array(1) }] })
    }
    yield* Deferred.await(done)
  })))

export default {
  measures: "One handler, a fact a letter.",
  baseline: "a plain loop",
  ratio: "ours ÷ baseline",
  goal: {
    says: "<= 10 × an event",
    reached: (rows) => rows.every((row) => ratioOf("ours ÷ baseline", row).wall <= 10)
  },
  run: async (meter) => {
    const facts = Workload.onPaper(meshes, tasksEach)
    return [{
      of: `${facts.length} facts`,
      ...await meter.paired({ ours: () => driven(facts), baseline: () => plain(facts) })
    }]
  }
} satisfies Benchmark
