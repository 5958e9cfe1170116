/**
 * Ranking alone against MiniSearch, a full-text index for JavaScript: each task is indexed as it
 * arrives, and for every tenth, the linked ones among them, the ten most alike are asked for. How
 * often a linked task has its partner among the first five stands beside the cost.
 */
import { type Benchmark, ratioOf } from "@chorus/bench/Benchmark"
import * as Detector from "@chorus/coordination-core/detection/Detector"
import * as Index from "@chorus/coordination-core/detection/Index"
import * as Parameters from "@chorus/coordination-core/detection/Parameters"
import MiniSearch from "minisearch"
import { entryOf, type Linked, linkedOf } from "./Tasks.ts"

const size = 10_000
const [asked, judged, everyNth] = [10, 5, 10]

/** Of the linked tasks, how many have their partner among the first five, in percent. */
type Recall = number

const oursRun = ({ partners, tasks }: Linked): Recall => {
  let index = Index.empty
  let found = 0
  const options = {
    ...Detector.defaults,
    parameters: { ...Parameters.defaults, threshold: 0 },
    limit: asked
  }
  for (const [at, task] of tasks.entries()) {
    const entry = entryOf(task, at)
    index = Index.insert(index, entry)
    if (at % everyNth !== 0) continue
    const partner = tasks[partners.get(at) ?? -1]
    const best = Detector.detect(index, entry, { ...options, nowMillis: entry.atMillis })
    if (best.slice(0, judged).some(({ task2 }) => task2.task === partner)) found++
  }
  return (100 * found) / partners.size
}

const miniSearchRun = ({ partners, tasks }: Linked): Recall => {
  const index = new MiniSearch({ fields: ["title", "description"], storeFields: ["repository"] })
  let found = 0
  for (const [at, { description, repository, title }] of tasks.entries()) {
    index.add({ id: at, title, description, repository })
    if (at % everyNth !== 0) continue
    const best = index
      .search(`${title} ${description}`, { filter: (result) => result["repository"] !== repository })
      .slice(0, asked)
    if (best.slice(0, judged).some(({ id }) => id === partners.get(at))) found++
  }
  return (100 * found) / partners.size
}

export default {
  measures: "Indexing tasks as they arrive, and asking for the ten most alike of every tenth.",
  baseline: "MiniSearch",
  ratio: "baseline ÷ ours",
  goal: {
    says: ">= 5 × at equal or better R@5",
    reached: (rows) =>
      rows.every((row) =>
        ratioOf("baseline ÷ ours", row).cpu >= 5 &&
        Number(row.beside?.["R@5 %"]) >= Number(row.beside?.["MiniSearch R@5 %"]))
  },
  run: async (meter) => {
    const few = linkedOf(1_000)
    await meter.warmUp(() => oursRun(few))
    await meter.warmUp(() => miniSearchRun(few))
    const linked = linkedOf(size)
    const [theirRecall, baseline] = await meter.once(() => miniSearchRun(linked))
    const [recall, ours] = await meter.once(() => oursRun(linked))
    return [{
      of: `${size} tasks`,
      ours,
      baseline,
      beside: { "R@5 %": recall.toFixed(1), "MiniSearch R@5 %": theirRecall.toFixed(1) }
    }]
  }
} satisfies Benchmark
