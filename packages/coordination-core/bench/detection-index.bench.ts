/**
 * What it costs to take a task into a large index and out of it, against a small one.
 *
 *     insert at 100,000 ÷ insert at 1,000        remove ÷ insert, both at 100,000
 *     a hostile task ÷ an ordinary one as long as a task may be
 */
import { type Benchmark, ratioOf, type Row } from "@chorus/bench/Benchmark"
import type { Meter } from "@chorus/bench/Meter"
import * as Detector from "@chorus/coordination-core/detection/Detector"
import * as Index from "@chorus/coordination-core/detection/Index"
import { entryOf, tasksOf } from "./Tasks.ts"

const [small, large, batch] = [1_000, 100_000, 500]
/** What a task's fields hold at most. */
const [titleMax, descriptionMax] = [200, 2_000]
const hostileBytes = 65_536

const entries = tasksOf(large + batch).map(entryOf)
const indexOf = (count: number): Index.Index => entries.slice(0, count).reduce(Index.insert, Index.empty)
const news = entries.slice(large)
const inserted = (index: Index.Index): Index.Index => news.reduce(Index.insert, index)
const removed = (index: Index.Index): Index.Index =>
  news.reduce((rest, { claim }) => Index.remove(rest, claim), index)

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

/** Many times in and out again, with a question in between. */
const visit = (index: Index.Index, title: string, description: string): void => {
  for (let turn = 0; turn < 20; turn++) {
    const task = { task_id: `x${turn}`, repository: "team/hostile", title, description }
    const entry = entryOf(task, 2 * large + turn)
    const held = Index.insert(index, entry)
    Detector.detect(held, entry, { ...Detector.defaults, nowMillis: entry.atMillis, limit: 3 })
    Index.remove(held, entry.claim)
  }
}

const rowsOf = async (meter: Meter): Promise<ReadonlyArray<Row>> => {
  const [few, many] = [indexOf(small), indexOf(large)]
  const full = inserted(many)
  const ordinary = hostile((number) => `${entries[number]?.task.description ?? ""} `, descriptionMax)
  const row = async (of: string, ours: () => unknown, baseline: () => unknown): Promise<Row> => ({
    of,
    ...await meter.paired({ ours, baseline })
  })
  const rows = [
    await row(`insert at ${large} ÷ at ${small}`, () => inserted(many), () => inserted(few)),
    await row(`remove ÷ insert at ${large}`, () => removed(full), () => inserted(many))
  ]
  for (const [of, text] of Object.entries(attacks)) {
    rows.push(await row(
      `${of} ÷ an ordinary task at its limit`,
      () => visit(many, text.slice(0, titleMax), text),
      () => visit(many, ordinary.slice(0, titleMax), ordinary.slice(0, descriptionMax))
    ))
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
