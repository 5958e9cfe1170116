/**
 * Past retention the facts of a log that ended leave the store, and the session stays closed (H12).
 */
import * as TaskKey from "@chorus/coordination-core/identity/TaskKey"
import * as CatchUp from "@chorus/coordination-core/catchup/CatchUp"
import * as Memory from "@chorus/coordination-core/memory/Memory"
import * as Retention from "@chorus/coordination-core/memory/Retention"
import { StoreError } from "@chorus/coordination-core/ports/FactStore"
import * as Replica from "@chorus/coordination-core/replica/Replica"
import * as MemoryFactStore from "@chorus/slurp/MemoryFactStore"
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as HashMap from "effect/HashMap"
import * as Scope from "effect/Scope"
import * as OwnLogs from "../src/OwnLogs.ts"
import * as Mesh from "./mesh.ts"

/** What the note says of a node's own logs, whole as they have to be. */
const wholeLogs = (disk: MemoryFactStore.Disk) => OwnLogs.noted(disk.notes.get(OwnLogs.noteName))

const disks = () => ({ a: MemoryFactStore.emptyDisk(), b: MemoryFactStore.emptyDisk() })

/** Both nodes on their disks, connected. */
const both = Effect.fnUntraced(function*(mesh: Mesh.Mesh, { a, b }: ReturnType<typeof disks>) {
  const nodes = [yield* Mesh.node(mesh, "a", { disk: a }), yield* Mesh.node(mesh, "b", { disk: b })] as const
  yield* mesh.graph.connect(nodes[0].self, nodes[1].self)
  yield* Mesh.converged(nodes)
  return nodes
})

/** A life of both nodes: what they do, and the end of their processes. */
const life = <A, E>(live: Effect.Effect<A, E, Scope.Scope>) =>
  Effect.gen(function*() {
    const scope = yield* Scope.make()
    const lived = yield* Scope.provide(live, scope)
    yield* Scope.close(scope, Exit.void)
    return lived
  })

/** Both open a session, and end it by giving back their tasks; its id, and how many facts that took. */
const session = Effect.fnUntraced(function*([a, b]: readonly [Mesh.Node, Mesh.Node]) {
  const id = yield* Mesh.dependency(a, b, [a, b])
  for (const [node, name, task] of [[a, "api", "backend#42"], [b, "web", "frontend#43"]] as const) {
    yield* Mesh.ask(node, {
      _tag: "Release",
      agent: Mesh.agent(name),
      task: TaskKey.TaskKey.make(task),
      because: ""
    })
  }
  yield* Mesh.converged([a, b])
  return { id, logs: [...HashMap.keys((yield* a.state).catchUp.heads)] }
})

/** 31 days later: both do something else, and clean up until the old logs are gone. */
const later = Effect.fnUntraced(function*(
  mesh: Mesh.Mesh,
  kept: ReturnType<typeof disks>,
  [a, b]: readonly [Mesh.Node, Mesh.Node],
  old: ReadonlyArray<string>
) {
  yield* Mesh.ask(a, Mesh.claim("api", "backend#50", "Another thing"))
  yield* Mesh.ask(b, Mesh.claim("web", "frontend#51", "Something else"))
  yield* Mesh.converged([a, b])
  const oldFacts = () => [kept.a, kept.b].flatMap((disk) =>
    [...disk.facts.values()].filter(({ log }) => old.includes(log)))
  yield* Mesh.until(
    Effect.andThen(mesh.hand.advance(Memory.cleanupMillis), Effect.sync(oldFacts)),
    (facts) => facts.length === 0
  )
})

it.effect("H12: what is past retention is gone but for a status, and a joiner needs none of it", () =>
  Effect.gen(function*() {
    const mesh = yield* Mesh.make
    const kept = disks()
    const { id, logs } = yield* life(Effect.flatMap(both(mesh, kept), session))
    yield* mesh.hand.advance(Retention.retentionMillis + 60_000)

    const [a, b] = yield* both(mesh, kept)
    yield* later(mesh, kept, [a, b], logs)
    const known = yield* a.about(id)

    assert.strictEqual(kept.a.notes.get(Retention.pastSession(id)), "expired")
    assert.isUndefined(Replica.sessionById(known.replica, id))
    assert.lengthOf(Object.keys(wholeLogs(kept.a)), 1)
    assert.deepStrictEqual([...known.memory.past], [[id, "expired"]])
    const joiner = yield* Mesh.node(mesh, "c")
    yield* mesh.graph.connect(joiner.self, b.self)
    yield* Mesh.until(joiner.state, ({ replica }) => replica.tasks.claims.size === 2)
  }))

it.effect("H25: a node that never ends goes on in a new log, so what it wrote leaves the store as well", () =>
  Effect.gen(function*() {
    const mesh = yield* Mesh.make
    const kept = disks()
    const nodes = yield* both(mesh, kept)
    const { id, logs } = yield* session(nodes)
    yield* mesh.hand.advance(Retention.retentionMillis + 60_000)

    yield* later(mesh, kept, nodes, logs)

    assert.strictEqual(kept.b.notes.get(Retention.pastSession(id)), "expired")
    assert.lengthOf(Object.keys(wholeLogs(kept.a)), 1)
  }))

