/**
 * A start goes on from the last cleanup's bookmark, and folds all again where it cannot (H12 I15).
 */
import * as Sum from "@chorus/coordination-core/catchup/Sum"
import * as Bookmark from "@chorus/coordination-core/coordination/Bookmark"
import { PersonId } from "@chorus/coordination-core/identity/NodeId"
import * as Memory from "@chorus/coordination-core/memory/Memory"
import * as Retention from "@chorus/coordination-core/memory/Retention"
import * as TaskKey from "@chorus/coordination-core/identity/TaskKey"
import * as Canonical from "@chorus/coordination-core/replica/Canonical"
import * as Replica from "@chorus/coordination-core/replica/Replica"
import * as Status from "@chorus/coordination-core/session/Status"
import * as MemoryFactStore from "@chorus/slurp/MemoryFactStore"
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as HashMap from "effect/HashMap"
import * as Result from "effect/Result"
import * as Scope from "effect/Scope"
import * as Mesh from "./mesh.ts"

/** What a node does, and the end of its process. */
const life = <A, E>(live: Effect.Effect<A, E, Scope.Scope>) =>
  Effect.gen(function*() {
    const scope = yield* Scope.make()
    const lived = yield* Effect.exit(Scope.provide(live, scope))
    yield* Scope.close(scope, Exit.void)
    return yield* lived
  })

/** Two nodes whose session is over and forgotten, and one of whose tasks is held; as the first left it. */
const before = Effect.fnUntraced(function*(mesh: Mesh.Mesh, disk: MemoryFactStore.Disk) {
  return yield* life(Effect.gen(function*() {
    const a = yield* Mesh.node(mesh, "a", { disk })
    const b = yield* Mesh.node(mesh, "b")
    yield* mesh.graph.connect(a.self, b.self)
    const session = yield* Mesh.dependency(a, b, [a, b])
    for (const [node, name, task] of [[a, "api", "backend#42"], [b, "web", "frontend#43"]] as const) {
      const key = TaskKey.TaskKey.make(task)
      yield* Mesh.ask(node, { _tag: "Complete", agent: Mesh.agent(name), task: key, results: "" })
    }
    yield* Mesh.converged([a, b])
    yield* mesh.hand.advance(Memory.cleanupMillis)
    yield* Mesh.ask(a, Mesh.claim("api", "backend#50", "Another thing"))
    yield* Mesh.cleanedUp(mesh, [a, b])
    yield* Mesh.until(Effect.sync(() => disk.notes.has(Bookmark.noteName)), (isKept) => isKept)
    yield* Mesh.ask(a, Mesh.claim("api", "backend#51", "What comes after"))
    return { session, state: yield* a.state }
  }))
})

const started = (mesh: Mesh.Mesh, disk: MemoryFactStore.Disk, parts: Mesh.Parts = {}) =>
  life(Effect.flatMap(Mesh.node(mesh, "a", { ...parts, disk }), (node) => node.state))

it.effect("H12 I15: a start folds what memory held and what came later, and is where the node was", () =>
  Effect.gen(function*() {
    const mesh = yield* Mesh.make
    const disk = MemoryFactStore.emptyDisk()
    const { session, state } = yield* before(mesh, disk)

    const { again, status } = yield* life(Effect.gen(function*() {
      const node = yield* Mesh.node(mesh, "a", { disk })
      const found = (yield* node.about(session)).replica
      const known = Replica.sessionById(found, session)
      return { again: yield* node.state, status: known && Status.statusOf(known, Replica.world(found)) }
    }))

    assert.isFalse(again.replica.sessions.has(session))
    assert.strictEqual(status, "expired")
    const { forks: _, ...now } = again.replica
    const { forks: __, ...then } = state.replica
    assert.strictEqual(Canonical.encode(now), Canonical.encode(then))
    assert.strictEqual(Canonical.encode(again.lessons), Canonical.encode(state.lessons))
    assert.strictEqual(Canonical.encode(again.memory.voices), Canonical.encode(state.memory.voices))
    assert.deepStrictEqual(again.catchUp.sum, state.catchUp.sum)
    assert.strictEqual(Canonical.encode(again.catchUp.heads), Canonical.encode(state.catchUp.heads))
    assert.strictEqual(HashMap.size(again.lessons.sessions), 1)
  }))

