/**
 * `chorus calibrate DIR`: fits parameters on the earlier part of a history, and shows on the later
 * part, which the fit has not seen, what they bring.
 *
 *     30 days warm up │ 70 % of the tasks: fit │ 30 %: before and after
 */
import * as Parameters from "@chorus/coordination-core/detection/Parameters"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { writeFile } from "node:fs/promises"
import * as Failure from "../../cli/Failure.ts"
import { plainly } from "../../cli/Files.ts"
import * as Print from "../../cli/Print.ts"
import { version } from "../../Version.ts"
import * as Course from "../Course.ts"
import * as Folder from "../Folder.ts"
import * as History from "../History.ts"
import * as Metrics from "../Metrics.ts"
import type { Row } from "../Ranker.ts"
import type { CalibrateReport } from "../Reports.ts"
import * as Ours from "../rank/Ours.ts"
import type * as Fit from "./Fit.ts"
import * as ParameterFile from "./ParameterFile.ts"

export interface Options {
  readonly folder: string
  readonly out: string
  readonly alertsPerTask: number
  readonly trainer: Fit.Trainer
}

const fittedShare = 0.7
/** Fewer true pairs than this say too little to fit anything. */
const trueMin = 20

export const calibrate = Effect.fnUntraced(function*({ alertsPerTask, folder, out, trainer }: Options) {
  const history = yield* Folder.read(folder)
  const whole = History.questions(history, { notCode: new Set() })
  const split = whole.first + Math.floor(fittedShare * (whole.tasks.length - whole.first))
  const splitMillis = whole.tasks[split]?.atMillis
  const earlier = History.questions(history, { untilMillis: splitMillis, notCode: new Set() })
  const later = History.questions(history, { fromMillis: splitMillis, notCode: new Set() })

  const examples = (yield* Course.run(earlier, candidates(Parameters.defaults, "fit"))).pairs()
  const truePairs = examples.filter(({ isTrue }) => isTrue).length
  if (truePairs < trueMin) {
    return yield* Failure.make(
      "failure",
      `${folder} is too small to calibrate on: in its first ${fittedShare * 100} % detection meets ` +
        `${truePairs} true pairs, and ${trueMin} are needed`
    )
  }
  const parameters = trainer(
    examples.map(({ isTrue, score }) => ({ confidence: score, isTrue })),
    Parameters.defaults,
    { alertsPerTask, tasks: earlier.counts.evaluated }
  )
  const before = yield* alertsOf(later, Parameters.defaults, "before")
  const after = yield* alertsOf(later, parameters, "after")
  const provenance = {
    data: folder,
    tasks: earlier.counts.evaluated,
    examples: examples.length,
    made: `${new Date(yield* Clock.currentTimeMillis).toISOString()} by chorus ${version}`
  }
  yield* Effect.tryPromise({
    try: () => writeFile(out, ParameterFile.text(parameters, provenance), { flag: "wx" }),
    catch: (cause) => Failure.make("usage", `--out ${out} cannot be written: ${plainly(cause)}`)
  })
  const made = { file: out, ...provenance, true_pairs: truePairs, parameters, before, after }
  yield* Print.data("calibrate", made satisfies CalibrateReport, words)
})

/** Our detector with its candidates left as they are: the examples are more than the alerts. */
const candidates = (parameters: Parameters.Parameters, id: string): Row => ({
  id,
  title: id,
  feedback: true,
  make: (tasks) => {
    const { arrive, confirm, forget } = Ours.ranker(tasks, parameters)
    return { arrive, confirm, forget }
  }
})

const alertsOf = (questions: History.Questions, parameters: Parameters.Parameters, id: string) =>
  Effect.map(Course.run(questions, candidates(parameters, id)), (course) => {
    const alerts = course.pairs().filter(({ score }) => score >= parameters.threshold)
    const { evaluated, links, linksOfTwo } = questions.counts
    const figures = Metrics.yesNo(alerts, { tasks: evaluated, links, linksOfTwo })
    return {
      alerts_per_task: rounded(figures.alertsPerTask),
      precision: rounded(figures.precision),
      recall: rounded(figures.recall),
      calibration_error: rounded(Metrics.calibrationError(alerts) ?? 0)
    }
  })

const words = (given: CalibrateReport): string =>
  [
    `fitted on ${given.true_pairs} true pairs of ${given.tasks} tasks; on the tasks after them:`,
    Print.table(["", "ALERTS A TASK", "PRECISION", "RECALL", "CALIBRATION ERROR"], [
      ["before", ...Object.values(given.before).map(String)],
      ["after", ...Object.values(given.after).map(String)]
    ]),
    `wrote ${given.file}; a node takes it by detectionParameters: ${given.file} in .chorus.yaml`
  ].join("\n")

const rounded = (value: number): number => Number(value.toFixed(4))
