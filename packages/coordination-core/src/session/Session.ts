/**
 * What is known of one session: the set of facts that bear on it. A fold.
 *
 *     opening · plans · votes · messages · receipts · escalations · certificates · rulings   (sets only)
 *
 * What arrives before its opening waits in its set. The opening closes the roster for ever, so once
 * it is there votes, words, receipts and escalations are kept of members alone; plans, certificates
 * and rulings are kept of anybody. Else nothing is weighed here, and the fold stays commutative, associative
 * and idempotent. What the facts mean is `Status.ts`. (docs/rules.md, 3 and 7)
 */
import * as HashMap from "effect/HashMap"
import * as Fact from "../fact/Fact.ts"
import type { notedStages, PlanHash } from "../fact/SessionFacts.ts"
import { type AgentKey, key as agentKey } from "../identity/AgentId.ts"
import * as Derived from "../identity/Derived.ts"
import type { FactId, Origin } from "../identity/FactId.ts"
import type { NodeId } from "../identity/NodeId.ts"
import type { PlanContent } from "../plan/PlanContent.ts"
import * as PlanHashes from "../plan/PlanHash.ts"
import { compare } from "../replica/Sorted.ts"
import type { Ruling, RulingId } from "../ruling/Ruling.ts"
import * as Certificate from "../vote/Certificate.ts"
import * as Vote from "../vote/Vote.ts"
import * as Opening from "./Opening.ts"

export interface Plan {
  readonly id: FactId
  readonly origin: Origin
  readonly round: number
  readonly hash: PlanHash
  readonly content: PlanContent
  readonly madeBy: string
  readonly timestamp: string
  /** The objection that a plan of round 2 or 3 answers. */
  readonly objection: Vote.Vote | undefined
}

export interface Message {
  readonly id: FactId
  readonly origin: Origin
  readonly agent: AgentKey
  readonly text: string
  readonly intent: string | undefined
  readonly timestamp: string
}

/** An agent was shown these items, or took note of them. */
export interface Receipt {
  readonly id: FactId
  readonly origin: Origin
  readonly agent: AgentKey
  readonly stage: typeof notedStages[number]
  readonly items: ReadonlyArray<string>
  readonly timestamp: string
}

/** A request that a person looks at the session. */
export interface Escalation {
  readonly id: FactId
  readonly origin: Origin
  readonly reason: string
  readonly timestamp: string
}

/** A session keeps so many messages of one node; what it says beyond that is stored and not counted. */
export const messagesMax = 128
/** The same for its receipts. Plans stay, since a certificate names one of them by its hash. */
export const receiptsMax = 128

export interface Session {
  readonly id: string
  readonly opening: Opening.Opening | undefined
  readonly plans: HashMap.HashMap<FactId, Plan>
  readonly votes: HashMap.HashMap<FactId, Vote.Vote>
  readonly messages: HashMap.HashMap<FactId, Message>
  readonly receipts: HashMap.HashMap<FactId, Receipt>
  readonly escalations: HashMap.HashMap<FactId, Escalation>
  readonly certificates: HashMap.HashMap<FactId, Certificate.Certificate>
  readonly rulings: HashMap.HashMap<RulingId, Ruling>
}

export const empty = (id: string): Session => ({
  id,
  opening: undefined,
  plans: HashMap.empty(),
  votes: HashMap.empty(),
  messages: HashMap.empty(),
  receipts: HashMap.empty(),
  escalations: HashMap.empty(),
  certificates: HashMap.empty(),
  rulings: HashMap.empty()
})

/** The session that a fact bears on by itself; undefined when it bears on none. */
export const subject = (fact: Fact.Fact): string | undefined => {
  switch (fact.data.message_type) {
    case "dependency_detected":
    case "session_opened":
      return Opening.fromFact(fact)?.session
    case "coordination_plan":
    case "coordination_response":
    case "session_message":
    case "delivery_noted":
    case "escalation":
    case "resolution":
      return fact.data.session_id
    case "ruling":
      return fact.ruling?.ruling.kind === "decide_session" ? fact.ruling.ruling.session_id : undefined
    default:
      return undefined
  }
}

/** Adds a fact whose `subject` is this session. */
export const evolve = (session: Session, fact: Fact.Fact): Session => {
  switch (fact.data.message_type) {
    case "dependency_detected":
    case "session_opened":
      return opened(session, Opening.fromFact(fact))
    case "coordination_plan":
      return proposed(session, planOf(fact))
    case "coordination_response":
      return answered(session, fact)
    case "session_message":
      return said(session, messageOf(fact, fact.data.from_agent, fact.data.content, fact.data.intent))
    case "delivery_noted":
      return hears(session, fact.from)
        ? { ...session, receipts: lowest(session.receipts, receiptOf(fact, fact.data), receiptsMax) }
        : session
    case "escalation":
      return escalated(session, {
        id: fact.id,
        origin: Fact.origin(fact),
        reason: fact.data.escalation_reason,
        timestamp: fact.timestamp
      })
    case "resolution":
      return certified(session, Certificate.fromFact(fact))
    case "ruling":
      return fact.ruling === undefined
        ? session
        : { ...session, rulings: HashMap.set(session.rulings, fact.ruling.id, fact.ruling) }
    default:
      return session
  }
}

