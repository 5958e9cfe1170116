/**
 * A member of the simulated mesh: a node that lives, dies and comes back on the same disk.
 *
 * The process is the real `ChorusNode` of the runtime on simulated ports. A crash closes its scope
 * between two events, so whatever waits (a commit, a model, a peer) is cut off where it is.
 */
import type * as Command from "@chorus/coordination-core/command/Command"
import type * as Coordination from "@chorus/coordination-core/coordination/Coordination"
import type { NodeSettings } from "@chorus/coordination-core/coordination/NodeSettings"
import { LogNonce } from "@chorus/coordination-core/identity/FactId"
import type { NodeId } from "@chorus/coordination-core/identity/NodeId"
import type { MeshSettings } from "@chorus/coordination-core/mesh/MeshSettings"
import { FactStore } from "@chorus/coordination-core/ports/FactStore"
import { Peers } from "@chorus/coordination-core/ports/Peers"
import { PubSub } from "@chorus/coordination-core/ports/PubSub"
import { Reasoner } from "@chorus/coordination-core/ports/Reasoner"
import { Signer } from "@chorus/coordination-core/ports/Signer"
import { SlurpSink } from "@chorus/coordination-core/ports/SlurpSink"
import { Ticker } from "@chorus/coordination-core/ports/Ticker"
import * as ChorusNode from "@chorus/runtime/ChorusNode"
import type * as Driver from "@chorus/runtime/Driver"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type * as Result from "effect/Result"
import * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import type { Chance } from "./Chance.ts"
import * as Disks from "./Disk.ts"
import * as LocalClocks from "./LocalClock.ts"
import * as Models from "./Models.ts"
import type { Place } from "./Network.ts"
import * as NetworkPorts from "./NetworkPorts.ts"
import * as Seals from "./Seals.ts"
import type { World } from "./World.ts"

/** A process of a member. */
export interface Process {
  readonly place: Place
  readonly context: Context.Context<never>
  readonly scope: Scope.Closeable
  /** The node, once it has read its store. */
  node: ChorusNode.ChorusNode["Service"] | undefined
}

export interface Member {
  readonly id: NodeId
  readonly name: string
  readonly disk: Disks.Disk
  readonly clock: LocalClocks.LocalClock
  readonly chance: Chance
  process: Process | undefined
  /** Processes so far. */
  starts: number
  /** Gone for good. */
  left: boolean
  /** Works against the others, under its own key. */
  readonly hostile: boolean
  /** How often it forgets what is over; Infinity where it never does. */
  readonly cleanupMillis: number
}

/** What all members of a mesh have in common. */
export interface Terms {
  readonly mesh: MeshSettings
  readonly settings: NodeSettings
  readonly tickMillis: number
  readonly moods: Models.Moods
}

/** What is told about a member's process. */
export interface Ears {
  readonly committed: (member: Member, committed: Driver.Committed) => void
  readonly called: (call: Models.Call) => void
  readonly died: (member: Member, why: string) => void
}

/** Starts a process on the member's disk. */
export const start = (world: World, terms: Terms, member: Member, ears: Ears): void => {
  const { fibers } = world
  const scope = Scope.makeUnsafe()
  const name = `${member.name}.${++member.starts}`
  const place: Place = {
    self: member.id,
    neighbours: new Set(),
    listeners: new Map(),
    watchers: new Set(),
    server: undefined,
    run: (effect, ended) =>
      fibers.start(process.context, effect, (exit) => {
        if (Exit.isSuccess(exit)) return ended(exit.value)
        if (Exit.hasDies(exit)) ears.died(member, String(exit.cause))
        ended(undefined)
      })
  }
  const process: Process = { place, scope, context: fibers.context, node: undefined }
  member.process = process
  const { facts } = member.disk.contents
  world.trace.note(member.name, "start", () => `starts, with ${facts.size} facts on disk`)
  const begin = Effect.gen(function*() {
    const chance = member.chance.fork(name)
    const store = yield* Disks.store(member.disk, chance, world.struck)
    const node = yield* ChorusNode.make({
      mesh: terms.mesh,
      settings: { ...terms.settings, cleanupMillis: member.cleanupMillis },
      drawNonce: Effect.sync(() => nonce(chance))
    }).pipe(Effect.provideContext(Context.empty().pipe(
      Context.add(FactStore, store),
      Context.add(Peers, NetworkPorts.peers(world.timeline, world.network, place)),
      Context.add(PubSub, NetworkPorts.pubsub(world.network, place)),
      Context.add(Reasoner, Models.make(name, chance, terms.moods, world.struck, ears.called)),
      Context.add(Signer, Seals.make(member.id)),
      Context.add(SlurpSink, world.sink(member.name)),
      Context.add(Ticker, LocalClocks.ticker(world.timeline, member.clock, terms.tickMillis)),
      Context.add(Scope.Scope, scope)
    )))
    yield* Effect.forkScoped(Stream.runForEach(node.committed, (committed) =>
      Effect.sync(() => ears.committed(member, committed))
    ))
    process.node = node
    world.network.join(place)
  })
  fibers.start(fibers.context, Effect.provideService(begin, Scope.Scope, scope), (exit) => {
    if (Exit.isFailure(exit) && member.process === process) ears.died(member, String(exit.cause))
  })
}

/** Does it forget what is over? */
export const isForgetful = ({ cleanupMillis }: Member): boolean => cleanupMillis < Infinity

/** Ends the process at once. */
export const crash = (world: World, member: Member): void => {
  const { process } = member
  if (process === undefined) return
  member.process = undefined
  world.network.leave(process.place)
  world.fibers.start(world.fibers.context, Scope.close(process.scope, Exit.void), () => undefined)
  world.fibers.drain()
  world.trace.note(member.name, "crash", () => "crashes")
}

/** The state as of the last commit; undefined while there is no process, or it still reads its store. */
export const state = (world: World, { process }: Member): Coordination.State | undefined => {
  let found: Coordination.State | undefined
  const node = process?.node
  if (process === undefined || node === undefined) return undefined
  world.fibers.start(process.context, node.state, (exit) => {
    if (Exit.isSuccess(exit)) found = exit.value
  })
  return found
}

/** Asks the node of a member; nothing comes back if it crashes meanwhile. */
export const ask = (
  { process }: Member,
  command: Command.Command,
  answered: (result: Result.Result<Command.Done, Command.Refused>) => void
): void => {
  if (process?.node === undefined) return
  process.place.run(process.node.ask(command), (result) => {
    if (result !== undefined) answered(result)
  })
}

const nonce = (chance: Chance): LogNonce =>
  LogNonce.make([0, 0].map(() => chance.below(2 ** 32).toString(16).padStart(8, "0")).join(""))
