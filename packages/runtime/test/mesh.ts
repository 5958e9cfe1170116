/**
 * Nodes on the memory adapters, for tests: one graph, one hand on the clock, disks that survive.
 */
import { ManualTicker } from "@chorus/clock/ManualTicker"
import * as ManualTickers from "@chorus/clock/ManualTicker"
import * as CatchUp from "@chorus/coordination-core/catchup/CatchUp"
import type * as Command from "@chorus/coordination-core/command/Command"
import * as NodeDefaults from "@chorus/coordination-core/coordination/NodeSettings"
import { LogNonce } from "@chorus/coordination-core/identity/FactId"
import { AgentName } from "@chorus/coordination-core/identity/AgentId"
import { PersonId } from "@chorus/coordination-core/identity/NodeId"
import * as TaskKey from "@chorus/coordination-core/identity/TaskKey"
import * as MeshSettings from "@chorus/coordination-core/mesh/MeshSettings"
import { FactStore } from "@chorus/coordination-core/ports/FactStore"
import * as Memory from "@chorus/coordination-core/memory/Memory"
import { Reasoner } from "@chorus/coordination-core/ports/Reasoner"
import { SlurpSink } from "@chorus/coordination-core/ports/SlurpSink"
import { Ticker } from "@chorus/coordination-core/ports/Ticker"
import * as Replica from "@chorus/coordination-core/replica/Replica"
import * as Status from "@chorus/coordination-core/session/Status"
import * as MemoryMesh from "@chorus/pubsub-memory/MemoryMesh"
import * as MemoryPeers from "@chorus/pubsub-memory/MemoryPeers"
import * as MemoryPubSub from "@chorus/pubsub-memory/MemoryPubSub"
import * as MemorySigner from "@chorus/pubsub-memory/MemorySigner"
import * as TemplateReasoner from "@chorus/reasoning/TemplateReasoner"
import * as MemoryFactStore from "@chorus/slurp/MemoryFactStore"
import * as MemorySlurpSink from "@chorus/slurp/MemorySlurpSink"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as HashMap from "effect/HashMap"
import * as Layer from "effect/Layer"
import * as Result from "effect/Result"
import * as ChorusNode from "../src/ChorusNode.ts"

/** The settings of every mesh here, unless a node names another founder. */
export const settings = (by?: PersonId) => MeshSettings.defaults(by ?? founder)

const founder = PersonId.make(MemorySigner.idOf("founder"))

/** What may differ from node to node; a test names what it is about. */
export interface Parts {
  readonly disk?: MemoryFactStore.Disk
  readonly store?: FactStore["Service"]
  readonly sink?: SlurpSink["Service"]
  readonly reasoner?: Reasoner["Service"]
  readonly founder?: PersonId
  readonly settings?: Partial<NodeDefaults.NodeSettings>
}

/** A mesh without nodes, and its clock. */
export const make = Effect.gen(function*() {
  const clock = yield* Layer.build(ManualTickers.layer({ monotonicMillis: 0, wallMillis: 1_800_000_000_000 }))
  let logs = 0
  return {
    graph: MemoryMesh.make(),
    clock,
    hand: Context.get(clock, ManualTicker),
    drawNonce: Effect.sync(() => LogNonce.make(String(++logs).padStart(16, "0")))
  }
})
export type Mesh = Effect.Success<typeof make>

/** Starts a node in the current scope; it is connected with nobody yet. */
export const node = Effect.fnUntraced(function*(mesh: Mesh, name: string, parts: Parts = {}) {
  const self = MemorySigner.idOf(name)
  const place = yield* mesh.graph.join(self)
  const sink = parts.sink ?? MemorySlurpSink.make(new Map())
  const store = parts.store ?? (yield* MemoryFactStore.make(parts.disk ?? MemoryFactStore.emptyDisk()))
  const ports = Layer.mergeAll(
    MemoryPubSub.layer(place),
    MemoryPeers.layer(place),
    MemorySigner.layer(self),
    Layer.succeed(FactStore, store),
    Layer.succeed(SlurpSink, sink),
    parts.reasoner === undefined ? TemplateReasoner.layer : Layer.succeed(Reasoner, parts.reasoner),
    Layer.succeedContext(mesh.clock)
  )
  const built = yield* Layer.build(Layer.provide(
    ChorusNode.layer({
      mesh: settings(parts.founder),
      settings: { ...NodeDefaults.defaults, settleMillis: 0, ...parts.settings },
      drawNonce: mesh.drawNonce
    }),
    ports
  ))
  return { ...Context.get(built, ChorusNode.ChorusNode), sink, store, place }
})
/** The id of the node with a name. */
export const idOf = MemorySigner.idOf

