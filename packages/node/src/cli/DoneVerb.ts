/**
 * `chorus done`: completes a task, and checks and records what its agent promised in agreed plans.
 *
 * A plan holds what a planner wrote, which may sit at another node. So nothing is checked unless
 * `--check` asks for it, in the work tree of the task's repository; a command is shown and not run
 * without `--run-checks`; and one that the agent did not promise itself, word for word, needs its
 * fingerprint as well.
 */
import type { AgentName } from "@chorus/coordination-core/identity/AgentId"
import * as TaskKey from "@chorus/coordination-core/identity/TaskKey"
import * as DoneWhen from "@chorus/coordination-core/plan/DoneWhen"
import type { Kept } from "@chorus/coordination-core/plan/Kept"
import * as Effect from "effect/Effect"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Option from "effect/Option"
import type { Promised } from "../api/LandingRows.ts"
import * as Words from "../api/Words.ts"
import { briefly } from "../view/Brief.ts"
import type * as Config from "./Config.ts"
import * as Connection from "./Connection.ts"
import * as Failure from "./Failure.ts"
import * as Format from "./Format.ts"
import * as Print from "./Print.ts"
import * as Signals from "./Signals.ts"
import * as Speaker from "./Speaker.ts"
import { agent, task } from "./TaskVerbs.ts"

export const done = Command.make("done", {
  task,
  agent,
  results: Flag.String("results").pipe(Flag.withDescription("What came of it"), Flag.withDefault("")),
  change: Flag.String("change").pipe(
    Flag.withDescription("Its change: an address, org/name#5 or a Change-Id"),
    Flag.optional
  ),
  check: Flag.Boolean("check").pipe(
    Flag.withDescription("Check what was promised: files and contracts are read, commands only shown"),
    Flag.withDefault(false)
  ),
  runChecks: Flag.Boolean("run-checks").pipe(
    Flag.withDescription("Check, and run the commands that this agent promised itself"),
    Flag.withDefault(false)
  ),
  confirm: Flag.String("confirm").pipe(
    Flag.withDescription("With --run-checks: run another command too, by its fingerprint (repeatable)"),
    Flag.atLeast(0)
  ),
  anyway: Flag.Boolean("anyway").pipe(
    Flag.withDescription("Complete it although a promise is broken or a command was not run; others see it"),
    Flag.withDefault(false)
  )
}, Effect.fnUntraced(function*(given) {
  const settings = yield* Connection.config()
  const speaker = yield* Connection.speaker(given.agent, settings)
  const key = yield* Connection.task(given.task, settings)
  const results = yield* Connection.decoded(Words.results, given.results, "--results")
  const change = Option.isNone(given.change)
    ? undefined
    : yield* Connection.decoded(Words.change, given.change.value, "--change")
  const node = yield* Connection.client(settings)
  const promised = (yield* node.promises({ agent: speaker, task: key }))
    .filter(({ done_when }) => DoneWhen.read(done_when)._tag !== "Sentence")
  const kept = yield* judged(promised, key, speaker, given, settings)
  if (change !== undefined) yield* node.update({ agent: speaker, task: key, change })
  const completed = yield* node.complete({
    agent: speaker,
    task: key,
    results,
    ...(kept.length === 0 ? {} : { kept })
  })
  yield* Print.data("done", completed, Format.brief)
}, Effect.scoped)).pipe(
  Command.withExamples([
    { command: "chorus done backend#42 --agent api", description: "The work is done" },
    {
      command: "chorus done backend#42 --agent api --run-checks --change https://github.com/org/api/pull/5",
      description: "Keep what was promised, and show that"
    }
  ])
)

interface Asked {
  readonly check: boolean
  readonly runChecks: boolean
  readonly confirm: ReadonlyArray<string>
  readonly anyway: boolean
}

/** What the shell says of a process that Ctrl-C ended. */
const interrupted = 128 + 2

/** So many steps are recorded with a completion. */
const keptMax = 12

const judged = Effect.fnUntraced(function*(
  all: ReadonlyArray<Promised>,
  key: TaskKey.TaskKey,
  speaker: AgentName,
  asked: Asked,
  settings: Config.Config
) {
  const promised = all.slice(0, keptMax)
  if (promised.length === 0) return []
  if (!asked.check && !asked.runChecks) {
    for (const one of promised) yield* Print.say(`not checked: ${inWords(one)}`)
    const runs = promised.some(({ done_when }) => DoneWhen.read(done_when)._tag === "Exit")
    const flag = runs ? "--run-checks" : "--check"
    yield* Print.say(`the task is completed all the same; next time \`chorus done ${flag}\` checks it first`)
    return promised.map((one): Kept => ({ ...idOf(one), outcome: "unchecked", how: "nobody checked" }))
  }
  const { check, fingerprint } = yield* Effect.promise(() => import("../landing/Check.ts"))
  const folder = yield* workTreeOf(key, settings)
  const kept: Array<Kept> = []
  const missing: Array<string> = []
  for (const one of promised) {
    const form = DoneWhen.read(one.done_when)
    const command = form._tag === "Exit" ? form.command : undefined
    const mark = command === undefined ? "" : fingerprint(command)
    const isAllowed = asked.runChecks && (one.own || asked.confirm.includes(mark))
    if (command !== undefined) {
      yield* Print.say(`${isAllowed ? "running" : "would run"} in ${folder}: ${command}`)
      if (!isAllowed) missing.push(one.own ? "--run-checks" : `--run-checks --confirm ${mark}`)
      if (!isAllowed && !one.own) {
        yield* Print.say(`  ${speaker} did not promise this itself: read it well before you confirm it`)
      }
    }
    const said = yield* Effect.raceFirst(
      check(one, folder, () => isAllowed),
      Effect.andThen(Signals.received, Failure.quietly(interrupted))
    )
    kept.push(said)
    yield* Print.say(`${said.outcome}: ${inWords(one)}: ${said.how}`)
  }
  yield* asked.anyway ? Effect.void : isFine(kept, missing)
  return kept
})

/** Nothing is completed while a promise is broken or a command waits for permission. */
const isFine = (kept: ReadonlyArray<Kept>, missing: ReadonlyArray<string>) => {
  const broken = kept.filter(({ outcome }) => outcome === "broken")
  if (broken.length > 0) {
    return Failure.make(
      "attention",
      `${broken.length} of ${kept.length} promises are broken; mend that, or complete the task with --anyway`
    )
  }
  return missing.length === 0 ? Effect.void : Failure.make(
    "attention",
    `a command was not run; to run it add ${[...new Set(missing)].join(" and ")}, or complete with --anyway`
  )
}

const idOf = ({ item, plan, session }: Promised) => ({ session, plan, item })

const inWords = ({ done_when, item, session }: Promised): string =>
  `step ${item} of ${briefly(session)}: ${done_when}`

/** The work tree that one stands in, which has to be one of the task's repository. */
const workTreeOf = (task: TaskKey.TaskKey, { values }: Config.Config) => {
  const top = Speaker.topOf(process.cwd())
  const repository = TaskKey.repository(task)
  const names = [values.repo, Speaker.repositoryOf(process.cwd())]
  return top !== undefined && names.includes(repository)
    ? Effect.succeed(top)
    : Effect.fail(Failure.make(
      "usage",
      `promises about ${repository} are checked in a work tree of it; ` +
        "go there, or name it in its .chorus.yaml"
    ))
}
