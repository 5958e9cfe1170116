/**
 * A failed commit leaves no trace, and the mailbox keeps its policies.
 */
import * as Canonical from "@chorus/coordination-core/replica/Canonical"
import type * as Command from "@chorus/coordination-core/command/Command"
import { StoreError } from "@chorus/coordination-core/ports/FactStore"
import { SinkError } from "@chorus/coordination-core/ports/SlurpSink"
import * as MemoryFactStore from "@chorus/slurp/MemoryFactStore"
import * as MemorySlurpSink from "@chorus/slurp/MemorySlurpSink"
import type { SlurpEvent } from "@chorus/coordination-core/slurp/SlurpEvent"
import * as Paper from "@chorus/coordination-core/testing/Paper"
import { assert, describe, it } from "@effect/vitest"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as HashMap from "effect/HashMap"
import * as Ref from "effect/Ref"
import * as Result from "effect/Result"
import * as Scope from "effect/Scope"
import { TestClock } from "effect/testing"
import * as Mailbox from "../src/Mailbox.ts"
import * as Hostile from "./Hostile.ts"
import * as Mesh from "./mesh.ts"

describe("Driver", () => {
  it.effect("a commit that fails is told, leaves no trace, and the next one succeeds in a new log", () =>
    Effect.gen(function*() {
      const mesh = yield* Mesh.make
      const full = yield* Ref.make(false)
      const inner = yield* MemoryFactStore.make(MemoryFactStore.emptyDisk())
      const error = new StoreError({ reason: "full", message: "the disk is full; make room" })
      const node = yield* Mesh.node(mesh, "a", {
        store: {
          ...inner,
          commit: (batch) =>
            Effect.flatMap(Ref.get(full), (isFull) => isFull ? Effect.fail(error) : inner.commit(batch))
        }
      })
      yield* Mesh.ask(node, Mesh.definesApi)
      const before = Canonical.encode((yield* node.state).replica)

      yield* Ref.set(full, true)
      const refused = yield* node.ask(Mesh.claim("api", "backend#44", "Another task"))

      assert.deepStrictEqual(refused, Result.fail({ message: "the disk is full; make room", later: true }))
      assert.strictEqual(Canonical.encode((yield* node.state).replica), before)
      yield* Ref.set(full, false)
      yield* Mesh.ask(node, Mesh.claim("api", "backend#44", "Another task"))
      assert.lengthOf([...(yield* node.state).catchUp.heads], 2)
    }))

  it.effect("H15: a commit that failed and is on the disk all the same counts", () =>
    Effect.gen(function*() {
      const mesh = yield* Mesh.make
      const inner = yield* MemoryFactStore.make(MemoryFactStore.emptyDisk())
      const error = new StoreError({ reason: "failed", message: "the disk did not answer" })
      const unreadable = yield* Ref.make(2)
      const node = yield* Mesh.node(mesh, "a", {
        store: {
          ...inner,
          commit: (batch) => Effect.andThen(inner.commit(batch), Effect.fail(error)),
          // For a while the disk cannot even be read; then it tells what it holds.
          sealed: (ids) =>
            Effect.flatMap(Ref.getAndUpdate(unreadable, (left) => Math.max(0, left - 1)), (left) =>
              left > 0 ? Effect.fail(error) : inner.sealed(ids))
        }
      })
      const claiming = yield* Effect.forkChild(node.ask(Mesh.definesApi))
      yield* Mesh.until(
        Effect.andThen(TestClock.adjust("1 second"), Effect.sync(() => claiming.pollUnsafe())),
        (done) => done !== undefined
      )

      assert.isTrue(Result.isSuccess(yield* Fiber.join(claiming)))
      assert.deepStrictEqual([...(yield* node.state).catchUp.heads].map(([, { seq }]) => seq), [2])
    }))

  it.effect("H15: what a peer gives twice in one message and is on the disk all the same counts", () =>
    Effect.gen(function*() {
      const mesh = yield* Mesh.make
      const inner = yield* MemoryFactStore.make(MemoryFactStore.emptyDisk())
      const error = new StoreError({ reason: "failed", message: "the disk did not answer" })
      const node = yield* Mesh.node(mesh, "a", {
        store: { ...inner, commit: (batch) => Effect.andThen(inner.commit(batch), Effect.fail(error)) }
      })
      const mallory = yield* Hostile.join(mesh, [node])
      const { sealed } = yield* mallory.seal({
        message_type: "session_message",
        session_id: "dep_none",
        from_agent: "mallory",
        content: "hello"
      })
      yield* mallory.give(node, [sealed, sealed])

      yield* Mesh.until(node.state, ({ catchUp }) =>
        [...HashMap.keys(catchUp.heads)].some((log) => log.startsWith(mallory.self)))
    }))

  it.effect("a peer that comes while the disk is full is not forgotten", () =>
    Effect.gen(function*() {
      const mesh = yield* Mesh.make
      const full = yield* Ref.make(true)
      const inner = yield* MemoryFactStore.make(MemoryFactStore.emptyDisk())
      const error = new StoreError({ reason: "full", message: "the disk is full; make room" })
      const late = yield* Mesh.node(mesh, "late", {
        store: {
          ...inner,
          commit: (batch) =>
            Effect.flatMap(Ref.get(full), (isFull) => isFull ? Effect.fail(error) : inner.commit(batch))
        }
      })
      const early = yield* Mesh.node(mesh, "early")
      yield* Mesh.ask(early, Mesh.definesApi)

      yield* mesh.graph.connect(late.self, early.self)
      const refused = yield* late.ask(Mesh.claim("web", "frontend#43", "Another task"))
      assert.isTrue(Result.isFailure(refused))
      yield* Ref.set(full, false)
      yield* Mesh.until(
        Effect.andThen(mesh.hand.advance(1000), late.state),
        ({ catchUp }) => HashMap.size(catchUp.heads) === 1 && HashMap.size(catchUp.peers) === 1
      )
    }))

  it.effect("H15 what a peer told counts only when it is kept: a node without its disk votes later", () =>
    Effect.gen(function*() {
      const mesh = yield* Mesh.make
      const peer = yield* Mesh.node(mesh, "b")
      const first = yield* Scope.make()
      yield* Scope.provide(Effect.gen(function*() {
        const lost = yield* Mesh.node(mesh, "a")
        yield* mesh.graph.connect(lost.self, peer.self)
        yield* Mesh.ask(lost, Mesh.definesApi)
        yield* Mesh.converged([lost, peer])
      }), first)
      yield* Scope.close(first, Exit.void)
      const full = yield* Ref.make(true)
      const inner = yield* MemoryFactStore.make(MemoryFactStore.emptyDisk())
      const error = new StoreError({ reason: "full", message: "the disk is full; make room" })
      let failures = 0
      const a = yield* Mesh.node(mesh, "a", {
        settings: { settleMillis: 10_000 },
        store: {
          ...inner,
          commit: (batch) => Effect.flatMap(Ref.get(full), (isFull) => {
            failures += Number(isFull)
            return isFull ? Effect.fail(error) : inner.commit(batch)
          })
        }
      })

      yield* mesh.graph.connect(a.self, peer.self)
      yield* Mesh.until(Effect.sync(() => failures), (count) => count > 0)
      const looked = Effect.andThen(mesh.hand.advance(10), a.state)
      const asked = yield* Mesh.until(looked, ({ catchUp: { peers } }) =>
        HashMap.toValues(peers).every(({ question }) => question === undefined) && HashMap.size(peers) === 1)
      assert.isFalse(asked.catchUp.hasCaughtUp)

      yield* Ref.set(full, false)
      const told = yield* Mesh.until(Effect.andThen(mesh.hand.advance(1000), a.state), ({ catchUp }) =>
        catchUp.hasCaughtUp)
      assert.isTrue([...HashMap.keys(told.catchUp.heads)].some((log) => log.startsWith(a.self)))
    }))

  it.effect("a command that no node would take is refused whole", () =>
    Effect.gen(function*() {
      const mesh = yield* Mesh.make
      const node = yield* Mesh.node(mesh, "a")

      const refused = yield* node.ask(Mesh.claim("api", "backend#44", "x".repeat(201)))

      assert.isTrue(Result.isFailure(refused))
      assert.lengthOf([...(yield* node.state).catchUp.heads], 0)
      yield* Mesh.ask(node, Mesh.definesApi)
      assert.deepStrictEqual([...(yield* node.state).catchUp.heads].map(([, { seq }]) => seq), [2])
    }))

  it.effect("H30: a sink that fails gets the event later, once", () =>
    Effect.gen(function*() {
      const mesh = yield* Mesh.make
      const kept = new Map<string, SlurpEvent>()
      const inner = MemorySlurpSink.make(kept)
      const tries = yield* Ref.make(0)
      const all = yield* Mesh.nodes(mesh, ["a", "b"], {
        sink: {
          ...inner,
          deliver: (event) =>
            Effect.flatMap(Ref.updateAndGet(tries, (count) => count + 1), (count) =>
              count <= 4 ? Effect.fail(new SinkError({ message: "not now" })) : inner.deliver(event))
        }
      })
      const [a, b] = all as [Mesh.Node, Mesh.Node]
      const session = yield* Mesh.dependency(a, b, all)
      yield* Mesh.ask(a, { _tag: "Escalate", agent: Mesh.agent("api"), session, reason: "look" })
      yield* Mesh.until(Ref.get(tries), (count) => count >= 2)
      assert.strictEqual(kept.size, 0)

      yield* Mesh.until(
        Effect.andThen(TestClock.adjust("1 minute"), Effect.sync(() => kept.size)),
        (size) => size === 1
      )

      for (const { store } of all) {
        yield* Mesh.until(store.pending(10), (waiting) => waiting.length === 0)
      }
    }))
})

