/**
 * What one hostile member does to honest nodes: it can keep a session from being agreed, never make
 * them state without end, and never keep them from their own work.
 */
import * as Replica from "@chorus/coordination-core/replica/Replica"
import * as Deliberation from "@chorus/coordination-core/session/Deliberation"
import * as MemoryFactStore from "@chorus/slurp/MemoryFactStore"
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Base64 from "effect/encoding/Base64"
import * as HashMap from "effect/HashMap"
import * as Mailbox from "../src/Mailbox.ts"
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

/** A node whose disk can be made to hang, and what a peer gives it, again and again, in big messages. */
const hanging = Effect.gen(function*() {
  const mesh = yield* Mesh.make
  const inner = yield* MemoryFactStore.make(MemoryFactStore.emptyDisk())
  let hangs = false
  const commit: typeof inner.commit = (batch) =>
    Effect.suspend(() => hangs ? Effect.never : inner.commit(batch))
  const a = yield* Mesh.node(mesh, "a", { store: { ...inner, commit } })
  const mallory = yield* Hostile.join(mesh, [a])
  const facts: Array<Uint8Array> = []
  for (let nth = 0; nth < 16; nth++) {
    const words = { session_id: "dep_none", from_agent: "m", content: "x", pad: "x".repeat(14_000) }
    facts.push((yield* mallory.seal({ message_type: "session_message", ...words })).sealed)
  }
  const perMailbox = Math.ceil(Mailbox.bytesMax / facts.reduce((sum, { length }) => sum + length, 0))
  const times = 2 * perMailbox + 8
  /** Hangs the disk, gives all of it so many times, and tells how often that was answered. */
  const answered = Effect.gen(function*() {
    hangs = true
    let count = 0
    for (let nth = 0; nth < times; nth++) {
      yield* Effect.forkScoped(Effect.tap(mallory.give(a, facts), () => Effect.sync(() => count++)))
    }
    for (let turn = 0; turn < 5 * times; turn++) {
      yield* Effect.promise(() => new Promise((resume) => { setImmediate(resume) }))
    }
    return count
  })
  return { a, answered, facts, mallory, perMailbox, times }
})

it.effect("H25: while the disk does not answer a peer's messages wait, however often it sends them", () =>
  Effect.gen(function*() {
    const { answered, perMailbox } = yield* hanging
    const count = yield* answered

    // What the driver holds, and what waits for it.
    assert.isAtMost(count, 2 * perMailbox)
    assert.isAbove(count, perMailbox / 2)
  }))

it.effect("H25: what this node holds already waits for no disk", () =>
  Effect.gen(function*() {
    const { a, answered, facts, mallory, times } = yield* hanging
    yield* mallory.give(a, facts)
    yield* Mesh.until(a.state, ({ replica }) => replica.sessions.has("dep_none"))

    assert.strictEqual(yield* answered, times)
  }))
