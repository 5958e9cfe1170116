/**
 * A value that is a note in the store as well: written before it is seen, read at the start.
 */
import type { FactStore, StoreError } from "@chorus/coordination-core/ports/FactStore"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Ref from "effect/Ref"
import * as Schema from "effect/Schema"
import * as Semaphore from "effect/Semaphore"

export const Defaults = Schema.Array(Schema.Struct({
  session: Schema.String,
  by: Schema.String,
  decision: Schema.String,
  sealed: Schema.String,
  dueMillis: Schema.Finite
}))

export const Numbering = Schema.Struct({
  last: Schema.Int,
  cases: Schema.Array(Schema.Struct({
    session: Schema.String,
    number: Schema.Int,
    keys: Schema.Array(Schema.String)
  }))
})

const Ping = Schema.Struct({
  id: Schema.Int,
  sessions: Schema.Array(Schema.String),
  attempts: Schema.Int,
  dueMillis: Schema.Finite,
  because: Schema.String
})

export const Pings = Schema.Struct({
  told: Schema.Array(Schema.String),
  lastMillis: Schema.Finite,
  lastId: Schema.Int,
  queue: Schema.Array(Ping),
  dead: Schema.Array(Ping)
})

export interface Note<A> {
  readonly get: Effect.Effect<A>
  /** Gives the new value. Writes only where it differs. */
  readonly update: (change: (value: A) => A) => Effect.Effect<A, StoreError>
  /** The same where a change may be refused: then nothing changes, and the answer is false. */
  readonly tryUpdate: (change: (value: A) => A | undefined) => Effect.Effect<boolean, StoreError>
}

/** A note that cannot be read counts as none: what it held was this node's own convenience. */
export const make = Effect.fnUntraced(function*<A>(
  store: FactStore["Service"],
  name: string,
  schema: Schema.Codec<A, unknown>,
  none: A
): Effect.fn.Return<Note<A>, StoreError> {
  const text = Schema.fromJsonString(schema)
  const [read, write] = [Schema.decodeUnknownOption(text), Schema.encodeSync(text)]
  const stored = yield* store.note(name)
  const value = yield* Ref.make(Option.getOrElse(read(stored), () => none))
  const turns = yield* Semaphore.make(1)
  const change = (by: (value: A) => A | undefined) =>
    turns.withPermits(1)(Effect.gen(function*() {
      const before = yield* Ref.get(value)
      const after = by(before)
      if (after === undefined) return undefined
      if (after !== before) {
        yield* store.setNote(name, write(after))
        yield* Ref.set(value, after)
      }
      return { after }
    }))
  return {
    get: Ref.get(value),
    update: (by) => Effect.flatMap(change(by), (changed) =>
      changed === undefined ? Ref.get(value) : Effect.succeed(changed.after)),
    tryUpdate: (by) => Effect.map(change(by), (changed) => changed !== undefined)
  }
})
