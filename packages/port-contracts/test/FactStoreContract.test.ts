/**
 * The test of the test: a right store keeps every promise of the contract, and each wrong one
 * breaks the promise it is meant to break.
 */
import { FactStore, type StoredFact, StoreError } from "@chorus/coordination-core/ports/FactStore"
import type { SlurpEvent } from "@chorus/coordination-core/slurp/SlurpEvent"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"
import * as FactStoreContract from "@chorus/port-contracts/FactStoreContract"

/** What a store may do wrong. */
interface Faults {
  readonly keeps: (sealed: Uint8Array) => Uint8Array
  readonly key: (fact: StoredFact) => string
  readonly order: (facts: Array<StoredFact>) => Array<StoredFact>
  readonly refuses: (seq: number) => boolean
  readonly half: boolean
  readonly overwrites: boolean
  readonly forgets: "facts" | "events" | "notes" | undefined
  readonly loses: boolean
  readonly failsTogether: boolean
  readonly unlocked: boolean
  readonly staysLocked: boolean
  readonly inventsBytes: boolean
  readonly logOrder: (a: StoredFact, b: StoredFact) => number
  readonly overruns: boolean
  readonly within: (bytes: number, bytesMax: number, count: number) => boolean
  readonly pending: (events: Array<SlurpEvent>, limit: number) => Array<SlurpEvent>
  readonly redelivers: boolean
  readonly foresees: boolean
  readonly note: (value: string, before: string | undefined) => string
  readonly named: (subjects: ReadonlyArray<string>, isNew: boolean) => ReadonlyArray<string>
  readonly aboutMax: number
  readonly begins: (subject: string, beginning: string) => boolean
  readonly follows: (subject: string, after: string) => boolean
  readonly staysFound: boolean
  readonly oldestFirst: boolean
  readonly listsOnce: boolean
  readonly reaches: (seq: number, upTo: number) => boolean
}

const none: Faults = {
  keeps: (sealed) => sealed.slice(),
  key: ({ id }) => id,
  order: (facts) => facts,
  refuses: (seq) => !Number.isSafeInteger(seq) || seq < 1,
  half: false,
  overwrites: false,
  forgets: undefined,
  loses: false,
  failsTogether: false,
  unlocked: false,
  staysLocked: false,
  inventsBytes: false,
  logOrder: (a, b) => a.seq - b.seq,
  overruns: false,
  within: (bytes, bytesMax, count) => bytes <= bytesMax || count === 1,
  pending: (events, limit) => events.slice(0, limit),
  redelivers: false,
  foresees: false,
  note: (value) => value,
  named: (subjects) => subjects,
  aboutMax: Infinity,
  begins: (subject, beginning) => subject.startsWith(beginning),
  follows: (subject, after) => subject > after,
  staysFound: false,
  oldestFirst: false,
  listsOnce: false,
  reaches: (seq, upTo) => seq <= upTo
}

const refused = (reason: StoreError["reason"]) => new StoreError({ reason, message: "refused" })

