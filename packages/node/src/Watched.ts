/**
 * A reasoner that is watched: when it gives no plan, the node says so and remembers when that was.
 *
 * The template plans in its place, so nothing else would tell a person that the model is down.
 */
import { Reasoner, type ReasonerError } from "@chorus/coordination-core/ports/Reasoner"
import { isoOf } from "@chorus/coordination-core/fact/Writer"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Rows from "./api/Rows.ts"
import * as Print from "./cli/Print.ts"

/** How a failure is remembered. */
export type Failed = Rows.StatusReport["model_failed"]

/** A model that is down fails at each plan; it is said this often. */
const everyMillis = 60_000

/** Watches a reasoner; `failed` tells of its last failure. */
export const make = <E, R>(inner: Layer.Layer<Reasoner, E, R>) => {
  let last: Failed
  let saidMillis = Number.NEGATIVE_INFINITY
  const note = Effect.fnUntraced(function*({ message }: ReasonerError) {
    const now = yield* Clock.currentTimeMillis
    last = { at: isoOf(now), because: message }
    if (now - saidMillis < everyMillis) return
    saidMillis = now
    yield* Print.say(`${Print.oneLine(message)}; the template plans in its place`)
  })
  const layer = Layer.effect(
    Reasoner,
    Effect.map(Reasoner, (reasoner) =>
      // A judge that fails leaves alerts as they are, which its counters tell.
      Reasoner.of({ ...reasoner, plan: (request) => Effect.tapError(reasoner.plan(request), note) }))
  ).pipe(Layer.provide(inner))
  return { layer, failed: Effect.sync(() => last) }
}
