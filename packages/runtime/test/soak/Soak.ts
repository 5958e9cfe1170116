/**
 * The soak: a real node on SQLite takes in what a crowd states, and its heap is weighed on the way.
 *
 *     crowd ──publish──▶ node: seals, decoding, folds, commits, cleanups       every step: GC, weigh
 *
 * Time is by hand: a session takes six seconds of it, so the node cleans up every hundred sessions
 * and before each weighing. (hazards: H25, G11)
 */
import * as ManualTickers from "@chorus/clock/ManualTicker"
import * as NodeDefaults from "@chorus/coordination-core/coordination/NodeSettings"
import type { Topic } from "@chorus/coordination-core/fact/FactTable"
import { LogNonce } from "@chorus/coordination-core/identity/FactId"
import { PersonId } from "@chorus/coordination-core/identity/NodeId"
import * as Memory from "@chorus/coordination-core/memory/Memory"
import * as MeshSettings from "@chorus/coordination-core/mesh/MeshSettings"
import { Ticker } from "@chorus/coordination-core/ports/Ticker"
import * as MemoryMesh from "@chorus/pubsub-memory/MemoryMesh"
import * as MemoryPeers from "@chorus/pubsub-memory/MemoryPeers"
import * as MemoryPubSub from "@chorus/pubsub-memory/MemoryPubSub"
import * as MemorySigner from "@chorus/pubsub-memory/MemorySigner"
import * as TemplateReasoner from "@chorus/reasoning/TemplateReasoner"
import * as LocalSlurpSink from "@chorus/slurp/LocalSlurpSink"
import * as SqliteDatabase from "@chorus/slurp/SqliteDatabase"
import * as SqliteFactStore from "@chorus/slurp/SqliteFactStore"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as HashMap from "effect/HashMap"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import { setFlagsFromString } from "node:v8"
import { runInNewContext } from "node:vm"
import * as ChorusNode from "../../src/ChorusNode.ts"
import * as Crowd from "./Crowd.ts"

export interface Options {
  readonly messages: number
  /** Where the database is made. */
  readonly file: string
  readonly steps: number
  /** Sessions that are under way at once. */
  readonly atOnce: number
  readonly tell: (weighed: Weighed) => void
}

/** What a weighing found. */
export interface Weighed {
  readonly messages: number
  readonly heapBytes: number
  /** In memory, after a cleanup. */
  readonly sessions: number
  readonly claims: number
  readonly forgotten: Memory.Counts
  readonly seconds: number
}

const millisPerSession = 6_000

/** Runs the crowd against a node; what each step weighed. */
export const run = Effect.fnUntraced(function*({ atOnce, file, messages, steps, tell }: Options) {
  const { hand, node, place } = yield* started(file)
  const crowd = Crowd.make(node.mesh)
  const weighed: Array<Weighed> = []
  const began = performance.now()
  const sessions = Math.ceil(messages / Crowd.messagesPerSession)
  for (let done = 0; done < sessions;) {
    const now = (yield* node.now).wallMillis
    const many = Math.min(atOnce, sessions - done)
    for (let each = 0; each < many; each++) {
      for (const { sealed, topic } of yield* crowd.session(now)) yield* arrive(place, topic, sealed)
    }
    yield* heard(node, crowd)
    yield* hand.advance(many * millisPerSession)
    const before = Math.floor(done * steps / sessions)
    done += many
    if (Math.floor(done * steps / sessions) === before) continue
    const step = yield* weigh(node, hand, done * Crowd.messagesPerSession, began)
    tell(step)
    weighed.push(step)
  }
  return weighed
})

/** The bytes that the heap grows by with each message, by least squares over what came after a part. */
export const slope = (weighed: ReadonlyArray<Weighed>, warmUp = 0.2): number => {
  const after = weighed.slice(Math.floor(weighed.length * warmUp))
  const mean = (of: (step: Weighed) => number) =>
    after.reduce((sum, step) => sum + of(step), 0) / after.length
  const [x, y] = [mean(({ messages }) => messages), mean(({ heapBytes }) => heapBytes)]
  const covariance = mean((step) => (step.messages - x) * (step.heapBytes - y))
  return covariance / mean((step) => (step.messages - x) ** 2)
}

