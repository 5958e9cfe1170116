/**
 * How one tree grows: leaf by leaf, always where it helps most, on histograms of what the trees
 * before it got wrong.
 */

/** Rows of features, one after the other, what they are, and how much each counts. */
export interface Examples {
  readonly width: number
  readonly rows: Float32Array
  readonly labels: Uint8Array
  readonly weights: Float32Array
}

export interface Settings {
  readonly trees: number
  readonly leaves: number
  readonly rate: number
  /** A leaf holds at least so much of the second derivative. */
  readonly leastCurvature: number
  readonly shrinkage: number
  /** The share of features that a tree may look at. */
  readonly featureShare: number
  readonly seed: number
}

const binsMax = 64

/** Examples that are nearly right are drawn at random, and count the more. */
const surelyKept = 0.02
const leastKept = 0.05

interface Leaf {
  readonly from: number
  readonly to: number
  readonly gradient: number
  readonly curvature: number
  readonly histogram: Float64Array
  readonly split: Split | undefined
}

interface Split {
  readonly feature: number
  readonly bin: number
  readonly gain: number
}

/** A node of a tree while it grows. */
export interface Node {
  leaf: Leaf
  readonly value: number
  children: readonly [Node, Node] | undefined
}

export class Learner {
  readonly cuts: ReadonlyArray<Float32Array>
  readonly logits: Float32Array
  readonly #examples: Examples
  readonly #settings: Settings
  readonly #bins: ReadonlyArray<Uint8Array>
  readonly #gradients: Float32Array
  readonly #curvatures: Float32Array
  /** The examples of a tree, those of one leaf side by side. */
  readonly #order: Int32Array
  readonly #aside: Int32Array
  readonly #random: () => number
  #features: ReadonlyArray<number> = []

