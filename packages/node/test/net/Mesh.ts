/**
 * Real nodes over wires: started together, ended by their process ids, told what to do by their
 * own interfaces.
 *
 * Keys are made before the nodes are, so that every node can be told where to find the others
 * before they are up, and all can start at once.
 */
import { AgentName } from "@chorus/coordination-core/identity/AgentId"
import { TaskKey } from "@chorus/coordination-core/identity/TaskKey"
import * as KeyFile from "@chorus/pubsub-libp2p/KeyFile"
import * as Libp2pSigner from "@chorus/pubsub-libp2p/Libp2pSigner"
import * as Effect from "effect/Effect"
import * as Schedule from "effect/Schedule"
import { join } from "node:path"
import * as Files from "../../src/cli/Files.ts"
import * as Nodes from "../Nodes.ts"
import type { FakeModel } from "./FakeModel.ts"
import type { Wires } from "./Wires.ts"

export interface Member {
  readonly place: number
  readonly client: Nodes.Running["client"]
  readonly child: Nodes.Running["child"]
  readonly ended: Nodes.Running["ended"]
}

export interface Mesh {
  /** By place; a node that is started again takes its place. */
  readonly members: Array<Member>
  /** Starts the node of a place, for the first time or again. */
  readonly start: (place: number) => ReturnType<typeof startAt>
}

interface Site {
  readonly wires: Wires
  readonly folder: string
  readonly model: FakeModel
  readonly keys: ReadonlyArray<string>
}

/** A task of a dependency, and who holds it. */
interface Claim {
  readonly place: number
  readonly agent: string
  readonly task: string
}

/** Two tasks that depend on each other and on nothing else. */
export interface Dependency {
  readonly name: string
  readonly sides: readonly [Claim, Claim]
}

/** Starts `count` nodes, the first of which founds the mesh; there is room for one more. */
export const make = Effect.fnUntraced(function*(
  wires: Wires,
  folder: string,
  model: FakeModel,
  count: number
) {
  const keys = yield* Effect.forEach(Array.from({ length: count + 1 }), (_, place) =>
    Effect.map(KeyFile.make(Files.of(db(folder, place)).nodeKey), (key) => Libp2pSigner.make(key).self))
  // A founder that has its key already is one that comes back, and brings its operator's key along.
  yield* KeyFile.make(Files.of(db(folder, 0)).operatorKey)
  const site: Site = { wires, folder, model, keys }
  const mesh: Mesh = { members: [], start: (place) => startAt(site, mesh, place) }
  yield* Effect.forEach(Array.from({ length: count }), (_, place) => mesh.start(place), {
    concurrency: "unbounded",
    discard: true
  })
  yield* met(mesh, count - 1)
  return mesh
})

/** Ends when every node is connected with so many others, and ready to vote. */
export const met = (mesh: Mesh, peers: number) =>
  Effect.forEach(mesh.members, ({ place }) =>
    Nodes.until(
      `node ${place} met ${peers} others`,
      call(mesh, place, (client) => client.status()),
      (status) => status.peers.length >= peers && status.settled
    ), { discard: true })

const db = (folder: string, place: number): string => join(folder, `node-${place}`, "chorus.db")

const startAt = Effect.fnUntraced(function*({ folder, keys, model, wires }: Site, mesh: Mesh, place: number) {
  const addresses = yield* Effect.forEach(keys.slice(0, place), (key, to) =>
    Effect.map(wires.address(place, to), (address) => `${address}/p2p/${key}`))
  const flags = [
    "--listen", wires.listen(place),
    "--model", model.setting(wires.host(place), place),
    ...place === 0 ? [] : ["--bootstrap", addresses.join(",")]
  ]
  const running = yield* Nodes.up(db(folder, place), flags.join(" "), {
    via: wires.via(place),
    // All start at once, so the founder may be slow to answer.
    env: { CHORUS_JOIN_TIMEOUT: "90" }
  })
  const { child, client, ended } = running
  wires.listens(place, running.addresses[0] ?? "")
  mesh.members[place] = { place, client, child, ended }
})

/** Ends a node at once, as a machine that loses its power does. */
export const kill = Effect.fnUntraced(function*({ members }: Mesh, place: number) {
  const member = at(members, place)
  member.child.kill("SIGKILL")
  yield* member.ended
})

