/**
 * Learns boosted trees from labelled pairs: histograms, leaf by leaf, the log-loss. Pure.
 *
 *     examples ──▶ bins ──▶ tree after tree, each towards what the ones before got wrong ──▶ Trees
 *
 * The same examples and the same seed give the same trees. The cost is trees × features × examples.
 */
import { type Examples, Learner, type Node, type Settings } from "./Growth.ts"
import type { Trees } from "./Trees.ts"

export const defaults: Settings = {
  trees: 160,
  leaves: 16,
  rate: 0.08,
  leastCurvature: 10,
  shrinkage: 20,
  featureShare: 0.4,
  seed: 1
}

export const train = (examples: Examples, settings: Settings = defaults): Trees => {
  const { labels, weights } = examples
  const learner = new Learner(examples, settings)
  let [yes, all] = [0, 0]
  for (const [at, weight] of weights.entries()) {
    all += weight
    if (labels[at] === 1) yes += weight
  }
  const bias = Math.log(Math.max(yes, 1e-9) / Math.max(all - yes, 1e-9))
  learner.logits.fill(bias)
  const trees: Flat = { roots: [], features: [], thresholds: [], rights: [], values: [] }
  for (let tree = 0; tree < settings.trees; tree++) flatten(learner.grow(), learner.cuts, trees)
  return { bias, ...trees }
}

/** The mean of several, as one. */
export const averaged = (all: ReadonlyArray<Trees>): Trees => {
  const scaled = (values: ReadonlyArray<number>) => values.map((value) => rounded(value / all.length))
  const offsets = all.map((_, nth) =>
    all.slice(0, nth).reduce((sum, { features }) => sum + features.length, 0))
  const moved = (places: ReadonlyArray<number>, nth: number) =>
    places.map((place) => place + (offsets[nth] ?? 0))
  return {
    bias: all.reduce((sum, { bias }) => sum + bias / all.length, 0),
    roots: all.flatMap(({ roots }, nth) => moved(roots, nth)),
    features: all.flatMap(({ features }) => features),
    thresholds: all.flatMap(({ thresholds }) => thresholds),
    rights: all.flatMap(({ rights }, nth) => moved(rights, nth)),
    values: all.flatMap(({ values }) => scaled(values))
  }
}

type Flat = { [Field in Exclude<keyof Trees, "bias">]: Array<number> }

const flatten = (root: Node, cuts: ReadonlyArray<Float32Array>, trees: Flat): void => {
  trees.roots.push(trees.features.length)
  const write = ({ children, leaf, value }: Node): void => {
    const place = trees.features.length
    trees.values.push(rounded(value))
    trees.rights.push(0)
    if (children === undefined || leaf.split === undefined) {
      trees.features.push(-1)
      trees.thresholds.push(0)
      return
    }
    trees.features.push(leaf.split.feature)
    trees.thresholds.push(cuts[leaf.split.feature]?.[leaf.split.bin] ?? 0)
    write(children[0])
    trees.rights[place] = trees.features.length
    write(children[1])
  }
  write(root)
}

const rounded = (value: number): number => Number(value.toPrecision(4))
