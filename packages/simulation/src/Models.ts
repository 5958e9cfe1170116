/**
 * The reasoner of the simulation: the template as a rule; slow, failing, junk and oversize plans
 * where the seed wants them. Every call is counted (I8).
 */
import type { AgentKey } from "@chorus/coordination-core/identity/AgentId"
import type { PlanContent } from "@chorus/coordination-core/plan/PlanContent"
import type { PlanRequest } from "@chorus/coordination-core/plan/PlanRequest"
import * as TemplatePlan from "@chorus/coordination-core/plan/TemplatePlan"
import { Reasoner, ReasonerError } from "@chorus/coordination-core/ports/Reasoner"
import * as Effect from "effect/Effect"
import type { Chance } from "./Chance.ts"
import type * as Faults from "./Faults.ts"

/** A call to a model: who asked, about what. */
export interface Call {
  /** The process that asked: a member's name and the number of its start. */
  readonly by: string
  readonly session: string
  readonly round: number
}

/** How likely each kind of misbehaviour is. */
export interface Moods {
  readonly slow: number
  readonly failing: number
  readonly junk: number
  readonly oversize: number
}

export const calm: Moods = { slow: 0, failing: 0, junk: 0, oversize: 0 }

export const make = (
  by: string,
  chance: Chance,
  moods: Moods,
  struck: (kind: Faults.Kind) => void,
  called: (call: Call) => void
): Reasoner["Service"] =>
  Reasoner.of({
    plan: Effect.fnUntraced(function*(request) {
      called({ by, session: request.session, round: request.round })
      yield* Effect.sleep(chance.between(200, 3000))
      if (chance.happens(moods.slow)) {
        struck("slow model")
        yield* Effect.sleep(chance.between(10_000, 150_000))
      }
      if (chance.happens(moods.failing)) {
        struck("failing model")
        return yield* Effect.fail(new ReasonerError({ reason: "failed", message: "the model is ill" }))
      }
      const plain = TemplatePlan.make(request)
      // Two that are asked do not think of the same plan.
      const content = { ...plain, share: [...plain.share.slice(0, 7), `as ${by} sees it`] }
      return { content: spoilt(content, request, chance, moods, struck), madeBy: "model", calls: 1 }
    })
  })

const spoilt = (
  content: PlanContent,
  request: PlanRequest,
  chance: Chance,
  moods: Moods,
  struck: (kind: Faults.Kind) => void
): PlanContent => {
  const [first] = content.items
  if (first !== undefined && chance.happens(moods.junk)) {
    struck("junk plan")
    // The name is of the right form; that nobody has it is the point.
    const stranger = `nobody@${request.tasks[0]?.agent.split("@")[1]}` as AgentKey
    return chance.happens(0.5)
      ? { ...content, items: [{ ...first, owner: stranger }] }
      : { ...content, items: [{ ...first, depends_on: [first.id] }] }
  }
  if (first !== undefined && chance.happens(moods.oversize)) {
    struck("oversize plan")
    const long = Array(8).fill("x".repeat(280))
    return { ...content, share: long, watch: long, success: long }
  }
  return content
}
