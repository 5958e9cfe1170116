/**
 * The node's answers as text for people.
 */
import { AgentKey, fromKey, show } from "@chorus/coordination-core/identity/AgentId"
import * as DoneWhen from "@chorus/coordination-core/plan/DoneWhen"
import * as Summary from "@chorus/coordination-core/session/Summary"
import type { SlurpEvent } from "@chorus/coordination-core/slurp/SlurpEvent"
import type * as Rows from "../api/Rows.ts"
import { briefly, inBrief } from "../view/Brief.ts"
import * as DeliveryFormat from "./DeliveryFormat.ts"
import type { Hint } from "./Hint.ts"
import { cut, oneLine, table } from "./Print.ts"

/** What a command did. */
export const brief = ({ notes, summary }: Rows.Done): string => [summary, ...notes].map(inBrief).join("\n")

/** What a command of an agent did, and the sessions that it brought; the notes tell of outdated ones. */
export const done = (what: Rows.Done, agent: string, hint: Hint): string =>
  [
    brief(what),
    ...what.sessions.flatMap((session) => what.outdated?.includes(session.session) === true ? [] : [
      "",
      `${oneLine(session.relationship ?? session.kind)} with ${others(session, agent)}: ` +
        oneLine(session.reason),
      `session ${session.session} is ${session.status}` +
        (session.plan === undefined ? "; its plan is being made" : "") +
        `; read it: ${hint(`show ${briefly(session.session)}`)}`
    ])
  ].join("\n")

/** What an answer came to. */
export const answered = (what: Rows.Done): string =>
  [
    brief(what) + what.sessions.map(({ status }) => `; the session is ${status}`).join(""),
    ...what.sessions.flatMap(({ stuck_because }) => stuck_because ?? [])
  ].join("\n")

export const tasks = (rows: ReadonlyArray<Rows.TaskRow>): string =>
  rows.length === 0 ? "no task is held" : table(
    ["TASK", "AGENT", "STATUS", "UNTIL", "TITLE"],
    rows.map((row) => [row.task, nameOf(row.agent), row.status, dated(row.claimed_until), cut(row.title, 50)])
  )

export const sessions = (rows: ReadonlyArray<Rows.SessionRow>): string =>
  rows.length === 0 ? "no session is open" : table(
    ["SESSION", "KIND", "STATUS", "MEMBERS", "VOTES", "ABOUT"],
    rows.map((row) => [
      briefly(row.session),
      row.relationship ?? row.kind,
      row.status,
      row.members.map(({ agent }) => nameOf(agent)).join(", "),
      `${row.members.filter(({ stance }) => stance !== "none").length}/${row.members.length}`,
      cut(row.reason, 50)
    ])
  )

export const session = (detail: Rows.SessionDetail, nowMillis: number, hint: Hint): string =>
  [
    detail.summary,
    `Status: ${detail.status}${age(detail, nowMillis)}${listed(detail.waits_because)}`,
    `About: ${oneLine(`${detail.relationship ?? detail.kind}: ${detail.reason}`)}`,
    ...detail.tasks.map(({ agent, status, task, title }) =>
      `  ${task}  ${oneLine(title)}  (${agent}${status === undefined ? "" : `, ${status}`})`
    ),
    ...(detail.evidence.length === 0 ? [] : ["Evidence:"]),
    ...detail.evidence.map(({ kind, what }) =>
      `  ${kind}: ${oneLine(what.replace(`: ${detail.reason}`, ""))}`
    ),
    ...(detail.related.length === 0 ? [] : [`Related: ${detail.related.map(briefly).join(", ")}`]),
    ...detail.plans.flatMap((plan, index) =>
      planned(plan, index === 0 || plan.certified || plan.ruled || detail.waits_because.length > 0)),
    ...committed(detail.commitments),
    ...(detail.messages.length === 0 ? [] : ["", "Messages:"]),
    ...detail.messages.map(({ agent, at, intent, text }) =>
      `  ${dated(at)} ${agent}${intent === undefined ? "" : ` (${intent})`}: ${oneLine(text)}`
    ),
    ...(detail.escalated_because.length === 0 ? [] : ["", `Escalated${listed(detail.escalated_because)}`]),
    ...(detail.rulings.length === 0 ? [] : ["", "Rulings:"]),
    ...detail.rulings.map(ruled),
    ...DeliveryFormat.seen(detail),
    "",
    `Next: ${next(detail, hint)}`
  ].join("\n")

