/**
 * The test of the test: a right pubsub keeps every promise of the contract, and each wrong one
 * breaks the promise it is meant to break.
 *
 * The right one hands messages over inside `publish` itself: as small as a pubsub can be.
 */
import type { Topic } from "@chorus/coordination-core/fact/FactTable"
import { NodeId } from "@chorus/coordination-core/identity/NodeId"
import { type Listener, PubSub, PubSubError } from "@chorus/coordination-core/ports/PubSub"
import { Patience } from "@chorus/port-contracts/Check"
import * as PubSubContract from "@chorus/port-contracts/PubSubContract"
import { links, type Speaker, type Topology } from "@chorus/port-contracts/Topology"
import { assert, describe, it } from "@effect/vitest"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"

interface Paper {
  readonly self: NodeId
  readonly neighbours: Set<Paper>
  readonly listeners: Map<Topic, Listener>
  readonly seen: Set<string>
}

/** What can be wrong with a pubsub. */
interface Faults {
  readonly bytes: (message: Uint8Array) => Uint8Array
  readonly bytesMax: number
  readonly anyTopic: boolean
  readonly goesOn: (verdict: string) => boolean
  readonly forwarder: (from: Paper, to: Paper) => Paper
  readonly remembers: (topic: Topic, text: string) => string
  readonly unsubscribes: boolean
  readonly manyListeners: boolean
  readonly needsSomebody: boolean
  readonly hearsItself: boolean
  readonly diesOnce: boolean
}

const none: Faults = {
  bytes: (message) => message.slice(),
  bytesMax: 64 * 1024,
  anyTopic: false,
  goesOn: (verdict) => verdict === "accept",
  forwarder: (from) => from,
  remembers: (topic, text) => `${topic} ${text}`,
  unsubscribes: true,
  manyListeners: false,
  needsSomebody: false,
  hearsItself: false,
  diesOnce: false
}

const pubsub = (self: Paper, faults: Faults): PubSub["Service"] => {
  const receive = (
    at: Paper,
    topic: Topic,
    message: Uint8Array,
    from: Paper
  ): Effect.Effect<void> =>
    Effect.gen(function*() {
      const id = faults.remembers(topic, Buffer.from(message).toString("latin1"))
      if (at.seen.has(id)) return
      at.seen.add(id)
      const listeners = faults.anyTopic ? [...at.listeners.values()] : [at.listeners.get(topic)]
      for (const listener of listeners) {
        if (listener === undefined) continue
        const verdict = yield* listener(message, faults.forwarder(from, at).self).pipe(
          Effect.catchCause(() => {
            if (faults.diesOnce) at.listeners.delete(topic)
            return Effect.succeed("ignore" as const)
          })
        )
        if (faults.goesOn(verdict)) yield* send(at, topic, message, from)
      }
    })

  const send = (at: Paper, topic: Topic, message: Uint8Array, from: Paper) =>
    Effect.forEach([...at.neighbours].filter((neighbour) => neighbour !== from), (neighbour) =>
      receive(neighbour, topic, faults.bytes(message), at), { discard: true })

  return PubSub.of({
    publish: (topic, message) => {
      if (message.length > faults.bytesMax) {
        return Effect.fail(new PubSubError({ message: `at most ${faults.bytesMax} bytes` }))
      }
      if (faults.needsSomebody && self.neighbours.size === 0) {
        return Effect.fail(new PubSubError({ message: "nobody" }))
      }
      if (faults.hearsItself) return receive(self, topic, message, self)
      self.seen.add(faults.remembers(topic, Buffer.from(message).toString("latin1")))
      return send(self, topic, message, self)
    },
    subscribe: (topic, listener) =>
      Effect.acquireRelease(
        Effect.suspend(() => {
          if (!faults.manyListeners && self.listeners.has(topic)) {
            return Effect.fail(new PubSubError({ message: `${topic} has a listener` }))
          }
          self.listeners.set(topic, listener)
          return Effect.void
        }),
        () => Effect.sync(() => faults.unsubscribes && self.listeners.delete(topic))
      )
  })
}

const topology = (wrong: Partial<Faults> = {}): Topology<Speaker> => (size, shape) =>
  Effect.sync(() => {
    const papers = Array.from({ length: size }, (_, at): Paper => ({
      self: NodeId.make(`12D3KooW${String(at + 1).repeat(44)}`),
      neighbours: new Set(),
      listeners: new Map(),
      seen: new Set()
    }))
    for (const [a, b] of links(size, shape)) {
      papers[a]!.neighbours.add(papers[b]!)
      papers[b]!.neighbours.add(papers[a]!)
    }
    return papers.map((paper) => ({
      pubsub: pubsub(paper, { ...none, ...wrong }),
      peers: { self: paper.self }
    }))
  })

PubSubContract.suite("a right one", topology())

describe("a wrong pubsub breaks its promise", () => {
  const wrong: ReadonlyArray<readonly [title: string, breaks: RegExp, faults: Partial<Faults>]> = [
    ["that clears the high bit of each byte", /byte for byte/, {
      bytes: (message) => message.map((byte) => byte & 0x7f)
    }],
    ["that cuts messages short", /byte for byte/, { bytes: (message) => message.slice(0, 100) }],
    ["that takes messages of any size", /64 KiB/, { bytesMax: Infinity }],
    ["that takes less than it should", /64 KiB/, { bytesMax: 1024 }],
    ["that tells every listener everything", /topics do not leak/, { anyTopic: true }],
    ["that hands on what was rejected", /goes on/, { goesOn: (verdict) => verdict !== "ignore" }],
    ["that hands on what was ignored", /goes on/, { goesOn: (verdict) => verdict !== "reject" }],
    ["that hands nothing on", /goes on/, { goesOn: () => false }],
    ["that names the wrong forwarder", /goes on/, { forwarder: (_, to) => to }],
    ["that forgets at once", /arrive once/, {
      goesOn: () => false,
      remembers: () => String(Math.random())
    }],
    ["that forgets the topic", /another topic/, { remembers: (_, text) => text }],
    ["that does not unsubscribe", /unsubscribes/, { unsubscribes: false, manyListeners: true }],
    ["that keeps the topic", /unsubscribes/, { unsubscribes: false }],
    ["that lets listeners replace each other", /one listener/, { manyListeners: true }],
    ["that needs somebody to hear", /to nobody/, { needsSomebody: true }],
    ["that hears itself", /hear itself/, { hearsItself: true }],
    ["whose subscription dies", /listener that dies/, { diesOnce: true }]
  ]

  for (const [title, breaks, faults] of wrong) {
    it.live(title, () =>
      Effect.gen(function*() {
        const broken = PubSubContract.promises.filter((promise) => breaks.test(promise.title))
        assert.lengthOf(broken, 1)

        for (const { check } of broken) {
          assert.isTrue(Exit.isFailure(yield* Effect.exit(check(topology(faults)))))
        }
      }).pipe(Effect.provideService(Patience, Duration.millis(500))))
  }
})
