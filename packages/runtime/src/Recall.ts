/**
 * Brings back from the store what memory forgot and an input bears on.
 *
 *     wanted ──names, facts──▶ read ──▶ wanted beside them ──▶ … ──▶ one `Recalled` for the machine
 *
 * The machine says what is wanted (`memory/Recall` of the core); this reads it. (docs/rules.md, 4)
 */
import * as Cleanup from "@chorus/coordination-core/coordination/Cleanup"
import type * as Coordination from "@chorus/coordination-core/coordination/Coordination"
import type { Fact } from "@chorus/coordination-core/fact/Fact"
import type { FactId } from "@chorus/coordination-core/identity/FactId"
import * as Memory from "@chorus/coordination-core/memory/Memory"
import * as Wanting from "@chorus/coordination-core/memory/Recall"
import * as Retention from "@chorus/coordination-core/memory/Retention"
import * as Subject from "@chorus/coordination-core/memory/Subject"
import { type FactStore, type StoredFact, StoreError } from "@chorus/coordination-core/ports/FactStore"
import type { SignerShape } from "@chorus/coordination-core/ports/Signer"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import * as Entry from "./Entry.ts"
import type * as Met from "./Met.ts"
import * as OwnLogs from "./OwnLogs.ts"

export interface Ports {
  readonly signer: SignerShape
  readonly store: FactStore["Service"]
}

/** Names that are followed from one beginning. */
const namesMax = 256

/** Openings lead to claims, claims to words and mutes; deeper it does not go. */
const depthMax = 4

/** Sessions whose ids begin alike and that are looked at, to tell whether a beginning is enough. */
const alikeMax = 16

/** Sessions, or claims, that are listed though memory forgot them, beside all that it holds. */
export const recentMax = 200

/** A fact that this node kept: its seal was checked when it came in, so it is only read. */
export const stored = (
  signer: SignerShape,
  { id, sealed }: StoredFact,
  met?: Met.Met
): Effect.Effect<Fact, StoreError> =>
  Effect.mapErrorEager(Entry.kept(signer.read, sealed, id, met), ({ detail }) =>
    new StoreError({
      reason: "damaged",
      message: `a stored fact cannot be read (${detail}): ${OwnLogs.remedy}`
    }))

/** What has to come back before facts are folded; undefined when nothing has to. */
export const forFacts = (ports: Ports, state: Coordination.State, facts: ReadonlyArray<Fact>) =>
  read(
    ports,
    state,
    Wanting.forFacts(Cleanup.memoryOf(state), facts),
    Wanting.oldPlaces(state.replica, state.catchUp.heads, facts)
  )

/** What has to come back before an input is decided. */
export const forInput = (ports: Ports, state: Coordination.State, input: Coordination.Input) =>
  input._tag === "Asked"
    ? read(ports, state, Wanting.forCommand(Cleanup.memoryOf(state), state.node, input.command), [])
    : Effect.succeed(undefined)

/** What is known of subjects that memory forgot. */
export const forSubjects = (ports: Ports, state: Coordination.State, subjects: ReadonlyArray<string>) =>
  read(ports, state, { subjects, lists: [] }, [])

/** The sessions whose ids begin so. */
export const forSessions = Effect.fnUntraced(function*(
  ports: Ports,
  state: Coordination.State,
  beginning: string
) {
  const alike = yield* ports.store.subjects(Subject.session(beginning), "", alikeMax)
  const subjects = [...new Set([...alike, Subject.session(beginning)])]
  return yield* forSubjects(ports, state, subjects)
})

/** The sessions, or the claims, that something was stated about last. */
export const forRecent = (ports: Ports, state: Coordination.State, of: "session" | "claim") =>
  Effect.flatMap(ports.store.newest(Subject.beginning(of), recentMax), (subjects) =>
    forSubjects(ports, state, subjects))

/** The next forgotten sessions that something may have changed, and how to go on. */
export const forRevisit = Effect.fnUntraced(function*(
  ports: Ports,
  state: Coordination.State,
  { after, beginning }: Memory.Revisit
) {
  const names = yield* ports.store.subjects(beginning, after, Memory.revisitsPerTick)
  const subjects = names.map((name) => Wanting.led("session", name))
  const sessions = subjects.map(sessionIn)
  return {
    recalled: yield* forSubjects(ports, state, subjects),
    revisited: { _tag: "Revisited" as const, sessions, last: names.at(-1) }
  }
})

const read = Effect.fnUntraced(function*(
  ports: Ports,
  state: Coordination.State,
  wanted: Wanting.Wanted,
  places: ReadonlyArray<Wanting.OldPlace>
): Effect.fn.Return<Cleanup.Recalled | undefined, StoreError> {
  const subjects = new Set<string>()
  const facts = new Map<FactId, Fact>()
  const past: Array<readonly [session: string, status: string]> = []
  let next = [...wanted.subjects]
  for (const list of wanted.lists) {
    const names = yield* ports.store.subjects(list.beginning, "", namesMax)
    next.push(...names.map((name) => Wanting.led(list.to, name)))
  }
  for (let depth = 0; next.length > 0 && depth < depthMax; depth++) {
    const found: Array<Fact> = []
    for (const subject of next) {
      if (Wanting.remembers(state.replica, subject)) continue
      subjects.add(subject)
      const status = yield* pastStatus(ports, subject)
      if (status !== undefined) {
        past.push([sessionIn(subject), status])
        continue
      }
      yield* Stream.runForEach(ports.store.about(subject), (kept) =>
        Effect.map(stored(ports.signer, kept), (fact) => found.push(fact)))
    }
    for (const fact of found) facts.set(fact.id, fact)
    next = [...new Set(Wanting.beside(Cleanup.memoryOf(state), found))].filter((each) => !subjects.has(each))
  }
  const old = yield* Effect.forEach(places, (place) => atPlace(ports, place))
  return facts.size === 0 && places.length === 0 && past.length === 0
    ? undefined
    : { subjects: [...subjects], facts: [...facts.values()], places: old.flat(), past }
})

/** The status in which a session passed retention; undefined for any other subject. */
const pastStatus = ({ store }: Ports, subject: string) =>
  subject.startsWith(Subject.beginning("session"))
    ? store.note(Retention.pastSession(sessionIn(subject)))
    : Effect.succeed(undefined)

const sessionIn = (subject: string): string => subject.slice(Subject.beginning("session").length)

/** Those of the sessions that are past retention, so that nothing old opens them again. */
export const forPast = Effect.fnUntraced(function*(ports: Ports, sessions: Iterable<string>) {
  const past: Array<readonly [session: string, status: string]> = []
  for (const session of sessions) {
    const status = yield* ports.store.note(Retention.pastSession(session))
    if (status !== undefined) past.push([session, status])
  }
  return { subjects: [], facts: [], places: [], past } satisfies Cleanup.Recalled
})

/** The facts that this node holds at a place. */
const atPlace = Effect.fnUntraced(function*({ signer, store }: Ports, { log, seq }: Wanting.OldPlace) {
  const found = yield* store.placed(log, seq, seq)
  return yield* Effect.forEach(found, (kept) => stored(signer, kept))
})