/** A store in memory with faults; making it again on the same paper opens it again. */
const place = (wrong: Partial<Faults> = {}): FactStoreContract.Place => {
  const faults = { ...none, ...wrong }
  const facts = new Map<string, StoredFact>()
  const subjects = new Map<string, Map<string, StoredFact>>()
  const events = new Map<string, SlurpEvent>()
  const delivered = new Set<string>()
  const notes = new Map<string, string>()
  let users = 0
  let broken = false

  const commit: FactStore["Service"]["commit"] = (batch) =>
    Effect.gen(function*() {
      if (faults.loses) {
        const before = [...facts]
        yield* Effect.yieldNow
        facts.clear()
        for (const [key, fact] of before) facts.set(key, fact)
      }
      const bad = batch.facts.findIndex(({ seq }) => faults.refuses(seq))
      const good = bad === -1 ? batch.facts : batch.facts.slice(0, faults.half ? bad : 0)
      for (const { subjects: named = [], ...fact } of good) {
        const key = faults.key(fact)
        for (const subject of faults.named(named, !facts.has(key))) {
          subjects.set(subject, (subjects.get(subject) ?? new Map<string, StoredFact>()).set(fact.id, fact))
        }
        if (facts.has(key) && !faults.overwrites) continue
        facts.set(key, { ...fact, sealed: faults.keeps(fact.sealed) })
      }
      if (bad !== -1 && faults.failsTogether) broken = true
      if (bad !== -1 || broken) return yield* refused("failed")
      for (const event of batch.events) {
        if (!events.has(event.id)) events.set(event.id, event)
        if (faults.redelivers) delivered.delete(event.id)
      }
    })

  const read: FactStore["Service"]["read"] = (ranges, bytesMax) =>
    Effect.sync(() => {
      const all = ranges.flatMap(({ from, log, upTo = Infinity }) =>
        [...facts.values()]
          .filter((fact) => fact.log === log && fact.seq >= from && (faults.overruns || fact.seq <= upTo))
          .sort(faults.logOrder)
          .map(({ sealed }) => sealed)
      )
      let bytes = 0
      return all.filter(({ length }, at) => faults.within(bytes += length, bytesMax, at + 1))
    })

  const store = FactStore.of({
    commit,
    read,
    facts: Stream.suspend(() => Stream.fromIterable(faults.order([...facts.values()]))),
    sealed: (ids) =>
      Effect.sync(() =>
        new Map(ids.flatMap((id) => {
          const sealed = facts.get(id)?.sealed ?? (faults.inventsBytes && new Uint8Array())
          return sealed === false ? [] : [[id, sealed]]
        }))
      ),
    placed: (log, from, upTo) =>
      Effect.sync(() =>
        [...facts.values()]
          .filter((fact) => fact.log === log && fact.seq >= from && faults.reaches(fact.seq, upTo))
          .sort(faults.logOrder)
      ),
    listed: (log, from, upTo) =>
      Effect.sync(() =>
        [...facts.values()]
          .filter((fact) => fact.log === log && fact.seq >= from && fact.seq <= upTo)
          .sort(faults.logOrder)
          .filter(({ seq }, at, all) => !faults.listsOnce || seq !== all[at - 1]?.seq)
          .map(({ id, seq }) => ({ id, seq }))
      ),
    about: (subject) =>
      Stream.suspend(() =>
        Stream.fromIterable([...subjects.get(subject)?.values() ?? []].slice(0, faults.aboutMax))),
    subjects: (beginning, after, limit) =>
      Effect.sync(() =>
        [...subjects.keys()].sort()
          .filter((subject) => faults.begins(subject, beginning) && faults.follows(subject, after))
          .slice(0, limit)
      ),
    newest: (beginning, limit) =>
      Effect.sync(() => {
        const all = [...facts.values()].reverse().flatMap(({ id }) =>
          [...subjects].flatMap(([subject, its]) =>
            its.has(id) && faults.begins(subject, beginning) ? [subject] : []))
        const once = [...new Set(all)]
        return (faults.oldestFirst ? once.reverse() : once).slice(0, limit)
      }),
    retire: (ids, written) =>
      Effect.sync(() => {
        for (const id of ids) {
          facts.delete(id)
          if (!faults.staysFound) for (const its of subjects.values()) its.delete(id)
        }
        for (const [subject, its] of subjects) if (its.size === 0) subjects.delete(subject)
        for (const [name, value] of written) notes.set(name, value)
      }),
    pending: (limit) =>
      Effect.sync(() =>
        faults.pending([...events.values()].filter(({ id }) => !delivered.has(id)), limit)
      ),
    delivered: (ids) =>
      Effect.sync(() => {
        for (const id of ids) if (events.has(id) || faults.foresees) delivered.add(id)
      }),
    note: (name) => Effect.sync(() => notes.get(name)),
    setNote: (name, value) =>
      Effect.sync(() => void notes.set(name, faults.note(value, notes.get(name))))
  })

  const open = Effect.suspend(() => {
    if (users > 0 && !faults.unlocked) return Effect.fail(refused("locked"))
    users++
    if (faults.forgets !== undefined) ({ facts, events, notes })[faults.forgets].clear()
    return Effect.succeed(store)
  })
  const close = Effect.sync(() => {
    if (!faults.staysLocked) users--
  })
  return Layer.effect(FactStore, Effect.acquireRelease(open, () => close))
}

FactStoreContract.suite("a right one", Effect.sync(() => place()))

