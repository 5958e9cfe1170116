/**
 * What it costs to take a task into a large index and out of it, against a small one.
 *
 *     insert at 100,000 ÷ insert at 1,000        remove ÷ insert, both at 100,000
 *     a hostile task ÷ an ordinary one as long as a task may be
 */
import { type Benchmark, ratioOf, type Row, type Spent } from "@chorus/bench/Benchmark"
import type { Meter } from "@chorus/bench/Meter"
import * as Detector from "@chorus/coordination-core/detection/Detector"
import * as Index from "@chorus/coordination-core/detection/Index"
import { entryOf, tasksOf } from "./Tasks.ts"

const [small, large, batch] = [1_000, 100_000, 500]
/** What a task's fields hold at most. */
const [titleMax, descriptionMax] = [200, 2_000]
const hostileBytes = 65_536

const rounds = 5

const entries = tasksOf(large + batch).map(entryOf)
const indexOf = (count: number): Index.Index => entries.slice(0, count).reduce(Index.insert, Index.empty)
const news = entries.slice(large)

/** Rare words, identifiers and what sends a careless pattern backwards, without an end. */
const hostile = (made: (number: number) => string, bytes: number): string => {
  let text = ""
  for (let number = 0; text.length < bytes; number++) text += made(number)
  return text
}

const attacks = {
  "64 KB of rare words": hostile((number) => `zq${number.toString(36)}x `, hostileBytes),
  "10,000 identifiers": Array.from({ length: 10_000 }, (_, number) => `aB${number}.cD_${number}`).join(" "),
  "a regex trap of 64 KB": hostile(() => "aA.-_", hostileBytes)
}

interface Turned {
  readonly index: Index.Index
  readonly inserting: Spent
  readonly removing: Spent
}

const plus = (one: Spent, other: Spent): Spent => ({
  wallMillis: one.wallMillis + other.wallMillis,
  cpuMillis: one.cpuMillis + other.cpuMillis
})

const nothing: Spent = { wallMillis: 0, cpuMillis: 0 }

/** All the news in, and out again. */
const turn = async (meter: Meter, before: Turned): Promise<Turned> => {
  const [full, inserting] = await meter.once(() => news.reduce(Index.insert, before.index))
  const [index, removing] = await meter.once(() =>
    news.reduce((rest, { claim }) => Index.remove(rest, claim), full))
  return {
    index,
    inserting: plus(before.inserting, inserting),
    removing: plus(before.removing, removing)
  }
}

/** Many times in and out again, with a question in between. */
const visit = (index: Index.Index, title: string, description: string): void => {
  let now = index
  for (let number = 0; number < 20; number++) {
    const task = { task_id: `x${number}`, repository: "team/hostile", title, description }
    const entry = entryOf(task, 2 * large + number)
    now = Index.insert(now, entry)
    Detector.detect(now, entry, { ...Detector.defaults, nowMillis: entry.atMillis, limit: 3 })
    now = Index.remove(now, entry.claim)
  }
}

const rowsOf = async (meter: Meter): Promise<ReadonlyArray<Row>> => {
  const begun = (count: number): Promise<Turned> =>
    turn(meter, { index: indexOf(count), inserting: nothing, removing: nothing })
  // What the first turn took is not counted.
  let few: Turned = { ...await begun(small), inserting: nothing, removing: nothing }
  let many: Turned = { ...await begun(large), inserting: nothing, removing: nothing }
  for (let round = 0; round < rounds; round++) {
    few = await turn(meter, few)
    many = await turn(meter, many)
  }
  const rows: Array<Row> = [
    { of: `insert at ${large} ÷ at ${small}`, ours: many.inserting, baseline: few.inserting },
    { of: `remove ÷ insert at ${large}`, ours: many.removing, baseline: many.inserting }
  ]
  const ordinary = hostile((number) => `${entries[number]?.task.description ?? ""} `, descriptionMax)
  for (const [of, text] of Object.entries(attacks)) {
    rows.push({
      of: `${of} ÷ an ordinary task at its limit`,
      ...await meter.paired({
        ours: () => visit(many.index, text.slice(0, titleMax), text),
        baseline: () => visit(many.index, ordinary.slice(0, titleMax), ordinary.slice(0, descriptionMax))
      })
    })
  }
  return rows
}

export default {
  measures: `Taking ${batch} tasks in and out; a hostile task in and out, and a question about it.`,
  baseline: "what it is held against",
  ratio: "ours ÷ baseline",
  goal: {
    says: "<= 3 × at 100 times the tasks, removal as cheap as insertion, hostile no dearer than long",
    reached: (rows) =>
      rows.every((row, at) => ratioOf("ours ÷ baseline", row).cpu <= (at === 0 ? 3 : 1.5))
  },
  note: "removal and a hostile task reach their goal up to 1.5 ×, which is what turns differ by",
  run: rowsOf
} satisfies Benchmark
