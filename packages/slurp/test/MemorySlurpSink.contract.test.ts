/**
 * The sink in memory keeps the contract.
 */
import { SlurpSink } from "@chorus/coordination-core/ports/SlurpSink"
import type { SlurpEvent } from "@chorus/coordination-core/slurp/SlurpEvent"
import * as SlurpSinkContract from "@chorus/port-contracts/SlurpSinkContract"
import * as MemorySlurpSink from "@chorus/slurp/MemorySlurpSink"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"

SlurpSinkContract.suite(
  "memory",
  Effect.sync(() => {
    const kept = new Map<string, SlurpEvent>()
    return Layer.sync(SlurpSink, () => MemorySlurpSink.make(kept))
  })
)
