/**
 * Verbs about tasks: claim, tasks, update, release.
 */
import * as DoneWhen from "@chorus/coordination-core/plan/DoneWhen"
import * as Scope from "@chorus/coordination-core/task/Scope"
import * as Effect from "effect/Effect"
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Option from "effect/Option"
import type * as Schema from "effect/Schema"
import { createHash } from "node:crypto"
import * as Words from "../api/Words.ts"
import * as AlertFormat from "./AlertFormat.ts"
import * as Connection from "./Connection.ts"
import * as Failure from "./Failure.ts"
import * as Format from "./Format.ts"
import * as Hint from "./Hint.ts"
import * as Print from "./Print.ts"

export const agent = Flag.String("agent").pipe(
  Flag.withDescription("The agent that speaks (or CHORUS_AGENT; else it is named after the folder)"),
  Flag.optional
)

const words = {
  title: Flag.String("title").pipe(Flag.withDescription("What the task is, in one line"), Flag.optional),
  description: Flag.String("description").pipe(
    Flag.withDescription("What the task is, at length"),
    Flag.optional
  ),
  scope: Flag.String("scope").pipe(
    Flag.withDescription(
      "What it touches: kind:key=operation, e.g. table:orders=migrate (repeatable; " +
        `kinds: ${Scope.kinds.join(", ")}; operations: ${Scope.operations.join(", ")})`
    ),
    Flag.atLeast(0)
  ),
  path: Flag.String("path").pipe(
    Flag.withDescription("A file or folder that it touches (repeatable)"),
    Flag.atLeast(0)
  ),
  change: Flag.String("change").pipe(
    Flag.withDescription("Its change: an address, org/name#5 or a Change-Id; `chorus export` names it"),
    Flag.optional
  ),
  doneWhen: Flag.String("done-when").pipe(
    Flag.withDescription(
      `What is promised: a sentence, or ${DoneWhen.forms}, which \`chorus done --check\` checks; ` +
        "plans take it over"
    ),
    Flag.optional
  )
}

export const task = Argument.String("task").pipe(
  Argument.withDescription("repository#id, or an id in the repository of .chorus.yaml")
)

export const claim = Command.make("claim", {
  agent,
  repo: Flag.String("repo").pipe(
    Flag.withDescription("The task's repository (or CHORUS_REPO)"),
    Flag.optional
  ),
  id: Flag.String("id").pipe(
    Flag.withDescription("The task's id in its repository; made from the title when left out"),
    Flag.optional
  ),
  ...words
}, Effect.fnUntraced(function*(given) {
  const settings = yield* Connection.config()
  const speaker = yield* Connection.speaker(given.agent, settings)
  const id = yield* idOf(given.id, given.title)
  const key = yield* Connection.task(id, settings, given.repo)
  const said = yield* understood(given)
  const node = yield* Connection.client(settings)
  const lease_ms = Math.round(settings.values.claimLease * 60_000)
  const hint = yield* Hint.hint
  const claimed = yield* node.claim({ agent: speaker, task: key, lease_ms, ...said })
  yield* Print.data("claim", claimed, (what) => Format.done(what, speaker, hint))
}, Effect.scoped)).pipe(
  Command.withExamples([{
    command: "chorus claim --agent api --repo backend --id 42 --title \"Replace the users API\" " +
      "--scope \"api:GET /v1/users=replace\"",
    description: "Claim backend#42"
  }])
)

export const tasks = Command.make("tasks", {
  all: Flag.Boolean("all").pipe(
    Flag.withDescription("Also what lapsed, was released or completed"),
    Flag.withDefault(false)
  ),
  suggest: Flag.String("suggest").pipe(
    Flag.withDescription("For this agent: tasks that nobody holds, those that collide with least first"),
    Flag.optional
  )
}, Effect.fnUntraced(function*({ all, suggest }) {
  const settings = yield* Connection.config()
  if (Option.isSome(suggest)) {
    const name = yield* Connection.agent(suggest, settings)
    const asked = yield* Connection.client(settings)
    return yield* Print.data("tasks", yield* asked.suggest({ agent: name }), AlertFormat.suggestions)
  }
  const node = yield* Connection.client(settings)
  yield* Print.data("tasks", yield* node.tasks({ all }), Format.tasks)
}, Effect.scoped)).pipe(
  Command.withExamples([
    { command: "chorus tasks --json", description: "All held tasks as JSON" },
    { command: "chorus tasks --suggest api", description: "What could api take next" }
  ])
)

