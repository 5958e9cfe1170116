/**
 * A running node forgets what is over, and finds it again in its store (H12 H24 H25 I10).
 */
import { PersonId } from "@chorus/coordination-core/identity/NodeId"
import * as Memory from "@chorus/coordination-core/memory/Memory"
import * as Replica from "@chorus/coordination-core/replica/Replica"
import * as Status from "@chorus/coordination-core/session/Status"
import * as TaskKey from "@chorus/coordination-core/identity/TaskKey"
import * as MemorySigner from "@chorus/pubsub-memory/MemorySigner"
import * as MemoryFactStore from "@chorus/slurp/MemoryFactStore"
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Base64 from "effect/encoding/Base64"
import * as Exit from "effect/Exit"
import * as HashMap from "effect/HashMap"
import * as HashSet from "effect/HashSet"
import * as Result from "effect/Result"
import * as Scope from "effect/Scope"
import * as Entry from "../src/Entry.ts"
import * as Mesh from "./mesh.ts"

const statusOf = (node: Mesh.Node, session: string) =>
  Effect.map(node.about(session), ({ replica }) => {
    const known = Replica.sessionById(replica, session)
    return known && Status.statusOf(known, Replica.world(replica))
  })

const isForgotten = (node: Mesh.Node, session: string) =>
  Effect.map(node.state, ({ replica }) => !replica.sessions.has(session))

const rule = Effect.fnUntraced(function*(
  by: string,
  node: Mesh.Node,
  ruling: Record<string, unknown>
) {
  const person = MemorySigner.make(MemorySigner.idOf(by))
  const payload = { v: 1, by: PersonId.make(person.self), timestamp: "2027-01-15T08:00:00.000Z", ruling }
  const sealed = Base64.encode(yield* person.seal("ruling", JSON.stringify(payload)))
  return yield* node.ask({ _tag: "Rule", ruling: yield* Entry.ruling(person.open, sealed), sealed })
})

/** Two nodes that agreed, gave their tasks back and forgot the session. */
const forgotten = Effect.fnUntraced(function*(mesh: Mesh.Mesh) {
  const all = yield* Mesh.nodes(mesh, ["a", "b"])
  const [a, b] = all as [Mesh.Node, Mesh.Node]
  const session = yield* Mesh.dependency(a, b, all)
  for (const node of all) {
    yield* Mesh.until(statusOf(node, session), (status) => status !== undefined)
    yield* Mesh.until(node.state, ({ replica }) =>
      HashMap.size(Replica.sessionById(replica, session)!.plans) > 0)
  }
  for (const [node, name] of [[a, "api"], [b, "web"]] as const) {
    const vote = { _tag: "Answer" as const, agent: Mesh.agent(name), session, reason: "", plan: undefined }
    yield* Mesh.ask(node, { ...vote, stance: "agree" })
  }
  for (const node of all) yield* Mesh.until(statusOf(node, session), (status) => status === "resolved")
  for (const [node, name, task] of [[a, "api", "backend#42"], [b, "web", "frontend#43"]] as const) {
    const key = TaskKey.TaskKey.make(task)
    yield* Mesh.ask(node, { _tag: "Complete", agent: Mesh.agent(name), task: key, results: "" })
  }
  yield* Mesh.converged(all)
  yield* mesh.hand.advance(Memory.cleanupMillis)
  for (const node of all) yield* Mesh.until(isForgotten(node, session), (gone) => gone)
  return { a, b, session }
})

it.effect("H25: what is over is forgotten, and counted; asked about, it is found in the store", () =>
  Effect.gen(function*() {
    const mesh = yield* Mesh.make
    const { a, session } = yield* forgotten(mesh)
    const { detection, memory, replica } = yield* a.state

    assert.strictEqual(replica.tasks.claims.size, 0)
    assert.strictEqual(replica.tasks.descriptions.size, 0)
    assert.strictEqual(HashMap.size(detection.index.entries), 0)
    assert.strictEqual(memory.forgotten.sessions, 1)
    assert.strictEqual(yield* statusOf(a, session), "resolved")
    assert.strictEqual(yield* statusOf(a, session.slice(0, 9)), undefined)
    assert.isTrue((yield* a.about(session.slice(0, 9))).replica.sessions.has(session))
    assert.isTrue((yield* a.recent("session")).replica.sessions.has(session))
    assert.deepStrictEqual(
      [...(yield* a.recent("claim")).replica.tasks.claims.values()].map(({ task }) => task).sort(),
      ["backend#42", "frontend#43"]
    )
    assert.isTrue(yield* isForgotten(a, session))
  }))

it.effect("H24: a person's ruling on a forgotten session decides it, on every node", () =>
  Effect.gen(function*() {
    const mesh = yield* Mesh.make
    const { a, b, session } = yield* forgotten(mesh)

    const decision = { kind: "decide_session", session_id: session, decision: "otherwise", replaces: [] }
    assert.isTrue(Result.isSuccess(yield* rule("founder", b, decision)))

    for (const node of [a, b]) yield* Mesh.until(statusOf(node, session), (status) => status === "decided")
    for (const node of [a, b]) yield* Mesh.until(node.sink.events(9), (events) => events.length === 2)
  }))

it.effect("I10: a person who is revoked gets forgotten decisions back into the inbox", () =>
  Effect.gen(function*() {
    const mesh = yield* Mesh.make
    const { a, b, session } = yield* forgotten(mesh)
    const person = PersonId.make(MemorySigner.idOf("ann"))
    yield* rule("founder", a, { kind: "add_person", person, name: "Ann" })
    yield* Mesh.until(b.state, ({ replica }) => replica.people.known.length === 2)
    yield* rule("ann", b, { kind: "decide_session", session_id: session, decision: "so", replaces: [] })
    for (const node of [a, b]) yield* Mesh.until(statusOf(node, session), (status) => status === "decided")
    yield* mesh.hand.advance(Memory.cleanupMillis)
    for (const node of [a, b]) yield* Mesh.until(isForgotten(node, session), (gone) => gone)

    yield* rule("founder", a, { kind: "revoke_person", person, because: "left" })
    for (const node of [a, b]) {
      yield* Mesh.until(
        Effect.andThen(mesh.hand.advance(1000), node.state),
        ({ open }) => HashSet.has(open, session)
      )
    }
  }))

it.effect("H12: a store that was filled without subjects is filled with them at the next start", () =>
  Effect.gen(function*() {
    const mesh = yield* Mesh.make
    const disk = MemoryFactStore.emptyDisk()
    const first = yield* Scope.make()
    yield* Scope.provide(
      Effect.flatMap(Mesh.node(mesh, "a", { disk }), (node) => Mesh.ask(node, Mesh.definesApi)),
      first
    )
    yield* Scope.close(first, Exit.void)
    const named = new Map(disk.subjects)
    disk.subjects.clear()
    disk.notes.clear()

    yield* Mesh.node(mesh, "a", { disk })

    assert.deepStrictEqual(disk.subjects, named)
  }))
