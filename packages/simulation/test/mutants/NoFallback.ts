/**
 * H14, H34: when the model gives no plan, there is none.
 */
import * as Original from "@chorus/coordination-core/duty/Duties"

export * from "@chorus/coordination-core/duty/Duties"

export const decide: typeof Original.decide = (state, input, context) =>
  input._tag === "Reasoned" && input.plan._tag === "NoPlan"
    ? { state, drafts: [], outputs: [] }
    : Original.decide(state, input, { ...context, leases: { ...context.leases, planningMillisMax: 1e12 } })
