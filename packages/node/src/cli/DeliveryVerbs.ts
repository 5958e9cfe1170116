/**
 * Verbs about delivery: unread, hook.
 */
import * as Effect from "effect/Effect"
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Option from "effect/Option"
import * as Hook from "../hook/Hook.ts"
import * as Connection from "./Connection.ts"
import * as DeliveryFormat from "./DeliveryFormat.ts"
import * as Failure from "./Failure.ts"
import { Db } from "./Global.ts"
import * as Print from "./Print.ts"
import { agent } from "./TaskVerbs.ts"

/** So many lines are printed at once. */
const linesMax = 64

export const unread = Command.make("unread", {
  agent,
  acknowledge: Flag.Boolean("acknowledge").pipe(
    Flag.withDescription("Take note of all that the agent was shown, so that its senders see that"),
    Flag.withDefault(false)
  )
}, Effect.fnUntraced(function*(given) {
  const settings = yield* Connection.config()
  const speaker = yield* Connection.speaker(given.agent, settings)
  const node = yield* Connection.client(settings)
  const news = yield* node.unread({ agent: speaker, max: linesMax })
  yield* Print.data("unread", news, DeliveryFormat.news)
  const noted = news.lines.map(({ items, session }) => ({ items, session }))
  if (noted.length > 0) yield* node.note({ agent: speaker, stage: "shown", noted })
  if (given.acknowledge) yield* node.note({ agent: speaker, stage: "acknowledged", noted: [] })
}, Effect.scoped)).pipe(
  Command.withExamples([{
    command: "chorus unread --agent web --acknowledge",
    description: "What is new; the senders see that it was read"
  }])
)

export const hook = Command.make("hook", {
  event: Argument.Literals("event", Hook.events).pipe(
    Argument.withDescription(`The moment of the agent's session (choices: ${Hook.events.join(", ")})`)
  ),
  paths: Argument.String("path").pipe(
    Argument.withDescription("Files that are edited, beside those that the client names on stdin"),
    Argument.atLeast(0)
  ),
  agent,
  repo: Flag.String("repo").pipe(
    Flag.withDescription("The repository that is worked in (or CHORUS_REPO; else that of the folder)"),
    Flag.optional
  ),
  release: Flag.Boolean("release").pipe(
    Flag.withDescription("At session-end: give the agent's tasks back"),
    Flag.withDefault(false)
  )
}, Effect.fnUntraced(function*({ event, paths, release, ...given }) {
  const flags = Object.fromEntries(
    Object.entries({ agent: given.agent, repo: given.repo, db: yield* Db })
      .flatMap(([name, value]) => Option.isSome(value) ? [[name, value.value]] : [])
  )
  yield* Failure.quietly(yield* Effect.promise(() => Hook.run(event, { flags, paths, release })))
})).pipe(
  Command.withExamples([
    { command: "chorus hook pre-edit src/users.ts", description: "Who works at this file" },
    { command: "chorus hook session-end --release", description: "Give the agent's tasks back" }
  ])
)
