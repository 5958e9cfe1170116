/**
 * The trained second stage: trees over features, and how their logits become chances.
 *
 * `model.json` holds it, with where it came from. Nothing in it names a repository or a word; it was
 * trained on another organisation's history than the one it is used on, and `settled` says from how
 * many open tasks on it is believed alone.
 */
import * as Feature from "./Feature.ts"
import file from "./model.json" with { type: "json" }
import * as Trees from "./Trees.ts"

/** What `model.json` holds. */
export interface File {
  readonly provenance: Provenance
  /** The names of the features, in the order in which trees number them. */
  readonly features: ReadonlyArray<string>
  /** The chance of a pair is the logistic of slope × logit + offset. */
  readonly calibration: { readonly slope: number; readonly offset: number }
  readonly trees: Trees.Trees
}

export interface Provenance {
  /** The command that makes the file again. */
  readonly script: string
  /** SHA-256 of the tasks and links that it was trained on. */
  readonly data: string
  readonly from: string
  readonly to: string
  /** From when on the figures were measured. */
  readonly measuredFrom: string
  readonly tasks: number
  readonly links: number
  readonly examples: number
  /** What the same settings reached on a later part, trained on the earlier part alone. */
  readonly measured: Readonly<Record<string, number>>
}

export interface Model {
  readonly forest: Trees.Forest
  readonly slope: number
  readonly offset: number
}

/** A model whose features are not those of this version is refused. */
export const of = ({ calibration, features, trees }: File): Model => {
  if (features.join(" ") !== Feature.names.join(" ")) {
    throw new TypeError("the model was trained on other features than these")
  }
  return { forest: Trees.planted(trees), slope: calibration.slope, offset: calibration.offset }
}

export const trained: Model = of(file)

/** The trees that every candidate is shown; only the best are shown the rest. */
const roughTrees = 32
const carefulMax = 12

/** The calibrated logits of rows of features. */
export const logits = ({ forest, offset, slope }: Model, rows: Float32Array): Float64Array =>
  scores(forest, rows).map((score) => slope * score + offset)

/** The logits before calibration. */
export const scores = (forest: Trees.Forest, rows: Float32Array): Float64Array => {
  const width = Feature.count
  const all = Array.from({ length: rows.length / width }, (_, nth) => nth)
  const sums = new Float64Array(all.length).fill(forest.bias)
  const trees = forest.roots.length
  Trees.addTo(sums, forest, rows, width, all, 0, Math.min(trees, roughTrees))
  if (trees > roughTrees) {
    const order = all.toSorted((a, b) => (sums[b] ?? 0) - (sums[a] ?? 0))
    const careful = order.slice(0, carefulMax)
    Trees.addTo(sums, forest, rows, width, careful, roughTrees, trees)
    const least = Math.min(...careful.map((nth) => sums[nth] ?? 0))
    for (const nth of order.slice(carefulMax)) sums[nth] = Math.min(least, sums[nth] ?? 0)
  }
  return sums
}

/** What each kind of evidence adds to the calibrated logit of one row. */
export const contributions = ({ forest, slope }: Model, row: Float32Array): Record<Feature.Group, number> => {
  const sums = { words: 0, list: 0, time: 0, repository: 0, history: 0 }
  for (const [at, change] of Trees.contributions(forest, row).entries()) {
    const name = Feature.names[at]
    if (name !== undefined) sums[Feature.groups[name]] += slope * change
  }
  return sums
}
