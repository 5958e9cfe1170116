/**
 * The inbox as the node tells of it: the cases that wait for a person, the longest waiting first.
 */
import * as Case from "@chorus/coordination-core/inbox/Case"
import type { Defaults } from "@chorus/coordination-core/inbox/Defaults"
import * as Numbering from "@chorus/coordination-core/inbox/Numbering"
import * as Delivery from "@chorus/coordination-core/delivery/Delivery"
import { isoOf } from "@chorus/coordination-core/fact/Writer"
import { show } from "@chorus/coordination-core/identity/AgentId"
import * as Replica from "@chorus/coordination-core/replica/Replica"
import { compare } from "@chorus/coordination-core/replica/Sorted"
import type { Ruling } from "@chorus/coordination-core/ruling/Ruling"
import * as Status from "@chorus/coordination-core/session/Status"
import { isObjection } from "@chorus/coordination-core/vote/Vote"
import type * as InboxRows from "../api/InboxRows.ts"
import * as News from "./News.ts"
import * as SessionView from "./SessionView.ts"

/** Of a case so many objections and messages are told, and so much of a message; `chorus show` has all. */
const [objectionsMax, messagesMax, textMax] = [6, 3, 500]

/** A session that waits, and why in words. */
interface Waiting {
  readonly session: Status.Opened
  readonly reasons: ReadonlyArray<string>
}

/** Those of some sessions that wait; of all that are open where none are named. */
export const waiting = (
  look: SessionView.Look,
  among: Iterable<string> = look.state.open
): ReadonlyArray<Waiting> =>
  [...among]
    .flatMap((id) => Replica.sessionById(look.state.replica, id) ?? [])
    .map((session) => ({ session, reasons: SessionView.waitsBecause(look, session) }))
    .filter(({ reasons }) => reasons.length > 0)
    .sort(({ session: a }, { session: b }) =>
      compare(a.opening.account.timestamp, b.opening.account.timestamp) || compare(a.id, b.id))

/** The rows, and the names that the cases and their options have from now on. */
export const rows = (
  look: SessionView.Look,
  before: Numbering.Numbering = Numbering.empty,
  defaults: Defaults = []
): { readonly items: ReadonlyArray<InboxRows.InboxItem>; readonly numbering: Numbering.Numbering } => {
  const { replica, settings: { quorum } } = look.state
  const cases = waiting(look).map((each) => ({ ...each, about: Case.of(replica, each.session, quorum) }))
  const numbering = Numbering.after(before, cases.map(({ about, session }) => ({
    session: session.id,
    keys: about.keys
  })))
  const namesOf = Numbering.of(numbering)
  const items = cases.map(({ about, reasons, session }): InboxRows.InboxItem => {
    const names = namesOf.get(session.id) ?? { number: 0, keys: [] }
    const { account, claims, kind, roster } = session.opening
    const world = Replica.world(replica)
    const rulings = Status.unreplacedRulings(session, world)
    return {
      number: names.number,
      session: session.id,
      kind,
      status: Status.statusOf(session, world),
      reason: about.reason,
      question: about.question,
      alert: account.reason,
      reasons,
      options: about.options.map((option, at) => ({
        ...lettered(Numbering.letterOf(names, option.key)),
        ...option,
        recommended: at === 0
      })),
      tasks: claims.map(({ task }) => task),
      members: roster.map((agent) => show(agent, roster)),
      about: SessionView.tasks(look, session).map(({ agent, task, title }) => ({ task, title, agent })),
      ...said(session, world),
      opened_at: account.timestamp,
      ...unseen(look, session),
      ...defaulted(defaults, session.id),
      ...holding(rulings[0]),
      blocked: about.blocked.map(({ agent, task }) => ({ task, agent: show(agent, roster) })),
      waiting_sessions: about.waiting,
      rulings: rulings.map(({ id }) => id)
    }
  })
  return { items, numbering }
}

/** The objections and messages that tell why the members did not agree. */
const said = (
  session: Status.Opened,
  world: Status.World
): Pick<InboxRows.InboxItem, "messages" | "objections"> => {
  const { roster } = session.opening
  return {
    objections: Status.countedVotes(session, world)
      .filter(isObjection)
      .toSorted((a, b) => b.round - a.round || compare(b.timestamp, a.timestamp) || compare(a.id, b.id))
      .slice(0, objectionsMax)
      .map(({ agent, plan, reason, round }) => ({ agent: show(agent, roster), plan, round, reason })),
    messages: Status.countedMessages(session, world)
      .slice(-messagesMax)
      .map(({ agent, text, timestamp }) => ({
        agent: show(agent, roster),
        text: text.length > textMax ? `${text.slice(0, textMax - 1)}…` : text,
        at: timestamp
      }))
  }
}

/** The members who saw nothing at all of a session whose time is over. */
const unseen = (
  { state, wallMillis }: SessionView.Look,
  session: Status.Opened
): Pick<InboxRows.InboxItem, "unseen_by"> => {
  if (!News.isExpired(session, wallMillis)) return {}
  const { roster } = session.opening
  const world = Replica.world(state.replica)
  const blind = roster.filter((agent) =>
    Delivery.of(session, world, agent, wallMillis).every(({ stage }) => stage === "queued"))
  return blind.length === 0 ? {} : { unseen_by: blind.map((agent) => show(agent, roster)) }
}

const holding = (counting: Ruling | undefined): Pick<InboxRows.InboxItem, "holds"> =>
  counting?.ruling.kind === "decide_session" ? { holds: counting.ruling.decision } : {}

const lettered = (option: string | undefined) => option === undefined ? {} : { option }

const defaulted = (defaults: Defaults, id: string): Pick<InboxRows.InboxItem, "default"> => {
  const found = defaults.find(({ session }) => session === id)
  return found === undefined
    ? {}
    : { default: { at: isoOf(found.dueMillis), decision: found.decision, by: found.by } }
}
