/**
 * What a node keeps, read from its files by somebody else: facts, events, and what they must be.
 */
import type { Fact } from "@chorus/coordination-core/fact/Fact"
import type { PersonId } from "@chorus/coordination-core/identity/NodeId"
import * as Replica from "@chorus/coordination-core/replica/Replica"
import * as SlurpEvents from "@chorus/coordination-core/slurp/SlurpEvent"
import * as KeyFile from "@chorus/pubsub-libp2p/KeyFile"
import * as Libp2pSigner from "@chorus/pubsub-libp2p/Libp2pSigner"
import * as Entry from "@chorus/runtime/Entry"
import * as Effect from "effect/Effect"
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import type { Files } from "../../src/cli/Files.ts"

export interface Kept {
  readonly facts: ReadonlyArray<Fact>
  /** The payload of each fact, by id. */
  readonly payloads: ReadonlyMap<string, string>
  /** The events of the outbox, and those among them that the sink took. */
  readonly events: ReadonlyArray<string>
  readonly delivered: ReadonlyArray<string>
}

const nothing: Kept = { facts: [], payloads: new Map(), events: [], delivered: [] }

/** What a node keeps that may be running. */
export const of = Effect.fnUntraced(function*(files: Files, db = files.db) {
  if (!existsSync(db) || !existsSync(files.nodeKey)) return nothing
  const signer = Libp2pSigner.make(yield* KeyFile.read(files.nodeKey))
  const { events, sealed } = rowsOf(db)
  const facts: Array<Fact> = []
  const payloads = new Map<string, string>()
  for (const bytes of sealed) {
    const fact = yield* Effect.mapError(
      Entry.fact(signer.read, bytes),
      ({ detail }) => new Error(`a kept fact is none: ${detail}`)
    )
    facts.push(fact)
    payloads.set(fact.id, (yield* signer.read("fact", bytes)).payload)
  }
  return {
    facts,
    payloads,
    events: events.map(({ id }) => id),
    delivered: events.filter(({ delivered }) => delivered === 1).map(({ id }) => id)
  } satisfies Kept
})

/** What a node that died left; read from a copy, so that its files stay as they are. */
export const ofDead = (files: Files) =>
  Effect.acquireUseRelease(
    Effect.sync(() => mkdtempSync(join(tmpdir(), "chorus-dead-"))),
    (folder) => {
      const copy = join(folder, "copy.db")
      for (const end of ["", "-wal", "-journal"]) {
        if (existsSync(`${files.db}${end}`)) copyFileSync(`${files.db}${end}`, `${copy}${end}`)
      }
      return of(files, copy)
    },
    (folder) => Effect.sync(() => rmSync(folder, { recursive: true }))
  )

const rowsOf = (db: string) => {
  using database = new DatabaseSync(db, { timeout: 1000 })
  const tables = database.prepare("SELECT name FROM sqlite_schema WHERE name = 'facts'").all()
  if (tables.length === 0) return { sealed: [], events: [] }
  return {
    // The columns are blobs, texts and integers, as their table says.
    sealed: database.prepare("SELECT sealed FROM facts ORDER BY number").all()
      .map((row) => row["sealed"] as Uint8Array),
    events: database.prepare("SELECT id, delivered FROM events ORDER BY number").all()
      .map((row) => ({ id: String(row["id"]), delivered: Number(row["delivered"]) }))
  }
}

/** The events that a set of facts makes hold. */
export const eventsOf = (founder: PersonId, facts: ReadonlyArray<Fact>): ReadonlyArray<string> => {
  const replica = Replica.evolveAll(Replica.empty(founder), facts)
  const world = Replica.world(replica)
  return Replica.openedSessions(replica).flatMap((session) =>
    SlurpEvents.eventsOf(session, world).map(({ id }) => id))
}

/** The ids in a file of events, one line each; a line that is not whole is none. */
export const lines = (file: string): ReadonlyArray<string> =>
  !existsSync(file) ? [] : readFileSync(file, "utf8").split("\n").slice(0, -1)
    .map((line) => String(JSON.parse(line).id))
