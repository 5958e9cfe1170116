/**
 * A million open tasks in one process: how long the slowest percent of arriving tasks waits for an
 * answer, against 10,000 open tasks.
 *
 *     fill the index ──▶ for each of some more tasks: in, question, out
 */
import { type Benchmark, ratioOf, type Row } from "@chorus/bench/Benchmark"
import * as Detector from "@chorus/coordination-core/detection/Detector"
import * as Index from "@chorus/coordination-core/detection/Index"
import { setFlagsFromString } from "node:v8"
import { entryOf, tasksOf } from "./Tasks.ts"

// As much as is there; a heap grows to what it may while it is small.
setFlagsFromString("--max-old-space-size=16384")

const [few, many, questions] = [10_000, 1_000_000, 2_000]
const share = 0.99

interface Filled {
  readonly index: Index.Index
  readonly seconds: number
}

const filled = (entries: ReadonlyArray<Index.Entry>): Filled => {
  const start = performance.now()
  return { index: entries.reduce(Index.insert, Index.empty), seconds: (performance.now() - start) / 1000 }
}

/** The wall time that 99 of 100 questions stay under, in milliseconds. */
const p99 = (index: Index.Index, arriving: ReadonlyArray<Index.Entry>): number => {
  let now = index
  const millis = arriving.map((entry) => {
    const start = performance.now()
    now = Index.insert(now, entry)
    Detector.detect(now, entry, { ...Detector.defaults, nowMillis: entry.atMillis, limit: 3 })
    now = Index.remove(now, entry.claim)
    return performance.now() - start
  })
  return millis.toSorted((a, b) => a - b)[Math.floor(share * millis.length)] ?? Infinity
}

const row = (): Row => {
  const entries = tasksOf(many + questions).map(entryOf)
  const arriving = entries.slice(many)
  const small = filled(entries.slice(0, few))
  // Twice, and only the second counts: the first compiles.
  const baseline = [0, 1].map(() => p99(small.index, arriving)).at(-1) ?? Infinity
  const large = filled(entries.slice(0, many))
  const ours = [0, 1].map(() => p99(large.index, arriving)).at(-1) ?? Infinity
  return {
    of: `${many} open tasks`,
    ours: { amount: ours, unit: "ms" },
    baseline: { amount: baseline, unit: "ms" },
    beside: {
      "filled in": `${large.seconds.toFixed(0)} s`,
      memory: `${(process.memoryUsage().rss / 2 ** 30).toFixed(1)} GB`
    }
  }
}

export default {
  measures: "The slowest percent of answers with a million open tasks.",
  baseline: `${few} open tasks`,
  ratio: "ours ÷ baseline",
  goal: {
    says: "loads, and <= 10 ×",
    reached: (rows) => rows.every((each) => ratioOf("ours ÷ baseline", each).wall <= 10)
  },
  run: () => [row()]
} satisfies Benchmark
