/**
 * The fact store in memory, for tests and the simulator: the same promises, except that the disk
 * is an object.
 *
 * A `Disk` outlives the store that uses it, as a file outlives a process: making a store on it
 * again is a restart.
 */
import type { LogId } from "@chorus/coordination-core/identity/FactId"
import {
  FactStore,
  type StoredFact,
  StoreError
} from "@chorus/coordination-core/ports/FactStore"
import type { SlurpEvent } from "@chorus/coordination-core/slurp/SlurpEvent"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"

export interface Disk {
  readonly facts: Map<string, StoredFact>
  /** By subject the ids of its facts. */
  readonly subjects: Map<string, Set<string>>
  readonly events: Map<string, SlurpEvent>
  readonly delivered: Set<string>
  readonly notes: Map<string, string>
  inUse: boolean
}

export const emptyDisk = (): Disk => ({
  facts: new Map(),
  subjects: new Map(),
  events: new Map(),
  delivered: new Set(),
  notes: new Map(),
  inUse: false
})

/** A store on `disk`, until the scope closes. */
export const make = Effect.fnUntraced(function*(disk: Disk) {
  if (disk.inUse) {
    return yield* new StoreError({ reason: "locked", message: "another store is on this disk" })
  }
  yield* Effect.acquireRelease(
    Effect.sync(() => { disk.inUse = true }),
    () => Effect.sync(() => { disk.inUse = false })
  )
  const { delivered, events, facts, notes, subjects } = disk
  return FactStore.of({
    commit: (batch) =>
      Effect.suspend(() => {
        const impossible = batch.facts.find(({ seq }) => !Number.isSafeInteger(seq) || seq < 1)
        if (impossible !== undefined) {
          const message = `a fact has no place ${impossible.seq}`
          return Effect.fail(new StoreError({ reason: "failed", message }))
        }
        for (const { subjects: named = [], ...fact } of batch.facts) {
          if (!facts.has(fact.id)) facts.set(fact.id, { ...fact, sealed: fact.sealed.slice() })
          for (const subject of named) {
            subjects.set(subject, (subjects.get(subject) ?? new Set()).add(fact.id))
          }
        }
        for (const event of batch.events) if (!events.has(event.id)) events.set(event.id, event)
        return Effect.void
      }),
    facts: Stream.suspend(() => Stream.fromIterable([...facts.values()])),
    sealed: (ids) =>
      Effect.sync(() =>
        new Map(ids.flatMap((id) => {
          const fact = facts.get(id)
          return fact === undefined ? [] : [[id, fact.sealed]]
        }))
      ),
    read: (ranges, bytesMax) =>
      Effect.sync(() => {
        const logs = Map.groupBy(facts.values(), ({ log }) => log)
        const all = ranges.flatMap(({ from, log, upTo = Infinity }) =>
          between(logs.get(log) ?? [], log, from, upTo).map((fact) => fact.sealed)
        )
        let bytes = 0
        const end = all.findIndex((sealed, at) => (bytes += sealed.length) > bytesMax && at > 0)
        return end === -1 ? all : all.slice(0, end)
      }),
    ...bySubject(disk),
    pending: (limit) =>
      Effect.sync(() =>
        [...events.values()].filter(({ id }) => !delivered.has(id)).slice(0, limit)
      ),
    delivered: (ids) =>
      Effect.sync(() => {
        for (const id of ids) if (events.has(id)) delivered.add(id)
      }),
    note: (name) => Effect.sync(() => notes.get(name)),
    setNote: (name, value) => Effect.sync(() => void notes.set(name, value))
  })
})

/** What is found by place and by subject, and what is removed from there. */
const bySubject = (
  { facts, notes, subjects }: Disk
): Pick<FactStore["Service"], "placed" | "listed" | "about" | "subjects" | "newest" | "retire"> => ({
  placed: (log, from, upTo) => Effect.sync(() => between([...facts.values()], log, from, upTo)),
  listed: (log, from, upTo) =>
    Effect.sync(() =>
      between([...facts.values()], log, from, upTo).map(({ id, seq }) => ({ id, seq }))
    ),
  about: (subject) =>
    Stream.suspend(() => {
      const ids = subjects.get(subject) ?? new Set()
      return Stream.fromIterable([...ids].flatMap((id) => facts.get(id) ?? []))
    }),
  subjects: (beginning, after, limit) =>
    Effect.sync(() =>
      [...subjects.keys()].sort()
        .filter((subject) => subject.startsWith(beginning) && subject > after)
        .slice(0, limit)
    ),
  newest: (beginning, limit) =>
    Effect.sync(() => {
      const places = new Map([...facts.keys()].map((id, place) => [id, place]))
      const last = (ids: Iterable<string>) =>
        [...ids].reduce((most, id) => Math.max(most, places.get(id) ?? -1), -1)
      return [...subjects]
        .filter(([subject]) => subject.startsWith(beginning))
        .map(([subject, ids]) => ({ subject, last: last(ids) }))
        .sort((a, b) => b.last - a.last)
        .map(({ subject }) => subject)
        .slice(0, limit)
    }),
  retire: (ids, written) =>
    Effect.sync(() => {
      for (const id of ids) facts.delete(id)
      for (const [subject, its] of subjects) {
        for (const id of ids) its.delete(id)
        if (its.size === 0) subjects.delete(subject)
      }
      for (const [name, value] of written) notes.set(name, value)
    })
})

const between = (facts: Array<StoredFact>, log: LogId, from: number, upTo: number) =>
  facts
    .filter((fact) => fact.log === log && fact.seq >= from && fact.seq <= upTo)
    .sort((a, b) => a.seq - b.seq)

/** A store on a disk of its own. */
export const layer: Layer.Layer<FactStore, StoreError> = Layer.effect(
  FactStore,
  Effect.suspend(() => make(emptyDisk()))
)
