/**
 * What every way to single peers promises, as tests.
 *
 * Promised: `changes` begins with the peers that are connected and tells who leaves; a request is
 * answered byte for byte by the peer's server, which is told who asks; several requests may be
 * under way at once and do not mix; a server that fails or dies, a request or an answer over 1 MiB
 * and a peer that is away or serves nobody fail that request and no other; a request fails after
 * 30 seconds; a node has one server.
 *
 * Not promised: that a connected peer answers, that `Gone` comes soon, that a peer is honest.
 */
import { NodeId } from "@chorus/coordination-core/identity/NodeId"
import {
  messageBytesMax,
  type PeerChange,
  PeersError,
  type Server
} from "@chorus/coordination-core/ports/Peers"
import { assert, describe, it } from "@effect/vitest"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Latch from "effect/Latch"
import * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/testing/TestClock"
import * as fc from "fast-check"
import { bytesOf, forAll, latin1, quietly, until } from "./Check.ts"
import { among, type Node, type Topology } from "./Topology.ts"

/** Runs the contract. */
export const suite = (name: string, topology: Topology): void => {
  describe(`Peers contract: ${name}`, () => {
    for (const { check, title } of promises) it.live(title, () => quietly(check(topology)))
  })
}

export const promises: ReadonlyArray<{
  readonly title: string
  readonly check: (topology: Topology) => Effect.Effect<void, unknown, Scope.Scope>
}> = [
  {
    title: "changes begin with the peers that are connected, each of them once",
    check: among(3, "mesh", function*([a, b, c]) {
      const changes = yield* a.peers.changes.pipe(Stream.take(2), Stream.runCollect)

      assert.sameDeepMembers(changes, [
        { _tag: "Connected", peer: b.peers.self },
        { _tag: "Connected", peer: c.peers.self }
      ])
    })
  },
  {
    title: "changes tell who leaves",
    check: among(3, "mesh", function*([a, b, c]) {
      const changes: Array<PeerChange> = []
      yield* a.peers.changes.pipe(
        Stream.runForEach((change) => Effect.sync(() => changes.push(change))),
        Effect.forkScoped
      )
      yield* until("the stream begins", () => changes.length === 2)

      yield* b.leave
      yield* until("the leaver is told", () => changes.length === 3)

      assert.deepStrictEqual(changes[2], { _tag: "Gone", peer: b.peers.self })
      yield* c.peers.serve(echo)
      assert.deepStrictEqual(yield* ask(a, c, "still there"), "still there")
    })
  },
  {
    title: "a request and its answer arrive byte for byte",
    check: among(2, "line", function*([a, b]) {
      const asked: Array<string> = []
      yield* b.peers.serve((request) => {
        asked.push(latin1(request))
        return Effect.succeed(request.toReversed())
      })

      // Bytes that careless adapters take for padding come in every run, chance or not.
      const ends = fc.constantFrom(Uint8Array.of(1, 0), Uint8Array.of(0, 1), Uint8Array.of(0xff))
      yield* forAll(fc.oneof(ends, fc.uint8Array({ maxLength: 1024, size: "max" })), (bytes) =>
        Effect.gen(function*() {
          const answer = yield* a.peers.request(b.peers.self, bytes)

          assert.strictEqual(asked.at(-1), latin1(bytes))
          assert.strictEqual(latin1(answer), latin1(bytes.toReversed()))
        }))
    })
  },
  {
    title: "a request and an answer of 1 MiB arrive",
    check: among(2, "line", function*([a, b]) {
      yield* b.peers.serve(echo)

      const text = "x".repeat(messageBytesMax)

      assert.isTrue((yield* ask(a, b, text)) === text, "the answer differs")
    })
  },
  {
    title: "the server is told who asks",
    check: among(2, "line", function*([a, b]) {
      yield* b.peers.serve((_, peer) => Effect.succeed(bytesOf(peer)))

      assert.strictEqual(yield* ask(a, b, ""), a.peers.self)
    })
  },
  {
    title: "several requests are under way at once and do not mix",
    check: among(2, "line", function*([a, b]) {
      const open = yield* Latch.make()
      let waiting = 0
      yield* b.peers.serve((request) => {
        if (++waiting === 4) open.openUnsafe()
        return Effect.as(open.await, request)
      })

      const questions = Array.from({ length: 40 }, (_, at) => `question ${at}`)
      const answers = yield* Effect.forEach(questions, (text) => ask(a, b, text), {
        concurrency: "unbounded"
      })

      assert.deepStrictEqual(answers, questions)
    })
  },
  {
    title: "a server that fails or dies fails that request and nothing else (H21)",
    check: among(2, "line", function*([a, b]) {
      yield* b.peers.serve((request) => {
        const text = latin1(request)
        if (text === "throw") throw new Error("a server threw, on purpose")
        if (text === "die") return Effect.die("a server died, on purpose")
        return text === "fail" ? new PeersError({ message: "failed" }) : Effect.succeed(request)
      })

      for (const text of ["fail", "die", "throw"]) yield* refused(ask(a, b, text))

      assert.strictEqual(yield* ask(a, b, "fine"), "fine")
    })
  },
  {
    title: "a request over 1 MiB fails and says so, and nothing else does",
    check: among(2, "line", function*([a, b]) {
      yield* b.peers.serve((request) => Effect.succeed(request.slice(0, 100)))

      const message = yield* refused(ask(a, b, "x".repeat(messageBytesMax + 1)))

      assert.match(message, /1048576/)
      assert.strictEqual(yield* ask(a, b, "fine"), "fine")
    })
  },
  {
    title: "an answer over 1 MiB fails and says so, and nothing else does",
    check: among(2, "line", function*([a, b]) {
      yield* b.peers.serve((request) =>
        Effect.succeed(request.length === 0 ? new Uint8Array(messageBytesMax + 1) : request)
      )

      const message = yield* refused(ask(a, b, ""))

      assert.match(message, /1048576/)
      assert.strictEqual(yield* ask(a, b, "fine"), "fine")
    })
  },
  {
    title: "a peer that serves nobody fails the request, before its server and after",
    check: among(2, "line", function*([a, b]) {
      const before = yield* refused(ask(a, b, "early"))
      const scope = yield* Scope.make()
      yield* b.peers.serve(echo).pipe(Scope.provide(scope))
      assert.strictEqual(yield* ask(a, b, "in time"), "in time")
      yield* Scope.close(scope, Exit.void)
      const after = yield* refused(ask(a, b, "late"))

      assert.include(before, b.peers.self)
      assert.include(after, b.peers.self)
    })
  },
  {
    title: "a peer that is not connected fails the request",
    check: among(3, "line", function*([a, b, c]) {
      yield* Effect.forEach([b, c], (node) => node.peers.serve(echo))
      const nobody = NodeId.make("1".repeat(46))
      const stranger = yield* refused(ask(a, c, "hello"))
      yield* b.leave
      const leaver = yield* refused(ask(a, b, "hello"))

      assert.include(yield* refused(a.peers.request(nobody, bytesOf("hello"))), nobody)
      assert.include(stranger, c.peers.self)
      assert.include(leaver, b.peers.self)
    })
  },
  {
    title: "a request that is never answered fails after 30 seconds",
    check: among(2, "line", function*([a, b]) {
      const asked = yield* Deferred.make<void>()
      yield* b.peers.serve(() => Effect.andThen(Deferred.succeed(asked, undefined), Effect.never))

      const message = yield* Effect.gen(function*() {
        const asking = yield* Effect.forkChild(refused(ask(a, b, "silence")))
        yield* Deferred.await(asked)
        yield* TestClock.adjust("30 seconds")
        return yield* Fiber.join(asking)
      }).pipe(Effect.provide(TestClock.layer()))

      assert.include(message, b.peers.self)
    })
  },
  {
    title: "a node has one server",
    check: among(2, "line", function*([a, b]) {
      yield* b.peers.serve(echo)

      yield* refused(b.peers.serve(() => Effect.succeed(bytesOf("the second"))))

      assert.strictEqual(yield* ask(a, b, "fine"), "fine")
    })
  }
]

const echo: Server = (request) => Effect.succeed(request)

function ask(from: Node, to: Node, text: string) {
  return Effect.map(from.peers.request(to.peers.self, bytesOf(text)), latin1)
}

/** The message of the error that has to come. */
function refused<A>(effect: Effect.Effect<A, PeersError, Scope.Scope>) {
  return Effect.map(Effect.flip(effect), (error) => {
    assert.instanceOf(error, PeersError)
    return error.message
  })
}
