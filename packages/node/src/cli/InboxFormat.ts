/**
 * The inbox in words: a short list, a case in full, pings.
 */
import type * as InboxRows from "../api/InboxRows.ts"
import { briefly } from "../view/Brief.ts"
import type { Hint } from "./Hint.ts"
import { cut, oneLine, table } from "./Print.ts"

/** What the list shows of an option. */
const labelMax = 90

export const list = (items: ReadonlyArray<InboxRows.InboxItem>, hint: Hint): string =>
  items.length === 0 ? "nothing waits for a person" : [
    ...items.map((item) => [
      `${item.number}. ${oneLine(item.question)}`,
      `   ${briefly(item.session)}  ${item.kind}, ${item.status}, opened ${dated(item.opened_at)}`,
      ...unasked(item).map((reason) => `   because: ${oneLine(reason)}`),
      ...unseen(item).map((line) => ` ${line}`),
      ...item.options.slice(0, 2).map((option) => `   ${lettered(option)}`),
      ...more(item.options.length - 2),
      `   ${cost(item)}`,
      ...defaulted(item).map((line) => ` ${line}`)
    ].join("\n")),
    `to decide: ${hint("decide N a")}, or ${hint('decide N "…"')}; more: ${hint("inbox show N")}`
  ].join("\n\n")

export const one = (item: InboxRows.InboxItem, hint: Hint): string =>
  [
    `${item.number}. ${oneLine(item.question)}`,
    "",
    ...item.options.map((option) => `  ${lettered(option)}`),
    "",
    `  session: ${item.session} (${item.kind}, ${item.status}), opened ${dated(item.opened_at)}`,
    ...unasked(item).map((reason) => `  because: ${oneLine(reason)}`),
    ...unseen(item),
    `  about:   ${item.tasks.join(", ")} (${item.members.join(", ")})`,
    `  ${cost(item)}`,
    ...item.blocked.map(({ agent, task }) => `    ${agent} holds ${task}`),
    ...item.waiting_sessions.map((session) => `    ${briefly(session)} is about the same claims`),
    ...(item.default === undefined ? ["  default: none; it waits until a person decides"] : defaulted(item)),
    `  read:    ${hint(`show ${briefly(item.session)}`)}`,
    `  decide:  ${hint(`decide ${item.number} a`)}, or ${hint(`decide ${item.number} "…"`)}`
  ].join("\n")

export const pings = (rows: ReadonlyArray<InboxRows.PingRow>): string =>
  rows.length === 0 ? "every ping arrived" : table(
    ["PING", "STATE", "ATTEMPTS", "NEXT", "CASES", "BECAUSE"],
    rows.map(({ attempts, because, due_at, ping, sessions, state }) => [
      String(ping),
      state.replace("_", " "),
      String(attempts),
      state === "waiting" ? dated(due_at) : "-",
      sessions.map(briefly).join(", "),
      because
    ])
  )

/** The reasons that the question does not hold already. */
const unasked = ({ question, reasons }: InboxRows.InboxItem): ReadonlyArray<string> =>
  reasons.filter((reason) => !question.includes(reason))

const unseen = ({ unseen_by }: InboxRows.InboxItem): ReadonlyArray<string> =>
  (unseen_by ?? []).map((agent) => `  unseen:  by ${agent}, in all its time`)

const lettered = ({ label, option, recommended }: InboxRows.InboxItem["options"][number]): string =>
  `${option ?? "-"}) ${cut(oneLine(label), labelMax)}${recommended ? "  (recommended)" : ""}`

const more = (count: number): ReadonlyArray<string> =>
  count <= 0 ? [] : [`   … ${count} more ${count === 1 ? "option" : "options"}`]

const cost = ({ blocked, waiting_sessions }: InboxRows.InboxItem): string => {
  const claims = blocked.length === 1 ? "1 claim stands" : `${blocked.length} claims stand`
  const others = waiting_sessions.length
  const beside = others === 0 ? "" : `, and ${others} other ${others === 1 ? "session" : "sessions"}`
  return `waiting: ${claims} still${beside}`
}

const defaulted = ({ default: set }: InboxRows.InboxItem): ReadonlyArray<string> =>
  set === undefined ? [] : [`  default: ${oneLine(set.decision)} (at ${dated(set.at)})`]

const dated = (iso: string): string => new Date(iso).toLocaleString("sv-SE").slice(0, 16)
