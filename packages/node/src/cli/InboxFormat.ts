/**
 * The inbox in words: a short list, a case in full, pings.
 */
import type * as InboxRows from "../api/InboxRows.ts"
import { briefly } from "../view/Brief.ts"
import type { Hint } from "./Hint.ts"
import { cut, oneLine, table } from "./Print.ts"

type Item = InboxRows.InboxItem

/** What the list shows of an option, of a title, of what somebody said. */
const [labelMax, titleMax, saidMax] = [90, 70, 160]

export const list = (items: ReadonlyArray<Item>, hint: Hint): string => {
  const [first] = items
  return first === undefined ? "nothing waits for a person" : [
    ...items.map((item) => [
      `${item.number}. ${oneLine(item.question)}`,
      ...[
        `${briefly(item.session)}  ${item.kind}, ${item.status}, opened ${dated(item.opened_at)}`,
        ...item.about.map(taskOf),
        `alert: ${cut(oneLine(item.alert), saidMax)}`,
        ...because(item),
        ...objections(item).slice(0, 1),
        ...said(item).slice(-1),
        ...unseen(item),
        ...item.options.slice(0, 2).map(lettered),
        ...more(item.options.length - 2),
        ...cost(item),
        ...defaulted(item)
      ].map((line) => `   ${line}`)
    ].join("\n")),
    `to decide: ${choosing(first, hint)}; more: ${hint(`inbox show ${first.number}`)}\n` +
      "(numbers and letters are this node's own; elsewhere a case is known by its session's id)"
  ].join("\n\n")
}

export const one = (item: Item, hint: Hint): string =>
  [
    `${item.number}. ${oneLine(item.question)}`,
    "",
    ...item.options.map((option) => `  ${lettered(option)}`),
    "",
    ...[
      `session: ${item.session} (${item.kind}, ${item.status}), opened ${dated(item.opened_at)}`,
      ...item.about.map((each) => `about:   ${taskOf(each)}`),
      `alert:   ${oneLine(item.alert)}`,
      ...because(item),
      ...objections(item),
      ...said(item),
      ...unseen(item),
      ...cost(item),
      ...item.blocked.map(({ agent, task }) => `  ${agent} holds ${task}`),
      ...item.waiting_sessions.map((session) => `  ${briefly(session)} is about the same claims`),
      ...(item.default === undefined && item.holds === undefined
        ? ["default: none; it waits until a person decides"]
        : defaulted(item)),
      `read:    ${hint(`show ${briefly(item.session)}`)}`,
      `decide:  ${choosing(item, hint)}`
    ].map((line) => `  ${line}`)
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

/** How to choose the first option that has a letter, or to say it in words. */
const choosing = ({ number, options }: Item, hint: Hint): string => {
  const letters = options.flatMap(({ option }) => option ?? [])
  return [...letters.slice(0, 1), '"…"'].map((choice) => hint(`decide ${number} ${choice}`)).join(", or ")
}

const taskOf = ({ agent, task, title }: Item["about"][number]): string =>
  `${task}: ${cut(oneLine(title), titleMax)} (${agent})`

/** The reasons that the question does not quote already; it cuts them where they are long. */
const because = ({ question, reasons }: Item): ReadonlyArray<string> =>
  reasons.map(oneLine).filter((reason) => !question.includes(reason.slice(0, quotedMin)))
    .map((reason) => `because: ${reason}`)

/** So much of a reason is in a question that quotes it. */
const quotedMin = 100

const objections = ({ objections: all }: Item): ReadonlyArray<string> =>
  all.map(({ agent, plan, reason, round }) =>
    `against: ${agent} to plan ${plan.slice(0, 12)} of round ${round}: ${cut(oneLine(reason), saidMax)}`)

const said = ({ messages }: Item): ReadonlyArray<string> =>
  messages.map(({ agent, text }) => `said:    ${agent}: ${cut(oneLine(text), saidMax)}`)

const unseen = ({ unseen_by }: Item): ReadonlyArray<string> =>
  (unseen_by ?? []).map((agent) => `unseen:  by ${agent}, in all its time`)

const lettered = ({ label, option, recommended }: Item["options"][number]): string =>
  `${option ?? "-"}) ${cut(oneLine(label), labelMax)}${recommended ? "  (recommended)" : ""}`

const more = (count: number): ReadonlyArray<string> =>
  count <= 0 ? [] : [`… ${count} more ${count === 1 ? "option" : "options"}`]

/** What holds meanwhile, and what waiting costs. */
const cost = ({ blocked, holds, waiting_sessions: { length: others } }: Item): ReadonlyArray<string> => {
  const sessions = `${others} other ${others === 1 ? "session" : "sessions"}`
  const beside = others === 0 ? [] : [sessions]
  const claims = blocked.length === 1 ? "1 claim stands still" : `${blocked.length} claims stand still`
  const waiting = holds === undefined ? [claims, ...beside] : beside
  return [
    ...(holds === undefined ? [] : [`holds:   "${cut(oneLine(holds), saidMax)}", as the members heard`]),
    ...(waiting.length === 0 ? [] : [`waiting: ${waiting.join(", and ")}`])
  ]
}

const defaulted = ({ default: set }: Item): ReadonlyArray<string> =>
  set === undefined ? [] : [`default: ${oneLine(set.decision)} (at ${dated(set.at)})`]

const dated = (iso: string): string => new Date(iso).toLocaleString("sv-SE").slice(0, 16)
