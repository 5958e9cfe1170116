/**
 * The calls about alerts: what was held back, mutes, rules, why, check, suggestions.
 */
import * as Inquiry from "@chorus/coordination-core/detection/Inquiry"
import type { Covers } from "@chorus/coordination-core/fact/MeshFacts"
import { type AgentName, key as agentKey } from "@chorus/coordination-core/identity/AgentId"
import type { TaskKey } from "@chorus/coordination-core/identity/TaskKey"
import * as Mutes from "@chorus/coordination-core/mute/Mutes"
import * as Replica from "@chorus/coordination-core/replica/Replica"
import * as Effect from "effect/Effect"
import * as AlertView from "../view/AlertView.ts"
import { Refused } from "./Api.ts"
import { asked, type Context, done, found } from "./Asking.ts"

export const calls = (context: Context) => ({
  alerts: () => Effect.map(context.node.state, AlertView.heldBack),
  mute: ({ agent, because, covers, session }: {
    readonly agent: AgentName
    readonly session: string
    readonly covers: Covers
    readonly because: string
  }) =>
    done(context, Effect.flatMap(found(context, session), ({ session: { id } }) =>
      asked(context, { _tag: "Mute", agent, session: id, covers, because }))),
  unmute: ({ agent, mute }: { readonly agent: AgentName; readonly mute: string }) =>
    done(context, Effect.gen(function*() {
      const { replica } = yield* context.node.state
      const [known, ...others] = Mutes.all(replica.mutes, Replica.world(replica).counts)
        .filter(({ id }) => mute !== "" && id.startsWith(mute))
      if (known === undefined || others.length > 0) {
        const message = `no single mute begins with "${mute}"; \`chorus mutes\` lists them`
        return yield* new Refused({ message, later: false })
      }
      return yield* asked(context, { _tag: "Unmute", agent, mute: known.id })
    })),
  mutes: () => Effect.map(context.node.state, AlertView.mutes),
  rules: () => now(context, AlertView.rules),
  why: ({ task1, task2 }: { readonly task1: TaskKey; readonly task2: TaskKey }) =>
    now(context, (state, at) => AlertView.why(task1, task2, Inquiry.why(state, task1, task2, at))),
  check: ({ agent, paths, repository, scopes }: {
    readonly agent?: AgentName
    readonly repository?: string
    readonly scopes: ReadonlyArray<string>
    readonly paths: ReadonlyArray<string>
  }) =>
    now(context, (state, at) => {
      const intent = { repository: repository ?? "", scopes, paths }
      const asker = agent === undefined ? undefined : agentKey({ node: state.node, name: agent })
      return AlertView.check(state, Inquiry.ahead(state, intent, asker), at)
    }),
  suggest: ({ agent }: { readonly agent: AgentName }) =>
    now(context, (state, at) =>
      AlertView.suggestions(Inquiry.suggestions(state, agentKey({ node: state.node, name: agent }), at)))
})

/** What a view makes of the state at this moment. */
const now = <A>({ node, ticker }: Context, view: AlertView.View<A>): Effect.Effect<A> =>
  Effect.map(Effect.all([node.state, ticker.now]), ([state, at]) => view(state, at))
