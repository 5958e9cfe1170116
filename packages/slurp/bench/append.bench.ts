/**
 * Durable append: many callers that share a sync of the disk, against one sync an event.
 *
 * Both write the same rows to the same tables of a file of their own with `synchronous=FULL`. Each
 * caller commits its next fact as soon as the one before is acknowledged.
 */
import type { Benchmark, Row } from "@chorus/bench/Benchmark"
import { ratioOf } from "@chorus/bench/Benchmark"
import { FactId, LogId } from "@chorus/coordination-core/identity/FactId"
import * as Hash from "@chorus/coordination-core/identity/Hash"
import { FactStore, type StoredFact } from "@chorus/coordination-core/ports/FactStore"
import { SqliteDatabase } from "@chorus/slurp/SqliteDatabase"
import * as SqliteFactStore from "@chorus/slurp/SqliteFactStore"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"

const factsWanted = 4096
const callers = 256
const bytes = 800
const p99MillisMax = 25
const ratioWanted = 20

const log = LogId.make(`12D3KooW${"A".repeat(44)}/${"0".repeat(16)}`)

const facts: ReadonlyArray<StoredFact> = Array.from({ length: factsWanted }, (_, at) => ({
  id: FactId.make(Hash.ofText(String(at))),
  log,
  seq: at + 1,
  sealed: new Uint8Array(bytes).fill(at),
  seenAtMillis: at
}))

const grouped = (file: string): Promise<ReadonlyArray<number>> =>
  FactStore.pipe(
    Effect.flatMap((store) => {
      const millis: Array<number> = []
      return Effect.as(
        Effect.forEach(facts, (fact) =>
          Effect.suspend(() => {
            const start = performance.now()
            return Effect.tap(store.commit({ facts: [fact], events: [] }), () =>
              Effect.sync(() => millis.push(performance.now() - start)))
          }), { concurrency: callers, discard: true }),
        millis
      )
    }),
    Effect.provide(SqliteFactStore.layer.pipe(Layer.provide(SqliteDatabase.layer({ file })))),
    Effect.runPromise
  )

const oneByOne = (file: string): void => {
  using database = new DatabaseSync(file)
  database.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
    CREATE TABLE facts (number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, log TEXT NOT NULL,
      seq INTEGER NOT NULL, sealed BLOB NOT NULL, seen_at_millis INTEGER NOT NULL) STRICT;
    CREATE INDEX facts_by_place ON facts (log, seq)`)
  const insert = database.prepare(
    "INSERT INTO facts (id, log, seq, sealed, seen_at_millis) VALUES (?, ?, ?, ?, ?)"
  )
  for (const fact of facts) {
    insert.run(fact.id, fact.log, fact.seq, fact.sealed, fact.seenAtMillis)
  }
}

const run: Benchmark["run"] = async (meter): Promise<ReadonlyArray<Row>> => {
  const folder = mkdtempSync(join(tmpdir(), "chorus-bench-"))
  let files = 0
  const latencies: Array<number> = []
  const file = () => join(folder, `${++files}.db`)
  try {
    const spent = await meter.paired({
      ours: async () => { latencies.push(...await grouped(file())) },
      baseline: () => oneByOne(file())
    }, { rounds: 3 })
    const p99 = latencies.toSorted((a, b) => a - b)[Math.floor(latencies.length * 0.99)] ?? 0
    return [{
      of: `${factsWanted} facts, ${callers} callers`,
      ...spent,
      beside: { "p99 ms": p99.toFixed(1) }
    }]
  } finally {
    rmSync(folder, { recursive: true })
  }
}

export default {
  measures: "Durable append of facts.",
  baseline: "a sync an event",
  ratio: "baseline ÷ ours",
  goal: {
    says: `>= ${ratioWanted} × at p99 <= ${p99MillisMax} ms`,
    reached: (rows) =>
      rows.every(({ beside, ...row }) =>
        ratioOf("baseline ÷ ours", row).wall >= ratioWanted && Number(beside?.["p99 ms"]) <= p99MillisMax
      )
  },
  note: "what a sync costs is the disk's: where it costs little, there is little to share",
  run
} satisfies Benchmark
