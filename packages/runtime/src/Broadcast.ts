/**
 * One value to all who listen now; a listener that is too slow loses the oldest.
 */
import * as Effect from "effect/Effect"
import * as Queue from "effect/Queue"
import * as Stream from "effect/Stream"

export interface Broadcast<A> {
  readonly send: (value: A) => Effect.Effect<void>
  /** What is sent from the moment on at which the stream is run. */
  readonly stream: Stream.Stream<A>
}

/** `waitingMax` values wait for each listener. */
export const make = <A>(waitingMax: number): Broadcast<A> => {
  const listeners = new Set<Queue.Queue<A>>()
  return {
    send: (value) =>
      Effect.sync(() => {
        for (const listener of listeners) Queue.offerUnsafe(listener, value)
      }),
    stream: Stream.unwrap(Effect.gen(function*() {
      const queue = yield* Queue.sliding<A>(waitingMax)
      yield* Effect.acquireRelease(
        Effect.sync(() => listeners.add(queue)),
        () => Effect.sync(() => listeners.delete(queue))
      )
      return Stream.fromQueue(queue)
    }))
  }
}
