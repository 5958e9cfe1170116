/**
 * A reasoner that answers by a script: for tests, the demo and the simulator.
 *
 * The script may fail, may be slow and may never answer (`Effect.never`); after its timeout, by
 * Effect's clock, that is an error too. What it answers is passed on as it stands, wrong plans
 * included, because to see those refused is what some tests are about.
 */
import type { Judgement, JudgeRequest } from "@chorus/coordination-core/detection/Judging"
import type { PlanContent } from "@chorus/coordination-core/plan/PlanContent"
import type { PlanRequest } from "@chorus/coordination-core/plan/PlanRequest"
import { Reasoner, ReasonerError } from "@chorus/coordination-core/ports/Reasoner"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Ref from "effect/Ref"

/** What is answered to a request; `call` counts from 1. */
export type Script = (
  request: PlanRequest,
  call: number
) => Effect.Effect<PlanContent, ReasonerError>

/** What is judged of what was found; `call` counts from 1. */
export type JudgeScript = (
  request: JudgeRequest,
  call: number
) => Effect.Effect<Judgement, ReasonerError>

export interface Options {
  /** Without one it judges nothing. */
  readonly judge?: JudgeScript
  /** Default 60 seconds. */
  readonly timeout?: Duration.Input
}

/** The reasoner, and how often it was asked so far. */
export const make = (script: Script, { judge, timeout = "60 seconds" }: Options = {}) =>
  Effect.map(Effect.all([Ref.make(0), Ref.make(0)]), ([asked, judged]) => {
    const answered = <A>(
      count: Ref.Ref<number>,
      answer: (call: number) => Effect.Effect<A, ReasonerError>
    ): Effect.Effect<A, ReasonerError> =>
      Ref.updateAndGet(count, (before) => before + 1).pipe(
        Effect.flatMap(answer),
        Effect.timeoutOrElse({ duration: timeout, orElse: () => Effect.fail(silence) })
      )
    return {
      asked: Ref.get(asked),
      judged: Ref.get(judged),
      reasoner: Reasoner.of({
        plan: (request) =>
          Effect.map(answered(asked, (call) => script(request, call)), (content) =>
            ({ content, madeBy: "script", calls: 1 })),
        ...(judge === undefined
          ? {}
          : { judge: (request) => answered(judged, (call) => judge(request, call)) })
      })
    }
  })

const silence = new ReasonerError({
  reason: "timeout",
  message: "The script gave no answer in time"
})

export const layer = (script: Script, options?: Options): Layer.Layer<Reasoner> =>
  Layer.effect(Reasoner, Effect.map(make(script, options), ({ reasoner }) => reasoner))
