/**
 * The calls about the inbox: its cases, rulings for now or for later, pings that did not arrive.
 */
import type * as Pings from "@chorus/coordination-core/inbox/Pings"
import { isoOf } from "@chorus/coordination-core/fact/Writer"
import * as Effect from "effect/Effect"
import * as Round from "../inbox/Round.ts"
import { asked, type Context, done } from "./Asking.ts"
import type * as InboxRows from "./InboxRows.ts"

export const calls = (context: Context) => ({
  inbox: () => context.inbox.items,
  pings: () =>
    Effect.map(context.inbox.pings, ({ dead, queue }): ReadonlyArray<InboxRows.PingRow> => [
      ...queue.map(rowOf("waiting")),
      ...dead.map(rowOf("given_up"))
    ]),
  rule: ({ after_ms, sealed }: { readonly sealed: string; readonly after_ms?: number }) =>
    done(context, Effect.gen(function*() {
      if (after_ms !== undefined) {
        const session = yield* context.inbox.keep(sealed, after_ms)
        const until = isoOf((yield* context.ticker.now).wallMillis + after_ms)
        return {
          summary: `${session} waits until ${until}, and is decided so if nobody decides it before`,
          session
        }
      }
      const ruling = yield* Round.opened(context.signer, sealed)
      return yield* asked(context, { _tag: "Rule", ruling, sealed })
    }))
})

const rowOf = (state: InboxRows.PingRow["state"]) =>
  ({ attempts, because, dueMillis, id, sessions }: Pings.Ping): InboxRows.PingRow => ({
    ping: id,
    sessions,
    attempts,
    state,
    because,
    due_at: isoOf(dueMillis)
  })
