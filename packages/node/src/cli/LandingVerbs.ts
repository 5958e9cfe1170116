/**
 * Verbs that land agreed work elsewhere and bring work in: export, import.
 */
import * as Effect from "effect/Effect"
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Option from "effect/Option"
import * as Words from "../api/Words.ts"
import * as Connection from "./Connection.ts"
import * as Failure from "./Failure.ts"
import { momentOf } from "./MeasureVerbs.ts"
import * as Print from "./Print.ts"
import { agent } from "./TaskVerbs.ts"

const exportPlan = Command.make("export", {
  sessions: Argument.String("session").pipe(
    Argument.withDescription("Resolved sessions, by their ids or the beginnings of them"),
    Argument.variadic({ min: 1 })
  ),
  format: Flag.Literals("format", ["depends-on", "markdown", "json"]).pipe(
    Flag.withDescription(
      "Footers for commit messages and pull requests, a page, or all as data (default depends-on)"
    ),
    Flag.withDefault("depends-on")
  ),
  only: Flag.String("for").pipe(
    Flag.withDescription("With depends-on: the bare lines for the change of this task"),
    Flag.optional
  ),
  change: Flag.String("change").pipe(
    Flag.withDescription("TASK=CHANGE, where a task does not name its change itself (repeatable)"),
    Flag.atLeast(0)
  )
}, Effect.fnUntraced(function*(given) {
  const settings = yield* Connection.config()
  const named = new Map(yield* Effect.forEach(given.change, (typed) => changeOf(typed)))
  const only = Option.isNone(given.only) ? undefined : yield* Connection.task(given.only.value, settings)
  const node = yield* Connection.client(settings)
  const agreed = yield* Effect.forEach(given.sessions, (session) => node.agreed({ session }))
  const Export = yield* Effect.promise(() => import("../landing/Export.ts"))
  const report = Export.report(agreed, named)
  if (only !== undefined && !report.order.some(({ task }) => task === only)) {
    return yield* Failure.make("usage", `${only} is in none of these sessions`)
  }
  const asked = given.format === "json" || (yield* Print.isJson)
  const text = given.format === "markdown" ? Export.markdown(report) : Export.dependsOn(report, only)
  // Another program reads the lines, so nothing is printed where there are none.
  if (asked) yield* Print.asJson("export", report)
  else if (text !== "") yield* Print.line(text)
  for (const { because, tasks, ways_out } of report.circles) {
    yield* Print.say(`${tasks.join(", ")} wait for each other, so no lines were made between them`)
    for (const line of [...because, ...ways_out]) yield* Print.say(`  ${line}`)
  }
  for (const task of report.without_change) {
    yield* Print.say(
      `${task} has no change yet, and others wait for it: \`chorus update ${task} --change …\`, ` +
        `or --change ${task}=…`
    )
  }
  const isWhole = report.circles.length + report.without_change.length === 0
  if (!isWhole) yield* Failure.quietly(Failure.exitCodes.attention)
}, Effect.scoped)).pipe(
  Command.withDescription(
    "Write the merge order of agreed plans: Depends-On lines that Zuul, Mergify and depends-on-action " +
      "read, Markdown or JSON. Ends with 2 when tasks wait for each other in a circle, or a change has " +
      "no name yet"
  ),
  Command.withExamples([
    { command: "chorus export dep_1a2b3c4d", description: "Each change with its lines" },
    {
      command: "chorus export dep_1a2b3c4d --for web#7 >> message.txt",
      description: "The lines of one change, for its commit message or pull request"
    },
    {
      command: "chorus export dep_1a2b3c4d conf_5e6f --format markdown --change backend#42=org/api#5",
      description: "Two sessions as one page"
    }
  ])
)

