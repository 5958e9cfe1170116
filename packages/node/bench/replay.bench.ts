/**
 * Reading the whole log with its checks, against reading the same rows without any.
 *
 *     ours: quick check ──▶ rows ──▶ checksum of each ──▶ seal read for its purpose ──▶ JSON.parse
 *     rows:                 rows ──▶                      JSON.parse of what is sealed in them
 *
 * What is checked is that the bytes are those that were written; what they mean is the business of
 * `restart`.
 */
import { type Benchmark, ratioOf } from "@chorus/bench/Benchmark"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import * as Stored from "./history/Stored.ts"

const ratio = "baseline ÷ ours"

export default {
  measures: "Stored facts read with their checksums.",
  baseline: "rows and JSON.parse",
  ratio,
  goal: {
    says: ">= 0.5 × and 100,000 facts in 0.5 s",
    reached: (all) => all.every((row) =>
      ratioOf(ratio, row).wall >= 0.5 && "wallMillis" in row.ours && row.ours.wallMillis <= 500
    )
  },
  run: (meter) =>
    Stored.measured(meter, {
      replayed: (file, signer) =>
        Stored.withStore(file, (store) =>
          Stream.runForEachArray(store.facts, (page) =>
            Effect.gen(function*() {
              for (const { sealed } of page) JSON.parse((yield* signer.read("fact", sealed)).payload)
            })))
    })
} satisfies Benchmark
