/**
 * What one hostile member does to honest nodes: it can keep a session from being agreed, never make
 * them state without end, and never keep them from their own work.
 */
import * as Replica from "@chorus/coordination-core/replica/Replica"
import * as Deliberation from "@chorus/coordination-core/session/Deliberation"
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Base64 from "effect/encoding/Base64"
import * as HashMap from "effect/HashMap"
import * as Hostile from "./Hostile.ts"
import * as Mesh from "./mesh.ts"

/** A session of an honest agent and mallory's, with its plan. */
const together = Effect.gen(function*() {
  const mesh = yield* Mesh.make
  const a = yield* Mesh.node(mesh, "a")
  const mallory = yield* Hostile.join(mesh, [a])
  yield* mallory.say({
    message_type: "task_announced",
    task: { repository: "frontend", task_id: 43, title: "Implement authentication endpoint" },
    version: 1
  })
  yield* mallory.say({
    message_type: "task_claimed",
    repository: "frontend",
    task_id: 43,
    agent_id: "m",
    claimed_until_ms: 1_800_000_000_000 + 1_800_000
  })
  yield* Mesh.until(a.state, ({ replica }) => replica.tasks.claims.size === 1)
  yield* Mesh.ask(a, Mesh.definesApi)
  const [known] = yield* Mesh.until(Mesh.sessions(a), (all) => all.length === 1)
  const session = known!.session.id
  // The rank decides who plans first; silence hands the turn to the honest node.
  const plan = yield* Mesh.until(
    Effect.andThen(mesh.hand.advance(1000), Effect.map(a.state, ({ replica }) => {
      const opened = Replica.sessionById(replica, session)
      return opened && Deliberation.bestPlan(opened, Replica.world(replica))
    })),
    (found) => found !== undefined
  )
  return { a, mallory, mesh, session, plan: plan! }
})

const agrees = (session: string) => ({
  _tag: "Answer" as const,
  agent: Mesh.agent("api"),
  session,
  stance: "agree" as const,
  reason: "",
  plan: undefined
})

const stated = (node: Mesh.Node) =>
  Effect.map(node.state, ({ catchUp }) =>
    [...catchUp.heads]
      .filter(([log]) => log.startsWith(node.self))
      .reduce((sum, [, { seq }]) => sum + seq, 0))

/** How many facts the node states while so many seconds pass. */
const statedIn = Effect.fnUntraced(function*(mesh: Mesh.Mesh, node: Mesh.Node, seconds: number) {
  const before = yield* stated(node)
  for (let second = 0; second < seconds; second++) {
    yield* mesh.hand.advance(1000)
    yield* Effect.promise(() => new Promise((resume) => { setImmediate(resume) }))
  }
  return (yield* stated(node)) - before
})

it.effect("H9: a vote that names another round is no vote, and moves nobody to state more", () =>
  Effect.gen(function*() {
    const { a, mallory, mesh, plan, session } = yield* together
    yield* mallory.say({
      message_type: "coordination_response",
      session_id: session,
      agent_id: "m",
      response: "",
      stance: "agree",
      round: 2,
      plan_hash: plan.hash
    })
    yield* Mesh.ask(a, agrees(session))

    assert.strictEqual(yield* statedIn(mesh, a, 60), 0)
    assert.strictEqual((yield* Mesh.sessions(a))[0]?.status, "active")
  }))

it.effect("H9: a vote known only inside another fact certifies nothing, however often it is tried", () =>
  Effect.gen(function*() {
    const { a, mallory, mesh, plan, session } = yield* together
    const hidden = yield* mallory.seal({
      message_type: "coordination_response",
      session_id: session,
      agent_id: "m",
      response: "",
      stance: "agree",
      round: 1,
      plan_hash: plan.hash
    })
    yield* mallory.say({
      message_type: "resolution",
      session_id: session,
      resolution: "r",
      embedded: [Base64.encode(hidden.sealed)]
    })
    yield* Mesh.until(a.state, ({ replica }) =>
      HashMap.size(Replica.sessionById(replica, session)?.votes ?? HashMap.empty()) > 0)
    yield* Mesh.ask(a, agrees(session))

    assert.strictEqual(yield* statedIn(mesh, a, 60), 0)
    assert.strictEqual((yield* Mesh.sessions(a))[0]?.status, "active")
  }))

it.effect("H21: a stranger's fact as large as a fact can be keeps no agent from its own claim", () =>
  Effect.gen(function*() {
    const mesh = yield* Mesh.make
    const a = yield* Mesh.node(mesh, "a")
    const mallory = yield* Hostile.join(mesh, [a])
    const fat = Object.fromEntries(
      Array.from({ length: 600 }, (_, at) => [at.toString(16).padStart(16, "0"), 1])
    )
    const claim = {
      message_type: "task_claimed",
      repository: "backend",
      task_id: 42,
      agent_id: "m",
      claimed_until_ms: 1_800_000_000_000 + 1_800_000
    }
    yield* mallory.say(claim, fat)
    yield* mallory.say({ ...claim, agent_id: "n" }, Object.fromEntries(Object.entries(fat).slice(0, 12)))
    yield* Mesh.until(a.state, ({ replica }) => replica.tasks.claims.size > 0)

    yield* Mesh.ask(a, Mesh.definesApi)
    assert.lengthOf(yield* Mesh.sessions(a), 1)
    assert.strictEqual((yield* a.counters).refused, 1)
  }))

