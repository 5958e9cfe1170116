/**
 * The calls about the inbox: its cases, rulings for now or for later, pings that did not arrive.
 */
import type * as Pings from "@chorus/coordination-core/inbox/Pings"
import { isoOf } from "@chorus/coordination-core/fact/Writer"
import type * as Coordination from "@chorus/coordination-core/coordination/Coordination"
import type { Ruling } from "@chorus/coordination-core/ruling/Ruling"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Round from "../inbox/Round.ts"
import * as QuorumView from "../view/QuorumView.ts"
import { asked, type Context, done, look } from "./Asking.ts"
import type * as InboxRows from "./InboxRows.ts"
import type * as Rows from "./Rows.ts"

export const calls = (context: Context) => ({
  inbox: () => context.inbox.items,
  pings: () =>
    Effect.map(context.inbox.pings, ({ dead, queue }): ReadonlyArray<InboxRows.PingRow> => [
      ...queue.map(rowOf("waiting")),
      ...dead.map(rowOf("given_up"))
    ]),
  rule: Effect.fnUntraced(function*({ after_ms, sealed }: {
    readonly sealed: string
    readonly after_ms?: number
  }) {
    const ruling = yield* Round.opened(context.signer, sealed)
    if (after_ms === undefined) {
      const ruled = yield* done(context, asked(context, { _tag: "Rule", ruling, sealed }))
      const { state } = yield* look(context)
      return { ...ruled, notes: [...ruled.notes, ...notesOf(ruling, ruled, state)] }
    }
    const session = yield* context.inbox.keep(sealed, after_ms)
    const until = isoOf((yield* context.ticker.now).wallMillis + after_ms)
    const summary = `${session} waits until ${until}, and is decided so if nobody decides it before`
    return yield* done(context, Effect.succeed({ summary, session }))
  })
})

/** What the person has to know who ruled: that it needs others still, or that they are too few now. */
const notesOf = (
  { ruling }: Ruling,
  { sessions }: Rows.Done,
  state: Coordination.State
): ReadonlyArray<string> => {
  switch (ruling.kind) {
    case "decide_session":
      return sessions.flatMap(({ waits_because }) => waits_because)
        .map((because) => `it stays in this inbox: ${because}`)
    case "revoke_person":
      return Option.toArray(Option.fromUndefinedOr(QuorumView.missing(state)))
    default:
      return []
  }
}

const rowOf = (state: InboxRows.PingRow["state"]) =>
  ({ attempts, because, dueMillis, id, sessions }: Pings.Ping): InboxRows.PingRow => ({
    ping: id,
    sessions,
    attempts,
    state,
    because,
    due_at: isoOf(dueMillis)
  })
