/**
 * The calls about work that lands: what was agreed and promised, and tasks for whoever takes them.
 */
import { type AgentName, key as agentKey } from "@chorus/coordination-core/identity/AgentId"
import * as TaskKey from "@chorus/coordination-core/identity/TaskKey"
import { closed } from "@chorus/coordination-core/task/TaskContext"
import * as Effect from "effect/Effect"
import * as LandingView from "../view/LandingView.ts"
import { Refused } from "./Api.ts"
import { asked, type Context, done, found } from "./Asking.ts"
import type { Announced } from "./LandingRows.ts"

export const calls = (context: Context) => ({
  announce: ({ agent, tasks }: { readonly agent: AgentName; readonly tasks: ReadonlyArray<Announced> }) =>
    done(context, asked(context, {
      _tag: "Announce",
      agent,
      tasks: tasks.map(({ closed: isClosed, task, ...words }) => ({
        repository: TaskKey.repository(task),
        task_id: TaskKey.id(task),
        ...words,
        status: isClosed ? closed : "open"
      }))
    })),
  promises: ({ agent, task }: { readonly agent: AgentName; readonly task: TaskKey.TaskKey }) =>
    Effect.map(context.node.state, (state) =>
      LandingView.promises(state, agentKey({ node: context.node.self, name: agent }), task)),
  agreed: ({ session }: { readonly session: string }) =>
    Effect.flatMap(found(context, session), (known) =>
      Effect.mapError(
        Effect.fromResult(LandingView.agreed(known.state.replica, known.session)),
        (message) => new Refused({ message, later: false })
      ))
})
