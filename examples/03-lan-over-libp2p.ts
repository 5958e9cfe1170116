/**
 * Two nodes that know an address and nothing else of each other: one founds a mesh, the other joins it
 * over libp2p, and their agents agree. Alone it plays both ends on loopback; two machines play one each:
 *
 *     node examples/03-lan-over-libp2p.ts
 *     node examples/03-lan-over-libp2p.ts /ip4/0.0.0.0/tcp/4001        here: prints an address
 *     node examples/03-lan-over-libp2p.ts /ip4/0.0.0.0/tcp/0 ADDRESS   there
 */
import * as SystemTicker from "@chorus/clock/SystemTicker"
import * as NodeSettings from "@chorus/coordination-core/coordination/NodeSettings"
import { AgentName } from "@chorus/coordination-core/identity/AgentId"
import { LogNonce } from "@chorus/coordination-core/identity/FactId"
import { PersonId } from "@chorus/coordination-core/identity/NodeId"
import * as MeshSettings from "@chorus/coordination-core/mesh/MeshSettings"
import { FactStore } from "@chorus/coordination-core/ports/FactStore"
import { Peers } from "@chorus/coordination-core/ports/Peers"
import { SlurpSink } from "@chorus/coordination-core/ports/SlurpSink"
import * as Replica from "@chorus/coordination-core/replica/Replica"
import * as Deliberation from "@chorus/coordination-core/session/Deliberation"
import * as Status from "@chorus/coordination-core/session/Status"
import * as Libp2pHost from "@chorus/pubsub-libp2p/Libp2pHost"
import * as Libp2pPeers from "@chorus/pubsub-libp2p/Libp2pPeers"
import * as Libp2pPubSub from "@chorus/pubsub-libp2p/Libp2pPubSub"
import * as TemplateReasoner from "@chorus/reasoning/TemplateReasoner"
import * as ChorusNode from "@chorus/runtime/ChorusNode"
import * as Exchange from "@chorus/runtime/Exchange"
import * as MemoryFactStore from "@chorus/slurp/MemoryFactStore"
import * as MemorySlurpSink from "@chorus/slurp/MemorySlurpSink"
import * as Context from "effect/Context"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import { randomBytes } from "node:crypto"
import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"

const folder = Effect.acquireRelease(
  Effect.promise(() => mkdtemp(join(tmpdir(), "chorus-lan-"))),
  (path) => Effect.promise(() => rm(path, { recursive: true }))
)

/** The settings of the mesh that the first peer to connect is in. */
const joined = Effect.fnUntraced(function*(peers: Peers["Service"]) {
  const met = yield* Stream.runHead(Stream.filter(peers.changes, ({ _tag }) => _tag === "Connected"))
  return yield* Exchange.settingsOf(peers, Option.getOrThrow(met).peer)
})

/** A node on libp2p; nothing but the layers of its ports differs from one in memory. */
const node = Effect.fnUntraced(function*(listen: string, bootstrap?: string) {
  const host = Libp2pHost.Libp2pHost.layer({
    keyFile: join(yield* folder, "node.key"),
    listen: [listen],
    bootstrap: bootstrap === undefined ? [] : [bootstrap]
  })
  const network = yield* Layer.build(
    Layer.provide(Layer.mergeAll(Libp2pPubSub.layer, Libp2pPeers.layer, Libp2pHost.signer), host)
  )
  const peers = Context.get(network, Peers)
  const mesh = bootstrap === undefined
    ? MeshSettings.defaults(PersonId.make(peers.self))
    : yield* joined(peers)
  const ports = Layer.mergeAll(
    Layer.succeedContext(network),
    Layer.succeed(FactStore, yield* MemoryFactStore.make(MemoryFactStore.emptyDisk())),
    Layer.succeed(SlurpSink, MemorySlurpSink.make(new Map())),
    TemplateReasoner.layer,
    SystemTicker.layer({ everyMillis: 1000 })
  )
  const drawNonce = Effect.sync(() => LogNonce.make(randomBytes(8).toString("hex")))
  const settings = { ...NodeSettings.defaults, settleMillis: 0 }
  const built = yield* Layer.build(Layer.provide(ChorusNode.layer({ mesh, settings, drawNonce }), ports))
  const [address = ""] = yield* peers.addresses
  return { ...Context.get(built, ChorusNode.ChorusNode), address }
})

type Node = Effect.Success<ReturnType<typeof node>>

/** Looks again until there is something. */
const seen = <A>(at: Node, find: (replica: Replica.Replica) => A | undefined): Effect.Effect<A> =>
  Effect.flatMap(at.state, ({ replica }) => {
    const found = find(replica)
    return found === undefined
      ? Effect.andThen(Effect.sleep("50 millis"), seen(at, find))
      : Effect.succeed(found)
  })

const claim = (at: Node, agent: string, repository: string, scope: string) =>
  at.ask({
    _tag: "Claim",
    agent: AgentName.make(agent),
    task: { repository, task_id: 1, title: `Work on ${repository}`, scopes: [scope] },
    leaseMillis: 1_800_000
  })

/** Agrees to the plan that comes, and ends when everybody did. */
const agree = Effect.fnUntraced(function*(at: Node, agent: string) {
  const { plan, session } = yield* seen(at, (replica) => {
    const [session] = Replica.openedSessions(replica)
    const plan = session === undefined ? undefined : Deliberation.bestPlan(session, Replica.world(replica))
    return session === undefined || plan === undefined ? undefined : { plan: plan.hash, session: session.id }
  })
  yield* at.ask({ _tag: "Answer", agent: AgentName.make(agent), session, stance: "agree", reason: "", plan })
  yield* seen(at, (replica) => {
    const known = Replica.sessionById(replica, session)
    return known !== undefined && Status.statusOf(known, Replica.world(replica)) === "resolved" || undefined
  })
  console.log(`${agent}: resolved`)
})

const here = Effect.fnUntraced(function*(listen: string, tell: (address: string) => Effect.Effect<unknown>) {
  const at = yield* node(listen)
  console.log(`api listens on ${at.address}`)
  yield* tell(at.address)
  yield* claim(at, "api", "backend", "table:orders=migrate")
  yield* agree(at, "api")
})

const there = Effect.fnUntraced(function*(listen: string, address: string) {
  const at = yield* node(listen, address)
  yield* seen(at, (replica) => replica.tasks.claims.size > 0 || undefined)
  yield* claim(at, "web", "app", "table:orders=use")
  yield* agree(at, "web")
})

const both = Effect.gen(function*() {
  const told = yield* Deferred.make<string>()
  const loopback = "/ip4/127.0.0.1/tcp/0"
  yield* Effect.all([
    here(loopback, (address) => Deferred.succeed(told, address)),
    Effect.flatMap(Deferred.await(told), (address) => there(loopback, address))
  ], { concurrency: 2 })
})

const interrupted = Effect.callback<void>((resume) => {
  process.once("SIGINT", () => resume(Effect.void))
})

const [listen, bootstrap] = process.argv.slice(2)
const story = listen === undefined
  ? both
  // The other end may still be asking for facts, so each stays until Ctrl-C.
  : Effect.andThen(
    bootstrap === undefined ? here(listen, () => Effect.void) : there(listen, bootstrap),
    interrupted
  )
await Effect.runPromise(Effect.scoped(story))
