/**
 * H34: whatever a model answers is a plan, if only it has the form of one.
 */
import * as Original from "@chorus/coordination-core/plan/PlanContent"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"

export * from "@chorus/coordination-core/plan/PlanContent"

export const check: typeof Original.check = (content) => Result.succeed(content)

export const read: typeof Original.read = (made) => Result.mapError(decode(made), ({ message }) => message)

const decode = Schema.decodeUnknownResult(Original.PlanContent)
