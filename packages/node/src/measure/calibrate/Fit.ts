/**
 * Parameters from a history's own examples: pairs that detection scored, and whether they were true.
 *
 *     confidence ──logit──▶ slope · logit + shift ──logistic──▶ the share of true pairs
 *
 * The slope and the shift make the likelihood of the examples greatest (Newton's method, held a
 * little towards slope 1 and shift 0, for few examples). They only stretch the verdicts that a
 * history speaks of: the order of candidates stays, and declared scopes keep their weight. Pure.
 */
import type { Parameters } from "@chorus/coordination-core/detection/Parameters"

export interface Example {
  /** As the parameters that are given have it, from 0 to 1. */
  readonly confidence: number
  readonly isTrue: boolean
}

export interface Aim {
  /** The alerts that a task shall bring on average. */
  readonly alertsPerTask: number
  /** How many tasks the examples come from. */
  readonly tasks: number
}

/** Makes parameters of examples; any other way to fit them is one of these. */
export type Trainer = (
  examples: ReadonlyArray<Example>,
  parameters: Parameters,
  aim: Aim
) => Parameters

export const fit: Trainer = (examples, parameters, aim) => {
  const { shift, slope } = lineOf(examples)
  return {
    ...parameters,
    slope: rounded(slope * parameters.slope),
    shift: rounded(slope * parameters.shift + shift),
    rate: aim.alertsPerTask,
    threshold: thresholdOf(examples.map(({ confidence }) =>
      logistic(slope * logit(confidence) + shift)), aim)
  }
}

interface Line {
  readonly slope: number
  readonly shift: number
}

const stepsMax = 50
/** As if so many examples had spoken for slope 1 and shift 0. */
const held = 1
/** A slope below this would turn more evidence into less confidence. */
const slopeMin = 0.05

const lineOf = (examples: ReadonlyArray<Example>): Line => {
  let [slope, shift] = [1, 0]
  for (let step = 0; step < stepsMax; step++) {
    let [bySlope, byShift] = [held * (1 - slope), held * (0 - shift)]
    let [slopes, both, shifts] = [held, 0, held]
    for (const { confidence, isTrue } of examples) {
      const x = logit(confidence)
      const expected = logistic(slope * x + shift)
      const missed = (isTrue ? 1 : 0) - expected
      const weight = expected * (1 - expected)
      bySlope += missed * x
      byShift += missed
      slopes += weight * x * x
      both += weight * x
      shifts += weight
    }
    const area = slopes * shifts - both * both
    const [ahead, aside] = [
      (shifts * bySlope - both * byShift) / area,
      (slopes * byShift - both * bySlope) / area
    ]
    // A long step past the top is halved until it is short, and so never swings.
    const scale = 1 / Math.max(1, Math.hypot(ahead, aside))
    slope = Math.max(slopeMin, slope + scale * ahead)
    shift += scale * aside
    if (Math.hypot(ahead, aside) < 1e-9) break
  }
  return { slope, shift }
}

/** Confidences come in thousandths; 0 and 1 stand for what is nearest to them. */
const logit = (confidence: number): number => {
  const inside = Math.min(0.9995, Math.max(0.0005, confidence))
  return Math.log(inside / (1 - inside))
}

const logistic = (x: number): number => 1 / (1 + Math.exp(-x))

/** The confidence that brings the alerts which are aimed at. */
const thresholdOf = (confidences: ReadonlyArray<number>, { alertsPerTask, tasks }: Aim): number => {
  const wanted = Math.max(1, Math.round(alertsPerTask * tasks))
  return rounded(confidences.toSorted((a, b) => b - a)[wanted - 1] ?? 0)
}

const rounded = (value: number): number => Number(value.toFixed(4))
