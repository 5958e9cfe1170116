/**
 * How the handlers of calls reach the node: put a command to it, look at its state, find a session.
 */
import type * as Command from "@chorus/coordination-core/command/Command"
import type * as Coordination from "@chorus/coordination-core/coordination/Coordination"
import type { Peers } from "@chorus/coordination-core/ports/Peers"
import type { Signer } from "@chorus/coordination-core/ports/Signer"
import type { SlurpSink } from "@chorus/coordination-core/ports/SlurpSink"
import type { Ticker } from "@chorus/coordination-core/ports/Ticker"
import * as Replica from "@chorus/coordination-core/replica/Replica"
import type * as Status from "@chorus/coordination-core/session/Status"
import type { ChorusNode } from "@chorus/runtime/ChorusNode"
import type * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import type { Keeper } from "../inbox/Keeper.ts"
import * as MemberView from "../view/MemberView.ts"
import * as SessionView from "../view/SessionView.ts"
import { Refused } from "./Api.ts"
import type * as Rows from "./Rows.ts"

/** What the handlers need to know beside the node itself. */
export interface About {
  readonly version: string
  readonly model: string
  readonly database: string
  /** When the model last gave no plan, and why. */
  readonly modelFailed: Effect.Effect<Rows.StatusReport["model_failed"]>
  /** Completed by `chorus stop`. */
  readonly stopped: Deferred.Deferred<void>
}

export interface Context {
  readonly about: About
  readonly inbox: Keeper["Service"]
  readonly node: ChorusNode["Service"]
  readonly peers: Peers["Service"]
  readonly signer: Signer["Service"]
  readonly sink: SlurpSink["Service"]
  readonly ticker: Ticker["Service"]
}

export const look = ({ node, ticker }: Context): Effect.Effect<SessionView.Look> =>
  Effect.map(Effect.all([node.state, ticker.now]), ([state, { monotonicMillis, wallMillis }]) => ({
    state,
    nowMillis: monotonicMillis,
    wallMillis,
    self: node.self
  }))

export const asked = (context: Context, command: Command.Command) =>
  Effect.flatMap(context.node.ask(command), (result) =>
    Result.isSuccess(result)
      ? Effect.succeed(result.success)
      : Effect.fail(new Refused(result.failure)))

export const done = (context: Context, command: Effect.Effect<Command.Done, Refused>) =>
  Effect.gen(function*(): Effect.fn.Return<Rows.Done, Refused> {
    const what = yield* command
    const looked = yield* look(context)
    const session = Replica.sessionById(looked.state.replica, what.session ?? "")
    const sessions = session === undefined ? [] : [SessionView.row(looked, session)]
    return { ...what, sessions, notes: MemberView.notes(looked.state) }
  })

/** What is read from where it is stored; it may succeed later. */
export const stored = <A, E extends { readonly message: string }>(reading: Effect.Effect<A, E>) =>
  Effect.mapError(reading, ({ message }) => new Refused({ message, later: true }))

/** The one session whose id begins so, and the state in which it is known: it may be forgotten. */
export const found = Effect.fnUntraced(function*(
  context: Context,
  beginning: string
): Effect.fn.Return<{ readonly session: Status.Opened; readonly state: Coordination.State }, Refused> {
  const state = yield* stored(context.node.about(beginning))
  const session = yield* Effect.mapError(
    Effect.fromResult(SessionView.find(state, beginning)),
    (message) => new Refused({ message, later: false })
  )
  return { session, state }
})

