/**
 * Verbs about alerts: check, why, alerts, mute, unmute, mutes, rules.
 */
import { Repository } from "@chorus/coordination-core/identity/TaskKey"
import * as Effect from "effect/Effect"
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Option from "effect/Option"
import type * as Rows from "../api/AlertRows.ts"
import * as Words from "../api/Words.ts"
import * as AlertFormat from "./AlertFormat.ts"
import * as CheckFormat from "./CheckFormat.ts"
import * as Connection from "./Connection.ts"
import * as Failure from "./Failure.ts"
import * as Format from "./Format.ts"
import * as Hint from "./Hint.ts"
import * as Print from "./Print.ts"
import { agent } from "./TaskVerbs.ts"

const task = (name: string) =>
  Argument.String(name).pipe(
    Argument.withDescription("repository#id, or an id in the repository of .chorus.yaml")
  )

export const check = Command.make("check", {
  agent,
  repo: Flag.String("repo").pipe(
    Flag.withDescription("The repository of the paths (or CHORUS_REPO)"),
    Flag.optional
  ),
  path: Flag.String("paths").pipe(
    Flag.withDescription("A file, folder or pattern that is about to be changed (repeatable)"),
    Flag.atLeast(0)
  ),
  scope: Flag.String("scope").pipe(
    Flag.withDescription("What is about to be touched: kind:key=operation (repeatable)"),
    Flag.atLeast(0)
  )
}, Effect.fnUntraced(function*(given) {
  const settings = yield* Connection.config()
  const repository = Option.getOrUndefined(given.repo) ?? settings.values.repo
  if (given.path.length + given.scope.length === 0) {
    return yield* Failure.make("usage", "what is to be checked? give --paths or --scope")
  }
  if (given.path.length > 0 && repository === undefined) {
    return yield* Failure.make("usage", "paths of which repository? name it with --repo or CHORUS_REPO")
  }
  const question = {
    paths: yield* Connection.decoded(Words.paths, given.path, "--paths"),
    scopes: yield* Connection.decoded(Words.scopes, given.scope, "--scope"),
    ...(repository === undefined ? {} : {
      repository: yield* Connection.decoded(Repository, repository, "--repo")
    }),
    agent: yield* Connection.agent(given.agent, settings)
  }
  const report = yield* Effect.flatMap(Connection.client(settings), (node) => node.check(question)).pipe(
    Effect.catchIf(isGone, (gone) => Effect.succeed<Rows.CheckReport>({
      verdict: "unknown",
      because: gone.message,
      encounters: []
    }))
  )
  yield* Print.data("check", report, CheckFormat.check)
  if (report.verdict !== "clear") yield* Failure.quietly(Failure.exitCodes[report.verdict])
}, Effect.scoped)).pipe(
  Command.withDescription(
    "Before editing: who works at the same things? With paths it asks also about the scopes that the " +
      "agent's own tasks there declare. Ends with 0 clear, 2 attention, 3 unknown"
  ),
  Command.withExamples([{
    command: "chorus check --repo backend --paths src/users --scope \"table:users=migrate\"",
    description: "Ask before the first change"
  }])
)

/** A node that does not run, or went away: then nothing is known. */
const isGone = (error: { readonly _tag: string; readonly kind?: unknown }): boolean =>
  error._tag === "RpcClientError" || error.kind === "unavailable"

export const why = Command.make("why", { task1: task("task1"), task2: task("task2") }, Effect.fnUntraced(
  function*(given) {
    const settings = yield* Connection.config()
    const task1 = yield* Connection.task(given.task1, settings)
    const task2 = yield* Connection.task(given.task2, settings)
    const node = yield* Connection.client(settings)
    const hint = yield* Hint.hint
    yield* Print.data("why", yield* node.why({ task1, task2 }), (report) => AlertFormat.why(report, hint))
  },
  Effect.scoped
)).pipe(
  Command.withExamples([{
    command: "chorus why backend#42 web#7",
    description: "Score, evidence, threshold"
  }])
)

export const alerts = Command.make("alerts", {}, Effect.fnUntraced(function*() {
  const node = yield* Connection.client(yield* Connection.config())
  yield* Print.data("alerts", yield* node.alerts(), AlertFormat.heldBack)
}, Effect.scoped)).pipe(
  Command.withExamples([{
    command: "chorus alerts --json",
    description: "Muted, demoted or over the budget"
  }])
)

export const mute = Command.make("mute", {
  alert: Argument.String("alert").pipe(
    Argument.withDescription("The alert's session, or the beginning of its id")
  ),
  agent,
  because: Flag.String("because").pipe(Flag.withDescription("Why it is not wanted (required)")),
  covers: Flag.Literals("covers", ["pair", "rule", "repositories"]).pipe(
    Flag.withDescription(
      "How far it reaches: its two tasks, its rule, or all between its repositories (default pair)"
    ),
    Flag.withDefault("pair")
  )
}, Effect.fnUntraced(function*(given) {
  const settings = yield* Connection.config()
  const speaker = yield* Connection.speaker(given.agent, settings)
  const because = yield* Connection.decoded(Words.because, given.because, "--because")
  const node = yield* Connection.client(settings)
  const muted = yield* node.mute({ agent: speaker, session: given.alert, covers: given.covers, because })
  const hint = yield* Hint.hint
  yield* Print.data("mute", muted, (what) =>
    `${Format.brief(what)}\nto end this one, which counts against its rule: ` +
    hint(`decide ${given.alert} --dismiss "…"`))
}, Effect.scoped)).pipe(
  Command.withExamples([{
    command: "chorus mute dep_1a2b3c4d --covers repositories --agent web --because \"they share no code\"",
    description: "Nothing more between these two repositories"
  }])
)

export const unmute = Command.make("unmute", {
  mute: Argument.String("mute").pipe(Argument.withDescription("The mute's id, or the beginning of it")),
  agent
}, Effect.fnUntraced(function*(given) {
  const settings = yield* Connection.config()
  const speaker = yield* Connection.speaker(given.agent, settings)
  const node = yield* Connection.client(settings)
  yield* Print.data("unmute", yield* node.unmute({ agent: speaker, mute: given.mute }), Format.brief)
}, Effect.scoped)).pipe(
  Command.withExamples([{ command: "chorus unmute 3f2a9c --agent web", description: "Be told again" }])
)

export const mutes = Command.make("mutes", {}, Effect.fnUntraced(function*() {
  const node = yield* Connection.client(yield* Connection.config())
  yield* Print.data("mutes", yield* node.mutes(), AlertFormat.mutes)
}, Effect.scoped)).pipe(
  Command.withExamples([{ command: "chorus mutes", description: "What is silent, and who said so" }])
)

export const rules = Command.make("rules", {}, Effect.fnUntraced(function*() {
  const node = yield* Connection.client(yield* Connection.config())
  yield* Print.data("rules", yield* node.rules(), AlertFormat.rules)
}, Effect.scoped)).pipe(
  Command.withExamples([{
    command: "chorus rules",
    description: "Which rules are trusted, which are demoted"
  }])
)