export const update = Command.make("update", { task, agent, ...words }, Effect.fnUntraced(
  function*(given) {
    const settings = yield* Connection.config()
    const speaker = yield* Connection.speaker(given.agent, settings)
    const key = yield* Connection.task(given.task, settings)
    const said = yield* understood(given)
    if (Object.keys(said).length === 0) {
      return yield* Failure.make(
        "usage",
        "nothing to update; give --title, --description, --scope, --path, --change or --done-when"
      )
    }
    const node = yield* Connection.client(settings)
    const hint = yield* Hint.hint
    const updated = yield* node.update({ agent: speaker, task: key, ...said })
    yield* Print.data("update", updated, (what) => Format.done(what, speaker, hint))
  },
  Effect.scoped
)).pipe(
  Command.withExamples([{
    command: "chorus update backend#42 --agent api --scope \"table:users=migrate\"",
    description: "Say that the task now migrates a table"
  }])
)

export const release = Command.make("release", {
  task,
  agent,
  because: Flag.String("because").pipe(Flag.withDescription("Why it is given back"), Flag.withDefault(""))
}, Effect.fnUntraced(function*(given) {
  const settings = yield* Connection.config()
  const speaker = yield* Connection.speaker(given.agent, settings)
  const key = yield* Connection.task(given.task, settings)
  const because = yield* Connection.decoded(Words.because, given.because, "--because")
  const node = yield* Connection.client(settings)
  yield* Print.data("release", yield* node.release({ agent: speaker, task: key, because }), Format.brief)
}, Effect.scoped)).pipe(
  Command.withExamples([{
    command: "chorus release backend#42 --agent api --because \"blocked\"",
    description: "Somebody else may take it"
  }])
)

interface GivenWords {
  readonly title: Option.Option<string>
  readonly description: Option.Option<string>
  readonly scope: ReadonlyArray<string>
  readonly path: ReadonlyArray<string>
  readonly change: Option.Option<string>
  readonly doneWhen: Option.Option<string>
}

/** The words that were given, each understood or refused by its own name. */
const understood = Effect.fnUntraced(function*(given: GivenWords) {
  const title = Option.getOrUndefined(given.title)
  const description = Option.getOrUndefined(given.description)
  const change = Option.getOrUndefined(given.change)
  const promise = Option.getOrUndefined(given.doneWhen)
  return {
    ...(title === undefined ? {} : { title: yield* Connection.decoded(Words.title, title, "--title") }),
    ...(description === undefined ? {} : {
      description: yield* Connection.decoded(Words.description, description, "--description")
    }),
    ...(given.scope.length === 0 ? {} : {
      scopes: yield* Connection.decoded(Words.scopes, given.scope, "--scope")
    }),
    ...(given.path.length === 0 ? {} : {
      paths: yield* Connection.decoded(Words.paths, given.path, "--path")
    }),
    ...(change === undefined ? {} : { change: yield* Connection.decoded(Words.change, change, "--change") }),
    ...(promise === undefined ? {} : {
      done_when: yield* Connection.decoded(Words.promise, promise, "--done-when")
    })
  }
})

/** The id, or one made from the title: the same title is the same task. */
const idOf = (
  id: Option.Option<string>,
  title: Option.Option<string>
): Effect.Effect<string, Failure.Failure | Schema.SchemaError> => {
  if (Option.isSome(id)) return Effect.succeed(id.value)
  return Option.match(title, {
    onSome: (words) => Effect.succeed(createHash("sha256").update(words).digest("hex").slice(0, 8)),
    onNone: () => Effect.fail(Failure.make("usage", "which task? give --id, or --title for a new one"))
  })
}
