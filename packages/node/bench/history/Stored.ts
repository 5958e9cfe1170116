/**
 * A database full of the workload, and the bare way to read it: rows, and JSON.parse of what is
 * sealed in them.
 */
import type { Meter } from "@chorus/bench/Meter"
import type { Row } from "@chorus/bench/Benchmark"
import { FactStore, type StoredFact } from "@chorus/coordination-core/ports/FactStore"
import type { SignerShape } from "@chorus/coordination-core/ports/Signer"
import * as Envelope from "@chorus/pubsub-libp2p/Envelope"
import * as Effect from "effect/Effect"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import * as Layers from "../../src/Layers.ts"
import * as Sealed from "./Sealed.ts"

const factsWanted = 100_000
const batch = 1000

export const withStore = <A, E>(
  file: string,
  use: (store: FactStore["Service"]) => Effect.Effect<A, E>
) => Effect.runPromise(Effect.scoped(Effect.provide(Effect.flatMap(FactStore, use), Layers.storage(file))))

const kept = (file: string, facts: ReadonlyArray<StoredFact>) =>
  withStore(file, (store) =>
    Effect.forEach(
      Array.from({ length: Math.ceil(facts.length / batch) }, (_, n) => n * batch),
      (from) => store.commit({ facts: facts.slice(from, from + batch), events: [] }),
      { discard: true }
    ))

/** Reads every row and parses what it holds. */
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

export type Work = (file: string, signer: SignerShape) => Promise<unknown>

/** The last facts, which came after whatever was done with the others. */
const later = 1000

/** Works on the stored facts, each against the rows; `before` is done when most of them are stored. */
export const measured = async (
  meter: Meter,
  works: Readonly<Record<string, Work>>,
  before: Work = () => Promise.resolve()
): Promise<ReadonlyArray<Row>> => {
  const folder = mkdtempSync(join(tmpdir(), "chorus-bench-"))
  try {
    const file = join(folder, "chorus.db")
    const signers = await Sealed.signers()
    const [signer] = signers
    if (signer === undefined) return []
    const facts = await Sealed.facts(signers, factsWanted)
    await kept(file, facts.slice(0, -later))
    await before(file, signer)
    await kept(file, facts.slice(-later))
    const table: Array<Row> = []
    for (const [title, work] of Object.entries(works)) {
      const sides = { ours: () => work(file, signer), baseline: () => rows(file) }
      table.push({ of: `${facts.length} facts ${title}`, ...await meter.paired(sides, { rounds: 3 }) })
    }
    return table
  } finally {
    rmSync(folder, { recursive: true })
  }
}
