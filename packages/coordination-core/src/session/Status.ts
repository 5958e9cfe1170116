/**
 * What the facts of a session mean: its status, as the greatest of what holds.
 *
 *     active < expired < escalated < resolved < disputed < decided
 *
 * Invariants: a view over sets, so equal facts give equal status on every node; each step holds
 * for good once it holds (a certificate by itself, a ban until doomsday), so the status only
 * rises, under any later fact. (docs/rules.md, 7)
 */
import * as HashMap from "effect/HashMap"
import { type AgentKey, fromKey } from "../identity/AgentId.ts"
import type { Origin } from "../identity/FactId.ts"
import type { NodeId, PersonId } from "../identity/NodeId.ts"
import type { Ruling, RulingId } from "../ruling/Ruling.ts"
import { compare } from "../replica/Sorted.ts"
import type { End } from "../task/Registry.ts"
import * as Certificate from "../vote/Certificate.ts"
import { isObjection, type Vote } from "../vote/Vote.ts"
import { nodesOf, type OpenedClaim, type Opening } from "./Opening.ts"
import { type Message, messagesMax, type Session } from "./Session.ts"

/** From the least to the greatest. */
export const statuses = ["active", "expired", "escalated", "resolved", "disputed", "decided"] as const
export type Status = typeof statuses[number]

/** The reason of an escalation whose deadline passed, as the seed says it. */
export const overdueReason = "Session duration exceeded - human intervention needed"

/** A reason to hand a session to a person. */
export interface Escalated {
  readonly kind: "member_banned" | "last_objection" | "too_many_messages" | "overdue" | "asked"
  readonly words: string
}

/** What a session needs to know of the rest of the replicated state. */
export interface World {
  /** Whether what stands at a place counts: its author neither forked nor was revoked before it. */
  readonly counts: (origin: Origin) => boolean
  /** Whether a node is banned or revoked, from whatever place on. */
  readonly isBanned: (node: NodeId) => boolean
  readonly hasForked: (node: NodeId) => boolean
  /** Whether the owner of a claim released or completed it. */
  readonly hasEnded: (claim: OpenedClaim) => boolean
  /** How its owner ended it, if it did. */
  readonly endOf: (claim: OpenedClaim) => End | undefined
  /** Until when it reaches. Milliseconds since 1970, by its owner's clock. */
  readonly untilMillis: (claim: OpenedClaim) => number
  readonly isPerson: (person: PersonId) => boolean
  readonly inGoodStanding: (person: PersonId) => boolean
}

/** A session whose opening is known: its votes, words, receipts and escalations are by its members. */
export interface Opened extends Session {
  readonly opening: Opening
}

export const isOpened = (session: Session | undefined): session is Opened =>
  session?.opening !== undefined

/** Is the first status at least the second? */
export const atLeast = (status: Status, least: Status): boolean =>
  statuses.indexOf(status) >= statuses.indexOf(least)

/** The status of a session. */
export const statusOf = (session: Opened, world: World): Status => {
  if (rulingsOf(session, world).length > 0) return "decided"
  const certificates = certificatesOf(session)
  if (certificates.length > 0) {
    return isDisputed(session, certificates, world) ? "disputed" : "resolved"
  }
  if (escalationReasons(session, world).length > 0) return "escalated"
  return session.opening.claims.every(world.hasEnded) ? "expired" : "active"
}

/** The valid certificates, the one of the lowest plan hash first, one a plan. */
export const certificatesOf = (session: Opened): ReadonlyArray<Certificate.Certificate> => {
  const byPlan = new Map<string, Certificate.Certificate>()
  for (const certificate of HashMap.values(session.certificates)) {
    if (!Certificate.isValid(certificate, session.opening)) continue
    const known = byPlan.get(certificate.plan)
    if (known === undefined || certificate.id < known.id) {
      byPlan.set(certificate.plan, certificate)
    }
  }
  return [...byPlan.values()].sort((a, b) => compare(a.plan, b.plan))
}

/**
 * Two plans were certified, or a voter of the certificate contradicted itself or forked. Evidence
 * counts whoever carries it and is not lost by a later revocation, so a dispute never goes away by
 * itself.
 */
const isDisputed = (
  session: Opened,
  certificates: ReadonlyArray<Certificate.Certificate>,
  world: World
): boolean => {
  const contradictors = contradictorsOf(session)
  return certificates.length > 1 || certificates.some(({ votes }) =>
    votes.some((vote) => contradictors.has(vote.agent) || world.hasForked(fromKey(vote.agent).node))
  )
}

/** The members with two stances on one plan. */
export const contradictorsOf = (session: Opened): ReadonlySet<AgentKey> => {
  const stances = new Map<string, string>()
  const contradictors = new Set<AgentKey>()
  for (const vote of memberVotes(session)) {
    const place = `${vote.agent} ${vote.plan}`
    const before = stances.get(place)
    if (before !== undefined && before !== vote.stance) contradictors.add(vote.agent)
    stances.set(place, vote.stance)
  }
  return contradictors
}

