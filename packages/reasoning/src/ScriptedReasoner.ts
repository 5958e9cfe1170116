/**
 * A reasoner that answers by a script: for tests, the demo and the simulator.
 *
 * The script may fail, may be slow and may never answer (`Effect.never`); after its timeout, by
 * Effect's clock, that is an error too. What it answers is passed on as it stands, wrong plans
 * included, because to see those refused is what some tests are about.
 */
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

export interface Options {
  /** Default 60 seconds. */
  readonly timeout?: Duration.Input
}

/** The reasoner, and how often it was asked so far. */
export const make = (script: Script, { timeout = "60 seconds" }: Options = {}) =>
  Effect.map(Ref.make(0), (asked) => ({
    asked: Ref.get(asked),
    reasoner: Reasoner.of({
      plan: (request) =>
        Ref.updateAndGet(asked, (count) => count + 1).pipe(
          Effect.flatMap((call) => script(request, call)),
          Effect.map((content) => ({ content, madeBy: "script", calls: 1 })),
          Effect.timeoutOrElse({
            duration: timeout,
            orElse: () => Effect.fail(silence)
          })
        )
    })
  }))

const silence = new ReasonerError({
  reason: "timeout",
  message: "The script gave no answer in time"
})

export const layer = (script: Script, options?: Options): Layer.Layer<Reasoner> =>
  Layer.effect(Reasoner, Effect.map(make(script, options), ({ reasoner }) => reasoner))