/** `TASK=CHANGE`; a task's id may hold an equals sign, a change does not begin with one. */
const changeOf = Effect.fnUntraced(function*(typed: string) {
  const [, task, change] = /^([^=]+#[^=]+)=(.+)$/.exec(typed) ?? []
  if (task === undefined) {
    return yield* Failure.make("usage", `--change "${typed}": write repository#id=CHANGE`)
  }
  return [task, yield* Connection.decoded(Words.change, change, `--change ${task}`)] as const
})

const dryRun = Flag.Boolean("dry-run").pipe(
  Flag.withDescription("Say what would be done, and do nothing"),
  Flag.withDefault(false)
)

const github = Command.make("github", {
  files: Argument.String("file").pipe(
    Argument.withDescription("What `gh issue list --json …` or `gh pr list --json …` printed"),
    Argument.variadic({ min: 1 })
  ),
  agent,
  history: Flag.String("history").pipe(
    Flag.withDescription("Also write a labelled history to this new folder, for `chorus bench detect`"),
    Flag.optional
  ),
  dryRun
}, Effect.fnUntraced(function*(given) {
  const settings = yield* Connection.config()
  const { github: run } = yield* Effect.promise(() => import("../landing/Import.ts"))
  const speaker = given.dryRun ? undefined : yield* Connection.speaker(given.agent, settings)
  const node = given.dryRun ? undefined : yield* Connection.client(settings)
  const report = yield* run({
    files: given.files,
    history: Option.getOrUndefined(given.history),
    announce: node === undefined || speaker === undefined ? undefined : (tasks) =>
      Effect.mapBoth(node.announce({ agent: speaker, tasks }), {
        onSuccess: ({ summary }) => summary,
        onFailure: ({ message }) => Failure.make("unavailable", message)
      })
  })
  yield* Print.data("import github", report, (what) =>
    [
      ...(given.dryRun ? what.announced.map(({ task, title }) => `${task}  ${Print.oneLine(title)}`) : []),
      what.said,
      `${what.links} of them depend on another; ${what.unresolved} footers name nothing in these files`,
      ...(what.history === undefined || given.dryRun ? [] : [
        `the history is in ${what.history}; next: chorus bench detect --data ${what.history}`
      ])
    ].join("\n"))
}, Effect.scoped)).pipe(
  Command.withDescription(
    "Announce the open issues and pull requests of GitHub as tasks that nobody holds yet; " +
      "`chorus tasks --suggest` offers them, and those that were closed since are offered no more"
  ),
  Command.withExamples([
    {
      command: "gh issue list -R org/api --json number,title,body,url,state > issues.json; " +
        "chorus import github issues.json --agent lead",
      description: "Offer the open issues of a repository"
    },
    {
      command: "chorus import github issues.json pulls.json --dry-run",
      description: "See what would be announced; nothing is"
    }
  ])
)

const dependsOn = Command.make("depends-on", {
  repositories: Argument.String("repo").pipe(
    Argument.withDescription("Local git repositories (default: here)"),
    Argument.variadic({ min: 0 })
  ),
  out: Flag.String("out").pipe(Flag.withDescription("The folder to write; new or empty (required)")),
  from: Flag.String("from").pipe(Flag.withDescription("Only commits from this date on"), Flag.optional),
  to: Flag.String("to").pipe(Flag.withDescription("Only commits before this date"), Flag.optional),
  dryRun
}, Effect.fnUntraced(function*(given) {
  const { mine } = yield* Effect.promise(() => import("../measure/mine/Write.ts"))
  yield* mine({
    repositories: given.repositories.length === 0 ? ["."] : given.repositories,
    out: given.out,
    fromMillis: yield* momentOf("--from", given.from),
    untilMillis: yield* momentOf("--to", given.to),
    isDry: given.dryRun
  })
})).pipe(
  Command.withDescription(
    "Read the footers of git histories (Depends-On, Needed-By, issues that two close) as ground truth: " +
      "commits are tasks that are over, so they are written to a folder and not announced"
  ),
  Command.withExamples([{
    command: "chorus import depends-on ~/src/api ~/src/web --out history",
    description: "Then `chorus bench detect` and `chorus calibrate` read it"
  }])
)

const importWork = Command.make("import").pipe(
  Command.withExamples([
    { command: "chorus import github issues.json --agent lead", description: "Offer issues as tasks" }
  ]),
  Command.withSubcommands([github, dependsOn])
)

// Neither word can name a constant.
export { exportPlan as export, importWork as import }
