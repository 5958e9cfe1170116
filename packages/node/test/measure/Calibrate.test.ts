/**
 * Parameters fitted on examples, the file that carries them, and how a node takes it.
 */
import * as Parameters from "@chorus/coordination-core/detection/Parameters"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import { readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import * as Fit from "../../src/measure/calibrate/Fit.ts"
import * as ParameterFile from "../../src/measure/calibrate/ParameterFile.ts"
import { chorus, folder, refused } from "../Nodes.ts"
import * as Small from "./history.ts"

const logistic = (x: number) => 1 / (1 + Math.exp(-x))

/** Examples of which so many are true as `share` says of their logit, in turns and without chance. */
const examplesOf = (share: (logit: number) => number): ReadonlyArray<Fit.Example> =>
  Array.from({ length: 81 }, (_, at) => at / 10 - 4).flatMap((logit) =>
    Array.from({ length: 200 }, (_, turn) => ({
      confidence: logistic(logit),
      isTrue: (turn + 0.5) / 200 < share(logit)
    })))

describe("the fit", () => {
  it("finds the line by which confidences are wrong", () => {
    const examples = examplesOf((logit) => logistic(0.5 * logit - 1))

    const fitted = Fit.fit(examples, Parameters.defaults, { alertsPerTask: 0.1, tasks: examples.length })

    assert.closeTo(fitted.slope, 0.5, 0.02)
    assert.closeTo(fitted.shift, -1, 0.05)
    // A tenth of the examples lies above logit 3.2 of old, which is 0.6 now.
    assert.closeTo(fitted.threshold, logistic(0.6), 0.02)
    assert.deepInclude(fitted, { sharedScope: Parameters.defaults.sharedScope })
  })

  it("leaves confidences that are right, and never turns evidence round", () => {
    const aim = { alertsPerTask: 1, tasks: 10 }
    const right = Fit.fit(examplesOf(logistic), Parameters.defaults, aim)
    const reversed = Fit.fit(examplesOf((logit) => logistic(-logit)), Parameters.defaults, aim)

    assert.closeTo(right.slope, 1, 0.02)
    assert.isAbove(reversed.slope, 0)
    assert.isTrue(Object.values(Fit.fit([], Parameters.defaults, aim)).every(Number.isFinite))
  })
})

describe("a parameter file", () => {
  const provenance = { data: "history", tasks: 3, examples: 2, made: "today" }
  const text = ParameterFile.text({ ...Parameters.defaults, bias: 2 }, provenance)

  it("says what was written into it", () => {
    assert.deepStrictEqual(ParameterFile.parse(text), Result.succeed({ ...Parameters.defaults, bias: 2 }))
  })

  it.each([
    ["no JSON", "bias: 2", /^it is not JSON$/],
    ["another format", text.replace("parameters-1", "parameters-0"), /^Expected .*-1.* at \["format"\]/],
    ["a number that is none", text.replace("\"bias\": 2", "\"bias\": \"2\""), /\["parameters"\]\["bias"\]/],
    ["a number too few", text.replace(/"bias": 2,/, ""), /^bias is missing$/],
    ["a number too many", text.replace("\"bias\"", "\"biased\": 1, \"bias\""), /^biased is no parameter$/]
  ])("is refused with %s", (_, content, expected) => {
    assert.match(Result.getOrThrow(Result.flip(ParameterFile.parse(content))), expected)
  })
})

it.live("chorus calibrate writes a file that `bench detect` and a node take", () =>
  Effect.gen(function*() {
    const cwd = yield* folder
    const time = (at: number) => new Date(Date.UTC(2026, 0, 1) + at * 21_600_000).toISOString()
    // Two tasks each six hours, of which every second pair belongs together.
    const pairs = Array.from({ length: 320 }, (_, at) => at)
    writeFileSync(join(cwd, "tasks.jsonl"), Small.lines(pairs.flatMap((at) => [
      {
        id: `a${at}`,
        repository: "api",
        title: `Replace q${at}x z${at}y`,
        description: `The ledger of u${at}k grows a column for each season.`,
        time: time(at)
      },
      {
        id: `b${at}`,
        repository: "web",
        title: `Call q${at}x z${at % 2 === 0 ? at : -at}y`,
        description: `Visitors see v${at}m on the first page, beside the map.`,
        time: time(at + 0.1)
      }
    ])))
    writeFileSync(join(cwd, "links.jsonl"), Small.lines(pairs.filter((at) => at % 2 === 0).map((at) =>
      ({ from: `b${at}`, to: `a${at}`, same_author: false }))))

    const done = yield* chorus("calibrate . --out own.json --rate 0.2 --json", { cwd })

    assert.strictEqual(done.code, 0, done.stderr)
    const { after, before, parameters } = JSON.parse(done.stdout)
    assert.isBelow(after.calibration_error, before.calibration_error, JSON.stringify({ after, before }))
    assert.isAbove(after.recall, 0.5)
    assert.deepInclude(JSON.parse(readFileSync(join(cwd, "own.json"), "utf8")), { parameters })
    yield* Effect.all([
      Effect.map(
        chorus("bench detect --data . --rows ours --parameters own.json --json", { cwd }),
        ({ stdout }) => assert.isAbove(JSON.parse(stdout).rows[0].alerts[0].recall, 0.5)
      ),
      Effect.map(
        refused(64, "up --db a.db", { cwd, env: { CHORUS_DETECTION_PARAMETERS: "links.jsonl" } }),
        (line) => assert.match(line, /^links\.jsonl holds no parameters: it is not JSON; `chorus cal/)
      )
    ], { concurrency: 2 })
  }))

it.live("chorus calibrate refuses a history that says too little, and a rate that is none", () =>
  Effect.gen(function*() {
    const cwd = yield* folder
    Small.write(cwd)
    assert.match(
      yield* Effect.map(chorus("calibrate .", { cwd }), ({ stderr }) => stderr.split("\n").at(-2) ?? ""),
      /^chorus: \. is too small to calibrate on: in its first 70 % detection meets \d true pairs, and 20 are/
    )
    assert.match(yield* refused(64, "calibrate . --rate 9", { cwd }), /^--rate must be more than 0 and at/)
  }))
