/**
 * The node's answers as text for people.
 */
import { AgentKey, fromKey, show } from "@chorus/coordination-core/identity/AgentId"
import type * as Rows from "../api/Rows.ts"
import { briefly } from "../view/Brief.ts"
import { cut, oneLine, table } from "./Print.ts"

/** What a command did, and the sessions that it brought. */
export const done = (what: Rows.Done): string =>
  [
    what.summary,
    ...what.notes,
    ...what.sessions.flatMap((session) => [
      "",
      `${oneLine(session.relationship ?? session.kind)} with ${others(session)}: ${oneLine(session.reason)}`,
      `session ${session.session} is ${session.status}` +
        (session.plan === undefined ? "; its plan is being made" : "") +
        `; read it: chorus show ${briefly(session.session)}`
    ])
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

export const session = (detail: Rows.SessionDetail): string =>
  [
    detail.summary,
    `Status: ${detail.status}${listed(detail.waits_because)}`,
    `About: ${oneLine(`${detail.relationship ?? detail.kind}: ${detail.reason}`)}`,
    ...detail.tasks.map(({ agent, task, title }) => `  ${task}  ${oneLine(title)}  (${agent})`),
    ...(detail.evidence.length === 0 ? [] : ["Evidence:"]),
    ...detail.evidence.map(({ kind, what }) =>
      `  ${kind}: ${oneLine(what.replace(`: ${detail.reason}`, ""))}`
    ),
    ...(detail.related.length === 0 ? [] : [`Related: ${detail.related.map(briefly).join(", ")}`]),
    ...detail.plans.flatMap((plan, index) => planned(plan, index === 0 || plan.certified)),
    ...(detail.messages.length === 0 ? [] : ["", "Messages:"]),
    ...detail.messages.map(({ agent, at, intent, text }) =>
      `  ${dated(at)} ${agent}${intent === undefined ? "" : ` (${intent})`}: ${oneLine(text)}`
    ),
    ...(detail.escalated_because.length === 0 ? [] : ["", `Escalated${listed(detail.escalated_because)}`]),
    ...detail.rulings.map(({ by, counts, decision }) =>
      `Ruling by ${by.slice(-8)}: ${oneLine(decision)}${counts ? "" : " (does not count)"}`
    )
  ].join("\n")

/** A plan with its votes; the text of one that nobody votes on any more is left to `--json`. */
const planned = (plan: Rows.PlanRow, whole: boolean): ReadonlyArray<string> => [
  "",
  `Plan ${plan.plan.slice(0, 12)} (round ${plan.round}${plan.certified ? ", agreed" : ""}), ` +
    `made by ${oneLine(plan.made_by)}`,
  ...(plan.answers === undefined ? [] : [`It answers the objection of ${oneLine(plan.answers)}`]),
  ...(whole ? [plan.text] : []),
  ...plan.votes.map(({ agent, reason, stance }) =>
    `  ${agent}: ${stance}${reason === "" ? "" : `: ${oneLine(reason)}`}`)
]

export const inbox = (items: ReadonlyArray<Rows.InboxItem>): string =>
  items.length === 0 ? "nothing waits for a person" : items.map((item) =>
    [
      `${briefly(item.session)}  ${item.kind}, ${item.status}, opened ${dated(item.opened_at)}`,
      ...item.reasons.map((reason) => `  because: ${oneLine(reason)}`),
      `  about:   ${item.tasks.join(", ")} (${item.members.join(", ")})`,
      `  read:    chorus show ${briefly(item.session)}`,
      `  decide:  chorus decide ${briefly(item.session)} "…"`
    ].join("\n")
  ).join("\n\n")

export const people = (rows: ReadonlyArray<Rows.PersonRow>): string =>
  table(["PERSON", "NAME", "STANDING"], rows.map((row) => [row.person, row.name, row.standing]))

export const members = (rows: ReadonlyArray<Rows.NodeRow>): string =>
  table(
    ["NODE", "NAME", "STANDING", "FACTS"],
    rows.map(({ last_places, name, node, own, standing }) => [
      node,
      name === "" && own ? "(this node)" : name,
      standing,
      String(Object.values(last_places).reduce((sum, seq) => sum + seq, 0))
    ])
  )

export const status = (report: Rows.StatusReport): string =>
  table(["node", report.node], [
    ["version", report.version],
    ["addresses", report.addresses.join(" ")],
    ["founder", report.founder],
    ["peers", report.peers.length === 0 ? "none" : report.peers.map((peer) => peer.slice(-8)).join(" ")],
    ["votes", report.settled ? "ready" : "still asking peers for its own older facts"],
    ["membership", report.membership],
    ["model", report.model],
    ["database", report.database],
    ["facts", `${report.facts}, digest ${report.digest.slice(0, 16)}`],
    ["tasks held", String(report.tasks)],
    ["sessions", Object.entries(report.sessions).map(([is, n]) => `${n} ${is}`).join(", ") || "none"],
    ["inbox", String(report.inbox)],
    ["held back", `${report.alerts_held_back} alerts, ${report.sessions_held_back} sessions`],
    ["messages", `${report.messages_dropped} dropped, ${report.messages_refused} refused`],
    ["memory", `${report.memory.sessions_forgotten} sessions forgotten; the store has them`]
  ])

export const notice = ({ at, session, text }: Rows.Notice): string =>
  `${clock(at)} ${session === undefined ? "" : `${briefly(session)} `}${oneLine(text)}`

/** The time of day where the reader is; peers may write anything, so it may say Invalid Date. */
const clock = (iso: string): string => new Date(iso).toLocaleTimeString("sv-SE")

/** Date and time to the minute where the reader is: `2026-11-22 23:43`. */
const dated = (iso: string): string => new Date(iso).toLocaleString("sv-SE").slice(0, 16)

const nameOf = (agent: string): string => fromKey(AgentKey.make(agent)).name

const others = (session: Rows.SessionRow): string => {
  const keys = session.members.map(({ agent }) => AgentKey.make(agent))
  const rest = session.members.filter(({ own }) => !own).map(({ agent }) => AgentKey.make(agent))
  return (rest.length === 0 ? keys : rest).map((agent) => show(agent, keys)).join(" and ")
}

const listed = (reasons: ReadonlyArray<string>): string =>
  reasons.length === 0 ? "" : `: ${oneLine(reasons.join("; "))}`
