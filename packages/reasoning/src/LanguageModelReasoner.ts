/**
 * A reasoner that asks a language model, whoever provides it.
 *
 *     request ──budget──▶ model ──answer──▶ plan, checked against the agents of the request
 *                           ▲        └──malformed──▶ asked once more, told why
 *                           └──────────────────────────┘
 *
 * A judgement is asked for once, and an answer that is none is an error.
 *
 * The model has no tools and its answer is data: parsed, cut to the limits of a plan, refused
 * where an agent could not follow it. There is no fallback in here; the core falls back to the
 * template and says so in the plan. (docs/rules.md, 9; hazards H32 to H34)
 */
import { type Reasoned, Reasoner, ReasonerError } from "@chorus/coordination-core/ports/Reasoner"
import type { JudgeRequest } from "@chorus/coordination-core/detection/Judging"
import type { PlanContent } from "@chorus/coordination-core/plan/PlanContent"
import type { PlanRequest } from "@chorus/coordination-core/plan/PlanRequest"
import type { AiError } from "effect/ai/AiError"
import * as LanguageModel from "effect/ai/LanguageModel"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { agentsOf } from "./AgentLabels.ts"
import * as CallBudget from "./CallBudget.ts"
import { isTooLarge } from "./ChatServer.ts"
import * as JudgePrompt from "./JudgePrompt.ts"
import * as PlanAnswer from "./PlanAnswer.ts"
import * as PlanPrompt from "./PlanPrompt.ts"

export interface Options {
  /** Who makes the plans, for the people who read them: `phi3 at http://…`. Cut to 120. */
  readonly madeBy: string
  /**
   * For a plan as a whole, the second call included; default 60 seconds. Beyond 5 minutes Node's
   * `fetch` gives up first, and the server counts as unreachable.
   */
  readonly timeout?: Duration.Input
  /** Calls within any hour, second calls included; default 60. */
  readonly callsPerHour?: number
  /** For a judgement, which is never asked for twice; default 8 seconds. */
  readonly judgeTimeout?: Duration.Input
  /** Judgements within any hour, beside the calls for plans; default 60. */
  readonly judgementsPerHour?: number
}

export const make = ({ callsPerHour = 60, timeout = "60 seconds", ...options }: Options) =>
  Effect.gen(function*() {
    const madeBy = options.madeBy.slice(0, 120)
    const model = yield* LanguageModel.LanguageModel
    const takeCall = yield* CallBudget.make(callsPerHour)
    const failed = (reason: ReasonerError["reason"], what: string) =>
      new ReasonerError({ reason, message: `${madeBy} ${what}` })

    const ask = Effect.fn("LanguageModelReasoner.ask")(function*(
      request: PlanRequest,
      refusal?: string
    ) {
      if (!(yield* takeCall)) {
        return yield* failed("limited", `was called ${callsPerHour} times within the hour`)
      }
      const agents = agentsOf(request)
      const answer = yield* model.generateObject({
        objectName: "coordination_plan",
        prompt: PlanPrompt.make(request, refusal),
        schema: PlanAnswer.schema(agents)
      }).pipe(Effect.mapError((error) => failed(...explained(error))))
      return yield* Effect.fromResult(PlanAnswer.toContent(answer.value, agents)).pipe(
        Effect.mapError((why) => failed("malformed", `gave a plan that was refused: ${why}`))
      )
    })

    const reasoned = (calls: number) => (content: PlanContent): Reasoned => ({
      content,
      madeBy,
      calls
    })

    return Reasoner.of({
      judge: yield* judging(model, failed, options),
      plan: (request) =>
        ask(request).pipe(
          Effect.map(reasoned(1)),
          Effect.catchIf(
            (error) => error.reason === "malformed",
            (error) => Effect.map(ask(request, error.message), reasoned(2))
          ),
          Effect.timeoutOrElse({
            duration: timeout,
            orElse: () => Effect.fail(failed("timeout", "gave no answer in time"))
          })
        )
    })
  })

type Failing = (reason: ReasonerError["reason"], what: string) => ReasonerError

const judging = Effect.fnUntraced(function*(
  model: LanguageModel.LanguageModel,
  failed: Failing,
  { judgementsPerHour = 60, judgeTimeout = "8 seconds" }: Options
) {
  const takeJudgement = yield* CallBudget.make(judgementsPerHour)
  const judge = Effect.fn("LanguageModelReasoner.judge")(function*(request: JudgeRequest) {
    if (!(yield* takeJudgement)) {
      return yield* failed("limited", `judged ${judgementsPerHour} times within the hour`)
    }
    const answer = yield* model.generateObject({
      objectName: "judgement",
      prompt: JudgePrompt.make(request),
      schema: JudgePrompt.schema(request)
    }).pipe(Effect.mapError((error) => failed(...explained(error))))
    return yield* Effect.fromResult(JudgePrompt.toJudgement(answer.value, request)).pipe(
      Effect.mapError((why) => failed("malformed", `gave a judgement that was refused: ${why}`))
    )
  })
  return (request: JudgeRequest) =>
    Effect.timeoutOrElse(judge(request), {
      duration: judgeTimeout,
      orElse: () => Effect.fail(failed("timeout", "gave no judgement in time"))
    })
})

export const layer = (
  options: Options
): Layer.Layer<Reasoner, never, LanguageModel.LanguageModel> =>
  Layer.effect(Reasoner, make(options))

const explained = ({ reason }: AiError): [reason: ReasonerError["reason"], what: string] => {
  switch (reason._tag) {
    case "RateLimitError":
    case "QuotaExhaustedError":
      return ["limited", "takes no more calls for now"]
    case "NetworkError":
      return ["unreachable", "cannot be reached: is the server running?"]
    case "AuthenticationError":
      return ["failed", "refused the key: set the right one and start again"]
    case "InvalidResponseError":
      return isTooLarge(reason)
        ? ["too_large", `gave an answer that is ${reason.description}`]
        : ["malformed", `gave an answer of an unknown form: ${oneLine(reason.description)}`]
    case "InvalidOutputError":
    case "StructuredOutputError":
      return ["malformed", `gave an answer that is no plan: ${oneLine(reason.description)}`]
    default:
      return ["failed", `failed: ${oneLine(reason.message)}`]
  }
}

const oneLine = (text: string): string => text.replaceAll(/\s+/g, " ").slice(0, 300)
