/**
 * What was delivered, as text for people.
 */
import type * as DeliveryRows from "../api/DeliveryRows.ts"
import type * as Rows from "../api/Rows.ts"
import { AgentKey, show } from "@chorus/coordination-core/identity/AgentId"
import * as Summary from "@chorus/coordination-core/session/Summary"
import { inBrief } from "../view/Brief.ts"
import { oneLine } from "./Text.ts"

export const news = ({ lines, more }: DeliveryRows.News): string =>
  lines.length === 0 ? "nothing new" : [
    ...lines.map(({ text }) => inBrief(oneLine(text))),
    ...(more === 0 ? [] : [`${more} more`])
  ].join("\n")

/** Who has seen what of a session: a line for each member. */
export const seen = ({ deliveries, members }: Rows.SessionDetail): ReadonlyArray<string> => {
  const roster = members.map(({ agent }) => AgentKey.make(agent))
  return deliveries.length === 0 ? [] : [
    "",
    "Seen:",
    ...roster.map((agent) =>
      `  ${show(agent, roster)}: ${ofMember(deliveries.filter((row) => row.agent === agent))}`)
  ]
}

const ofMember = (rows: ReadonlyArray<DeliveryRows.DeliveryRow>): string => {
  const missing = rows.filter(({ unread_seconds }) => unread_seconds !== undefined)
  const oldest = Math.max(0, ...missing.map(({ unread_seconds = 0 }) => unread_seconds))
  if (missing.length === 0) {
    return [...new Set(rows.map(({ stage }) => stage === "queued" ? "settled unseen" : stage))].join(", ")
  }
  const kinds = [...new Set(missing.map(({ kind }) => kind))].join(", ")
  return `${missing.length} of ${rows.length} unread (${kinds}), for ${Summary.duration(1000 * oldest)}` +
    (missing.some(({ expired }) => expired) ? "; the session's time is over, tell them another way" : "")
}
