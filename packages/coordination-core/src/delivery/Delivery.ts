/**
 * How far what concerns an agent has come: a view over a session.
 *
 *     queued ──▶ shown ──▶ acknowledged ──▶ acted
 *     is there   noted by its own node      the agent voted, spoke or finished after that
 *
 * A receipt weighs nothing: no vote, no message, no status rests on it. (docs/rules.md, 7: delivery)
 */
import * as HashMap from "effect/HashMap"
import { type AgentKey, fromKey } from "../identity/AgentId.ts"
import type { Origin } from "../identity/FactId.ts"
import * as Awaited from "../plan/Awaited.ts"
import { compare } from "../replica/Sorted.ts"
import * as Deliberation from "../session/Deliberation.ts"
import { type Plan, type Receipt, receiptsMax } from "../session/Session.ts"
import * as Status from "../session/Status.ts"

export const stages = ["queued", "shown", "acknowledged", "acted"] as const
export type Stage = typeof stages[number]

/** Is the first stage at least the second? */
export const atLeast = (stage: Stage, least: Stage): boolean =>
  stages.indexOf(stage) >= stages.indexOf(least)

/** Something of a session that concerns an agent. */
export interface Item {
  /** Within the session: its own id, a plan's hash, a message, a ruling, the status it came to, an end. */
  readonly id: string
  readonly kind: "session" | "plan" | "stuck" | "message" | "decision" | "outcome" | "awaited"
  /** Who said it. */
  readonly from?: AgentKey
  readonly intent?: string
  readonly text: string
  /** When it was stated, by its author's clock. */
  readonly at: string
  /** Of the end of tasks that the agent's steps waited for. */
  readonly awaited?: Awaited.Awaited
}

/** An item, and how far it has come with an agent. */
export interface Delivery extends Item {
  readonly agent: AgentKey
  readonly stage: Stage
}

/** Of a session's messages the newest so many are followed; older ones were read, or never will be. */
export const messagesMax = 16

/** What of a session concerns one of its members, the oldest first. */
export const itemsFor = (
  session: Status.Opened,
  world: Status.World,
  agent: AgentKey,
  wallMillis: number
): ReadonlyArray<Item> => {
  const { account } = session.opening
  const plan = Deliberation.bestPlan(session, world)
  const messages = Status.countedMessages(session, world)
    .filter((message) => message.agent !== agent)
    .toSorted((a, b) => compare(a.timestamp, b.timestamp) || compare(a.id, b.id))
    .slice(-messagesMax)
  return [
    { id: session.id, kind: "session", text: account.reason, at: account.timestamp },
    ...(plan === undefined ? [] : aboutPlan(session, world, plan)),
    ...messages.map(({ agent: from, id, intent, text, timestamp }) => ({
      id,
      kind: "message" as const,
      from,
      ...(intent === undefined ? {} : { intent }),
      text,
      at: timestamp
    })),
    ...ending(session, world),
    ...Awaited.of(session, world, agent, wallMillis).map((awaited) => ({
      id: awaited.id,
      kind: "awaited" as const,
      from: awaited.agent,
      text: awaited.as,
      at: awaited.at,
      awaited
    }))
  ]
}

const aboutPlan = (session: Status.Opened, world: Status.World, plan: Plan): ReadonlyArray<Item> => [
  { id: plan.hash, kind: "plan", text: `round ${plan.round}`, at: plan.timestamp },
  ...(Deliberation.isBeyondConsensus(session, world, plan)
    ? [{
      id: `stuck ${plan.hash.slice(0, 12)}`,
      kind: "stuck" as const,
      text: "no consensus is possible on the plan any more",
      at: last(session)
    }]
    : [])
]

/** What became of the session: the rulings that stand, else how it ended or whom it waits for. */
const ending = (session: Status.Opened, world: Status.World): ReadonlyArray<Item> => {
  const status = Status.statusOf(session, world)
  if (status === "active") return []
  const rulings = Status.unreplacedRulings(session, world).map(({ id, ruling, timestamp }) => ({
    id,
    kind: "decision" as const,
    text: ruling.kind === "decide_session" ? ruling.decision : "",
    at: timestamp
  }))
  return rulings.length > 0 ? rulings : [{ id: status, kind: "outcome", text: status, at: last(session) }]
}

