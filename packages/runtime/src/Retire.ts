/**
 * Drops from the store, a little at each cleanup, what is past retention and needed by nobody.
 *
 *     next dead log ──▶ its last facts ── all old, none needed ──▶ status of their sessions noted,
 *                                                                  facts retired, then those before
 *
 * From the end of a log to its beginning, so that what a peer may still get of it is whole from the
 * start. What was retired is not taken again. (docs/rules.md, 4: retention)
 */
import * as Bookmark from "@chorus/coordination-core/coordination/Bookmark"
import * as Cleanup from "@chorus/coordination-core/coordination/Cleanup"
import type * as Coordination from "@chorus/coordination-core/coordination/Coordination"
import type { Fact } from "@chorus/coordination-core/fact/Fact"
import { author, type FactId, type LogId, nonce } from "@chorus/coordination-core/identity/FactId"
import type { Moment } from "@chorus/coordination-core/machine/Machine"
import * as Retention from "@chorus/coordination-core/memory/Retention"
import * as Subject from "@chorus/coordination-core/memory/Subject"
import type { StoreError } from "@chorus/coordination-core/ports/FactStore"
import * as Replica from "@chorus/coordination-core/replica/Replica"
import * as Status from "@chorus/coordination-core/session/Status"
import * as Effect from "effect/Effect"
import * as HashMap from "effect/HashMap"
import * as Option from "effect/Option"
import * as OwnLogs from "./OwnLogs.ts"
import * as Recall from "./Recall.ts"

/** So many facts are retired at a cleanup. */
const factsMax = 1000

/** Sessions about one claim whose status is noted. */
const sessionsMax = 256

/** Where retiring stands: in which log, and the place above which it is done. */
export interface Progress {
  readonly log: LogId | ""
  readonly upTo: number | undefined
  /** What was retired since the process started. */
  readonly gone: Bookmark.Gone
}

export const start: Progress = { log: "", upTo: undefined, gone: Bookmark.nothingGone }

/** Retires the next facts that may go. A store that fails is left alone until the next time. */
export const step = (ports: Recall.Ports, state: Coordination.State, at: Moment, before: Progress) =>
  Effect.catch(next(ports, state, at, before), (error) =>
    Effect.as(Effect.logWarning(`old facts stay: ${error.message}`), before))

const next = Effect.fnUntraced(function*(
  ports: Recall.Ports,
  state: Coordination.State,
  at: Moment,
  before: Progress
): Effect.fn.Return<Progress, StoreError> {
  const log = before.upTo === undefined ? following(state, before.log) : before.log
  const head = log === "" ? undefined : Option.getOrUndefined(HashMap.get(state.catchUp.heads, log))
  const { gone } = before
  if (log === "" || head === undefined) return { ...start, gone }
  const upTo = before.upTo ?? head.seq
  const from = Math.max(1, upTo - factsMax + 1)
  const stored = yield* ports.store.placed(log, from, upTo)
  const isOld = stored.every((fact) => at.wallMillis - fact.seenAtMillis > Retention.retentionMillis)
  if (!isOld) return { log, upTo: undefined, gone }
  const facts = yield* Effect.forEach(stored, (kept) => Recall.stored(ports.signer, kept))
  if (facts.some((fact) => Retention.isNeeded(state.replica, fact))) return { log, upTo: undefined, gone }
  const going = facts.filter((fact) => !Retention.isLasting(fact))
  const past = yield* statuses(ports, state, going)
  const name = Retention.retiredLog(log)
  // After a restart the head is that of what is left, and the note knows the end.
  const last = Math.max(head.seq, Number((yield* ports.store.note(name)) ?? 0))
  yield* ports.store.retire(going.map(({ id }) => id), [
    ...past,
    [name, String(last)],
    ...(yield* unchecked(ports, state, log))
  ])
  return { log, upTo: from === 1 ? undefined : from - 1, gone: Bookmark.without(gone, log, going) }
})

/** An own log that is being retired is not whole any more, and not to be. */
const unchecked = Effect.fnUntraced(function*(
  { store }: Recall.Ports,
  { node }: Coordination.State,
  log: LogId
) {
  if (author(log) !== node) return []
  const { [nonce(log)]: _, ...rest } = OwnLogs.noted(yield* store.note(OwnLogs.noteName))
  return [[OwnLogs.noteName, JSON.stringify(rest)] as const]
})

/** The dead log that comes after another; the empty one when none does. */
const following = ({ catchUp, memory }: Coordination.State, log: LogId | ""): LogId | "" =>
  [...HashMap.keys(catchUp.heads)]
    .filter((other) => other > log && Retention.isDead(memory.voices, other))
    .sort()[0] ?? ""

/** The notes on the sessions of facts, as long as the facts are there to tell. */
const statuses = Effect.fnUntraced(function*(
  ports: Recall.Ports,
  before: Coordination.State,
  facts: ReadonlyArray<Fact>
) {
  const named = new Set(facts.flatMap(Retention.sessionsOf))
  for (const claim of new Set(facts.flatMap(Retention.claimsOf))) {
    const beginning = Subject.opened(claim)
    const names = yield* ports.store.subjects(beginning, "", sessionsMax)
    for (const name of names) named.add(name.slice(beginning.length))
  }
  const sessions = [...named]
  const recalled = yield* Recall.forSubjects(ports, before, sessions.map(Subject.session))
  const { replica } = recalled === undefined ? before : Cleanup.recalled(before, recalled)
  const world = Replica.world(replica)
  return sessions.flatMap((id) => {
    const session = Replica.sessionById(replica, id)
    return session === undefined
      ? []
      : [[Retention.pastSession(id), Status.statusOf(session, world)] as const]
  })
})

/** The facts whose places were retired. */
export const retiredAmong = Effect.fnUntraced(function*(
  { store }: Recall.Ports,
  { catchUp, memory }: Coordination.State,
  facts: ReadonlyArray<Fact>
): Effect.fn.Return<ReadonlySet<FactId>, StoreError> {
  const retired = new Set<FactId>()
  for (const [log, some] of Map.groupBy(facts, (fact) => fact.log)) {
    if (HashMap.has(catchUp.heads, log) && !Retention.isDead(memory.voices, log)) continue
    const last = Number(yield* store.note(Retention.retiredLog(log)) ?? 0)
    for (const { id, seq } of some) if (seq <= last) retired.add(id)
  }
  return retired
})