describe("a wrong store breaks its promise", () => {
  const byId = (a: { readonly id: string }, b: { readonly id: string }) => a.id < b.id ? -1 : 1

  const wrong: ReadonlyArray<readonly [title: string, breaks: RegExp, faults: Partial<Faults>]> = [
    ["that clears the high bit of each byte", /byte for byte/, {
      keeps: (sealed) => sealed.map((byte) => byte & 0x7f)
    }],
    ["that gives facts sorted by id", /byte for byte/, { order: (facts) => facts.sort(byId) }],
    ["that sorts facts by place", /however many/, {
      order: (facts) => facts.sort((a, b) => a.seq - b.seq)
    }],
    ["that gives the first thousand facts", /however many/, {
      order: (facts) => facts.slice(0, 1000)
    }],
    ["that names a fact at its first commit alone", /under each subject/, {
      named: (subjects, isNew) => isNew ? subjects : []
    }],
    ["that keeps one subject a fact", /under each subject/, { named: (subjects) => subjects.slice(0, 1) }],
    ["that gives the first thousand facts of a subject", /gives all of/, { aboutMax: 1000 }],
    ["that lists subjects which only hold the words", /listed page by page/, {
      begins: (subject, beginning) => subject.includes(beginning)
    }],
    ["that begins each page with the last", /listed page by page/, {
      follows: (subject, after) => subject >= after
    }],
    ["that names the oldest subjects first", /latest facts/, { oldestFirst: true }],
    ["that lists one fact a place", /both sides of a fork/, { listsOnce: true }],
    ["that stops before the last place", /between two places/, { reaches: (seq, upTo) => seq < upTo }],
    ["that finds what was retired", /is retired/, { staysFound: true }],
    ["that forgets facts", /opened again/, { forgets: "facts" }],
    ["that forgets its outbox", /opened again/, { forgets: "events" }],
    ["that forgets notes", /opened again/, { forgets: "notes" }],
    ["that commits half a batch", /leaves nothing/, { half: true }],
    ["that takes a fact without a place", /leaves nothing/, { refuses: (seq) => seq < 0 }],
    ["that keeps the last of two", /committed again keeps/, { overwrites: true }],
    ["that keeps the caller's bytes", /after a commit/, { keeps: (sealed) => sealed }],
    ["that keeps one fact a place", /one place/, { key: ({ log, seq }) => `${log} ${seq}` }],
    ["that invents what it has not", /leaves out/, { inventsBytes: true }],
    ["that reads in the order of commits", /each range/, { logOrder: () => 0 }],
    ["that sorts places as text", /each range/, {
      logOrder: (a, b) => String(a.seq) < String(b.seq) ? -1 : 1
    }],
    ["that reads past the end of a range", /each range/, { overruns: true }],
    ["that reads without a bound", /bytesMax/, { within: () => true }],
    ["that passes its bound", /bytesMax/, { within: (bytes, max) => bytes < max + 30 }],
    ["that gives nothing if the first is too large", /bytesMax/, {
      within: (bytes, max) => bytes <= max
    }],
    ["that gives the newest first", /oldest first/, { pending: (events) => events.reverse() }],
    ["that ignores the limit", /within its limit/, { pending: (events) => events }],
    ["that takes an event for delivered before it is there", /oldest first/, { foresees: true }],
    ["that delivers again", /stays delivered/, { redelivers: true }],
    ["that keeps the first note", /note/, { note: (value, before) => before ?? value }],
    ["that trims notes", /note/, { note: (value) => value.trim() }],
    ["that loses commits at once", /at once/, { loses: true }],
    ["that fails for all after one", /at once/, { failsTogether: true }],
    ["that has no lock", /second opening/, { unlocked: true }],
    ["that stays locked", /second opening/, { staysLocked: true }]
  ]

  it.live("and the report of it tells the first of many differences, not all of them", () =>
    Effect.gen(function*() {
      const [promise] = FactStoreContract.promises.filter(({ title }) => title.includes("however many"))
      const broken = place({ order: (facts) => facts.slice(0, 1000) })

      const error = yield* Effect.flip(Effect.catchDefect(promise!.check(broken), Effect.fail))

      assert.match(String(error), /number 1001 of 1500 is missing, not \w{64}$/)
      assert.notNestedProperty(error, "actual.length")
    }))

  for (const [title, breaks, faults] of wrong) {
    it.live(title, () =>
      Effect.gen(function*() {
        const broken = FactStoreContract.promises.filter((promise) => breaks.test(promise.title))
        assert.lengthOf(broken, 1)

        for (const { check } of broken) {
          assert.isTrue(Exit.isFailure(yield* Effect.exit(check(place(faults)))))
        }
      }))
  }
})