describe("Mailbox", () => {
  const signal: Mailbox.Letter = { _tag: "Facts", admitted: [] }

  it.effect("drops facts when it is full, and counts them", () =>
    Effect.gen(function*() {
      const mailbox = yield* Mailbox.make
      for (let n = 0; n < Mailbox.lettersMax; n++) assert.isTrue(mailbox.tryPost(signal))

      assert.isFalse(mailbox.tryPost(signal))
      assert.strictEqual(mailbox.dropped(), 1)
    }))

  it.effect("lets a command wait for room, and loses none", () =>
    Effect.gen(function*() {
      const mailbox = yield* Mailbox.make
      for (let n = 0; n < Mailbox.lettersMax; n++) mailbox.tryPost(signal)
      const reply = yield* Deferred.make<Result.Result<Command.Done, Command.Refused>>()
      const waiting = yield* mailbox.post({ _tag: "Command", command: Mesh.definesApi, reply }).pipe(
        Effect.forkChild({ startImmediately: true })
      )
      assert.isUndefined(waiting.pollUnsafe())

      const letters: Array<Mailbox.Letter> = []
      while (letters.length <= Mailbox.lettersMax) letters.push(...(yield* mailbox.take))
      yield* Fiber.join(waiting)

      assert.strictEqual(letters.at(-1)?._tag, "Command")
    }))

  it.effect("H25: counts the bytes of facts: gossip is dropped, peers wait, what is no fact passes", () =>
    Effect.gen(function*() {
      const mailbox = yield* Mailbox.make
      const paper = Paper.make()
      const fact = paper.claim(paper.agent("a", "api"), "backend#1")
      const heavy = (bytes: number): Mailbox.Letter =>
        ({ _tag: "Facts", admitted: [{ fact, sealed: new Uint8Array(bytes) }] })
      const kibibytes256 = Mailbox.bytesMax / 32
      for (let n = 0; n < 32; n++) assert.isTrue(mailbox.tryPost(heavy(kibibytes256)))

      assert.isFalse(mailbox.tryPost(heavy(1)))
      const peers = yield* Effect.forEach([1, 2], () =>
        Effect.forkChild(mailbox.post(heavy(Mailbox.bytesMax)), { startImmediately: true }))
      yield* Fiber.interrupt(peers[0]!)
      yield* mailbox.post({ _tag: "Input", input: { _tag: "Cleaned" } })
      assert.isUndefined(peers[1]!.pollUnsafe())

      assert.lengthOf(yield* mailbox.take, 33)
      yield* Fiber.join(peers[1]!)
      assert.lengthOf(yield* mailbox.take, 1)
      assert.isTrue(mailbox.tryPost(heavy(2 * Mailbox.bytesMax)))
    }))

  it.effect("holds one tick, however many come", () =>
    Effect.gen(function*() {
      const mailbox = yield* Mailbox.make
      for (let n = 0; n < 10; n++) yield* mailbox.tick

      assert.lengthOf(yield* mailbox.take, 1)
      yield* mailbox.tick
      assert.lengthOf(yield* mailbox.take, 1)
    }))
})
