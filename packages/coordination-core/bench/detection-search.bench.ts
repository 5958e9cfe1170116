/**
 * Ranking alone against MiniSearch, a full-text index for JavaScript: what it costs to index a task
 * and to ask for the ten most alike, with all tasks in the index.
 *
 * Asked is for the linked tasks; how often the partner is among the first five stands beside.
 */
import { type Benchmark, ratioOf, type Spent } from "@chorus/bench/Benchmark"
import type { Meter } from "@chorus/bench/Meter"
import * as Detector from "@chorus/coordination-core/detection/Detector"
import * as Index from "@chorus/coordination-core/detection/Index"
import * as Parameters from "@chorus/coordination-core/detection/Parameters"
import MiniSearch from "minisearch"
import { entryOf, type Linked, linkedOf } from "./Tasks.ts"

const size = 10_000
const [asked, judged] = [10, 5]

/** What an index answers: the places of the tasks most like the one at a place, the likest first. */
type Ask = (at: number) => ReadonlyArray<number>

const ours = ({ tasks }: Linked): Ask => {
  const entries = tasks.map(entryOf)
  const index = entries.reduce(Index.insert, Index.empty)
  const places = new Map(entries.map(({ claim }, at) => [claim, at]))
  const parameters = { ...Parameters.defaults, threshold: 0 }
  return (at) => {
    const entry = entries[at]!
    return Detector.detect(index, entry, {
      ...Detector.defaults,
      parameters,
      nowMillis: entry.atMillis,
      limit: asked
    }).map(({ task2 }) => places.get(task2.claim)!)
  }
}

const miniSearch = ({ tasks }: Linked): Ask => {
  const index = new MiniSearch({ fields: ["title", "description"], storeFields: ["repository"] })
  for (const [id, { description, repository, title }] of tasks.entries()) {
    index.add({ id, title, description, repository })
  }
  return (at) => {
    const { description, repository, title } = tasks[at]!
    const filter = (result: Record<string, unknown>): boolean => result["repository"] !== repository
    return index.search(`${title} ${description}`, { filter }).slice(0, asked).map(({ id }) => id)
  }
}

interface Side {
  /** What a task costs: indexing one and asking about one. */
  readonly spent: Spent
  readonly recall: string
}

const side = async (meter: Meter, linked: Linked, fill: (linked: Linked) => Ask): Promise<Side> => {
  const [ask, filling] = await meter.once(() => fill(linked))
  const pairs = [...linked.partners]
  const [found, asking] = await meter.once(() =>
    pairs.filter(([at, partner]) => ask(at).slice(0, judged).includes(partner)).length)
  const each = (which: keyof Spent): number =>
    filling[which] / linked.tasks.length + asking[which] / pairs.length
  return {
    spent: { wallMillis: each("wallMillis"), cpuMillis: each("cpuMillis") },
    recall: ((100 * found) / pairs.length).toFixed(1)
  }
}

export default {
  measures: "Indexing a task and asking for the ten most alike, on average.",
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
    await meter.warmUp(() => side(meter, few, miniSearch))
    await meter.warmUp(() => side(meter, few, ours))
    const linked = linkedOf(size)
    const theirs = await side(meter, linked, miniSearch)
    const own = await side(meter, linked, ours)
    return [{
      of: `${size} tasks`,
      ours: own.spent,
      baseline: theirs.spent,
      beside: { "R@5 %": own.recall, "MiniSearch R@5 %": theirs.recall }
    }]
  }
} satisfies Benchmark
