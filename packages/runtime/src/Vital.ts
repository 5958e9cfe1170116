/**
 * The fibers that a node cannot do without: the first that fails ends the node, aloud.
 *
 * A node whose driver is gone would take commands and never answer. So its failure is logged once
 * with where it comes from, whoever waits for an answer gets it, and `ended` lets a process end.
 * The store has what was acknowledged; a node that starts again goes on from there. (H12)
 */
import * as Cause from "effect/Cause"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"

export interface Vital {
  /** Runs it until the scope closes. */
  readonly run: (
    what: string,
    effect: Effect.Effect<unknown, unknown>
  ) => Effect.Effect<void, never, Scope.Scope>
  /** Dies with what one of them failed with; never, while all live. */
  readonly ended: Effect.Effect<never>
}

export const make: Effect.Effect<Vital> = Effect.gen(function*() {
  const end = yield* Deferred.make<never>()
  const failed = (what: string, cause: Cause.Cause<unknown>) =>
    Cause.hasInterruptsOnly(cause)
      ? Effect.void
      : Effect.andThen(
        Effect.logFatal(`the node ends, because ${what} failed`, cause),
        Deferred.die(end, Cause.squash(cause))
      )
  return {
    run: (what, effect) =>
      Effect.asVoid(Effect.forkScoped(Effect.onError(effect, (cause) => failed(what, cause)))),
    ended: Deferred.await(end)
  }
})
