/**
 * A node that lost facts of its own does not start; what its store was not there for is no loss.
 */
import * as MemoryFactStore from "@chorus/slurp/MemoryFactStore"
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as OwnLogs from "../src/OwnLogs.ts"
import * as Mesh from "./mesh.ts"

/** A disk on which a node made some claims, and the ids of its facts in their order. */
const used = Effect.fnUntraced(function*(mesh: Mesh.Mesh, disk = MemoryFactStore.emptyDisk()) {
  yield* Effect.scoped(Effect.gen(function*() {
    const node = yield* Mesh.node(mesh, "a", { disk })
    for (const task of ["r#1", "r#2", "r#3"]) yield* Mesh.ask(node, Mesh.claim("api", task, task))
  }))
  return { disk, ids: [...disk.facts.keys()] }
})

const restart = (mesh: Mesh.Mesh, disk: MemoryFactStore.Disk) =>
  Effect.scoped(Effect.asVoid(Mesh.node(mesh, "a", { disk })))

it.effect("H38: without a fact in the middle of its log it is refused, with the place and the way out", () =>
  Effect.gen(function*() {
    const mesh = yield* Mesh.make
    const { disk, ids } = yield* used(mesh)
    disk.facts.delete(ids[1]!)

    const error = yield* Effect.flip(restart(mesh, disk))

    assert.strictEqual(error._tag === "StoreError" && error.reason, "damaged")
    assert.match(
      error.message,
      /^fact 2 of this node's own log \S+ is missing from the database: run `chorus doctor --repair`/
    )
  }))

it.effect("H38: a lost end is found once a start had seen it, and a repaired log is not asked about", () =>
  Effect.gen(function*() {
    const mesh = yield* Mesh.make
    const { disk, ids } = yield* used(mesh)
    yield* restart(mesh, disk)
    disk.facts.delete(ids.at(-1)!)

    const error = yield* Effect.flip(restart(mesh, disk))
    disk.notes.delete(OwnLogs.noteName)
    yield* restart(mesh, disk)

    assert.match(error.message, /^fact \d+ of this node's own log \S+ is missing/)
  }))

it.effect("what a restored disk gets back of its own later facts may have holes", () =>
  Effect.gen(function*() {
    const mesh = yield* Mesh.make
    const { disk } = yield* used(mesh)
    const [first, , third] = [...disk.facts.values()]
    const restored = { ...disk, facts: new Map([[first!.id, first!]]) }
    yield* restart(mesh, restored)
    restored.facts.set(third!.id, third!)

    yield* restart(mesh, restored)

    assert.deepStrictEqual([...restored.facts.values()], [first!, third!])
  }))

it.effect("notes of another form say nothing", () =>
  Effect.sync(() => {
    const nonce = "0123456789abcdef"
    for (const text of [undefined, "", "[1]", `{"${nonce}":-1}`, "{\"a\":1}"]) {
      assert.deepStrictEqual(Object.entries(OwnLogs.noted(text)), [])
    }
    assert.deepStrictEqual(Object.entries(OwnLogs.noted(`{"${nonce}":3}`)), [[nonce, 3]])
  }))