it.effect("H12: a peer that still has what was retired here does not bring it back", () =>
  Effect.gen(function*() {
    const mesh = yield* Mesh.make
    const kept = disks()
    const { id, logs } = yield* life(Effect.flatMap(both(mesh, kept), session))
    const copy = {
      ...MemoryFactStore.emptyDisk(),
      facts: new Map(kept.b.facts),
      subjects: new Map(kept.b.subjects)
    }
    yield* mesh.hand.advance(Retention.retentionMillis + 60_000)
    yield* life(Effect.flatMap(both(mesh, kept), (nodes) => later(mesh, kept, nodes, logs)))

    const a = yield* Mesh.node(mesh, "a", { disk: kept.a })
    const old = yield* Mesh.node(mesh, "d", { disk: copy })
    yield* mesh.graph.connect(a.self, old.self)
    yield* Mesh.until(a.state, ({ catchUp }) => catchUp.answered > 0)
    yield* Mesh.until(old.state, ({ catchUp }) => HashMap.size(catchUp.heads) > logs.length)

    const { catchUp, replica } = yield* a.state
    assert.isUndefined(Replica.sessionById(replica, id))
    assert.deepStrictEqual(logs.filter((log) => HashMap.has(catchUp.heads, log)), [])
  }))

it.effect("what is old but needed stays: a session that waits for a person, with its claims", () =>
  Effect.gen(function*() {
    const mesh = yield* Mesh.make
    const kept = disks()
    const { id, logs } = yield* life(Effect.gen(function*() {
      const [a, b] = yield* both(mesh, kept)
      const waiting = yield* Mesh.dependency(a, b, [a, b])
      yield* Mesh.ask(a, { _tag: "Escalate", agent: Mesh.agent("api"), session: waiting, reason: "look" })
      yield* Mesh.converged([a, b])
      return { id: waiting, logs: [...HashMap.keys((yield* a.state).catchUp.heads)] }
    }))
    yield* mesh.hand.advance(Retention.retentionMillis + 60_000)
    const [a] = yield* both(mesh, kept)
    yield* Mesh.ask(a, Mesh.claim("api", "backend#50", "Another thing"))
    for (let cleanup = 0; cleanup < 5; cleanup++) {
      yield* mesh.hand.advance(Memory.cleanupMillis)
      const now = yield* a.state
      yield* Mesh.until(a.state, ({ memory }) => memory.cleanedMillis >= now.memory.cleanedMillis)
    }

    assert.isDefined(Replica.sessionById((yield* a.state).replica, id))
    assert.isTrue(logs.every((log) => [...kept.a.facts.values()].some((fact) => fact.log === log)))
  }))

it.effect("H12: a restart while a log is being retired brings nothing of it back", () =>
  Effect.gen(function*() {
    const mesh = yield* Mesh.make
    const disk = MemoryFactStore.emptyDisk()
    const log = yield* life(Effect.gen(function*() {
      const a = yield* Mesh.node(mesh, "a", { disk })
      for (let batch = 0; batch < 21; batch++) yield* Mesh.ask(a, announced(batch))
      return [...HashMap.keys((yield* a.state).catchUp.heads)][0]
    }))
    const left = () => [...disk.facts.values()].filter((fact) => fact.log === log)
    const copy = {
      ...MemoryFactStore.emptyDisk(),
      facts: new Map(disk.facts),
      subjects: new Map(disk.subjects)
    }
    yield* mesh.hand.advance(Retention.retentionMillis + 60_000)

    for (const [steps, kept] of [[1, 50], [Infinity, 0]] as const) {
      yield* life(Effect.gen(function*() {
        const inner = yield* MemoryFactStore.make(disk)
        let retired = 0
        const retire: typeof inner.retire = (...given) =>
          retired++ < steps ? inner.retire(...given) : Effect.fail(ended)
        const a = yield* Mesh.node(mesh, "a", { store: { ...inner, retire } })
        yield* Mesh.ask(a, Mesh.claim("api", `backend#${kept}`, "Another thing"))
        const cleanup = Effect.andThen(mesh.hand.advance(Memory.cleanupMillis), Effect.sync(left))
        yield* Mesh.until(cleanup, (facts) => facts.length === kept)
      }))
    }

    const [a, old] = [yield* Mesh.node(mesh, "a", { disk }), yield* Mesh.node(mesh, "d", { disk: copy })]
    yield* mesh.graph.connect(a.self, old.self)
    yield* Mesh.until(a.state, ({ catchUp }) => catchUp.answered > 0)
    for (let round = 1; round <= 3; round++) {
      yield* mesh.hand.advance(CatchUp.roundMillis)
      yield* Mesh.until(a.state, ({ catchUp }) => catchUp.answered > round)
    }
    assert.deepStrictEqual(left(), [])
  }))

const ended = new StoreError({ reason: "failed", message: "the process ends here" })

/** Words on fifty tasks, a fact each. */
const announced = (batch: number) => ({
  _tag: "Announce" as const,
  agent: Mesh.agent("api"),
  tasks: Array.from({ length: 50 }, (_, at) =>
    ({ repository: "backend", task_id: String(at), title: `Task ${at} of batch ${batch}` }))
})
