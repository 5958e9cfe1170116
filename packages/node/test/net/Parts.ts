/**
 * What is done to a mesh: halves cut from each other while both go on, the planner killed while it
 * thinks, a node that comes late, and bad lines.
 *
 * Each part gives the dependencies that it settled and what it measured, in seconds.
 */
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import * as Nodes from "../Nodes.ts"
import * as Checks from "./Checks.ts"
import type { FakeModel } from "./FakeModel.ts"
import * as Mesh from "./Mesh.ts"
import type { Wires } from "./Wires.ts"

export interface Stage {
  readonly mesh: Mesh.Mesh
  readonly wires: Wires
  readonly model: FakeModel
  readonly nodes: number
  readonly seconds: number
}

export interface Done {
  readonly pairs: ReadonlyArray<Mesh.Dependency>
  readonly measured: Readonly<Record<string, number>>
}

/** Between two agreements in one half, as they may follow each other in a busy team. */
const breath = "1 second"

/** Work that goes on in one half. */
const busy = Effect.fnUntraced(function*({ mesh, nodes }: Stage, half: 0 | 1, until: number) {
  const pairs: Array<Mesh.Dependency> = []
  const places = Array.from({ length: nodes }, (_, place) => place).filter((place) => place % 2 === half)
  while (performance.now() < until) {
    const [one = 0, other = 0] = [0, 1].map((next) => places[(pairs.length + next) % places.length])
    const pair = Mesh.dependency(`${half === 0 ? "even" : "odd"}${pairs.length}`, one, other)
    yield* Mesh.settle(mesh, pair)
    pairs.push(pair)
    yield* Effect.sleep(breath)
  }
  return pairs
})

/** H12, H15: the halves lose each other for a while, and both go on. */
export const partition = Effect.fnUntraced(function*(stage: Stage): Effect.fn.Return<Done, unknown> {
  const { mesh, seconds, wires } = stage
  const across = (name: string) => Mesh.dependency(name, 0, 1)
  const [asked, agreed, apart] = [across("asked"), across("agreed"), across("apart")]
  for (const pair of [asked, agreed]) yield* Mesh.claimBoth(mesh, pair)
  const sessions = [yield* Mesh.planned(mesh, asked), yield* Mesh.planned(mesh, agreed)] as const
  yield* Mesh.vote(mesh, agreed, 0, sessions[1])
  yield* Checks.equal(mesh)

  yield* wires.cut
  const until = performance.now() + seconds * 1000
  // Votes that cannot meet, a vote that completes an agreement in one half, and claims apart.
  yield* Mesh.vote(mesh, asked, 0, sessions[0])
  yield* Mesh.vote(mesh, asked, 1, sessions[0])
  yield* Mesh.vote(mesh, agreed, 1, sessions[1])
  for (const side of [0, 1] as const) yield* Mesh.claim(mesh, apart, side)
  const [even, odd] = yield* Effect.all([busy(stage, 0, until), busy(stage, 1, until)], { concurrency: 2 })
  yield* Effect.sleep(Math.max(0, until - performance.now()))
  const unmet = yield* Mesh.sessionAt(mesh, asked, 0)

  yield* wires.heal
  const equalAfter = yield* Checks.equal(mesh)
  yield* Mesh.agree(mesh, apart)
  for (const pair of [asked, agreed]) yield* Mesh.resolved(mesh, pair)
  return {
    pairs: [asked, agreed, apart, ...even, ...odd],
    measured: { equal_after_healing: equalAfter, agreed_while_apart: unmet?.status === "active" ? 0 : 1 }
  }
})

/** H14: the node that plans dies while its model thinks; another takes over, and it comes back. */
export const planner = Effect.fnUntraced(function*(
  { mesh, model }: Stage
): Effect.fn.Return<Done, unknown, Scope.Scope> {
  const pair = Mesh.dependency("doomed", 0, 1)
  const asked = yield* Deferred.make<number>()
  model.watch(({ place, task }) => {
    if (pair.sides.some((side) => side.task === task)) Deferred.doneUnsafe(asked, Effect.succeed(place))
  })
  yield* Mesh.claimBoth(mesh, pair)
  const place = yield* Deferred.await(asked)
  yield* Mesh.kill(mesh, place)
  const start = performance.now()
  const survivor = place === 0 ? 1 : 0
  const seen = Mesh.sessionAt(mesh, pair, survivor)
  yield* Nodes.until("the other plans", seen, (row) => row?.plan !== undefined)
  const takeover = Math.round((performance.now() - start) / 10) / 100
  yield* mesh.start(place)
  yield* Mesh.met(mesh, 1)
  yield* Mesh.agree(mesh, pair)
  return { pairs: [pair], measured: { planner_replaced_after: takeover } }
})

/** H12: a node that comes late knows everything, and belongs. */
export const late = Effect.fnUntraced(function*(
  { mesh, nodes }: Stage
): Effect.fn.Return<Done, unknown, Scope.Scope> {
  yield* mesh.start(nodes)
  const joined = yield* Checks.equal(mesh)
  yield* Mesh.met(mesh, 1)
  const pair = Mesh.dependency("late", nodes, 1)
  yield* Mesh.settle(mesh, pair)
  return { pairs: [pair], measured: { late_joiner_equal_after: joined } }
})

/** Every session ends over bad lines. */
export const lines = Effect.fnUntraced(function*({ mesh, nodes }: Stage): Effect.fn.Return<Done, unknown> {
  const pairs = Array.from({ length: nodes / 2 }, (_, at) => Mesh.dependency(`line${at}`, 2 * at, 2 * at + 1))
  const start = performance.now()
  yield* Effect.forEach(pairs, (pair) => Mesh.settle(mesh, pair), { concurrency: "unbounded" })
  return { pairs, measured: { all_settled_after: Math.round((performance.now() - start) / 10) / 100 } }
})
