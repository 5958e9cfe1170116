/**
 * SIGTERM and SIGINT: what ends a command that would otherwise go on.
 */
import * as Effect from "effect/Effect"

/** Ends when the process is told to stop. */
export const received: Effect.Effect<void> = Effect.callback((resume) => {
  const stop = () => resume(Effect.void)
  process.once("SIGTERM", stop)
  process.once("SIGINT", stop)
  return Effect.sync(() => {
    process.off("SIGTERM", stop)
    process.off("SIGINT", stop)
  })
})
