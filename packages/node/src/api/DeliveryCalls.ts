/**
 * What the calls about delivery do: tell an agent what is new, and note what it has seen.
 */
import type { Command } from "@chorus/coordination-core/command/Command"
import type { AgentName } from "@chorus/coordination-core/identity/AgentId"
import * as Effect from "effect/Effect"
import * as News from "../view/News.ts"
import { asked, type Context, done, look } from "./Asking.ts"

export const deliveryCalls = (context: Context) => ({
  unread: Effect.fnUntraced(function*({ agent, max }: { readonly agent: AgentName; readonly max?: number }) {
    const { wallMillis } = yield* context.ticker.now
    return News.of(yield* look(context), agent, wallMillis, max)
  }),
  note: (payload: Omit<Command & { readonly _tag: "Note" }, "_tag">) =>
    done(context, asked(context, { _tag: "Note", ...payload }))
})
