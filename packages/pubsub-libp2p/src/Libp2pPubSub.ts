/**
 * PubSub over gossipsub: the listener is the topic's validator, so its verdict decides whether the
 * message goes on and what the forwarder's score becomes.
 *
 * A message larger than the limit is rejected before the listener sees it; a message on a topic
 * without a listener, or beyond what its forwarder may send, is dropped in silence.
 */
import { type Topic, topics } from "@chorus/coordination-core/fact/FactTable"
import type { Verdict } from "@chorus/coordination-core/fact/Refusal"
import { NodeId } from "@chorus/coordination-core/identity/NodeId"
import {
  type Listener,
  messageBytesMax,
  PubSub,
  PubSubError
} from "@chorus/coordination-core/ports/PubSub"
import { type TopicValidatorFn, TopicValidatorResult } from "@libp2p/gossipsub"
import type { PeerId } from "@libp2p/interface"
import * as Effect from "effect/Effect"
import * as FiberSet from "effect/FiberSet"
import * as Layer from "effect/Layer"
import * as Allowance from "./Allowance.ts"
import { Libp2pHost } from "./Libp2pHost.ts"

export const make = Effect.gen(function*() {
  const { allowance, libp2p } = yield* Libp2pHost
  const gossip = libp2p.services.pubsub
  const run = yield* FiberSet.makeRuntimePromise<never, TopicValidatorResult>()
  const free = (topic: Topic) => gossip.topicValidators.set(topic, nobody)
  topics.forEach(free)

  const parting = new Set<string>()
  // At once, since a peer's score is looked at once in 128 frames.
  const part = (peer: PeerId) => {
    const id = peer.toString()
    if (parting.has(id)) return
    parting.add(id)
    void libp2p.hangUp(peer).catch(() => undefined).finally(() => parting.delete(id))
  }
  const rejected = (peer: string) => {
    allowance.rejected(peer, now())
    return TopicValidatorResult.Reject
  }
  const validator = (topic: Topic, listener: Listener): TopicValidatorFn => async (from, { data }) => {
    const peer = from.toString()
    if (!allowance.spend(peer, now())) {
      if (allowance.excess(peer, now()) >= Allowance.floodMin) part(from)
      return TopicValidatorResult.Ignore
    }
    if (data.length > messageBytesMax) return rejected(peer)
    const result = await run(judge(topic, listener, data, NodeId.make(peer)))
    return result === TopicValidatorResult.Reject ? rejected(peer) : result
  }

  return PubSub.of({
    publish: (topic, message) =>
      message.length > messageBytesMax
        ? error(`a message of ${message.length} bytes; at most ${messageBytesMax} are sent`)
        : Effect.tryPromise({
          try: () => gossip.publish(topic, message),
          catch: (cause) => new PubSubError({ message: `could not publish on ${topic}`, cause })
        }).pipe(Effect.asVoid),
    subscribe: (topic, listener) =>
      Effect.acquireRelease(
        Effect.suspend(() => {
          if (gossip.topicValidators.get(topic) !== nobody) {
            return error(`${topic} has a listener already`)
          }
          gossip.topicValidators.set(topic, validator(topic, listener))
          gossip.subscribe(topic)
          return Effect.void
        }),
        () =>
          Effect.sync(() => {
            gossip.unsubscribe(topic)
            free(topic)
          })
      )
  })
})

export const layer: Layer.Layer<PubSub, never, Libp2pHost> = Layer.effect(PubSub, make)

const now = (): number => performance.now() / 1000

const nobody: TopicValidatorFn = () => TopicValidatorResult.Ignore

const judge = (topic: Topic, listener: Listener, message: Uint8Array, forwarder: NodeId) =>
  Effect.suspend(() => listener(message, forwarder)).pipe(
    Effect.map((verdict) => results[verdict]),
    Effect.catchCause((cause) =>
      Effect.as(
        Effect.logWarning(`the listener of ${topic} died`, cause),
        TopicValidatorResult.Ignore
      )
    )
  )

const results: Readonly<Record<Verdict, TopicValidatorResult>> = {
  accept: TopicValidatorResult.Accept,
  ignore: TopicValidatorResult.Ignore,
  reject: TopicValidatorResult.Reject
}

const error = (message: string) => Effect.fail(new PubSubError({ message }))
