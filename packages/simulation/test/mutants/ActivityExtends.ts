/**
 * H19: whatever happens in a session puts its deadline off.
 */
import * as Original from "@chorus/coordination-core/duty/Duties"
import * as HashMap from "effect/HashMap"

export * from "@chorus/coordination-core/duty/Duties"

export const decide: typeof Original.decide = (state, input, context) => {
  const step = Original.decide(state, input, context)
  if (input._tag !== "Touched") return step
  const deadlineMillis = context.at.monotonicMillis + 3_600_000
  const put = (all: Original.State, id: string): Original.State =>
    HashMap.modify(all, id, (attendance) => ({ ...attendance, deadlineMillis }))
  return { ...step, state: input.sessions.reduce(put, step.state) }
}