/** The last that was stated in a session. */
const last = ({ escalations, opening, votes }: Status.Opened): string =>
  [...HashMap.values(escalations), ...HashMap.values(votes), opening.account]
    .reduce((latest, { timestamp }) => timestamp > latest ? timestamp : latest, "")

/** How far each item has come with one of the members. */
export const of = (
  session: Status.Opened,
  world: Status.World,
  agent: AgentKey,
  wallMillis: number
): ReadonlyArray<Delivery> => {
  if (!session.opening.roster.includes(agent)) return []
  const receipts = HashMap.toValues(session.receipts)
    .filter((receipt) => receipt.agent === agent && world.counts(receipt.origin))
  const acts = actsOf(session, world, agent)
  const votes = Status.countedVotes(session, world).filter((vote) => vote.agent === agent)
  const hasDone = session.opening.claims
    .filter((claim) => claim.agent === agent)
    .every(world.hasEnded)
  return itemsFor(session, world, agent, wallMillis).map((item) => {
    const noted = receipts.filter(({ items }) => items.includes(item.id))
    const isActed = item.kind === "session"
      ? acts.length > 0 || hasDone
      : item.kind === "plan"
      ? votes.some(({ plan }) => plan === item.id)
      : noted.some((receipt) => hasDone || acts.some((act) => isAfter(act, receipt)))
    return { ...item, agent, stage: isActed ? "acted" : stageOf(noted) }
  })
}

const stageOf = (noted: ReadonlyArray<Receipt>): Stage =>
  noted.some(({ stage }) => stage === "acknowledged") ? "acknowledged" : noted.length > 0 ? "shown" : "queued"

interface Act {
  readonly origin: Origin
  readonly timestamp: string
}

/** What an agent stated in a session by itself. */
const actsOf = (session: Status.Opened, world: Status.World, agent: AgentKey): ReadonlyArray<Act> => [
  ...Status.countedVotes(session, world).filter((vote) => vote.agent === agent),
  ...Status.countedMessages(session, world).filter((message) => message.agent === agent)
]

/** A node's own places tell; after a restart it writes a new log, and its clock has to do. */
const isAfter = (act: Act, receipt: Receipt): boolean =>
  act.origin.log === receipt.origin.log
    ? act.origin.seq > receipt.origin.seq
    : act.timestamp > receipt.timestamp

/** How far everything has come with every member, in the order of the roster. */
export const all = (
  session: Status.Opened,
  world: Status.World,
  wallMillis: number
): ReadonlyArray<Delivery> =>
  session.opening.roster.flatMap((agent) => of(session, world, agent, wallMillis))

/** Does the agent work at none of its tasks of a session any more: are they ended, or lapsed? */
export const isOver = (
  { opening }: Status.Opened,
  world: Status.World,
  agent: AgentKey,
  wallMillis: number
): boolean =>
  opening.claims.every((claim) =>
    claim.agent !== agent || world.hasEnded(claim) || world.untilMillis(claim) <= wallMillis)

/**
 * Does it concern the agent still: is it unseen, or a plan that waits for its vote? What others say
 * does until it was shown, also once all is settled, and so does the end of what its steps waited
 * for; while a person has to decide, that alone is told.
 */
export const isPending = (
  session: Status.Opened,
  world: Status.World,
  { agent, kind, stage }: Delivery
): boolean => {
  const status = Status.statusOf(session, world)
  if (kind === "awaited") return stage === "queued" && canNote(session, agent)
  if (kind === "message") {
    const waits = status === "escalated" || status === "disputed"
    return stage === "queued" && !waits && canNote(session, agent)
  }
  const isSettled = status !== "active"
  if (isSettled && kind !== "decision" && kind !== "outcome") return false
  const isFinished = isSettled && session.opening.claims.every((claim) =>
    claim.agent !== agent || world.hasEnded(claim))
  return !isFinished && (stage === "queued" || (kind === "plan" && stage !== "acted"))
}

/** A node whose receipts are full could never note that such an item was shown, so it tells of none. */
const canNote = ({ receipts }: Status.Opened, agent: AgentKey): boolean => {
  const { node } = fromKey(agent)
  return HashMap.toValues(receipts).filter(({ origin }) => origin.node === node).length < receiptsMax
}