const ruled = (ruling: Rows.SessionDetail["rulings"][number]): string => {
  const { at, counts, decision, holds_from, name, replaced, verdict } = ruling
  return `  ${dated(holds_from ?? at)} ${name}: ${oneLine(decision)}` +
    (verdict === "dismissed" ? " (dismissed)" : "") +
    (holds_from === undefined ? "" : ` (default, sealed ${dated(at)})`) +
    (replaced ? " (replaced)" : counts ? "" : " (waits for a ruling that replaces both)")
}

/** What was promised and can be checked, or was said to be kept or not. */
const committed = (rows: Rows.SessionDetail["commitments"]): ReadonlyArray<string> => {
  const told = rows.filter(({ done_when, outcome }) =>
    outcome === "kept" || outcome === "broken" || DoneWhen.read(done_when)._tag !== "Sentence")
  return told.length === 0 ? [] : ["", "Promised:", ...told.map(({ agent, done_when, how, item, outcome }) =>
    `  ${outcome}: step ${item}, ${agent}: ${oneLine(done_when)}${how === "" ? "" : ` (${oneLine(how)})`}`)]
}

/** How long a session has been open, as far as its author's clock tells. */
const age = ({ opened_at, status }: Rows.SessionDetail, nowMillis: number): string => {
  const millis = nowMillis - Date.parse(opened_at)
  return status === "active" && millis >= 0 ? `, opened ${Summary.duration(millis)} ago` : ""
}

/** What the reader can do now. */
const next = (detail: Rows.SessionDetail, hint: Hint): string => {
  const id = briefly(detail.session)
  if (detail.waits_because.length > 0) return `a person decides: ${hint(`decide ${id} "…"`)}`
  if (detail.status !== "active") return "nothing; the session is over"
  if (detail.stuck_because !== undefined) return detail.stuck_because
  if (detail.plan === undefined) return "the plan is being made; look again in a moment"
  const silent = detail.members.filter(({ stance }) => stance === "none")
  const own = silent.find((member) => member.own)
  if (own !== undefined) {
    return `${hint(`answer ${id} agree --agent ${nameOf(own.agent)}`)} (or abstain, or object --because "…")`
  }
  return silent.length === 0
    ? "the votes are in; look again in a moment"
    : `wait for ${silent.map(({ agent }) => nameOf(agent)).join(" and ")}`
}

/** A plan with its votes; the text of one that nobody votes or rules on is left to `--json`. */
const planned = (plan: Rows.PlanRow, whole: boolean): ReadonlyArray<string> => [
  "",
  `Plan ${plan.plan.slice(0, 12)} (round ${plan.round}${plan.certified ? ", agreed" : ""}), ` +
    `made by ${oneLine(plan.made_by)}`,
  ...(plan.answers === undefined ? [] : [`It answers the objection of ${oneLine(plan.answers)}`]),
  ...(whole ? [plan.text] : []),
  ...plan.votes.map(({ agent, reason, stance }) =>
    `  ${agent}: ${stance}${reason === "" ? "" : `: ${oneLine(reason)}`}`)
]

/** Outcomes, the oldest first; one that a later outcome took the place of says so. */
export const events = (rows: ReadonlyArray<SlurpEvent>): string => {
  const superseded = new Set(rows.flatMap(({ supersedes }) => supersedes))
  return rows.length === 0 ? "no session has an outcome yet" : table(
    ["TIME", "OUTCOME", "STRENGTH", "SESSION", "TASKS"],
    rows.map((event) => [
      event.end_time === undefined ? "-" : dated(event.end_time),
      `${event.outcome_type}${superseded.has(event.id) ? " (superseded)" : ""}`,
      String(event.consensus_strength),
      briefly(event.session_id),
      event.related_tasks.join(", ")
    ])
  )
}