export type Node = Effect.Success<ReturnType<typeof node>>

/** Nodes that are all connected with each other, and know it. */
export const nodes = Effect.fnUntraced(function*(
  mesh: Mesh,
  names: ReadonlyArray<string>,
  parts: Parts = {}
) {
  const all = yield* Effect.forEach(names, (name) => node(mesh, name, parts))
  for (const one of all) for (const other of all) yield* mesh.graph.connect(one.self, other.self)
  yield* until(Effect.forEach(all, ({ state }) => state), (states) =>
    states.every(({ catchUp }) =>
      HashMap.size(catchUp.peers) === all.length - 1 && catchUp.answered >= all.length - 1))
  return all
})

/** Looks again, each time after everybody else had a turn, until it is right. */
export const until = <A, E>(
  ask: Effect.Effect<A, E>,
  right: (answer: A) => boolean
): Effect.Effect<A, E | Error> =>
  Effect.gen(function*() {
    for (let looks = 0; looks < 20_000; looks++) {
      const answer = yield* ask
      if (right(answer)) return answer
      yield* Effect.promise(() => new Promise((resume) => { setImmediate(resume) }))
    }
    return yield* Effect.fail(new Error("it did not become right"))
  })

/** Ends when the nodes hold the same facts. */
export const converged = (all: ReadonlyArray<Node>) =>
  until(Effect.forEach(all, ({ state }) => state), (states) =>
    new Set(states.map(({ catchUp }) => CatchUp.digest(catchUp))).size === 1)

/** Ends when the nodes forgot what is over: the same, since they hold the same facts. */
export const cleanedUp = Effect.fnUntraced(function*(mesh: Mesh, all: ReadonlyArray<Node>) {
  // At the second cleanup all logs rest, so of each the last place alone is remembered.
  for (let cleanup = 0; cleanup < 2; cleanup++) {
    yield* mesh.hand.advance(Memory.cleanupMillis)
    const { monotonicMillis } = yield* Context.get(mesh.clock, Ticker).now
    for (const { state } of all) {
      yield* until(state, ({ memory }) => memory.cleanedMillis >= monotonicMillis)
    }
  }
})

/** Carries a command out that must succeed. */
export const ask = (to: Node, command: Command.Command) =>
  Effect.flatMap(to.ask(command), (result) =>
    Result.isSuccess(result)
      ? Effect.succeed(result.success)
      : Effect.fail(new Error(result.failure.message)))

export const agent = (name: string) => AgentName.make(name)

/** A claim on a task; the texts of the seed's API example depend on each other. */
export const claim = (name: string, task: string, title: string): Command.Command => {
  const key = TaskKey.TaskKey.make(task)
  return {
    _tag: "Claim",
    agent: agent(name),
    task: { repository: TaskKey.repository(key), task_id: TaskKey.id(key), title },
    leaseMillis: 1_800_000
  }
}

export const definesApi = claim("api", "backend#42", "Define user authentication API")
const usesApi = claim("web", "frontend#43", "Implement authentication endpoint")

/** The opened sessions of a node, with their status. */
export const sessions = (of: Node) =>
  Effect.map(of.state, ({ replica }) =>
    Replica.openedSessions(replica).map((session) => ({
      session,
      status: Status.statusOf(session, Replica.world(replica))
    })))

/** Two agents of two nodes with one session; its id. */
export const dependency = Effect.fnUntraced(function*(one: Node, other: Node, all: ReadonlyArray<Node>) {
  yield* ask(one, definesApi)
  yield* converged(all)
  yield* ask(other, usesApi)
  yield* until(sessions(one), (known) => known.length === 1)
  yield* converged(all)
  const [known] = yield* sessions(one)
  if (known === undefined) return yield* Effect.fail(new Error("no session"))
  return known.session.id
})
