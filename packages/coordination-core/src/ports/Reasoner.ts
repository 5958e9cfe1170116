/**
 * The port to whoever can think of a plan: a language model, a script, the template.
 *
 * Promises: an answer within its timeout or an error; content that is well-formed and within its
 * limits; a judgement about the candidates of its request alone. The caller still checks it, and
 * falls back to the template or to detection's own order.
 *
 * Not promised: sense, determinism, that the text of a task did not try to steer it. So a plan has
 * no effect until agents vote on it.
 *
 * The contract is `@chorus/port-contracts/ReasonerContract`.
 */
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { Judgement, JudgeRequest } from "../detection/Judging.ts"
import type { PlanContent } from "../plan/PlanContent.ts"
import type { PlanRequest } from "../plan/PlanRequest.ts"

/** No plan came of it; `reason` says which way it failed. */
export class ReasonerError extends Schema.TaggedError<ReasonerError>()("ReasonerError", {
  reason: Schema.Literals(["timeout", "unreachable", "limited", "too_large", "malformed", "failed"]),
  message: Schema.String
}) {}

/** What came of a request. */
export interface Reasoned {
  readonly content: PlanContent
  /** Who made it, in a line of at most 120 characters: `template`, `phi3 at http://…`. */
  readonly madeBy: string
  /** Calls to a model that it took; 0 for the template. */
  readonly calls: number
}

export class Reasoner extends Context.Service<Reasoner, {
  /** Plans a session, or its next round when the request holds an objection. */
  readonly plan: (request: PlanRequest) => Effect.Effect<Reasoned, ReasonerError>
  /** Orders what detection found for a task; absent where there is no model to ask. */
  readonly judge?: (request: JudgeRequest) => Effect.Effect<Judgement, ReasonerError>
}>()("@chorus/coordination-core/ports/Reasoner") {}
