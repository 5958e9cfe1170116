/**
 * What a store may drop for good: logs that ended, once they are old and nothing needs them.
 *
 *     author's newest fact names the log in `live_from` ──▶ stays      names it no more ──▶ dead
 *     dead, seen before retention, about nothing in memory ──▶ retired; the session's status stays
 *
 * Rulings about people and proofs of forks mean something for ever and stay. A retired session is
 * not opened again, whatever comes about it. (docs/rules.md, 4: retention)
 */
import * as HashMap from "effect/HashMap"
import * as Option from "effect/Option"
import type { Fact } from "../fact/Fact.ts"
import { author, type FactId, type LogId, type LogNonce, nonce } from "../identity/FactId.ts"
import type { NodeId } from "../identity/NodeId.ts"
import type * as Replica from "../replica/Replica.ts"
import * as Session from "../session/Session.ts"
import * as Subject from "./Subject.ts"

/** 30 days. */
export const retentionMillis = 30 * 24 * 3_600_000

/** What an author said last about which of its places still matter. */
export interface Voice {
  readonly log: LogId
  readonly seq: number
  readonly liveFrom: Readonly<Record<LogNonce, number>>
}

export type Voices = HashMap.HashMap<NodeId, Voice>

/** Notes what the authors of facts say of their logs. */
export const heard = (voices: Voices, facts: ReadonlyArray<Fact>): Voices =>
  facts.reduce((all, fact) => {
    const known = Option.getOrUndefined(HashMap.get(all, fact.from))
    const said: Voice = { log: fact.log, seq: fact.seq, liveFrom: fact.live_from }
    return known === undefined || isNewer(said, known) ? HashMap.set(all, fact.from, said) : all
  }, voices)

/** A log is newer than those that it names; of two that do not name each other, the one heard last. */
const isNewer = (said: Voice, known: Voice): boolean =>
  said.log === known.log ? said.seq > known.seq : known.liveFrom[nonce(said.log)] === undefined

/** Does the author no longer need the log? An author that names none needs all (`LiveFrom`). */
export const isDead = (voices: Voices, log: LogId): boolean =>
  Option.exists(HashMap.get(voices, author(log)), ({ liveFrom, log: newest }) =>
    newest !== log && liveFrom[nonce(log)] === undefined && Object.keys(liveFrom).length > 0)

/** The sessions that a fact, or what it embeds, is about. */
export const sessionsOf = (fact: Fact): ReadonlyArray<string> =>
  Subject.parts(fact).flatMap((part) => Session.subject(part) ?? [])

/** The claims that a fact makes, renews or ends: sessions about them take their status from it. */
export const claimsOf = ({ data, id }: Fact): ReadonlyArray<FactId> => {
  switch (data.message_type) {
    case "task_claimed":
      return [id]
    case "claim_renewed":
    case "task_released":
    case "task_completed":
      return [data.claim]
    default:
      return []
  }
}

/** Does the fact mean something for ever: who may rule, and who is banned? */
export const isLasting = ({ data, ruling }: Fact): boolean =>
  data.message_type === "fork_proven" ||
  (ruling !== undefined && ruling.ruling.kind !== "decide_session")

/** Is the fact about something that is in memory, since it is not over or was just asked about? */
export const isNeeded = ({ sessions, tasks }: Replica.Replica, fact: Fact): boolean =>
  claimsOf(fact).some((claim) => tasks.claims.has(claim)) ||
  sessionsOf(fact).some((session) => sessions.has(session))

/** Under which name the status of a session that is past retention is noted, and the last place of a log. */
export const pastSession = (session: string): string => `past ${session}`
export const retiredLog = (log: LogId): string => `retired ${log}`
