/**
 * What a node does with its facts at a start, against reading the same rows and JSON-parsing them.
 *
 *     restart: database file ──▶ rows, checksums ──▶ seals read ──▶ facts decoded ──▶ state folded
 *     decoded: the same without the state, and each fact by itself
 *     rows:    database file ──▶ rows ──▶ JSON.parse of what is sealed in them
 *
 * The facts are the workload's, really sealed by eight nodes; quick check, checksums and the
 * schemas are part of ours.
 */
import { type Benchmark, ratioOf } from "@chorus/bench/Benchmark"
import * as Coordination from "@chorus/coordination-core/coordination/Coordination"
import * as NodeSettings from "@chorus/coordination-core/coordination/NodeSettings"
import { PersonId } from "@chorus/coordination-core/identity/NodeId"
import * as MeshSettings from "@chorus/coordination-core/mesh/MeshSettings"
import * as Entry from "@chorus/runtime/Entry"
import * as Restore from "@chorus/runtime/Restore"
import * as Stream from "effect/Stream"
import * as Stored from "./history/Stored.ts"

const at = { wallMillis: 4_000_000_000_000, monotonicMillis: 0 }

export default {
  measures: "A start on stored facts.",
  baseline: "rows and JSON.parse",
  ratio: "ours ÷ baseline",
  goal: {
    says: "<= 3 ×",
    reached: (all) => all.every((row) => ratioOf("ours ÷ baseline", row).wall <= 3)
  },
  run: (meter) =>
    Stored.measured(meter, {
      restart: (file, signer) => {
        const mesh = MeshSettings.defaults(PersonId.make(signer.self))
        const initial = Coordination.initial(signer.self, mesh, NodeSettings.defaults)
        return Stored.withStore(file, (store) => Restore.restore(initial, store, signer, at))
      },
      decoded: (file, signer) =>
        Stored.withStore(file, (store) =>
          Stream.runForEach(store.facts, ({ id, sealed }) => Entry.kept(signer.read, sealed, id)))
    })
} satisfies Benchmark
