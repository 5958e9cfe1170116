/**
 * What must hold of a mesh whatever happened to its nodes and wires, read from their interfaces.
 */
import * as Effect from "effect/Effect"
import * as Nodes from "../Nodes.ts"
import type { Call } from "./FakeModel.ts"
import { call, type Dependency, type Mesh } from "./Mesh.ts"

/** Ends when all nodes hold the same facts; gives how long that took, in seconds. */
export const equal = Effect.fnUntraced(function*(mesh: Mesh) {
  const start = performance.now()
  yield* Nodes.until(
    "all nodes hold the same facts",
    Effect.forEach(mesh.members, ({ place }) => call(mesh, place, (client) => client.status()), {
      concurrency: "unbounded"
    }),
    (all) => new Set(all.map(({ digest }) => digest)).size === 1
  )
  return Math.round((performance.now() - start) / 10) / 100
})

/** What is wrong in a mesh whose dependencies are all resolved; empty when all is well. */
export const faults = Effect.fnUntraced(function*(
  mesh: Mesh,
  pairs: ReadonlyArray<Dependency>
) {
  const found: Array<string> = []
  const views = yield* Effect.forEach(mesh.members, ({ place }) => viewOf(mesh, place))
  for (const [place, view] of views.entries()) {
    if (view.rows !== views[0]?.rows) found.push(`node ${place} sees other sessions than node 0`)
    if (view.sessions !== pairs.length) {
      found.push(`node ${place} has ${view.sessions} sessions for ${pairs.length} dependencies`)
    }
    for (const { certified, events, session, status } of view.outcomes) {
      if (status !== "resolved") found.push(`node ${place}: ${session} is ${status}`)
      if (certified !== 1) found.push(`node ${place}: ${session} has ${certified} certified plans`)
      if (events !== 1) found.push(`node ${place}: ${session} has ${events} events`)
    }
  }
  return found
})

const eventsMax = 10_000

/** What a node tells of its sessions, without what each node tells of itself. */
const viewOf = (mesh: Mesh, place: number) =>
  Effect.gen(function*() {
    const rows = yield* call(mesh, place, (client) => client.sessions({ all: true }))
    const events = yield* call(mesh, place, (client) => client.events({ limit: eventsMax }))
    const outcomes = yield* Effect.forEach(rows, ({ session, status }) =>
      Effect.map(call(mesh, place, (client) => client.show({ session })), ({ plans }) => ({
        session,
        status,
        certified: plans.filter((plan) => plan.certified).length,
        events: events.filter((event) => event.session_id === session).length
      })))
    const told = rows
      .map(({ members, plan, session, status }) => ({
        session,
        status,
        plan,
        stances: members.map(({ agent, stance }) => `${agent} ${stance}`).sort()
      }))
      .sort((a, b) => a.session < b.session ? -1 : 1)
    return { rows: JSON.stringify(told), sessions: rows.length, outcomes }
  })

/** How often a model was asked about each dependency. */
export const callsOf = (calls: ReadonlyArray<Call>, { sides }: Dependency): number =>
  calls.filter(({ task }) => sides.some((side) => side.task === task)).length