/** Hands a message to the node as its neighbour would; without a queue, so that none is lost. */
const arrive = Effect.fnUntraced(function*(place: MemoryMesh.Place, topic: Topic, sealed: Uint8Array) {
  const verdict = yield* place.listeners.get(topic)?.(sealed, crowdId) ?? Effect.succeed("ignore" as const)
  if (verdict !== "accept") throw new Error(`the node did not accept a message of ${topic}`)
})

const crowdId = MemorySigner.idOf("crowd")

const started = Effect.fnUntraced(function*(file: string) {
  const clock = yield* Layer.build(
    ManualTickers.layer({ monotonicMillis: 0, wallMillis: 1_800_000_000_000 })
  )
  const self = MemorySigner.idOf("soaked")
  const mesh = MeshSettings.defaults(PersonId.make(MemorySigner.idOf("founder")))
  const graph = MemoryMesh.make()
  const [place, crowd] = [yield* graph.join(self), yield* graph.join(crowdId)]
  let logs = 0
  const storage = Layer.provide(
    Layer.mergeAll(SqliteFactStore.layer, LocalSlurpSink.layer),
    SqliteDatabase.SqliteDatabase.layer({ file })
  )
  const built = yield* Layer.build(Layer.provide(
    ChorusNode.layer({
      mesh,
      // Heartbeats would fill the list of seen messages of the memory mesh, which is no part of a node.
      settings: { ...NodeDefaults.defaults, settleMillis: 0, heartbeatMillis: 3_600_000 },
      drawNonce: Effect.sync(() => LogNonce.make(String(++logs).padStart(16, "0")))
    }),
    Layer.mergeAll(
      MemoryPubSub.layer(place),
      MemoryPeers.layer(place),
      MemorySigner.layer(self),
      TemplateReasoner.layer,
      storage,
      Layer.succeedContext(clock)
    )
  ))
  // Nothing is taken from a peer before it named the mesh as its own.
  yield* graph.connect(self, crowdId)
  const greeting = JSON.stringify({ v: 1, settings: mesh, vector: {} })
  yield* MemoryPeers.make(crowd).request(self, new TextEncoder().encode(greeting))
  yield* graph.disconnect(self, crowdId)
  const node = Context.get(built, ChorusNode.ChorusNode)
  return {
    place,
    hand: Context.get(clock, ManualTickers.ManualTicker),
    node: { ...node, now: Context.get(clock, Ticker).now }
  }
})

type Soaked = Effect.Success<ReturnType<typeof started>>["node"]
type Hand = Effect.Success<ReturnType<typeof started>>["hand"]

/** Waits until the node holds all that the crowd stated. */
const heard = Effect.fnUntraced(function*(node: Soaked, crowd: Crowd.Crowd) {
  yield* until(node, ({ catchUp }) =>
    crowd.places().every(({ log, next }) =>
      next === 1 || Option.exists(HashMap.get(catchUp.heads, log), ({ seq }) => seq === next - 1)))
})

const until = Effect.fnUntraced(function*(
  node: Soaked,
  right: (state: Effect.Success<Soaked["state"]>) => boolean
) {
  while (!right(yield* node.state)) {
    yield* Effect.promise(() => new Promise((resume) => { setImmediate(resume) }))
  }
})

const weigh = Effect.fnUntraced(function*(node: Soaked, hand: Hand, messages: number, began: number) {
  yield* hand.advance(Memory.cleanupMillis)
  const { monotonicMillis } = yield* node.now
  yield* until(node, ({ memory }) => memory.cleanedMillis >= monotonicMillis)
  const { memory, replica } = yield* node.state
  // Twice, since finalizers free what the second round collects.
  collect()
  collect()
  return {
    messages,
    heapBytes: process.memoryUsage().heapUsed,
    sessions: replica.sessions.size,
    claims: replica.tasks.claims.size,
    forgotten: memory.forgotten,
    seconds: (performance.now() - began) / 1000
  } satisfies Weighed
})

setFlagsFromString("--expose-gc")
// The flag puts `gc`, a function, into contexts made from now on.
const collect = runInNewContext("gc") as () => void
