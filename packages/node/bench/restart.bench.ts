/**
 * What a node does with its facts at a start, against reading the same rows and JSON-parsing them.
 *
 *     restart: database file ──▶ rows, checksums ──▶ seals read ──▶ facts decoded ──▶ state folded
 *     decoded: the same without the state
 *     rows:    database file ──▶ rows ──▶ JSON.parse of what is sealed in them
 *
 * The facts are the workload's, really sealed by eight nodes; quick check, checksums and the
 * schemas are part of ours. A row the other way round: the payloads alone, in memory.
 */
import type { Benchmark, Row } from "@chorus/bench/Benchmark"
import { ratioOf } from "@chorus/bench/Benchmark"
import * as Coordination from "@chorus/coordination-core/coordination/Coordination"
import * as NodeSettings from "@chorus/coordination-core/coordination/NodeSettings"
import { PersonId } from "@chorus/coordination-core/identity/NodeId"
import * as MeshSettings from "@chorus/coordination-core/mesh/MeshSettings"
import { FactStore } from "@chorus/coordination-core/ports/FactStore"
import type { SignerShape } from "@chorus/coordination-core/ports/Signer"
import * as Envelope from "@chorus/pubsub-libp2p/Envelope"
import * as Entry from "@chorus/runtime/Entry"
import * as Restore from "@chorus/runtime/Restore"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import * as Layers from "../src/Layers.ts"
import * as Sealed from "./history/Sealed.ts"

const factsWanted = 100_000
const batch = 1000
const at = { wallMillis: 4_000_000_000_000, monotonicMillis: 0 }

const withStore = <A, E>(file: string, use: (store: FactStore["Service"]) => Effect.Effect<A, E>) =>
  Effect.runPromise(Effect.scoped(Effect.provide(Effect.flatMap(FactStore, use), Layers.storage(file))))

const restart = (file: string, signer: SignerShape) => {
  const mesh = MeshSettings.defaults(PersonId.make(signer.self))
  const initial = Coordination.initial(signer.self, mesh, NodeSettings.defaults)
  return withStore(file, (store) => Restore.restore(initial, store, signer, at))
}

const decoded = (file: string, signer: SignerShape) =>
  withStore(file, (store) =>
    Stream.runForEach(store.facts, ({ id, sealed }) => Entry.kept(signer.read, sealed, id)))

const rows = (file: string): number => {
  using database = new DatabaseSync(file, { readOnly: true })
  const read = database.prepare("SELECT sealed FROM facts ORDER BY number")
  const text = new TextDecoder()
  let count = 0
  for (const { sealed } of read.iterate()) {
    // The column is a BLOB NOT NULL.
    JSON.parse(text.decode(Envelope.read(sealed as Uint8Array).payload))
    count += 1
  }
  return count
}

const run: Benchmark["run"] = async (meter) => {
  const folder = mkdtempSync(join(tmpdir(), "chorus-bench-"))
  try {
    const file = join(folder, "chorus.db")
    const signers = await Sealed.signers()
    const [signer] = signers
    if (signer === undefined) return []
    const facts = await Sealed.facts(signers, factsWanted)
    await withStore(file, (store) =>
      Effect.forEach(
        Array.from({ length: Math.ceil(facts.length / batch) }, (_, n) => n * batch),
        (from) => store.commit({ facts: facts.slice(from, from + batch), events: [] }),
        { discard: true }
      ))
    const turns = { rounds: 3 }
    const measured = async (of: string, ours: () => unknown): Promise<Row> => ({
      of: `${facts.length} facts ${of}`,
      ...await meter.paired({ ours, baseline: () => rows(file) }, turns)
    })
    return [
      await measured("restart", () => restart(file, signer)),
      await measured("decoded", () => decoded(file, signer))
    ]
  } finally {
    rmSync(folder, { recursive: true })
  }
}

export default {
  measures: "A start on stored facts.",
  baseline: "rows and JSON.parse",
  ratio: "ours ÷ baseline",
  goal: {
    says: "<= 3 ×",
    reached: (all) => all.every((row) => ratioOf("ours ÷ baseline", row).wall <= 3)
  },
  run
} satisfies Benchmark