/** Why a person should look at the session: derived from its facts, or stated by a member's node. */
export const escalationReasons = (session: Opened, world: World): ReadonlyArray<string> =>
  [...new Set(escalations(session, world).map(({ words }) => words))]

/** Those reasons with their kinds, the most telling first. */
export const escalations = (session: Opened, world: World): ReadonlyArray<Escalated> => {
  const { roster, terms } = session.opening
  const nodes = nodesOf(roster)
  const banned = nodes.filter(world.isBanned)
  const finalObjections = countedVotes(session, world)
    .filter((vote) => vote.round === 3 && isObjection(vote))
  const stated = HashMap.toValues(session.escalations)
    .filter((escalation) => world.counts(escalation.origin))
    .sort((a, b) => compare(a.id, b.id))
    .map((escalation) => escalation.reason)
  const isTalkative = countedMessages(session, world).length > messageLimit(terms)
  const because = (kind: Escalated["kind"], words: string): Escalated => ({ kind, words })
  return [
    ...banned.map((node) => because("member_banned", `A member's node was banned or revoked: ${node}`)),
    ...finalObjections.slice(0, 1).map(() =>
      because("last_objection", "A member objects to the plan of the last round")),
    ...(isTalkative
      ? [because("too_many_messages", "Message limit exceeded - human intervention needed")]
      : []),
    ...stated.map((words) => because(words === overdueReason ? "overdue" : "asked", words))
  ]
}

/** One node alone can pass the limit, so that what is not kept of its messages changes no status. */
const messageLimit = ({ max_messages }: Opening["terms"]): number => Math.min(max_messages, messagesMax - 1)

/** The messages by nodes of the roster, oldest first as far as their clocks tell. */
export const countedMessages = (session: Opened, world: World): ReadonlyArray<Message> =>
  HashMap.toValues(session.messages)
    .filter((message) => world.counts(message.origin))
    .sort((a, b) => compare(a.timestamp, b.timestamp) || compare(a.id, b.id))

/** The votes by members that count, in the order of their ids. */
export const countedVotes = (session: Opened, world: World): ReadonlyArray<Vote> =>
  memberVotes(session).filter((vote) => world.counts(vote.origin))

/** The rulings by people of this mesh, in the order of their ids. */
export const rulingsOf = (session: Session, world: World): ReadonlyArray<Ruling> =>
  HashMap.toValues(session.rulings)
    .filter((ruling) => world.isPerson(ruling.by))
    .sort((a, b) => compare(a.id, b.id))

/** The rulings that no other replaces; the first one counts. */
export const unreplacedRulings = (session: Session, world: World): ReadonlyArray<Ruling> => {
  const rulings = rulingsOf(session, world)
  const replaced = new Set<RulingId>(rulings.flatMap(({ ruling }) =>
    ruling.kind === "decide_session" ? ruling.replaces : []
  ))
  return rulings.filter((ruling) => !replaced.has(ruling.id))
}

/**
 * The people in good standing who ruled as the ruling that counts does, by a ruling that stands or
 * one that was replaced. A second person's ruling of the same words is a second voice.
 */
export const seconders = (session: Session, world: World): ReadonlyArray<PersonId> => {
  const [counting] = unreplacedRulings(session, world)
  const same = rulingsOf(session, world).filter(({ by, ruling }) =>
    counting !== undefined && counting.ruling.kind === "decide_session" &&
    ruling.kind === "decide_session" && ruling.decision === counting.ruling.decision &&
    ruling.verdict === counting.ruling.verdict && world.inGoodStanding(by))
  return [...new Set(same.map(({ by }) => by))].sort(compare)
}

/**
 * Why the session waits for a person; empty when it does not. Where a node wants a `quorum` of more
 * than one person, its inbox keeps a decided case until so many ruled alike; the status is the same.
 */
export const waitsBecause = (session: Opened, world: World, quorum = 1): ReadonlyArray<string> => {
  switch (statusOf(session, world)) {
    case "escalated":
      return escalationReasons(session, world)
    case "disputed":
      return ["The agreement is disputed: there is evidence against a vote in its certificate"]
    case "decided": {
      const [counting, ...others] = unreplacedRulings(session, world)
      if (others.length > 0) return [`${others.length + 1} rulings stand; one has to replace the rest`]
      if (counting === undefined || !world.inGoodStanding(counting.by)) {
        return ["The ruling is by a person whose key was revoked"]
      }
      const voices = seconders(session, world).length
      return voices >= quorum ? [] : [`${voices} of ${quorum} people who are needed ruled so`]
    }
    default:
      return []
  }
}

/** The votes by members, whether they count or not, in the order of their ids. */
export const memberVotes = (session: Opened): ReadonlyArray<Vote> =>
  HashMap.toValues(session.votes).sort((a, b) => compare(a.id, b.id))
