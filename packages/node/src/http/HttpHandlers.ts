/**
 * What each endpoint does: the call of that name (`api/Calls.ts`), its refusals told as problems.
 */
import * as Effect from "effect/Effect"
import * as Builder from "effect/http-api/HttpApiBuilder"
import * as Layer from "effect/Layer"
import * as Ref from "effect/Ref"
import * as Result from "effect/Result"
import * as Stream from "effect/Stream"
import type { Refused } from "../api/Api.ts"
import { Calls } from "../api/Calls.ts"
import * as Choice from "../inbox/Choice.ts"
import * as Operator from "../Operator.ts"
import { Declined, Forbidden, HttpApi, Later, listenersMax, NotFound, outcomesMax } from "./HttpApi.ts"

export interface Options {
  readonly operatorKey: string
  /** Whether a call may decide by the operator's key of this node. */
  readonly decides: boolean
}

const node = Builder.group(HttpApi, "node", Effect.fnUntraced(function*(handlers) {
  const calls = yield* Calls
  const listeners = yield* Ref.make(0)
  const listened = Effect.acquireRelease(
    Ref.update(listeners, (count) => count + 1),
    () => Ref.update(listeners, (count) => count - 1)
  )
  const detail = (session: string) => Effect.mapError(calls.show({ session }), missing)
  return handlers.handleAll({
    status: () => calls.status(),
    tasks: ({ query }) => Effect.mapError(calls.tasks({ all: query.all === "true" }), missing),
    alerts: () => calls.alerts(),
    sessions: ({ query }) => Effect.mapError(calls.sessions({ all: query.all === "true" }), missing),
    session: ({ params }) => detail(params.session),
    plans: ({ params }) => Effect.map(detail(params.session), ({ plans }) => plans),
    votes: ({ params }) => Effect.map(detail(params.session), ({ plans }) =>
      plans.flatMap(({ plan, votes }) => votes.map((vote) => ({ plan, ...vote })))),
    people: () => calls.people(),
    peers: () => Effect.map(calls.status(), ({ peers }) => peers.map((peer) => ({ peer }))),
    outcomes: ({ query }) => Effect.mapError(calls.events({ limit: query.limit ?? outcomesMax }), missing),
    events: () =>
      Effect.flatMap(Ref.get(listeners), (count) =>
        count >= listenersMax
          ? new Later({ detail: `${count} programs listen already` })
          : Effect.succeed(Stream.unwrap(Effect.as(listened, calls.watch()))))
  })
}))

const inbox = ({ decides, operatorKey }: Options) =>
  Builder.group(HttpApi, "inbox", Effect.fnUntraced(function*(handlers) {
    const calls = yield* Calls
    const found = Effect.fnUntraced(function*(named: string) {
      const items = yield* calls.inbox()
      const asked = Choice.numberOf(named)
      const item = items.find(({ number, session }) => number === asked || named === session)
      return item ?? (yield* new NotFound({ detail: `no case ${named} waits` }))
    })
    return handlers.handleAll({
      inbox: () => calls.inbox(),
      pings: () => calls.pings(),
      case: ({ params }) => found(params.case),
      decide: Effect.fnUntraced(function*({ params, payload }) {
        if (!decides) {
          return yield* new Forbidden({
            detail: "this node lets nobody decide in its operator's name over HTTP: " +
              "set httpDecides, or seal a ruling and send it to /rulings"
          })
        }
        const item = yield* found(params.case)
        const chosen = Choice.of(item, payload.choice, payload.dismiss)
        if (Result.isFailure(chosen)) return yield* new Declined({ detail: chosen.failure })
        const { after_ms: afterMillis } = payload
        return yield* Effect.mapError(
          Operator.decide(operatorKey, calls, item.session, {
            ...chosen.success,
            ...(afterMillis === undefined ? {} : { afterMillis })
          }),
          (error) => declined("later" in error ? error : { message: error.message, later: false })
        )
      }),
      rule: ({ payload }) => Effect.mapError(calls.rule(payload), declined)
    })
  }))

export const layer = (options: Options) => Layer.mergeAll(node, inbox(options))

const missing = ({ later, message }: Refused) =>
  later ? new Later({ detail: message }) : new NotFound({ detail: message })

const declined = ({ later, message }: Pick<Refused, "later" | "message">) =>
  later ? new Later({ detail: message }) : new Declined({ detail: message })