  constructor(examples: Examples, settings: Settings) {
    const size = examples.labels.length
    this.#examples = examples
    this.#settings = settings
    const features = Array.from({ length: examples.width }, (_, feature) => feature)
    this.cuts = features.map((feature) => cutsOf(examples, feature))
    this.#bins = features.map((feature) =>
      binned(examples, feature, this.cuts[feature] ?? new Float32Array()))
    this.logits = new Float32Array(size)
    this.#gradients = new Float32Array(size)
    this.#curvatures = new Float32Array(size)
    this.#order = new Int32Array(size)
    this.#aside = new Int32Array(size)
    this.#random = generator(settings.seed)
  }

  grow(): Node {
    const { featureShare, leaves } = this.#settings
    this.#features = this.#bins.flatMap((_, feature) => this.#random() < featureShare ? [feature] : [])
    const size = this.#drawn()
    const root = this.#node(0, size, undefined)
    const open = [root]
    while (open.length < leaves) {
      let best: Node | undefined
      for (const node of open) {
        const gain = node.leaf.split?.gain ?? 0
        if (gain > (best?.leaf.split?.gain ?? leastGain)) best = node
      }
      if (best === undefined) break
      const children = this.#split(best)
      best.children = children
      open.splice(open.indexOf(best), 1, ...children)
    }
    this.#learn(root)
    return root
  }

  /** Works out where each example pulls, and draws those that a tree looks at. */
  #drawn(): number {
    const { labels, weights } = this.#examples
    let size = 0
    for (let at = 0; at < labels.length; at++) {
      const weight = weights[at] ?? 0
      const chance = 1 / (1 + Math.exp(-(this.logits[at] ?? 0)))
      const gradient = weight * (chance - (labels[at] ?? 0))
      const curvature = weight * Math.max(1e-6, chance * (1 - chance))
      const kept = Math.min(1, Math.max(leastKept, Math.abs(gradient) / surelyKept))
      if (kept < 1 && this.#random() >= kept) continue
      this.#gradients[at] = gradient / kept
      this.#curvatures[at] = curvature / kept
      this.#order[size++] = at
    }
    return size
  }

  #node(from: number, to: number, histogram: Float64Array | undefined): Node {
    let [gradient, curvature] = [0, 0]
    for (let at = from; at < to; at++) {
      const example = this.#order[at] ?? 0
      gradient += this.#gradients[example] ?? 0
      curvature += this.#curvatures[example] ?? 0
    }
    const counted = histogram ?? this.#counted(from, to)
    const split = this.#best(counted, gradient, curvature)
    const pull = -gradient / (curvature + this.#settings.shrinkage)
    return {
      leaf: { from, to, gradient, curvature, histogram: counted, split },
      value: this.#settings.rate * Math.max(-stepMax, Math.min(stepMax, pull)),
      children: undefined
    }
  }

  #counted(from: number, to: number): Float64Array {
    const histogram = new Float64Array(this.#bins.length * binsMax * 2)
    for (const feature of this.#features) {
      const bins = this.#bins[feature] ?? new Uint8Array()
      const offset = feature * binsMax * 2
      for (let at = from; at < to; at++) {
        const example = this.#order[at] ?? 0
        const place = offset + 2 * (bins[example] ?? 0)
        histogram[place] = (histogram[place] ?? 0) + (this.#gradients[example] ?? 0)
        histogram[place + 1] = (histogram[place + 1] ?? 0) + (this.#curvatures[example] ?? 0)
      }
    }
    return histogram
  }

  #best(histogram: Float64Array, gradient: number, curvature: number): Split | undefined {
    const { leastCurvature, shrinkage } = this.#settings
    const worth = (pull: number, stiffness: number): number => pull ** 2 / (stiffness + shrinkage)
    const whole = worth(gradient, curvature)
    let best: Split | undefined
    for (const feature of this.#features) {
      let [left, stiffness] = [0, 0]
      for (let bin = 0; bin < (this.cuts[feature]?.length ?? 0); bin++) {
        const place = 2 * (feature * binsMax + bin)
        left += histogram[place] ?? 0
        stiffness += histogram[place + 1] ?? 0
        if (stiffness < leastCurvature) continue
        if (curvature - stiffness < leastCurvature) break
        const gain = worth(left, stiffness) + worth(gradient - left, curvature - stiffness) - whole
        if (gain > (best?.gain ?? 0)) best = { feature, bin, gain }
      }
    }
    return best
  }

  #split({ leaf }: Node): readonly [Node, Node] {
    const { from, histogram, split, to } = leaf
    const bins = this.#bins[split?.feature ?? 0] ?? new Uint8Array()
    let [middle, right] = [from, 0]
    for (let at = from; at < to; at++) {
      const example = this.#order[at] ?? 0
      if ((bins[example] ?? 0) <= (split?.bin ?? 0)) this.#order[middle++] = example
      else this.#aside[right++] = example
    }
    for (let at = 0; at < right; at++) this.#order[middle + at] = this.#aside[at] ?? 0
    // The larger half is what the smaller one leaves of the whole.
    if (middle - from < to - middle) {
      const small = this.#node(from, middle, undefined)
      return [small, this.#node(middle, to, without(histogram, small.leaf.histogram))]
    }
    const small = this.#node(middle, to, undefined)
    return [this.#node(from, middle, without(histogram, small.leaf.histogram)), small]
  }

  /** All examples move by what the tree says of them. */
  #learn(root: Node): void {
    for (let at = 0; at < this.logits.length; at++) {
      let node = root
      while (node.children !== undefined) {
        const { bin = 0, feature = 0 } = node.leaf.split ?? {}
        node = node.children[(this.#bins[feature]?.[at] ?? 0) <= bin ? 0 : 1]
      }
      this.logits[at] = (this.logits[at] ?? 0) + node.value
    }
  }
}

const stepMax = 2.5
const leastGain = 1e-6

const without = (whole: Float64Array, part: Float64Array): Float64Array => {
  for (let at = 0; at < whole.length; at++) whole[at] = (whole[at] ?? 0) - (part[at] ?? 0)
  return whole
}

const sampledMax = 50_000

/** Values that cut the examples into about equal parts. */
const cutsOf = ({ labels, rows, width }: Examples, feature: number): Float32Array => {
  const stride = Math.max(1, Math.ceil(labels.length / sampledMax))
  const values = Float32Array.from(
    { length: Math.ceil(labels.length / stride) },
    (_, at) => rows[at * stride * width + feature] ?? 0
  ).sort()
  const cuts = Array.from({ length: binsMax - 1 }, (_, at) =>
    values[Math.floor((at + 1) * values.length / binsMax)] ?? 0)
  return Float32Array.from([...new Set(cuts)].filter((cut) => cut > (values[0] ?? 0)))
}

const binned = ({ labels, rows, width }: Examples, feature: number, cuts: Float32Array): Uint8Array =>
  Uint8Array.from(labels, (_, at) => {
    const value = rows[at * width + feature] ?? 0
    let [low, high] = [0, cuts.length]
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((cuts[middle] ?? 0) <= value) low = middle + 1
      else high = middle
    }
    return low
  })

/** A small, well-known generator (mulberry32). */
const generator = (seed: number) => () => {
  seed = (seed + 0x6d2b79f5) | 0
  let mixed = Math.imul(seed ^ (seed >>> 15), 1 | seed)
  mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
  return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
}
