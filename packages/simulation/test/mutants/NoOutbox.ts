/**
 * H30: events are never brought to the sink.
 */
import type * as Original from "@chorus/runtime/Outbox"
import * as Effect from "effect/Effect"

export * from "@chorus/runtime/Outbox"

export const run: typeof Original.run = () => Effect.never
