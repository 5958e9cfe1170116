/**
 * `chorus doctor --repair`: a new database from all that the damaged one still has.
 *
 * A copy is kept first. Facts that prove themselves stay, those after a hole too; events that hold
 * and have no row any more are made again, and sinks keep each once. What is missing of the node's
 * own logs is no longer vouched for, and comes back from the peers that hold it.
 */
import { MeshSettings } from "@chorus/coordination-core/mesh/MeshSettings"
import type { SignerShape } from "@chorus/coordination-core/ports/Signer"
import * as Replica from "@chorus/coordination-core/replica/Replica"
import * as SlurpEvents from "@chorus/coordination-core/slurp/SlurpEvent"
import * as OwnLogs from "@chorus/runtime/OwnLogs"
import * as SqliteDatabase from "@chorus/slurp/SqliteDatabase"
import * as SqliteRepair from "@chorus/slurp/SqliteRepair"
import * as SqliteSalvage from "@chorus/slurp/SqliteSalvage"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import type { Repaired } from "../api/Reports.ts"
import type { Files } from "../cli/Files.ts"
import * as Database from "./Database.ts"

/** Repairs the database if something is wrong with it; fails while a node runs on it. */
export const repair = Effect.fnUntraced(function*(files: Files, signer: SignerShape) {
  yield* SqliteDatabase.lock(files.db)
  const salvaged = yield* SqliteSalvage.read(files.db)
  const nowMillis = yield* Clock.currentTimeMillis
  const judged = yield* Database.judge(salvaged, signer, nowMillis, true)
  if (Database.troubles(salvaged, judged).length === 0) return undefined

  const copy = `${files.db}.damaged-${new Date(nowMillis).toISOString().replaceAll(/[-:]|\..+/g, "")}`
  const events = eventsOf(salvaged, judged)
  const notes = new Map(salvaged.notes)
  if (notes.size > 0) notes.set(OwnLogs.noteName, JSON.stringify(judged.whole))
  yield* SqliteRepair.replace(files.db, copy, {
    facts: judged.proven.map(({ stored }) => stored),
    events,
    notes
  })
  return {
    repaired: true,
    copy,
    facts: judged.proven.length,
    events: events.length,
    dropped: judged.useless,
    missing: judged.gaps.map(Database.wordsOfGap),
    knows_mesh: notes.has("mesh")
  } satisfies Repaired
}, Effect.scoped)

const Mesh = Schema.fromJsonString(MeshSettings)

/** The events that have a row, and those that hold without one. */
const eventsOf = (salvaged: SqliteSalvage.Salvaged, judged: Database.Judged) => {
  const mesh = Schema.decodeUnknownResult(Mesh)(salvaged.notes.get("mesh"))
  // Whose rulings count, only the mesh settings tell.
  if (Result.isFailure(mesh)) return salvaged.events
  const facts = judged.proven.map(({ fact }) => fact)
  const replica = Replica.evolveAll(Replica.empty(mesh.success.founder), facts)
  const world = Replica.world(replica)
  const known = new Set(salvaged.events.map(({ event }) => event.id))
  const made = Replica.openedSessions(replica)
    .flatMap((session) => SlurpEvents.eventsOf(session, world))
    .filter(({ id }) => !known.has(id))
  return [...salvaged.events, ...made.map((event) => ({ event, delivered: false }))]
}