export const people = (rows: ReadonlyArray<Rows.PersonRow>): string =>
  table(["PERSON", "NAME", "STANDING"], rows.map((row) => [row.person, row.name, row.standing]))

export const members = (rows: ReadonlyArray<Rows.NodeRow>): string =>
  table(
    ["NODE", "NAME", "STANDING", "FACTS"],
    rows.map(({ last_places, name, node, own, standing }) => [
      node,
      [...(name === "" ? [] : [name]), ...(own ? ["(this node)"] : [])].join(" "),
      standing,
      String(Object.values(last_places).reduce((sum, seq) => sum + seq, 0))
    ])
  )

export const peers = (rows: ReadonlyArray<Rows.PeerRow>): string =>
  rows.length === 0 ? "no peer is connected" : table(
    ["PEER", "NAME", "STANDING", "ADDRESS", "SINCE"],
    rows.map(({ address, name, node, since, standing }) => [node, name, standing, address, since])
  )

export const status = (report: Rows.StatusReport): string =>
  table(["node", report.node], [
    ["version", report.version],
    ["addresses", report.addresses.join(" ")],
    ["founder", report.founder],
    ["peers", report.peers.length === 0 ? "none" : report.peers.map((peer) => peer.slice(-8)).join(" ")],
    ["votes", report.settled ? "ready" : "still asking peers for its own older facts"],
    ["membership", report.membership],
    ["model", report.model + (report.model_failed === undefined
      ? ""
      : `; failed last at ${dated(report.model_failed.at)}: ${oneLine(report.model_failed.because)}`)],
    ["database", report.database],
    ["facts", `${report.facts}, digest ${report.digest.slice(0, 16)}`],
    ["tasks held", String(report.tasks)],
    ["sessions", Object.entries(report.sessions).map(([is, n]) => `${n} ${is}`).join(", ") || "none"],
    ["inbox", String(report.inbox)],
    ...(report.quorum_missing === undefined ? [] : [["quorum", report.quorum_missing]]),
    ["unread", report.unread.items === 0
      ? "nothing"
      : `${report.unread.items}, the oldest for ${Summary.duration(1000 * report.unread.oldest_seconds)}`],
    ["held back", `${report.alerts_held_back} alerts, ${report.sessions_held_back} sessions`],
    ...(report.judge === undefined ? [] : [["judge", judged(report.judge)]]),
    ["messages", `${report.messages_dropped} dropped, ${report.messages_refused} refused`],
    ["memory", `${report.memory.sessions_forgotten} sessions forgotten; the store has them`]
  ])

const judged = ({ agreed, asked, changed, failed }: NonNullable<Rows.StatusReport["judge"]>): string =>
  `asked ${asked} times: ${agreed} agreed, ${changed} changed, ${failed} failed`

export const notice = ({ at, session, text }: Rows.Notice): string =>
  `${clock(at)} ${session === undefined ? "" : `${briefly(session)} `}${oneLine(text)}`

/** The time of day where the reader is; peers may write anything, so it may say Invalid Date. */
const clock = (iso: string): string => new Date(iso).toLocaleTimeString("sv-SE")

/** Date and time to the minute where the reader is: `2026-11-22 23:43`. */
const dated = (iso: string): string => new Date(iso).toLocaleString("sv-SE").slice(0, 16)

const nameOf = (agent: string): string => fromKey(AgentKey.make(agent)).name

/** The members but the node's agent of this name. */
const others = ({ members }: Rows.SessionRow, name: string): string => {
  const keys = members.map(({ agent }) => AgentKey.make(agent))
  return members
    .filter(({ agent, own }) => !own || nameOf(agent) !== name)
    .map(({ agent }) => show(AgentKey.make(agent), keys))
    .join(" and ")
}

const listed = (reasons: ReadonlyArray<string>): string =>
  reasons.length === 0 ? "" : `: ${oneLine(reasons.join("; "))}`