it.effect("H12 H18: with a damaged bookmark, or one of other facts or settings, all is folded", () =>
  Effect.gen(function*() {
    const mesh = yield* Mesh.make
    const disk = MemoryFactStore.emptyDisk()
    const { session } = yield* before(mesh, disk)
    const text = disk.notes.get(Bookmark.noteName)!
    const isWhole = (changed: Partial<MemoryFactStore.Disk>) =>
      Effect.map(started(mesh, { ...disk, notes: new Map(disk.notes), ...changed }), ({ replica }) =>
        replica.sessions.has(session))
    const noted = (value: string) => ({ notes: new Map([...disk.notes, [Bookmark.noteName, value]]) })
    const others = [...disk.facts].filter(([, { log }]) => !log.startsWith(`${Mesh.idOf("a")}/`))
    const lost = new Map(disk.facts)
    lost.delete(others[0]![0])

    assert.isFalse(yield* isWhole({}))
    const founder = PersonId.make(Mesh.idOf("another"))
    assert.isTrue((yield* started(mesh, disk, { founder })).replica.sessions.has(session))
    assert.isTrue(yield* isWhole(noted("")))
    assert.isTrue(yield* isWhole(noted(text.slice(0, -1))))
    assert.isTrue(yield* isWhole(noted(text.replace("\"facts\":", "\"facts\":1"))))
    assert.isTrue(yield* isWhole({ facts: lost }))
    assert.isTrue(yield* isWhole({ facts: new Map([...disk.facts].reverse()) }))
  }))

it.effect("H18: a fact of the node's own log that is missing is refused, bookmark or not", () =>
  Effect.gen(function*() {
    const mesh = yield* Mesh.make
    const disk = MemoryFactStore.emptyDisk()
    yield* before(mesh, disk)
    yield* started(mesh, disk)
    const own = [...disk.facts.values()].filter(({ log }) => log.startsWith(`${Mesh.idOf("a")}/`))
    disk.facts.delete(own[1]!.id)

    const outcome = yield* Effect.result(started(mesh, disk))

    assert.isTrue(Result.isFailure(outcome))
    assert.match(Result.isFailure(outcome) ? outcome.failure.message : "", /is missing from the database/)
  }))

it.effect("H12 H25: after logs were retired a start goes on from the bookmark, and knows them no more", () =>
  Effect.gen(function*() {
    const mesh = yield* Mesh.make
    const disk = MemoryFactStore.emptyDisk()
    const old = yield* before(mesh, disk)
    const logs = [...HashMap.keys(old.state.catchUp.heads)]
    yield* mesh.hand.advance(Retention.retentionMillis + 60_000)
    const ran = yield* life(Effect.gen(function*() {
      const node = yield* Mesh.node(mesh, "a", { disk })
      yield* Mesh.ask(node, Mesh.claim("api", "backend#60", "Much later"))
      const left = () =>
        [...disk.facts.values()].filter(({ log }) => log.startsWith(`${node.self}/`) && logs.includes(log))
      yield* Mesh.until(
        Effect.andThen(mesh.hand.advance(Memory.cleanupMillis), Effect.sync(left)),
        (facts) => facts.length === 0
      )
      yield* Mesh.cleanedUp(mesh, [node])
      return { self: node.self, state: yield* node.state }
    }))
    const whole = { ...disk, notes: new Map(disk.notes) }
    whole.notes.delete(Bookmark.noteName)
    const ids = [...disk.facts.keys()]
    const sum = Sum.show(ids.reduce(Sum.plus, Sum.zero))

    const [again, folded] = [yield* started(mesh, disk), yield* started(mesh, whole)]

    const bookmark = Bookmark.read(disk.notes.get(Bookmark.noteName), ran.state)
    assert.deepStrictEqual([bookmark?.facts, bookmark?.sum], [ids.length, sum])
    assert.isFalse(logs.some((log) =>
      log.startsWith(`${ran.self}/`) && HashMap.has(again.catchUp.heads, log)))
    assert.strictEqual(Canonical.encode(again.catchUp.heads), Canonical.encode(folded.catchUp.heads))
    assert.deepStrictEqual(again.catchUp.sum, folded.catchUp.sum)
  }))
