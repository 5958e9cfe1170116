/**
 * Verbs that measure detection on a labelled history: bench detect, bench mine, calibrate.
 */
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Option from "effect/Option"
import * as Failure from "./Failure.ts"

const notCode = Flag.String("not-code").pipe(
  Flag.withDescription(
    "Repositories that the code columns leave out, separated by commas (default those of the " +
      "published history)"
  ),
  Flag.withDefault("project-config,openstack-zuul-jobs,requirements")
)

const parameters = Flag.String("parameters").pipe(
  Flag.withDescription("A parameter file of `chorus calibrate` instead of the built-in parameters"),
  Flag.optional
)

const detect = Command.make("detect", {
  data: Flag.String("data").pipe(
    Flag.withDescription("The folder: tasks.jsonl[.gz] and links.jsonl[.gz] (required)")
  ),
  rows: Flag.String("rows").pipe(
    Flag.withDescription(
      "Only these rows, separated by commas: newest, seed, tfidf, bm25, ours-no-feedback, ours, ours-titles"
    ),
    Flag.optional
  ),
  from: Flag.String("from").pipe(
    Flag.withDescription("Evaluate from this date on (2017-05-01); what lies before it warms up"),
    Flag.optional
  ),
  to: Flag.String("to").pipe(
    Flag.withDescription("Leave out what arrives on this date or later"),
    Flag.optional
  ),
  titleOnly: Flag.Boolean("title-only").pipe(
    Flag.withDescription("Show every row the titles alone"),
    Flag.withDefault(false)
  ),
  oneIn: Flag.Int("one-in").pipe(
    Flag.withDescription("Look at one in so many tasks and links, as a smaller mesh would"),
    Flag.withDefault(1)
  ),
  mistakes: Flag.Int("mistakes").pipe(
    Flag.withDescription(
      "List so many mistakes of each row, evenly drawn: partners not put first, and alerts without a link"
    ),
    Flag.withDefault(0)
  ),
  notCode,
  parameters
}, Effect.fnUntraced(function*(given) {
  const bounds = {
    fromMillis: yield* momentOf("--from", given.from),
    untilMillis: yield* momentOf("--to", given.to),
    notCode: new Set(listed(given.notCode))
  }
  if ((bounds.fromMillis ?? -Infinity) >= (bounds.untilMillis ?? Infinity)) {
    return yield* Failure.make("usage", "--from must lie before --to")
  }
  if (given.oneIn < 1) return yield* Failure.make("usage", "--one-in is 1 or more")
  const { detect: run } = yield* Effect.promise(() => import("../measure/Detect.ts"))
  yield* run({
    data: given.data,
    rows: Option.getOrUndefined(Option.map(given.rows, listed)),
    bounds,
    oneIn: given.oneIn,
    titlesOnly: given.titleOnly,
    mistakes: Math.max(0, given.mistakes),
    parameters: Option.getOrUndefined(given.parameters)
  })
})).pipe(
  Command.withDescription(
    "Measure detection on a labelled history: tasks arrive in time order, candidates are the tasks of " +
      "other repositories of the last 30 days, the first 30 days only warm up. R@k: a true partner among " +
      "the first k, of linked tasks whose partner arrived earlier inside the window; MRR: the mean of " +
      "1 / rank of the first. Alerts: of ours, what a node would raise (at most three a task, and over the " +
      "alarm's threshold); of the seed rules, every pair of which a rule fires; of the others, the best " +
      "three a task over a threshold that is chosen afterwards. Recall is over links. Ours hears of a link " +
      "a day after its later end. The calibration error is the expected one: alerts in ten bins of equally " +
      "many by confidence, the gap between the mean confidence and the share of true pairs, averaged; by " +
      "chance, what a perfect calibration would show on as many alerts. The cost is wall time of one thread"
  ),
  Command.withExamples([
    { command: "chorus bench detect --data history", description: "The whole table" },
    {
      command: "chorus bench detect --data history --rows ours,bm25 --from 2017-05-01 --json",
      description: "Two rows, over the later part"
    },
    {
      command: "chorus bench detect --data history --rows ours --mistakes 50",
      description: "What it got wrong, to be read"
    }
  ])
)

const mine = Command.make("mine", {
  repositories: Argument.String("repo").pipe(
    Argument.withDescription(
      "Local git repositories; where one was split off another, name the parent first"
    ),
    Argument.variadic({ min: 1 })
  ),
  out: Flag.String("out").pipe(Flag.withDescription("The folder to write; new or empty (required)")),
  from: Flag.String("from").pipe(Flag.withDescription("Only commits from this date on"), Flag.optional),
  to: Flag.String("to").pipe(Flag.withDescription("Only commits before this date"), Flag.optional)
}, Effect.fnUntraced(function*(given) {
  const bounds = {
    fromMillis: yield* momentOf("--from", given.from),
    untilMillis: yield* momentOf("--to", given.to)
  }
  const { mine: run } = yield* Effect.promise(() => import("../measure/mine/Write.ts"))
  yield* run({ repositories: given.repositories, out: given.out, ...bounds })
})).pipe(
  Command.withDescription(
    "Make a labelled history of local git repositories: their commits are the tasks, and what their " +
      "footers name in another of them (Depends-On, Needed-By, an issue that both close) are the links. " +
      "Footers, ids, addresses, names and bots are left out of the texts"
  ),
  Command.withExamples([{
    command: "chorus bench mine ~/src/api ~/src/web --out history",
    description: "Then `chorus bench detect --data history` measures on it"
  }])
)

export const calibrate = Command.make("calibrate", {
  folder: Argument.String("dir").pipe(
    Argument.withDescription("A labelled history, as `chorus bench mine` writes it")
  ),
  out: Flag.String("out").pipe(
    Flag.withDescription("The parameter file to write; it must not be there yet (default detection.json)"),
    Flag.withDefault("detection.json")
  ),
  rate: Flag.Finite("rate").pipe(
    Flag.withDescription("The alerts to aim at, for each task on average (default 0.06)"),
    Flag.withDefault(0.06)
  )
}, Effect.fnUntraced(function*({ folder, out, rate }) {
  if (rate <= 0 || rate > 3) return yield* Failure.make("usage", "--rate must be more than 0 and at most 3")
  const { calibrate: run } = yield* Effect.promise(() => import("../measure/calibrate/Calibrate.ts"))
  const { fit } = yield* Effect.promise(() => import("../measure/calibrate/Fit.ts"))
  yield* run({ folder, out, alertsPerTask: rate, trainer: fit })
})).pipe(
  Command.withExamples([
    {
      command: "chorus calibrate history --out detection.json",
      description: "A file for the setting detectionParameters"
    }
  ])
)

export const bench = Command.make("bench").pipe(
  Command.withExamples([
    { command: "chorus bench detect --data history", description: "How well detection does on it" }
  ]),
  Command.withSubcommands([detect, mine])
)

const listed = (text: string): ReadonlyArray<string> =>
  text.split(",").map((each) => each.trim()).filter((each) => each !== "")

/** The moment that a flag names. */
export const momentOf = (flag: string, typed: Option.Option<string>) => {
  if (Option.isNone(typed)) return Effect.succeed(undefined)
  const moment = DateTime.make(typed.value)
  return Option.isSome(moment)
    ? Effect.succeed(DateTime.toEpochMillis(moment.value))
    : Effect.fail(Failure.make("usage", `${flag} "${typed.value}" is no date; write 2017-05-01`))
}
