/**
 * H20: deadlines run on the wall clock.
 */
import * as Original from "@chorus/coordination-core/duty/Duties"

export * from "@chorus/coordination-core/duty/Duties"

const wall = (context: Original.Context): Original.Context => ({
  ...context,
  at: { ...context.at, monotonicMillis: context.at.wallMillis }
})

export const decide: typeof Original.decide = (state, input, context) =>
  Original.decide(state, input, wall(context))
