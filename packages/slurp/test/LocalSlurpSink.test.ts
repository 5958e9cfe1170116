/**
 * How the local sink and the outbox share their rows.
 */
import { FactStore } from "@chorus/coordination-core/ports/FactStore"
import { SlurpSink } from "@chorus/coordination-core/ports/SlurpSink"
import { event } from "@chorus/port-contracts/SlurpSinkContract"
import * as LocalSlurpSink from "@chorus/slurp/LocalSlurpSink"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { join } from "node:path"
import { layer } from "./Sample.ts"
import * as TemporaryFolder from "./TemporaryFolder.ts"

describe("the local sink", () => {
  it.live("holds what was delivered, and the outbox the rest", () =>
    Effect.gen(function*() {
      const file = join(yield* TemporaryFolder.make, "chorus.db")
      yield* Effect.gen(function*() {
        const [store, sink] = [yield* FactStore, yield* SlurpSink]
        yield* store.commit({ facts: [], events: ["a", "b", "c"].map(event) })

        yield* sink.deliver(event("c"))
        yield* store.delivered(["a"])
        yield* store.commit({ facts: [], events: [event("c")] })

        assert.deepStrictEqual(yield* sink.events(9), [event("a"), event("c")])
        assert.deepStrictEqual(yield* store.pending(9), [event("b")])
      }).pipe(Effect.provide(Layer.provideMerge(LocalSlurpSink.layer, layer(file))))
    }))
})
