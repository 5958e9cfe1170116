/**
 * Real nodes in one process, on libp2p and SQLite, with one hand on the clock of all.
 */
import { ManualTicker } from "@chorus/clock/ManualTicker"
import * as ManualTickers from "@chorus/clock/ManualTicker"
import * as CatchUp from "@chorus/coordination-core/catchup/CatchUp"
import type * as Coordination from "@chorus/coordination-core/coordination/Coordination"
import * as NodeDefaults from "@chorus/coordination-core/coordination/NodeSettings"
import * as Duty from "@chorus/coordination-core/duty/Duty"
import { PersonId } from "@chorus/coordination-core/identity/NodeId"
import * as MeshSettings from "@chorus/coordination-core/mesh/MeshSettings"
import { FactStore } from "@chorus/coordination-core/ports/FactStore"
import { Peers } from "@chorus/coordination-core/ports/Peers"
import { Reasoner } from "@chorus/coordination-core/ports/Reasoner"
import * as Replica from "@chorus/coordination-core/replica/Replica"
import * as TemplateReasoner from "@chorus/reasoning/TemplateReasoner"
import * as ChorusNode from "@chorus/runtime/ChorusNode"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as HashMap from "effect/HashMap"
import * as Layer from "effect/Layer"
import * as Ref from "effect/Ref"
import { join } from "node:path"
import * as Files from "../cli/Files.ts"
import * as Layers from "../Layers.ts"
import * as Mesh from "../Mesh.ts"
import * as Operator from "../Operator.ts"

export interface Cluster {
  readonly nodes: ReadonlyArray<ChorusNode.ChorusNode["Service"]>
  readonly hand: ManualTicker["Service"]
  /** How often a reasoner was asked, and how many calls to a model that took. */
  readonly plans: Effect.Effect<{ readonly asked: number; readonly calls: number }>
  /** Ends when all nodes hold the same facts, and no session waits for one of them. */
  readonly idle: Effect.Effect<void>
}

/** Starts `count` nodes in folders of their own; their clocks stand at `startMillis`. */
export const start = Effect.fnUntraced(function*(folder: string, count: number, startMillis: number) {
  const clock = yield* Layer.build(ManualTickers.layer({ monotonicMillis: 0, wallMillis: startMillis }))
  const hand = Context.get(clock, ManualTicker)
  const founder = yield* Operator.ownId(Files.of(join(folder, "node-1", "chorus.db")).operatorKey)
  const mesh = MeshSettings.defaults(PersonId.make(founder))
  const plans = yield* Ref.make({ asked: 0, calls: 0 })
  const nodes: Array<ChorusNode.ChorusNode["Service"]> = []
  let bootstrap: ReadonlyArray<string> = []
  for (let number = 1; number <= count; number++) {
    const files = Files.of(join(folder, `node-${number}`, "chorus.db"))
    const ports = Layer.mergeAll(
      Layers.storage(files.db),
      Layers.network({ keyFile: files.nodeKey, bootstrap }),
      counted(plans),
      Layer.succeedContext(clock)
    )
    // What is counted at the end are whole memories.
    // Days of a recording pass within minutes, so the hours of the clock mean nothing.
    const unhurried = { alertsPerAgentAndHour: Infinity, settleMillis: 0, cleanupMillis: Infinity }
    const settings = { ...NodeDefaults.defaults, ...unhurried }
    const node = ChorusNode.layer({ mesh, settings, drawNonce: Mesh.drawNonce })
    const built = yield* Layer.build(Layer.provideMerge(node, ports))
    yield* Mesh.keep(Context.get(built, FactStore), mesh)
    nodes.push(Context.get(built, ChorusNode.ChorusNode))
    bootstrap = [...bootstrap, ...(yield* Context.get(built, Peers).addresses)]
  }
  const cluster: Cluster = {
    nodes,
    hand,
    plans: Ref.get(plans),
    idle: became(nodes, hand, (states) => sameFacts(states) && states.every(nothingIsDue))
  }
  yield* became(nodes, hand, (states) =>
    states.every(({ catchUp }) =>
      HashMap.size(catchUp.peers) === nodes.length - 1 && catchUp.answered >= nodes.length - 1))
  return cluster
})

/** The template, counted: the replay says what its plans would cost. */
const counted = (plans: Ref.Ref<{ readonly asked: number; readonly calls: number }>) =>
  Layer.effect(
    Reasoner,
    Effect.map(Reasoner, (inner) => ({
      plan: (request) =>
        Effect.tap(inner.plan(request), ({ calls }) =>
          Ref.update(plans, (so) => ({ asked: so.asked + 1, calls: so.calls + calls })))
    }))
  ).pipe(Layer.provide(TemplateReasoner.layer))

/** A message that is lost comes by catch-up, which file time must tick for. */
const looksPerNudge = 1000

const nudgeMillis = 3000

const became = (
  nodes: Cluster["nodes"],
  hand: Cluster["hand"],
  done: (states: ReadonlyArray<Coordination.State>) => boolean
): Effect.Effect<void> =>
  Effect.gen(function*() {
    for (let looks = 1; ; looks++) {
      if (done(yield* Effect.forEach(nodes, (node) => node.state))) return
      yield* Effect.sleep("1 millis")
      if (looks % looksPerNudge === 0) yield* hand.advance(nudgeMillis)
    }
  })

const sameFacts = (states: ReadonlyArray<Coordination.State>): boolean =>
  new Set(states.map(({ catchUp }) => CatchUp.digest(catchUp))).size === 1

/** No open session needs a plan or a certificate. */
const nothingIsDue = ({ open, replica }: Coordination.State): boolean =>
  [...open].every((id) => {
    const session = Replica.sessionById(replica, id)
    return session === undefined || Duty.dutiesOf(session, Replica.world(replica), false).length === 0
  })
