/**
 * The port to whoever learns from outcomes: SLURP, a file, the node's own store.
 *
 * Promises: an event that was delivered stays delivered; delivering it again changes nothing,
 * since its id is its idempotency key.
 *
 * Not promised: order, speed. The outbox tries again until delivery succeeds.
 *
 * The contract is `@chorus/port-contracts/SlurpSinkContract`.
 */
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { SlurpEvent } from "../slurp/SlurpEvent.ts"

/** The sink did not take the event; it stays in the outbox. */
export class SinkError extends Schema.TaggedError<SinkError>()("SinkError", {
  message: Schema.String,
  cause: Schema.optionalKey(Schema.Defect())
}) {}

export class SlurpSink extends Context.Service<SlurpSink, {
  readonly deliver: (event: SlurpEvent) => Effect.Effect<void, SinkError>
  /** The newest `limit` events that the sink holds, the oldest of them first, where it can tell. */
  readonly events: (limit: number) => Effect.Effect<ReadonlyArray<SlurpEvent>, SinkError>
}>()("@chorus/coordination-core/ports/SlurpSink") {}