/** Of several openings the account of the lowest id is shown; all else is equal by the session's id. */
const opened = (session: Session, opening: Opening.Opening | undefined): Session => {
  if (opening === undefined) return session
  if (session.opening === undefined) return ofMembers({ ...session, opening })
  return session.opening.account.id <= opening.account.id ? session : { ...session, opening }
}

/** What waited for the opening, as far as it bears on the session now that its roster is known. */
const ofMembers = (session: Session): Session => {
  const isFromMember = ({ origin }: Placed): boolean => hears(session, origin.node)
  return {
    ...session,
    votes: withVotes({ ...session, votes: HashMap.empty() }, [...HashMap.values(session.votes)]),
    messages: HashMap.filter(session.messages, isFromMember),
    receipts: HashMap.filter(session.receipts, isFromMember),
    escalations: HashMap.filter(session.escalations, isFromMember)
  }
}

/** May the node have a member? */
const hears = ({ opening }: Session, node: NodeId): boolean =>
  opening === undefined || Opening.nodesOf(opening.roster).includes(node)

const proposed = (session: Session, plan: Plan | undefined): Session =>
  plan === undefined ? session : {
    ...session,
    plans: HashMap.set(session.plans, plan.id, plan),
    votes: withVotes(session, plan.objection === undefined ? [] : [plan.objection])
  }

const answered = (session: Session, fact: Fact.Of<"coordination_response"> | Fact.Fact): Session => {
  if (!Fact.is("coordination_response", fact)) return session
  const vote = Vote.fromFact(fact)
  return vote === undefined
    ? said(session, messageOf(fact, fact.data.agent_id, fact.data.response, undefined))
    : { ...session, votes: withVotes(session, [vote]) }
}

const said = (session: Session, message: Message): Session =>
  hears(session, message.origin.node)
    ? { ...session, messages: lowest(session.messages, message, messagesMax) }
    : session

const escalated = (session: Session, escalation: Escalation): Session =>
  hears(session, escalation.origin.node)
    ? { ...session, escalations: HashMap.set(session.escalations, escalation.id, escalation) }
    : session

interface Placed {
  readonly id: FactId
  readonly origin: Origin
}

/** Of one node's items the lowest places are kept: the same ones in whatever order they come. */
const lowest = <A extends Placed>(
  items: HashMap.HashMap<FactId, A>,
  item: A,
  max: number
): HashMap.HashMap<FactId, A> => {
  const all = HashMap.set(items, item.id, item)
  const own = HashMap.toValues(all).filter(({ origin }) => origin.node === item.origin.node)
  if (own.length <= max) return all
  const [highest = item] = own.sort(byPlaceDescending)
  return HashMap.remove(all, highest.id)
}

const byPlaceDescending = (a: Placed, b: Placed): number =>
  compare(b.origin.log, a.origin.log) || b.origin.seq - a.origin.seq || compare(b.id, a.id)

/** The votes inside a certificate are votes like any other; sealed, they prove themselves. */
const certified = (session: Session, certificate: Certificate.Certificate | undefined): Session =>
  certificate === undefined ? session : {
    ...session,
    certificates: HashMap.set(session.certificates, certificate.id, certificate),
    votes: withVotes(session, certificate.votes)
  }

const withVotes = (session: Session, votes: ReadonlyArray<Vote.Vote>): Session["votes"] =>
  votes
    .filter(({ agent }) => session.opening === undefined || session.opening.roster.includes(agent))
    .reduce((all, vote) => HashMap.set(all, vote.id, vote), session.votes)

/** A plan has content and a round, and from round 2 on embeds a member's objection to the round before. */
const planOf = Derived.once((fact: Fact.Fact): Plan | undefined => {
  if (!Fact.is("coordination_plan", fact)) return undefined
  const { content, made_by, round, session_id } = fact.data
  if (content === undefined || round === undefined) return undefined
  const objection = fact.embedded[0] === undefined ? undefined : Vote.fromFact(fact.embedded[0])
  const answersObjection = objection !== undefined && Vote.isObjection(objection) &&
    objection.session === session_id && objection.round === round - 1 && fact.embedded.length === 1
  if (round === 1 ? fact.embedded.length > 0 : !answersObjection) return undefined
  return {
    id: fact.id,
    origin: Fact.origin(fact),
    round,
    hash: PlanHashes.of(session_id, round, objection?.id, content),
    content,
    madeBy: made_by ?? "unknown",
    timestamp: fact.timestamp,
    objection
  }
})

const messageOf = (
  fact: Fact.Fact,
  name: Parameters<typeof agentKey>[0]["name"],
  text: string,
  intent: string | undefined
): Message => ({
  id: fact.id,
  origin: Fact.origin(fact),
  agent: agentKey({ node: fact.from, name }),
  text,
  intent,
  timestamp: fact.timestamp
})

const receiptOf = (
  fact: Fact.Fact,
  { agent_id, items, stage }: Fact.Of<"delivery_noted">["data"]
): Receipt => ({
  id: fact.id,
  origin: Fact.origin(fact),
  agent: agentKey({ node: fact.from, name: agent_id }),
  stage,
  items,
  timestamp: fact.timestamp
})
