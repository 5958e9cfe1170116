/**
 * What became of a step of an agreed plan, as its owner states it when the task is completed.
 *
 * A statement of the owner, not a proof: whoever doubts it runs the check again.
 */
import * as Schema from "effect/Schema"
import { text } from "../fact/Text.ts"

export const outcomes = ["kept", "broken", "unchecked"] as const

export const Kept = Schema.Struct({
  session: text(80),
  /** The plan's hash. */
  plan: text(64),
  item: text(16),
  outcome: Schema.Literals(outcomes),
  how: text(160)
})
export type Kept = typeof Kept.Type
