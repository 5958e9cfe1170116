/**
 * The outbox: brings stored events to the sink until the sink has them.
 *
 * Events are written with the facts that made them hold; delivery is repeated and the sink keeps
 * each once, so none is lost and none doubled. (docs/rules.md, 8)
 */
import type { FactStore } from "@chorus/coordination-core/ports/FactStore"
import type { SlurpSink } from "@chorus/coordination-core/ports/SlurpSink"
import * as Effect from "effect/Effect"
import * as Schedule from "effect/Schedule"

/** Events delivered in one go. */
const batchMax = 64

/** From one second to one minute between tries. */
const patience = Schedule.jittered(
  Schedule.min([Schedule.exponential("1 second"), Schedule.spaced("1 minute")])
)

/** Delivers what is pending now. Fails when the store or the sink does; nothing is lost by that. */
export const drain = Effect.fnUntraced(function*(
  store: FactStore["Service"],
  sink: SlurpSink["Service"]
) {
  while (true) {
    const events = yield* store.pending(batchMax)
    if (events.length === 0) return
    yield* Effect.forEach(events, (event) => sink.deliver(event), { discard: true })
    yield* store.delivered(events.map((event) => event.id))
  }
})

/** Drains whenever woken, and tries again with growing patience when it fails. */
export const run = (
  store: FactStore["Service"],
  sink: SlurpSink["Service"],
  woken: Effect.Effect<unknown>
) =>
  Effect.forever(Effect.andThen(
    drain(store, sink).pipe(
      Effect.tapError((error) => Effect.logWarning(`events wait in the outbox: ${error.message}`)),
      Effect.retry(patience)
    ),
    woken
  ))
