/**
 * What a delivery costs the processor: our PubSub against bare gossipsub, eight nodes, 1 KB.
 *
 *     default: gossipsub as it comes; each message signed and checked by it
 *     same:    gossipsub with our options, and a validator that takes everything
 *     ours:    the adapter; with seals, which stand in for gossipsub's signatures, and without
 */
import { topics } from "@chorus/coordination-core/fact/FactTable"
import { PubSub } from "@chorus/coordination-core/ports/PubSub"
import * as Allowance from "@chorus/pubsub-libp2p/Allowance"
import * as GossipSettings from "@chorus/pubsub-libp2p/GossipSettings"
import { Libp2pHost, signer as seals } from "@chorus/pubsub-libp2p/Libp2pHost"
import * as Libp2pPubSub from "@chorus/pubsub-libp2p/Libp2pPubSub"
import { Signer } from "@chorus/coordination-core/ports/Signer"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Scope from "effect/Scope"
import { randomBytes } from "node:crypto"
import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import * as RawMesh from "./mesh/RawMesh.ts"

const nodes = 8
const messageBytes = 1024
const messages = 200
const window = 16
const rounds = 3
const [topic] = topics

const ours = (isSealed: boolean) => async (): Promise<RawMesh.GossipMesh> => {
  const folder = await mkdtemp(join(tmpdir(), "chorus-bench-"))
  const scope = await Effect.runPromise(Scope.make())
  let delivered = 0
  const one = Effect.fnUntraced(function*(number: number, bootstrap: ReadonlyArray<string>) {
    const host = Libp2pHost.layer({ keyFile: join(folder, `${number}`), bootstrap })
    const built = yield* Layer.buildWithScope(
      Layer.mergeAll(Libp2pPubSub.layer, seals).pipe(Layer.provideMerge(host)),
      scope
    )
    const [pubsub, signer] = [Context.get(built, PubSub), Context.get(built, Signer)]
    yield* pubsub.subscribe(topic, (message) =>
      (isSealed ? Effect.ignore(signer.open("signal", message)) : Effect.void).pipe(
        Effect.map(() => {
          delivered += 1
          return "accept" as const
        })
      )).pipe(Effect.provideService(Scope.Scope, scope))
    return { pubsub, signer, host: Context.get(built, Libp2pHost) }
  })
  const all: Array<Effect.Success<ReturnType<typeof one>>> = []
  for (let number = 0; number < nodes; number++) {
    const known = all.flatMap(({ host }) => host.libp2p.getMultiaddrs().map(String))
    all.push(await Effect.runPromise(one(number, known)))
  }
  const isMet = ({ host }: typeof all[number]) =>
    host.libp2p.services.pubsub.getSubscribers(topic).length >= nodes - 1
  while (!all.every(isMet)) await sleep(20)
  return {
    publish: (from, message) =>
      Effect.runPromise(Effect.gen(function*() {
        const node = all[from]
        if (node === undefined) return
        // Half of what is sealed, as text of the same length.
        const text = Buffer.from(message).toString("base64").slice(0, messageBytes)
        yield* node.pubsub.publish(topic, isSealed ? yield* node.signer.seal("signal", text) : message)
      })),
    delivered: () => delivered,
    stop: async () => {
      await Effect.runPromise(Scope.close(scope, Exit.void))
      await rm(folder, { recursive: true })
    }
  }
}

const meshes = {
  default: () => RawMesh.make(nodes),
  same: () => RawMesh.make(nodes, GossipSettings.settings(Allowance.make())),
  plain: ours(false),
  sealed: ours(true)
}

/** CPU and wall time of one delivery, in milliseconds. */
const measure = async (make: () => Promise<RawMesh.GossipMesh>) => {
  const mesh = await make()
  const send = async (count: number) => {
    const before = mesh.delivered()
    for (let sent = 0; sent < count; sent++) {
      while (before + (sent - window) * (nodes - 1) > mesh.delivered()) await sleep(1)
      await mesh.publish(sent % nodes, randomBytes(messageBytes))
    }
    while (mesh.delivered() < before + count * (nodes - 1) * 0.999) await sleep(2)
    return mesh.delivered() - before
  }
  await send(nodes * 4)
  const [cpu, wall] = [process.cpuUsage(), performance.now()]
  const delivered = await send(messages)
  const spent = process.cpuUsage(cpu)
  const wallMillis = (performance.now() - wall) / delivered
  await mesh.stop()
  return { wallMillis, cpuMillis: (spent.user + spent.system) / 1000 / delivered }
}

type Spent = Awaited<ReturnType<typeof measure>>

const median = (all: ReadonlyArray<Spent>): Spent =>
  all.toSorted((a, b) => a.cpuMillis - b.cpuMillis)[Math.floor(all.length / 2)] ??
    { wallMillis: 0, cpuMillis: 0 }

const run = async () => {
  const spent: Record<keyof typeof meshes, Array<Spent>> = { default: [], same: [], plain: [], sealed: [] }
  for (let round = 0; round < rounds; round++) {
    for (const [name, list] of Object.entries(spent)) {
      // The names are those of the meshes.
      list.push(await measure(meshes[name as keyof typeof meshes]))
    }
  }
  return [
    { of: "sealed, against the defaults", ours: median(spent.sealed), baseline: median(spent.default) },
    { of: "unsealed, against the same options", ours: median(spent.plain), baseline: median(spent.same) }
  ]
}

const goals = [0.75, 1.15]

const benchmark = {
  measures: "CPU time of one delivery of 1 KB in a mesh of eight nodes.",
  baseline: "bare gossipsub",
  ratio: "ours ÷ baseline" as const,
  goal: {
    says: "≤ 0.75 of default gossipsub, ≤ 1.15 of the same options (CPU)",
    reached: (rows: Awaited<ReturnType<typeof run>>) =>
      rows.every(({ baseline, ours: own }, at) => own.cpuMillis / baseline.cpuMillis <= (goals[at] ?? 0))
  },
  run
}

export default benchmark

if (import.meta.main) {
  const rows = await run()
  console.table(rows.map(({ baseline, of, ours: own }) => ({
    of,
    "ours, ms CPU": own.cpuMillis.toFixed(3),
    "baseline, ms CPU": baseline.cpuMillis.toFixed(3),
    ratio: (own.cpuMillis / baseline.cpuMillis).toFixed(2)
  })))
  process.exit(0)
}
