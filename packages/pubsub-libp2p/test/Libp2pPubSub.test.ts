/**
 * What gossip promises against peers that do not play by the rules (H37).
 *
 * The stranger is a bare libp2p node: it speaks gossipsub and runs none of our code.
 */
import { topics } from "@chorus/coordination-core/fact/FactTable"
import { bytesOf, latin1, quietly, until } from "@chorus/port-contracts/Check"
import * as KeyFile from "@chorus/pubsub-libp2p/KeyFile"
import * as Libp2pSigner from "@chorus/pubsub-libp2p/Libp2pSigner"
import { assert, describe, it } from "@effect/vitest"
import { type GossipsubOpts, gossipsub, StrictNoSign, StrictSign } from "@libp2p/gossipsub"
import { identify } from "@libp2p/identify"
import { noise } from "@libp2p/noise"
import { tcp } from "@libp2p/tcp"
import { yamux } from "@libp2p/yamux"
import * as Effect from "effect/Effect"
import { createLibp2p } from "libp2p"
import { join } from "node:path"
import { connect, folder, type HostNode, node } from "./Libp2pTopology.ts"

const [topic, otherTopic] = topics

const strangerTo = (to: HostNode, options: Partial<GossipsubOpts> = {}) =>
  Effect.acquireRelease(
    Effect.promise(async () => {
      const stranger = await createLibp2p({
        transports: [tcp()],
        connectionEncrypters: [noise()],
        streamMuxers: [yamux()],
        services: {
          identify: identify(),
          pubsub: gossipsub({
            globalSignaturePolicy: StrictNoSign,
            allowPublishToZeroTopicPeers: true,
            ...options
          })
        }
      })
      await stranger.dial(to.host.libp2p.getMultiaddrs())
      return stranger
    }),
    (stranger) => Effect.promise(async () => stranger.stop())
  ).pipe(Effect.tap(({ services }) =>
    until("the stranger knows who listens", () => services.pubsub.getSubscribers(topic).length > 0)
  ))

/** Two nodes that take sealed signals alone, and what each of them judged and took. */
const pair = Effect.gen(function*() {
  const path = yield* folder
  const near = yield* node({ keyFile: join(path, "near") })
  const far = yield* node({ keyFile: join(path, "far") })
  const judgeAt = ({ host, pubsub }: HostNode) =>
    Effect.gen(function*() {
      const { open } = Libp2pSigner.make(host.key)
      const judged: Array<string> = []
      const taken: Array<string> = []
      yield* pubsub.subscribe(topic, (message) =>
        Effect.gen(function*() {
          judged.push(latin1(message))
          const { payload } = yield* open("signal", message)
          taken.push(payload)
          return "accept" as const
        }).pipe(Effect.catch(() => Effect.succeed("reject" as const))))
      return { judged, taken }
    })
  const atNear = yield* judgeAt(near)
  const atFar = yield* judgeAt(far)
  yield* connect(near, far)
  const seals = Libp2pSigner.make(yield* KeyFile.make(join(path, "member")))
  return { near, atNear, atFar, seal: (text: string) => seals.seal("signal", text) }
})

/** The score that a node gives a peer; it is on the class, but not on its interface. */
const scoreAt = ({ host }: HostNode, peer: { readonly toString: () => string }): number =>
  (host.libp2p.services.pubsub as unknown as { getScore: (id: string) => number })
    .getScore(peer.toString())

describe("Libp2pPubSub", () => {
  it.live("junk stops at the first node, and what is sealed goes on", () =>
    quietly(Effect.gen(function*() {
      const { atFar, atNear, near, seal } = yield* pair
      const { services: { pubsub } } = yield* strangerTo(near)

      yield* Effect.promise(() => pubsub.publish(topic, bytesOf("junk")))
      const sealed = yield* seal("sealed")
      yield* Effect.promise(() => pubsub.publish(topic, sealed.with(-1, sealed.at(-1)! ^ 1)))
      yield* until("both are judged", () => atNear.judged.length === 2)
      yield* Effect.promise(() => pubsub.publish(topic, sealed))
      yield* until("the sealed arrives", () => atFar.taken.length > 0)

      assert.deepStrictEqual(atNear.taken, ["sealed"])
      assert.deepStrictEqual(atFar.judged, [latin1(sealed)])
    })))

  it.live("who keeps sending junk is not listened to", () =>
    quietly(Effect.gen(function*() {
      const { atNear, near } = yield* pair
      const stranger = yield* strangerTo(near)
      const { pubsub } = stranger.services

      for (let count = 1; count <= 8; count++) {
        yield* Effect.promise(() => pubsub.publish(topic, bytesOf(`junk ${count}`)))
      }
      yield* until("the score falls", () => scoreAt(near, stranger.peerId) < -80)

      assert.isAtLeast(atNear.judged.length, 4)
    })))

  it.live("no listener sees what is too large, signed by gossipsub or on a topic without one", () =>
    quietly(Effect.gen(function*() {
      const { atNear, near, seal } = yield* pair
      const { services: { pubsub } } = yield* strangerTo(near)
      const signing = yield* strangerTo(near, { globalSignaturePolicy: StrictSign })

      yield* Effect.promise(() => pubsub.publish(topic, bytesOf("x".repeat(64 * 1024 + 1))))
      yield* Effect.promise(() => signing.services.pubsub.publish(topic, bytesOf("signed")))
      yield* Effect.promise(() => pubsub.publish(otherTopic, bytesOf("elsewhere")))
      const sealed = yield* seal("last")
      yield* Effect.promise(() => pubsub.publish(topic, sealed))
      yield* until("the last arrives", () => atNear.taken.length > 0)

      assert.deepStrictEqual(atNear.judged, [latin1(sealed)])
    })))
})
