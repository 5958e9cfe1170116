/**
 * A sink in memory, for tests and the simulator: the same promises, except that what it keeps is a
 * map. Whoever holds the map can make the sink again, as after a restart.
 */
import { SlurpSink } from "@chorus/coordination-core/ports/SlurpSink"
import type { SlurpEvent } from "@chorus/coordination-core/slurp/SlurpEvent"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"

/** A sink that keeps its events in `kept`. */
export const make = (kept: Map<string, SlurpEvent>): SlurpSink["Service"] =>
  SlurpSink.of({
    deliver: (event) =>
      Effect.sync(() => {
        if (!kept.has(event.id)) kept.set(event.id, event)
      }),
    events: (limit) => Effect.sync(() => [...kept.values()].slice(Math.max(0, kept.size - limit)))
  })

/** A sink with a map of its own. */
export const layer: Layer.Layer<SlurpSink> = Layer.sync(SlurpSink, () => make(new Map()))
