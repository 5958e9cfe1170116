/**
 * What is new for an agent, in a few lines on every answer: the most important first, and each once,
 * but for what still waits for the agent.
 */
import type * as Rows from "../api/Rows.ts"
import * as Desk from "./Desk.ts"
import { said } from "./Fence.ts"

/** What an agent was told, and the sessions that were open then. */
export interface Told {
  readonly keys: ReadonlyArray<string>
  readonly open: ReadonlyArray<string>
}

export const nothing: Told = { keys: [], open: [] }

/** An answer carries a few lines, not a flood; `chorus_inbox` has the rest. */
const linesMax = 4
/** Far more than an agent's sessions have; what is forgotten would be told once more. */
const keysMax = 500

interface Item {
  readonly key: string
  /** The lower, the sooner. */
  readonly rank: number
  readonly line: string
  /** Whether it is told until the agent has done something about it. */
  readonly waits: boolean
}

/** The sessions that were open when the agent was last told, and are not now. */
export const ended = (told: Told, open: ReadonlyArray<Rows.SessionDetail>): ReadonlyArray<string> =>
  told.open.filter((id) => !open.some(({ session }) => session === id))

/** The lines for an agent whose open sessions these are, and those that ended meanwhile. */
export const of = (
  desk: Desk.Settings,
  told: Told,
  open: ReadonlyArray<Rows.SessionDetail>,
  over: ReadonlyArray<Rows.SessionDetail>
): { readonly lines: ReadonlyArray<string>; readonly told: Told } => {
  const fresh = [...over.flatMap((session) => outcome(session)), ...open.flatMap((row) => itemsOf(desk, row))]
    .filter(({ key, waits }) => waits || !told.keys.includes(key))
    .sort((a, b) => a.rank - b.rank)
  const shown = fresh.slice(0, linesMax)
  const more = fresh.length - shown.length
  return {
    lines: [
      ...shown.map(({ line }) => line),
      ...(more === 0 ? [] : [`${more} more: call chorus_inbox`])
    ],
    told: {
      keys: [...told.keys, ...shown.map(({ key }) => key)].slice(-keysMax),
      open: open.map(({ session }) => session)
    }
  }
}

/** What there is to tell of an open session. */
const itemsOf = (desk: Desk.Settings, row: Rows.SessionDetail): ReadonlyArray<Item> => {
  const with_ = Desk.others(desk, row).join(", ")
  const { kind, messages, plan, reason, session, status } = row
  const once = (what: string, rank: number, line: string): Item =>
    ({ key: `${what} ${session}`, rank, line, waits: false })
  const [ruling] = row.rulings.filter(({ counts }) => counts)
  return [
    ...(ruling === undefined ? [] : [once(
      `ruling ${ruling.ruling}`, 0, said`A person decided ${session}: ${ruling.decision}`
    )]),
    ...(status === "active" && plan !== undefined && Desk.stanceOf(desk, row) === "none"
      ? [{
        key: `vote ${plan}`,
        rank: kind === "conflict" ? 1 : 2,
        line: said`${session} (${kind}, with ${with_}): plan ${plan.slice(0, 12)} waits for your vote. ` +
          "Read it with chorus_inbox, then chorus_answer.",
        waits: true
      }]
      : []),
    ...(row.stuck_because === undefined
      ? []
      : [once(`stuck ${plan}`, 3, said`${session} is stuck: ${row.stuck_because}`)]),
    ...(status === "active" && plan === undefined
      ? [once("new", kind === "conflict" ? 1 : 3, said`New ${kind} with ${with_}: ${reason} (${session})`)]
      : []),
    ...(row.waits_because.length === 0
      ? []
      : [once("escalated", 4, said`${session} waits for a person; go on with work that it does not touch.`)]),
    ...messages.filter(({ agent }) => agent !== desk.agent).map(({ agent, at, intent, text }) =>
      once(`message ${at} ${agent}`, intent === "question" ? 3 : 5, said`${agent} in ${session}: ${text}`))
  ]
}

/** How a session ended. */
const outcome = (row: Rows.SessionDetail): ReadonlyArray<Item> => {
  const [ruling] = row.rulings.filter(({ counts }) => counts)
  return [{
    key: `over ${row.session} ${row.status} ${ruling?.ruling}`,
    rank: ruling === undefined ? 2 : 0,
    line: ruling === undefined
      ? said`${row.session} is ${row.status}` +
        (row.status === "resolved" ? ": all agreed; do your part of its plan." : ".")
      : said`A person decided ${row.session}: ${ruling.decision}`,
    waits: false
  }]
}
