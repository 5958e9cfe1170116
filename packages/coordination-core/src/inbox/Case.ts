/**
 * A case of the inbox, as a person needs it: why it waits, the question, the options, the cost.
 *
 *     reason ─▶ question ─▶ options (order · apart · nothing · plan · ruling), one recommended
 *
 * A view over facts, so people at different nodes see the same options for the same facts, and who
 * chooses the same option rules in the same words. An option is a suggestion: a person may decide
 * anything. (docs/rules.md, 7)
 */
import * as Sentence from "../detection/Sentence.ts"
import { type AgentKey, show } from "../identity/AgentId.ts"
import type { TaskKey } from "../identity/TaskKey.ts"
import * as Replica from "../replica/Replica.ts"
import type { OpenedClaim } from "../session/Opening.ts"
import * as Status from "../session/Status.ts"
import type { Verdict } from "../slurp/SlurpEvent.ts"
import * as Options from "./Options.ts"

/** The kinds of reasons why a case waits. */
export const reasons = [
  "member_banned", "last_objection", "too_many_messages", "overdue", "asked",
  "agreement_disputed", "rulings_differ", "person_revoked", "quorum_missing"
] as const
export type Reason = typeof reasons[number]

export interface Option {
  /** What the option is, e.g. `plan:1a2b3c4d5e6f`: the same for the same facts. */
  readonly key: string
  readonly label: string
  /** The words of the ruling that chooses it. */
  readonly decision: string
  readonly verdict?: Verdict
}

export interface Case {
  readonly reason: Reason
  /** In one sentence, in our words but for what an agent asked, which is cut. */
  readonly question: string
  /** The recommended one first. */
  readonly options: ReadonlyArray<Option>
  /** Their keys by letter; an empty one is kept free for what may come. */
  readonly keys: ReadonlyArray<string>
  /** What stands still meanwhile: the claims of the members that go on. None once a ruling is heard. */
  readonly blocked: ReadonlyArray<OpenedClaim>
  /** Other sessions about the same claims that are not over. */
  readonly waiting: ReadonlyArray<string>
}

/** So much of what an agent wrote is quoted. */
const quoteMax = 160

export const of = (replica: Replica.Replica, session: Status.Opened, quorum: number): Case => {
  const world = Replica.world(replica)
  const reason = reasonOf(session, world, quorum)
  const isRuled = Status.statusOf(session, world) === "decided"
  return {
    reason,
    question: questionOf(session, world, reason),
    ...Options.of(session, world, replica.people, reason),
    blocked: isRuled ? [] : session.opening.claims.filter((claim) => !world.hasEnded(claim)),
    waiting: waiting(replica, session, quorum)
  }
}

const reasonOf = (session: Status.Opened, world: Status.World, quorum: number): Reason => {
  switch (Status.statusOf(session, world)) {
    case "disputed":
      return "agreement_disputed"
    case "decided": {
      const [counting, ...others] = Status.unreplacedRulings(session, world)
      if (others.length > 0) return "rulings_differ"
      const isGood = counting !== undefined && world.inGoodStanding(counting.by)
      return isGood && quorum > 1 ? "quorum_missing" : "person_revoked"
    }
    default: {
      const [first] = Status.escalations(session, world)
      // One that only this node's clock knows of is stated by nobody.
      return first?.kind ?? "overdue"
    }
  }
}

const questionOf = (session: Status.Opened, world: Status.World, reason: Reason): string => {
  const about = tasksOf(session.opening.claims)
  const who = named(session.opening.roster)
  switch (reason) {
    case "member_banned":
      return `A member's node was banned or revoked: how do ${who} go on with ${about}?`
    case "last_objection":
      return `The plan of the last round has an objection: which plan holds for ${about}?`
    case "too_many_messages":
      return `${who} talked and agreed on nothing: what holds for ${about}?`
    case "overdue":
      return `Time is up and ${who} have not agreed: what holds for ${about}?`
    case "asked": {
      const [asked] = Status.escalations(session, world).filter(({ kind }) => kind === "asked")
      const words = Sentence.cut(Sentence.line(asked?.words ?? ""), quoteMax)
      return `What holds for ${about}? A member's node says: "${words}"`
    }
    case "agreement_disputed":
      return `The agreement on ${about} is disputed: which plan holds?`
    case "rulings_differ":
      return `People ruled differently on ${about}: which ruling holds?`
    case "person_revoked":
      return `Who ruled on ${about} was revoked: does the ruling stand?`
    case "quorum_missing":
      return `One person ruled on ${about}: does another rule the same?`
  }
}

const waiting = (replica: Replica.Replica, session: Status.Opened, quorum: number): ReadonlyArray<string> => {
  const world = Replica.world(replica)
  const ids = session.opening.claims.flatMap(({ claim }) => Replica.sessionsWith(replica, claim))
  return [...new Set(ids)].filter((id) => {
    const other = id === session.id ? undefined : Replica.sessionById(replica, id)
    return other !== undefined && (Status.statusOf(other, world) === "active" ||
      Status.waitsBecause(other, world, quorum).length > 0)
  }).sort()
}

const tasksOf = (claims: ReadonlyArray<{ readonly task: TaskKey }>): string =>
  Sentence.listed([...new Set(claims.map(({ task }) => task))])

const named = (roster: ReadonlyArray<AgentKey>): string =>
  Sentence.listed(roster.map((agent) => show(agent, roster)))
