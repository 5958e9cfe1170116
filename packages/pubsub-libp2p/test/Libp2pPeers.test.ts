/**
 * What requests promise over connections that are doubled, and with peers that do not play by the
 * rules.
 */
import type { PeerChange } from "@chorus/coordination-core/ports/Peers"
import { bytesOf, latin1, quietly, until } from "@chorus/port-contracts/Check"
import * as Frame from "@chorus/pubsub-libp2p/Frame"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Latch from "effect/Latch"
import * as Stream from "effect/Stream"
import { join } from "node:path"
import { connect, dialAgain, folder, type HostNode, node } from "./Libp2pTopology.ts"

const pair = Effect.gen(function*() {
  const path = yield* folder
  const a = yield* node({ keyFile: join(path, "a") })
  const b = yield* node({ keyFile: join(path, "b") })
  yield* connect(a, b)
  return [a, b] as const
})

/** Opens a stream for a request by hand. */
const open = (from: HostNode, to: HostNode) =>
  Effect.promise(() =>
    from.host.libp2p.dialProtocol(to.host.libp2p.peerId, "/chorus/request/1.0.0")
  )

const answerOn = (stream: AsyncIterable<{ readonly subarray: () => Uint8Array }>) =>
  Effect.promise(() =>
    Frame.read(stream, 1024).then(
      ({ body, kind }) => `${kind}: ${latin1(body)}`,
      () => "reset"
    )
  )

describe("Libp2pPeers", () => {
  it.live("several connections with one peer are one peer", () =>
    Effect.gen(function*() {
      const [a, b] = yield* pair
      const changes: Array<PeerChange> = []
      yield* a.peers.changes.pipe(
        Stream.runForEach((change) => Effect.sync(() => changes.push(change))),
        Effect.forkScoped
      )
      yield* b.peers.serve((request) => Effect.succeed(request))
      const connections = () => b.host.libp2p.getConnections(a.host.libp2p.peerId)

      yield* dialAgain(a, b)
      yield* until("there are two connections", () => connections().length === 2)
      yield* Effect.promise(() => connections()[0]!.close())
      yield* until("there is one connection", () =>
        a.host.libp2p.getConnections().length === 1)
      const answer = yield* a.peers.request(b.peers.self, bytesOf("over the other"))
      yield* b.leave
      yield* until("the peer is gone", () => changes.length > 1)

      assert.strictEqual(latin1(answer), "over the other")
      assert.deepStrictEqual(changes, [
        { _tag: "Connected", peer: b.peers.self },
        { _tag: "Gone", peer: b.peers.self }
      ])
    }))

  it.live("addresses say where others reach the node, and who it is", () =>
    Effect.gen(function*() {
      const [a] = yield* pair

      const addresses = yield* a.peers.addresses

      assert.lengthOf(addresses, 1)
      assert.match(addresses[0]!, new RegExp(`^/ip4/127.0.0.1/tcp/[1-9]\\d*/p2p/${a.peers.self}$`))
    }))

  it.live("a peer that asks more than eight things at once is refused the ninth", () =>
    Effect.gen(function*() {
      const [a, b] = yield* pair
      const door = yield* Latch.make()
      let inside = 0
      yield* b.peers.serve((request) => {
        inside++
        return Effect.as(door.await, request)
      })
      const request = Frame.encode({ kind: "message", body: bytesOf("hello") })
      const streams = yield* Effect.forEach(Array.from({ length: 8 }), () => open(a, b))
      streams.forEach((stream) => stream.send(request))
      yield* until("eight are inside", () => inside === 8)

      const ninth = yield* open(a, b)
      ninth.send(request)
      const refusal = yield* answerOn(ninth)
      yield* door.open
      const answers = yield* Effect.forEach(streams, answerOn)

      assert.strictEqual(refusal, "refusal: more than 8 requests at once")
      assert.deepStrictEqual(answers, streams.map(() => "message: hello"))
    }))

  it.live("a request that is no request is refused, and the server never sees it (H21)", () =>
    quietly(Effect.gen(function*() {
      const [a, b] = yield* pair
      const seen: Array<string> = []
      yield* b.peers.serve((request) => {
        seen.push(latin1(request))
        return Effect.succeed(request)
      })

      const junk = [[0, 255, 255, 255, 255], [9, 0, 0, 0, 0], [0, 0], [0, 0, 0, 0, 1, 1, 1]]
      for (const bytes of junk) {
        const stream = yield* open(a, b)
        stream.send(Uint8Array.from(bytes))
        yield* Effect.promise(() => stream.close())

        assert.strictEqual(yield* answerOn(stream), "refusal: it cannot answer")
      }
      yield* a.peers.request(b.peers.self, bytesOf("a request"))

      assert.deepStrictEqual(seen, ["a request"])
    })))

  it.live("an answer that is no answer fails the request and says whose it is", () =>
    Effect.gen(function*() {
      const [a, b] = yield* pair
      const answers = [
        Uint8Array.of(0, 255, 255, 255, 255),
        Uint8Array.of(7, 0, 0, 0, 0),
        Frame.encode({ kind: "refusal", body: bytesOf("\u001b[2Jno\u0007") })
      ]
      yield* Effect.promise(() =>
        b.host.libp2p.handle("/chorus/request/1.0.0", (stream) => {
          stream.send(answers.shift() ?? new Uint8Array())
        }))

      const errors = yield* Effect.forEach(answers.slice(), () =>
        Effect.flip(a.peers.request(b.peers.self, bytesOf("?"))))

      assert.deepStrictEqual(errors.map(({ message }) => message), [
        `${b.peers.self} gave no answer: 4294967295 bytes; at most 1048576 are taken`,
        `${b.peers.self} gave no answer: a message of an unknown kind`,
        `${b.peers.self} refused: ?[2Jno?`
      ])
    }))
})
