/**
 * The reasoner with failpoints around each plan; `Preload.ts` puts it in the place of the product's.
 */
import { Reasoner } from "@chorus/coordination-core/ports/Reasoner"
import * as ReasonerConfig from "@chorus/reasoning/ReasonerConfig"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { around } from "./FailingLayers.ts"

export * from "@chorus/reasoning/ReasonerConfig"

export const layer = (...given: Parameters<typeof ReasonerConfig.layer>) =>
  Layer.effect(Reasoner, Effect.map(Reasoner, (reasoner) =>
    Reasoner.of({
      ...reasoner,
      plan: (request) => around("reasoner.plan")(reasoner.plan(request))
    }))).pipe(Layer.provide(ReasonerConfig.layer(...given)))
