/**
 * The reasoner that needs no model: the core's template behind the port.
 *
 * It calls nobody, so it is always in time, and equal requests get equal plans on every node.
 */
import { Reasoner } from "@chorus/coordination-core/ports/Reasoner"
import * as TemplatePlan from "@chorus/coordination-core/plan/TemplatePlan"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"

export const layer: Layer.Layer<Reasoner> = Layer.succeed(Reasoner, {
  plan: (request) =>
    Effect.sync(() => ({ content: TemplatePlan.make(request), madeBy: "template", calls: 0 }))
})
