/**
 * What every pubsub promises, as tests.
 *
 * Promised: once news of a subscription got around, what is published arrives byte for byte, at
 * most once while it is remembered, on its topic alone, with the name of the peer that handed it
 * over; it goes on to others only after the listener accepted it; up to 64 KiB; publishing to
 * nobody succeeds; a node does not hear itself; closing the scope unsubscribes; a topic has one
 * listener a node, and its death is its own.
 *
 * Not promised: order, delivery, how soon a subscription gets around, who the author is.
 */
import { type Topic, topics } from "@chorus/coordination-core/fact/FactTable"
import type { Verdict } from "@chorus/coordination-core/fact/Refusal"
import type { NodeId } from "@chorus/coordination-core/identity/NodeId"
import { messageBytesMax, PubSubError } from "@chorus/coordination-core/ports/PubSub"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Scope from "effect/Scope"
import * as fc from "fast-check"
import { bytesOf, forAll, latin1, quietly, until } from "./Check.ts"
import { among, type Speaker, type Topology } from "./Topology.ts"

/** Runs the contract. */
export const suite = (name: string, topology: Topology<Speaker>): void => {
  describe(`PubSub contract: ${name}`, () => {
    for (const { check, title } of promises) it.live(title, () => quietly(check(topology)))
  })
}

export const promises: ReadonlyArray<{
  readonly title: string
  readonly check: (topology: Topology<Speaker>) => Effect.Effect<void, unknown, Scope.Scope>
}> = [
  {
    title: "what is published arrives byte for byte",
    check: among(2, "line", function*([a, b]) {
      const ear = yield* listen(b)
      yield* introduce(a, [ear])
      let count = 0

      yield* forAll(fc.uint8Array({ maxLength: 256, size: "max" }), (bytes) =>
        Effect.gen(function*() {
          const text = `${count++} ${latin1(bytes)}`

          yield* say(a, text)
          yield* until("the message arrives", () => ear.heard.length === count)

          assert.strictEqual(ear.heard.at(-1), text)
        }))
    })
  },
  {
    title: "a message of 64 KiB arrives, and a larger one is refused",
    check: among(2, "line", function*([a, b]) {
      const ear = yield* listen(b)
      yield* introduce(a, [ear])

      yield* say(a, "x".repeat(messageBytesMax))
      const error = yield* Effect.flip(say(a, "x".repeat(messageBytesMax + 1)))
      yield* until("the message arrives", () => ear.heard.length > 0)

      assert.instanceOf(error, PubSubError)
      assert.match(error.message, /65536/)
      assert.strictEqual(ear.heard[0]?.length, messageBytesMax)
    })
  },
  {
    title: "topics do not leak",
    check: among(2, "line", function*([a, b]) {
      const ear = yield* listen(b)
      const other = yield* listen(b, accept, otherTopic)
      yield* introduce(a, [ear])
      yield* introduce(a, [other], otherTopic)

      yield* say(a, "one")
      yield* say(a, "two", otherTopic)
      yield* until("both arrive", () => ear.heard.length + other.heard.length >= 2)

      assert.deepStrictEqual([ear.heard, other.heard], [["one"], ["two"]])
    })
  },
  {
    title: "a message goes on after its listener accepted it, and else it does not (H37)",
    check: among(3, "line", function*([a, b, c]) {
      const middle = yield* listen(b, (text) =>
        text === "ignore" || text === "reject" ? text : "accept")
      const far = yield* listen(c)
      yield* introduce(a, [middle, far])

      for (const text of ["ignore", "reject", "accept"]) {
        yield* say(a, text)
        yield* until(`the middle judges ${text}`, () => middle.heard.includes(text))
      }
      yield* until("the accepted arrives", () => far.heard.includes("accept"))
      yield* say(a, "last")
      yield* until("the last arrives", () => far.heard.includes("last"))

      assert.deepStrictEqual(far.heard, ["accept", "last"])
      assert.deepStrictEqual([...middle.forwarders], [a.peers.self])
      assert.deepStrictEqual([...far.forwarders], [b.peers.self])
    })
  },
  {
    title: "the same bytes on a topic arrive once, over whatever paths and however often published",
    check: among(4, "mesh", function*(nodes) {
      const ears = yield* Effect.forEach(nodes, (node) => listen(node))
      for (const [at, node] of nodes.entries()) yield* introduce(node, ears.toSpliced(at, 1))

      const [a, b] = nodes
      yield* say(a, "twice")
      yield* say(a, "twice")
      yield* until("it arrives", () => ears.slice(1).every(({ heard }) => heard.includes("twice")))
      yield* say(b, "twice")
      // What each node says after it takes every path that a second copy could have taken.
      for (const node of nodes) yield* say(node, `after ${node.peers.self}`)
      yield* until("the rest arrives", () =>
        ears.every(({ heard }) => heard.filter((text) => text.startsWith("after")).length === 3))

      const copies = ears.map(({ heard }) => heard.filter((text) => text === "twice").length)
      assert.deepStrictEqual(copies, [0, 1, 1, 1])
    })
  },
  {
    title: "the same bytes on another topic are another message",
    check: among(2, "line", function*([a, b]) {
      const ear = yield* listen(b)
      const other = yield* listen(b, accept, otherTopic)
      yield* introduce(a, [ear])
      yield* introduce(a, [other], otherTopic)

      yield* say(a, "same")
      yield* say(a, "same", otherTopic)

      yield* until("both arrive", () => ear.heard.length === 1 && other.heard.length === 1)
    })
  },
  {
    title: "closing the scope unsubscribes, and the topic is free again",
    check: among(3, "line", function*([a, b, c]) {
      const scope = yield* Scope.make()
      const closed = yield* listen(b).pipe(Scope.provide(scope))
      yield* introduce(c, [closed])
      yield* Scope.close(scope, Exit.void)
      closed.heard.length = 0

      const ear = yield* listen(a)
      yield* say(c, "nobody listens")
      const again = yield* listen(b)
      yield* introduce(c, [again, ear])

      assert.deepStrictEqual(closed.heard, [])
    })
  },
  {
    title: "a topic has one listener a node",
    check: among(1, "line", function*([a]) {
      yield* listen(a)

      const error = yield* Effect.flip(listen(a))

      assert.instanceOf(error, PubSubError)
      assert.include(error.message, topic)
    })
  },
  {
    title: "publishing to nobody succeeds",
    check: among(1, "line", function*([a]) {
      yield* say(a, "anybody?")
      yield* listen(a)
      yield* say(a, "still nobody?")
    })
  },
  {
    title: "a node does not hear itself",
    check: among(2, "line", function*([a, b]) {
      const own = yield* listen(a)
      const ear = yield* listen(b)
      yield* introduce(a, [ear])

      yield* introduce(b, [own])
      yield* say(a, "me")
      yield* say(b, "you")
      yield* until("both arrive", () => ear.heard.length > 0 && own.heard.length > 0)

      assert.deepStrictEqual([own.heard, ear.heard], [["you"], ["me"]])
    })
  },
  {
    title: "a listener that dies harms neither its node nor its subscription (H21)",
    check: among(2, "line", function*([a, b]) {
      const ear = yield* listen(b, (text) => {
        if (text === "die") throw new Error("a listener died, on purpose")
        return "accept"
      })
      yield* introduce(a, [ear])

      yield* say(a, "die")
      yield* until("it dies", () => ear.heard.includes("die"))
      yield* say(a, "live")

      yield* until("the next arrives", () => ear.heard.includes("live"))
    })
  }
]

