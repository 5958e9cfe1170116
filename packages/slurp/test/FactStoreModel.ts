/**
 * A store compared with a model of it: any commits, deliveries, notes, questions and restarts.
 */
import { FactId, LogId } from "@chorus/coordination-core/identity/FactId"
import * as Hash from "@chorus/coordination-core/identity/Hash"
import { FactStore, type Range, type StoredFact } from "@chorus/coordination-core/ports/FactStore"
import type * as FactStoreContract from "@chorus/port-contracts/FactStoreContract"
import { event } from "@chorus/port-contracts/SlurpSinkContract"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as ManagedRuntime from "effect/ManagedRuntime"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import * as fc from "fast-check"

interface Model {
  facts: Array<StoredFact>
  events: Array<string>
  readonly delivered: Set<string>
  readonly notes: Map<string, string>
}

interface Real {
  readonly place: FactStoreContract.Place
  runtime: ManagedRuntime.ManagedRuntime<FactStore, unknown>
}

/** Runs the comparison; `fresh` makes a place of its own for each sequence of commands. */
export const suite = (
  name: string,
  fresh: Effect.Effect<FactStoreContract.Place, never, Scope.Scope>
): void => {
  describe(`FactStore model: ${name}`, () => {
    it("whatever is done to the store, it holds what the model holds", () =>
      fc.assert(
        fc.asyncProperty(fc.commands(commands, { maxCommands: 30 }), (sequence) =>
          Effect.flatMap(fresh, (place) => Effect.promise(() => compare(place, sequence))).pipe(
            Effect.scoped,
            Effect.runPromise
          )),
        { numRuns: 40 }
      ))
  })
}

const compare = async (
  place: FactStoreContract.Place,
  sequence: Iterable<fc.AsyncCommand<Model, Real>>
) => {
  const real = { place, runtime: open(place) }
  const model = { facts: [], events: [], delivered: new Set<string>(), notes: new Map() }
  try {
    await fc.asyncModelRun(() => ({ model, real }), sequence)
  } finally {
    await real.runtime.dispose()
  }
}

const open = (place: FactStoreContract.Place) => ManagedRuntime.make(Layer.fresh(place))

/** A command that does the same to both and compares their answers, and then all they hold. */
const command = <A>(
  name: string,
  onModel: (model: Model) => A,
  onReal: (store: FactStore["Service"]) => Effect.Effect<A, unknown>
): fc.AsyncCommand<Model, Real> => ({
  check: () => true,
  toString: () => name,
  run: async (model, real) => {
    const expected = onModel(model)
    const [answer, facts, pending] = await real.runtime.runPromise(
      Effect.flatMap(FactStore, (store) =>
        Effect.all([onReal(store), Stream.runCollect(store.facts), store.pending(100)]))
    )
    assert.deepStrictEqual(answer, expected)
    assert.deepStrictEqual(facts, model.facts)
    const waiting = model.events.filter((id) => !model.delivered.has(id))
    assert.deepStrictEqual(pending, waiting.map(event))
  }
})

const restart: fc.AsyncCommand<Model, Real> = {
  check: () => true,
  toString: () => "restart",
  run: async (_, real) => {
    await real.runtime.dispose()
    real.runtime = open(real.place)
  }
}

const logs = ["0", "1"].map((digit) =>
  LogId.make(`12D3KooW${"A".repeat(44)}/${digit.repeat(16)}`)
)

/** Few facts, so that they come again and fork. */
const facts = fc.record({
  log: fc.constantFrom(...logs),
  seq: fc.integer({ min: 1, max: 4 }),
  size: fc.constantFrom(0, 10, 5000),
  seenAtMillis: fc.nat()
}).map(({ log, seenAtMillis, seq, size }): StoredFact => ({
  id: FactId.make(Hash.ofText(`${log} ${seq} ${size}`)),
  log,
  seq,
  sealed: new Uint8Array(size).fill(seq),
  seenAtMillis
}))
const eventIds = fc.array(fc.constantFrom("a", "b", "c", "d"), { maxLength: 3 })
const names = fc.constantFrom("mesh", "person")
const ranges = fc.array(
  fc.record({ log: fc.constantFrom(...logs), from: fc.integer({ min: 1, max: 4 }) }),
  { maxLength: 2 }
)

const commands = [
  fc.tuple(fc.array(facts, { maxLength: 4 }), eventIds).map(([batch, ids]) =>
    command(
      `commit ${batch.map(({ id }) => id.slice(0, 4))} ${ids}`,
      (model) => {
        for (const fact of batch) {
          if (!model.facts.some(({ id }) => id === fact.id)) model.facts.push(fact)
        }
        model.events = [...new Set([...model.events, ...ids])]
      },
      (store) => store.commit({ facts: batch, events: ids.map(event) })
    )
  ),
  eventIds.map((ids) =>
    command(
      `deliver ${ids}`,
      (model) => {
        for (const id of ids) if (model.events.includes(id)) model.delivered.add(id)
      },
      (store) => store.delivered(ids)
    )
  ),
  fc.tuple(names, fc.string()).map(([name, value]) =>
    command(
      `note ${name} = ${value}`,
      (model) => void model.notes.set(name, value),
      (store) => store.setNote(name, value)
    )
  ),
  names.map((name) =>
    command(`note ${name}`, (model) => model.notes.get(name), (store) => store.note(name))
  ),
  fc.array(facts, { maxLength: 4 }).map((asked) =>
    command(
      `sealed ${asked.map(({ id }) => id.slice(0, 4))}`,
      (model) =>
        new Map(asked.flatMap(({ id }) =>
          model.facts.filter((fact) => fact.id === id).map(({ sealed }) => [id, sealed] as const)
        )),
      (store) => Effect.map(store.sealed(asked.map(({ id }) => id)), (found) => new Map(found))
    )
  ),
  fc.tuple(ranges, fc.nat(20_000)).map(([asked, bytesMax]) =>
    command(
      `read ${asked.map(({ from, log }) => `${log.slice(-1)}:${from}`)} ${bytesMax}`,
      (model) => readOf(model, asked, bytesMax),
      (store) => store.read(asked, bytesMax)
    )
  ),
  fc.constant(restart)
]

const readOf = (model: Model, asked: ReadonlyArray<Range>, bytesMax: number) => {
  const found: Array<Uint8Array> = []
  for (const { from, log } of asked) {
    for (const seq of [1, 2, 3, 4].filter((place) => place >= from)) {
      found.push(...model.facts.flatMap((fact) =>
        fact.log === log && fact.seq === seq ? [fact.sealed] : []
      ))
    }
  }
  const bytes = (count: number) =>
    found.slice(0, count).reduce((sum, { length }) => sum + length, 0)
  return found.filter((_, at) => at === 0 || bytes(at + 1) <= bytesMax)
}