/**
 * Calls a node. On a machine that is starved the line to it may be given up for dead; everything
 * that is asked here may be asked twice. What a node does not do yet is asked again as well.
 */
export const call = <A, E extends { readonly _tag: string }>(
  { members }: Mesh,
  place: number,
  ask: (client: Member["client"]) => Effect.Effect<A, E>
) =>
  Effect.retry(Effect.suspend(() => ask(at(members, place).client)), {
    while: (error) => error._tag === "RpcClientError" || ("later" in error && error.later === true),
    schedule: Schedule.spaced("500 millis"),
    times: 240
  })

const at = (members: ReadonlyArray<Member>, place: number): Member => {
  const member = members[place]
  if (member === undefined) throw new Error(`there is no node at place ${place}`)
  return member
}

/** Names are words of their own, so that nothing but the table connects two tasks. */
export const dependency = (name: string, one: number, other: number): Dependency => ({
  name,
  sides: [
    { place: one, agent: `mover-${name}`, task: `${name}-back#1` },
    { place: other, agent: `user-${name}`, task: `${name}-front#2` }
  ]
})

export const claim = (mesh: Mesh, { name, sides }: Dependency, side: 0 | 1) => {
  const { agent, place, task } = sides[side]
  return call(mesh, place, (client) =>
    client.claim({
      agent: AgentName.make(agent),
      task: TaskKey.make(task),
      title: name,
      scopes: [`table:${name}=${side === 0 ? "migrate" : "use"}`]
    }))
}

/** Claims both tasks, the second when its node knows of the first: only then is it noticed at once. */
export const claimBoth = Effect.fnUntraced(function*(mesh: Mesh, pair: Dependency) {
  const [one, other] = pair.sides
  yield* claim(mesh, pair, 0)
  yield* Nodes.until(
    `${one.task} is known`,
    call(mesh, other.place, (client) => client.tasks({ all: false })),
    (rows) => rows.some(({ task }) => task === one.task)
  )
  yield* claim(mesh, pair, 1)
})

/** The session of a dependency, as a node knows it; none as long as it knows of none. */
export const sessionAt = (mesh: Mesh, { sides: [one, other] }: Dependency, place: number) =>
  Effect.map(call(mesh, place, (client) => client.sessions({ all: true })), (rows) =>
    rows.find(({ members }) => {
      const tasks = members.flatMap((member) => member.tasks)
      return tasks.includes(one.task) && tasks.includes(other.task)
    }))

/** Ends when the session of a dependency has a plan at both members; gives its id. */
export const planned = Effect.fnUntraced(function*(mesh: Mesh, pair: Dependency) {
  for (const { place } of pair.sides) {
    yield* Nodes.until(
      `${pair.name} is planned, as node ${place} sees it`,
      sessionAt(mesh, pair, place),
      (row) => row?.plan !== undefined
    )
  }
  return (yield* sessionAt(mesh, pair, pair.sides[0].place))?.session ?? ""
})

/** Votes for one side of a dependency. */
export const vote = (mesh: Mesh, { sides }: Dependency, side: 0 | 1, session: string) => {
  const { agent, place } = sides[side]
  return call(mesh, place, (client) =>
    client.answer({
      agent: AgentName.make(agent),
      session,
      stance: "agree",
      reason: "it is clear who does what"
    }))
}

/** Ends when the session is resolved, as one of its members sees it. */
export const resolved = (mesh: Mesh, pair: Dependency) =>
  Nodes.until(
    `${pair.name} is resolved`,
    sessionAt(mesh, pair, pair.sides[0].place),
    (row) => row?.status === "resolved"
  )

/** Both claim, and when there is a plan both agree to it. */
export const settle = Effect.fnUntraced(function*(mesh: Mesh, pair: Dependency) {
  yield* claimBoth(mesh, pair)
  yield* agree(mesh, pair)
})

/** Both agree when there is a plan. */
export const agree = Effect.fnUntraced(function*(mesh: Mesh, pair: Dependency) {
  const session = yield* planned(mesh, pair)
  yield* vote(mesh, pair, 0, session)
  yield* vote(mesh, pair, 1, session)
  yield* resolved(mesh, pair)
})
