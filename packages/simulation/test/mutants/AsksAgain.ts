/**
 * H1, H33: the model is asked again at every look.
 */
import * as Original from "@chorus/coordination-core/duty/Duties"
import * as HashMap from "effect/HashMap"

export * from "@chorus/coordination-core/duty/Duties"

export const decide: typeof Original.decide = (state, input, context) => {
  const step = Original.decide(state, input, context)
  return {
    ...step,
    state: HashMap.map(step.state, (attendance) => ({
      ...attendance,
      turns: Object.fromEntries(
        Object.entries(attendance.turns).map(([key, turn]) => [key, { ...turn, askedMillis: undefined }])
      )
    }))
  }
}
