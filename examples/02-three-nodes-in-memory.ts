/**
 * Three whole nodes in one process, on memory adapters and a clock that is moved by hand: two of them
 * find a dependency, plan, vote and agree, and the third sees it.
 *
 *     node examples/02-three-nodes-in-memory.ts
 */
import * as ManualTicker from "@chorus/clock/ManualTicker"
import * as NodeSettings from "@chorus/coordination-core/coordination/NodeSettings"
import { AgentName } from "@chorus/coordination-core/identity/AgentId"
import { LogNonce } from "@chorus/coordination-core/identity/FactId"
import { PersonId } from "@chorus/coordination-core/identity/NodeId"
import * as MeshSettings from "@chorus/coordination-core/mesh/MeshSettings"
import { FactStore } from "@chorus/coordination-core/ports/FactStore"
import { SlurpSink } from "@chorus/coordination-core/ports/SlurpSink"
import * as Replica from "@chorus/coordination-core/replica/Replica"
import * as Deliberation from "@chorus/coordination-core/session/Deliberation"
import * as Status from "@chorus/coordination-core/session/Status"
import * as MemoryMesh from "@chorus/pubsub-memory/MemoryMesh"
import * as MemoryPeers from "@chorus/pubsub-memory/MemoryPeers"
import * as MemoryPubSub from "@chorus/pubsub-memory/MemoryPubSub"
import * as MemorySigner from "@chorus/pubsub-memory/MemorySigner"
import * as TemplateReasoner from "@chorus/reasoning/TemplateReasoner"
import * as ChorusNode from "@chorus/runtime/ChorusNode"
import * as MemoryFactStore from "@chorus/slurp/MemoryFactStore"
import * as MemorySlurpSink from "@chorus/slurp/MemorySlurpSink"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"

const graph = MemoryMesh.make()
const mesh = MeshSettings.defaults(PersonId.make(MemorySigner.idOf("founder")))

/** A node: its ports, each from an adapter that could be another one, and the loop on top. */
const node = Effect.fnUntraced(function*(name: string) {
  const self = MemorySigner.idOf(name)
  const place = yield* graph.join(self)
  const store = yield* MemoryFactStore.make(MemoryFactStore.emptyDisk())
  const ports = Layer.mergeAll(
    MemoryPubSub.layer(place),
    MemoryPeers.layer(place),
    MemorySigner.layer(self),
    Layer.succeed(FactStore, store),
    Layer.succeed(SlurpSink, MemorySlurpSink.make(new Map())),
    TemplateReasoner.layer,
    ManualTicker.layer({ monotonicMillis: 0, wallMillis: 1_800_000_000_000 })
  )
  const drawNonce = Effect.succeed(LogNonce.make(name.padStart(16, "0")))
  const settings = { ...NodeSettings.defaults, settleMillis: 0 }
  const built = yield* Layer.build(Layer.provide(ChorusNode.layer({ mesh, settings, drawNonce }), ports))
  return Context.get(built, ChorusNode.ChorusNode)
})

/** Looks again, after everybody else had a turn, until there is something. */
const seen = <A>(ask: Effect.Effect<A | undefined>): Effect.Effect<A> =>
  Effect.flatMap(ask, (found) =>
    found === undefined ? Effect.andThen(turn, seen(ask)) : Effect.succeed(found))

const turn = Effect.promise(() => new Promise((resume) => { setImmediate(resume) }))

const sessionAt = ({ state }: ChorusNode.ChorusNode["Service"]) =>
  Effect.map(state, ({ replica }) => {
    const [session] = Replica.openedSessions(replica)
    return session === undefined ? undefined : { session, world: Replica.world(replica) }
  })

const claim = (at: ChorusNode.ChorusNode["Service"], agent: string, repository: string, scope: string) =>
  at.ask({
    _tag: "Claim",
    agent: AgentName.make(agent),
    task: { repository, task_id: 1, title: `Work on ${repository}`, scopes: [scope] },
    leaseMillis: 1_800_000
  })

const story = Effect.gen(function*() {
  const [one, two, three] = yield* Effect.all([node("1"), node("2"), node("3")])
  for (const a of [one, two, three]) {
    for (const b of [one, two, three]) yield* graph.connect(a.self, b.self)
  }
  yield* claim(one, "api", "backend", "table:orders=migrate")
  yield* seen(Effect.map(two.state, ({ replica }) =>
    replica.tasks.claims.size === 0 ? undefined : replica))
  yield* claim(two, "web", "app", "table:orders=use")

  for (const [at, agent] of [[one, "api"], [two, "web"]] as const) {
    const { plan, session } = yield* seen(Effect.map(sessionAt(at), (known) => {
      const best = known === undefined ? undefined : Deliberation.bestPlan(known.session, known.world)
      return known === undefined || best === undefined ? undefined : { session: known.session.id, plan: best }
    }))
    yield* at.ask({
      _tag: "Answer",
      agent: AgentName.make(agent),
      session,
      stance: "agree",
      reason: "",
      plan: plan.hash
    })
  }
  yield* seen(Effect.map(sessionAt(three), (known) =>
    known !== undefined && Status.statusOf(known.session, known.world) === "resolved" ? known : undefined))
  console.log("resolved, as the third node sees it")
})

await Effect.runPromise(Effect.scoped(story))
