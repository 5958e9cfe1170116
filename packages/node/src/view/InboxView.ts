/**
 * The inbox as the node tells of it: the cases that wait for a person, the longest waiting first.
 */
import * as Case from "@chorus/coordination-core/inbox/Case"
import type { Defaults } from "@chorus/coordination-core/inbox/Defaults"
import * as Numbering from "@chorus/coordination-core/inbox/Numbering"
import { isoOf } from "@chorus/coordination-core/fact/Writer"
import { AgentKey, show } from "@chorus/coordination-core/identity/AgentId"
import * as Replica from "@chorus/coordination-core/replica/Replica"
import { compare } from "@chorus/coordination-core/replica/Sorted"
import * as Status from "@chorus/coordination-core/session/Status"
import type * as InboxRows from "../api/InboxRows.ts"
import * as News from "./News.ts"
import * as SessionView from "./SessionView.ts"

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
    keys: about.options.map(({ key }) => key)
  })))
  const namesOf = Numbering.of(numbering)
  const items = cases.map(({ about, reasons, session }): InboxRows.InboxItem => {
    const names = namesOf.get(session.id) ?? { number: 0, keys: [] }
    const { account, claims, kind, roster } = session.opening
    const world = Replica.world(replica)
    return {
      number: names.number,
      session: session.id,
      kind,
      status: Status.statusOf(session, world),
      reason: about.reason,
      question: about.question,
      reasons,
      options: about.options.map((option, at) => ({
        ...lettered(Numbering.letterOf(names, option.key)),
        ...option,
        recommended: at === 0
      })),
      tasks: claims.map(({ task }) => task),
      members: roster.map((agent) => show(agent, roster)),
      opened_at: account.timestamp,
      ...unseen(look, session),
      ...defaulted(defaults, session.id),
      blocked: about.blocked.map(({ agent, task }) => ({ task, agent: show(agent, roster) })),
      waiting_sessions: about.waiting,
      rulings: Status.unreplacedRulings(session, world).map(({ id }) => id)
    }
  })
  return { items, numbering }
}

/** The members who have not even heard of a session whose time is over. */
const unseen = (
  { state, wallMillis }: SessionView.Look,
  session: Status.Opened
): Pick<InboxRows.InboxItem, "unseen_by"> => {
  const { roster } = session.opening
  const gone = News.deliveries(session, Replica.world(state.replica), wallMillis)
    .flatMap(({ agent, expired, kind }) => (expired && kind === "session" ? [agent] : []))
  return gone.length === 0 ? {} : { unseen_by: gone.map((agent) => show(AgentKey.make(agent), roster)) }
}

const lettered = (option: string | undefined) => option === undefined ? {} : { option }

const defaulted = (defaults: Defaults, id: string): Pick<InboxRows.InboxItem, "default"> => {
  const found = defaults.find(({ session }) => session === id)
  return found === undefined
    ? {}
    : { default: { at: isoOf(found.dueMillis), decision: found.decision, by: found.by } }
}