const [topic, otherTopic] = topics

/** What a listener heard, bytes written as Latin-1, without the probes of `introduce`. */
interface Ear {
  readonly heard: Array<string>
  readonly forwarders: Set<NodeId>
  readonly probes: Set<string>
}

function accept(): Verdict {
  return "accept"
}

function listen(node: Speaker, judge: (text: string) => Verdict = accept, on: Topic = topic) {
  const ear: Ear = { heard: [], forwarders: new Set(), probes: new Set() }
  const take = (message: Uint8Array, forwarder: NodeId): Verdict => {
    const text = latin1(message)
    const probe = /^probe (\w+)/.exec(text)?.[1]
    if (probe !== undefined) {
      ear.probes.add(probe)
      return "accept"
    }
    ear.heard.push(text)
    ear.forwarders.add(forwarder)
    return judge(text)
  }
  return node.pubsub
    .subscribe(on, (message, forwarder) => Effect.sync(() => take(message, forwarder)))
    .pipe(Effect.as(ear))
}

function say(node: Speaker, text: string, on: Topic = topic) {
  return node.pubsub.publish(on, bytesOf(text))
}

/** Publishes probes until every ear heard one: a subscription takes a while to get around. */
function introduce(from: Speaker, ears: ReadonlyArray<Ear>, on: Topic = topic) {
  const { self } = from.peers
  let count = 0
  return Effect.suspend(() => say(from, `probe ${self} ${count++} on ${on}`, on)).pipe(
    Effect.andThen(Effect.sleep("20 millis")),
    Effect.forever,
    Effect.raceFirst(
      until("the subscription gets around", () => ears.every(({ probes }) => probes.has(self)))
    )
  )
}
