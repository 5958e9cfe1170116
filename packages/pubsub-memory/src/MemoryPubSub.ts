/**
 * PubSub on a memory mesh.
 */
import { messageBytesMax, PubSub, PubSubError } from "@chorus/coordination-core/ports/PubSub"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as MemoryMesh from "./MemoryMesh.ts"

export const make = (place: MemoryMesh.Place): PubSub["Service"] =>
  PubSub.of({
    publish: (topic, message) =>
      message.length > messageBytesMax
        ? new PubSubError({
          message: `a message of ${message.length} bytes; at most ${messageBytesMax} are sent`
        })
        : Effect.sync(() => MemoryMesh.publish(place, topic, message.slice())),
    subscribe: (topic, listener) =>
      Effect.acquireRelease(
        Effect.suspend(() => {
          if (place.listeners.has(topic)) {
            return new PubSubError({ message: `${topic} has a listener already` })
          }
          place.listeners.set(topic, listener)
          return Effect.void
        }),
        () => Effect.sync(() => place.listeners.delete(topic))
      )
  })

export const layer = (place: MemoryMesh.Place): Layer.Layer<PubSub> =>
  Layer.succeed(PubSub, make(place))
