/**
 * Adapters that throw: what can be done without is replaced, and without the rest the node ends.
 */
import type { PlanRequest } from "@chorus/coordination-core/plan/PlanRequest"
import * as TemplatePlan from "@chorus/coordination-core/plan/TemplatePlan"
import * as Replica from "@chorus/coordination-core/replica/Replica"
import * as Deliberation from "@chorus/coordination-core/session/Deliberation"
import * as MemoryFactStore from "@chorus/slurp/MemoryFactStore"
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Mesh from "./mesh.ts"

const plan = (node: Mesh.Node, id: string) =>
  Effect.map(node.state, ({ replica }) => {
    const session = Replica.sessionById(replica, id)
    return session && Deliberation.bestPlan(session, Replica.world(replica))
  })

it.effect("H34 a reasoner that throws, or answers what no plan may be, is replaced at once", () =>
  Effect.gen(function*() {
    const tooLong = (request: PlanRequest) => {
      const content = TemplatePlan.make(request)
      return { ...content, items: content.items.map((item) => ({ ...item, action: "x".repeat(400) })) }
    }
    const wrong = [
      () => { throw new Error("a fault of the adapter") },
      () => Effect.die("a fault of the adapter"),
      (request: PlanRequest) => Effect.succeed({ content: tooLong(request), madeBy: "a model", calls: 1 }),
      (request: PlanRequest) =>
        Effect.succeed({ content: { ...tooLong(request), items: [] }, madeBy: "a model", calls: 1 })
    ]
    for (const plans of wrong) {
      const mesh = yield* Mesh.make
      const all = yield* Mesh.nodes(mesh, ["a", "b"], { reasoner: { plan: plans } })
      const [a, b] = all as [Mesh.Node, Mesh.Node]
      const session = yield* Mesh.dependency(a, b, all)
      const made = yield* Mesh.until(plan(a, session), (known) => known !== undefined)
      assert.match(made?.madeBy ?? "", /^template \(the reasoner gave no plan: /)
    }
  }))

it.effect("H12 a node whose driver is gone says so to all who ask, and ends", () =>
  Effect.gen(function*() {
    const mesh = yield* Mesh.make
    const store = yield* MemoryFactStore.make(MemoryFactStore.emptyDisk())
    const broken = { ...store, commit: () => Effect.die("a fault of the adapter") }
    const node = yield* Mesh.node(mesh, "a", { store: broken })
    const claim = node.ask(Mesh.claim("api", "backend#44", "A task"))
    for (const gone of [claim, claim, node.ended]) {
      const exit = yield* Effect.exit(gone)
      assert.isTrue(Exit.hasDies(exit))
    }
  }))
