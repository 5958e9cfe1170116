/**
 * What a node does with its facts at a start, against reading the same rows and JSON-parsing them.
 *
 *     restart: database file ──▶ rows, checksums ──▶ facts of the bookmark and later ones folded
 *     in full: database file ──▶ rows, checksums ──▶ all facts decoded and folded
 *     rows:    database file ──▶ rows ──▶ JSON.parse of what is sealed in them
 *
 * The facts are the workload's, really sealed by eight nodes; the last thousand came after the
 * cleanup that left the bookmark. Quick check and checksums are part of ours.
 */
import { type Benchmark, ratioOf } from "@chorus/bench/Benchmark"
import * as Bookmark from "@chorus/coordination-core/coordination/Bookmark"
import * as Coordination from "@chorus/coordination-core/coordination/Coordination"
import * as NodeSettings from "@chorus/coordination-core/coordination/NodeSettings"
import { PersonId } from "@chorus/coordination-core/identity/NodeId"
import * as MeshSettings from "@chorus/coordination-core/mesh/MeshSettings"
import type { SignerShape } from "@chorus/coordination-core/ports/Signer"
import * as Bookmarks from "@chorus/runtime/Bookmarks"
import * as Restore from "@chorus/runtime/Restore"
import * as Effect from "effect/Effect"
import * as Stored from "./history/Stored.ts"

/** When the last fact was seen. */
const at = { wallMillis: 100_000_000, monotonicMillis: 0 }

const initial = (signer: SignerShape, settings: NodeSettings.NodeSettings) =>
  Coordination.initial(signer.self, MeshSettings.defaults(PersonId.make(signer.self)), settings)

const restore = (file: string, signer: SignerShape, settings: NodeSettings.NodeSettings) =>
  Stored.withStore(file, (store) => Restore.restore(initial(signer, settings), store, signer, at))

/** A node that has all facts, and cleans up. */
const cleaned: Stored.Work = (file, signer) =>
  Stored.withStore(file, (store) =>
    Effect.flatMap(Restore.restore(initial(signer, NodeSettings.defaults), store, signer, at), (state) =>
      Bookmarks.keep(store, Coordination.decide(state, { _tag: "Cleaned" }, at).state, Bookmark.nothingGone)))

export default {
  measures: "A start on stored facts.",
  baseline: "rows and JSON.parse",
  ratio: "ours ÷ baseline",
  goal: {
    says: "<= 3 × after a cleanup",
    reached: ([first]) => first !== undefined && ratioOf("ours ÷ baseline", first).wall <= 3
  },
  run: (meter) =>
    Stored.measured(meter, {
      restart: (file, signer) => restore(file, signer, NodeSettings.defaults),
      // The bookmark of other settings does not count.
      "in full": (file, signer) => restore(file, signer, { ...NodeSettings.defaults, quorum: 2 })
    }, cleaned)
} satisfies Benchmark
