/**
 * The default sink: an event stays where its outbox row already is, marked as delivered.
 *
 * One row serves both, so a node keeps each event once, and its lessons see what any sink took.
 * Delivering is a write of its own on the connection of the fact store, grouped with the others.
 */
import type { StoreError } from "@chorus/coordination-core/ports/FactStore"
import { SinkError, SlurpSink } from "@chorus/coordination-core/ports/SlurpSink"
import { SlurpEvent } from "@chorus/coordination-core/slurp/SlurpEvent"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { SqliteDatabase } from "./SqliteDatabase.ts"

const make = Effect.gen(function*() {
  const { prepare, read, write } = yield* SqliteDatabase
  const statements = yield* read(() => ({
    add: prepare(
      `INSERT INTO events (id, body, delivered) VALUES (?, ?, TRUE)
       ON CONFLICT (id) DO UPDATE SET delivered = TRUE WHERE NOT delivered`
    ),
    delivered: prepare<readonly [body: string]>(
      `SELECT body FROM (SELECT number, body FROM events WHERE delivered ORDER BY number DESC LIMIT ?)
       ORDER BY number`
    )
  }))
  return SlurpSink.of({
    deliver: (event) =>
      write(() => void statements.add.run(event.id, JSON.stringify(event))).pipe(
        Effect.mapError(sinkError)
      ),
    events: (limit) =>
      read(() => statements.delivered.all(limit).map(([body]) => decode(body))).pipe(
        Effect.mapError(sinkError)
      )
  })
})

export const layer: Layer.Layer<SlurpSink, StoreError, SqliteDatabase> =
  Layer.effect(SlurpSink, make)

const decode = Schema.decodeUnknownSync(Schema.fromJsonString(SlurpEvent))

const sinkError = (cause: StoreError) => new SinkError({ message: cause.message, cause })
