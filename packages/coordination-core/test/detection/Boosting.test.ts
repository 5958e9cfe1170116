/**
 * Trees learn what no straight line separates, say why, and turn into the chances that hold.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Boosting from "@chorus/coordination-core/detection/Boosting"
import * as Calibration from "@chorus/coordination-core/detection/Calibration"
import * as Trees from "@chorus/coordination-core/detection/Trees"

const size = 4000
const width = 3

/** True where the first two features are on different sides of a half; the third says nothing. */
const examples = () => {
  const rows = Float32Array.from({ length: size * width }, (_, at) => (at * 0.754_877_666_2) % 1)
  const labels = Uint8Array.from({ length: size }, (_, at) =>
    ((rows[at * width] ?? 0) < 0.5) === ((rows[at * width + 1] ?? 0) < 0.5) ? 0 : 1)
  return { width, rows, labels, weights: new Float32Array(size).fill(1) }
}
const settings = { ...Boosting.defaults, trees: 40, featureShare: 1, leastCurvature: 1 }

const scoresOf = (trees: Trees.Trees, rows: Float32Array): Float64Array => {
  const all = Array.from({ length: rows.length / width }, (_, nth) => nth)
  const scores = new Float64Array(all.length).fill(trees.bias)
  Trees.addTo(scores, Trees.planted(trees), rows, width, all, 0, trees.roots.length)
  return scores
}

describe("boosted trees", () => {
  const { labels, rows, ...rest } = examples()
  const trees = Boosting.train({ labels, rows, ...rest }, settings)

  it("tell apart what takes two features together", () => {
    const right = scoresOf(trees, rows).filter((score, at) => (score > 0 ? 1 : 0) === labels[at])

    assert.isAbove(right.length / size, 0.97)
  })

  it("are the same for the same examples and seed", () => {
    assert.deepStrictEqual(Boosting.train(examples(), settings), trees)
    assert.notDeepEqual(Boosting.train(examples(), { ...settings, featureShare: 0.5, seed: 2 }), trees)
  })

  it("say what each feature changed: together with the roots it is the score", () => {
    const forest = Trees.planted(trees)
    const base = [...forest.roots].reduce((sum, root) => sum + (forest.values[root] ?? 0), trees.bias)
    for (let nth = 0; nth < 50; nth++) {
      const row = rows.subarray(nth * width, (nth + 1) * width)
      const sum = Trees.contributions(forest, row).reduce((whole, part) => whole + part, base)

      assert.closeTo(sum, scoresOf(trees, row)[0] ?? NaN, 1e-4)
    }
  })

  it("averaged, score the mean", () => {
    const other = Boosting.train(examples(), { ...settings, trees: 10, seed: 3 })
    const [one, two, both] = [trees, other, Boosting.averaged([trees, other])]
      .map((each) => scoresOf(each, rows))

    for (let nth = 0; nth < 50; nth++) {
      assert.closeTo(both?.[nth] ?? NaN, ((one?.[nth] ?? 0) + (two?.[nth] ?? 0)) / 2, 1e-3)
    }
  })
})

describe("calibration", () => {
  it("finds the chances behind scores that are too sure, and measures ranks and alerts", () => {
    const answers = Array.from({ length: 3000 }, (_, at): Calibration.Answer => {
      const score = 8 * ((at * 0.618_033_988_7) % 1) - 4
      const isTrue = (at * 0.414_213_562_4) % 1 < 1 / (1 + Math.exp(-0.5 * score))
      const scores = Float64Array.of(-20, score)
      return { weight: 1, scores, labels: [false, isTrue], links: isTrue ? 1 : 0 }
    })

    const { calibration, measured } = Calibration.fitted(answers)

    const chance = 1 / (1 + Math.exp(-calibration.slope * 2 - calibration.offset))
    assert.closeTo(chance, 1 / (1 + Math.exp(-1)), 0.08)
    assert.strictEqual(measured["recallAt1"], 1)
    assert.closeTo(measured["alertsPerTask"] ?? 0, Calibration.rate, 0.001)
    assert.closeTo(measured["sureness"] ?? 0, measured["precision"] ?? 1, 0.06)
  })
})
