/**
 * What is new for an agent, in a few lines: the most important first, and each once, but for what
 * still waits for the agent.
 *
 * The same for whatever carries it: an answer over MCP, a hook, the command line. What was put into
 * one of them is noted as shown, and so is told once by all of them together.
 */
import * as Delivery from "@chorus/coordination-core/delivery/Delivery"
import { cut } from "@chorus/coordination-core/detection/Sentence"
import { type AgentKey, type AgentName, fromKey, key } from "@chorus/coordination-core/identity/AgentId"
import type * as Awaited from "@chorus/coordination-core/plan/Awaited"
import * as Replica from "@chorus/coordination-core/replica/Replica"
import { compare } from "@chorus/coordination-core/replica/Sorted"
import type * as Status from "@chorus/coordination-core/session/Status"
import type * as Rows from "../api/DeliveryRows.ts"
import { said } from "../mcp/Fence.ts"
import type { Look } from "./SessionView.ts"

/** An answer carries a few lines, not a flood. */
export const linesMax = 4

/** The lines for an agent of this node, at most so many. */
export const of = (
  { self, state: { replica } }: Look,
  name: AgentName,
  wallMillis: number,
  max = linesMax
): Rows.News => {
  const agent = key({ node: self, name })
  const lines = Replica.sessionsWith(replica, self)
    .flatMap((id) => Replica.sessionById(replica, id) ?? [])
    .flatMap((session) => linesOf(session, Replica.world(replica), agent, wallMillis))
    .sort((a, b) => a.rank - b.rank || compare(a.at, b.at) || compare(a.line.session, b.line.session))
    .map(({ line }) => line)
  return { agent: name, lines: lines.slice(0, max), more: Math.max(0, lines.length - max) }
}

/** What the agents of this node have not seen yet, and for how long. */
export const unread = ({ self, state: { replica } }: Look, wallMillis: number): typeof Rows.Unread.Type => {
  const world = Replica.world(replica)
  const ages = Replica.sessionsWith(replica, self)
    .flatMap((id) => Replica.sessionById(replica, id) ?? [])
    .flatMap((session) =>
      Delivery.all(session, world, wallMillis)
        .filter(({ agent, stage }) => stage === "queued" && fromKey(agent).node === self)
        .filter((item) => Delivery.isPending(session, world, item)))
    .map(({ at }) => ageMillis(at, wallMillis))
  return { items: ages.length, oldest_seconds: seconds(ages.reduce((max, age) => Math.max(max, age), 0)) }
}

/** Who has seen what of a session, and for how long the rest has not been. */
export const deliveries = (
  session: Status.Opened,
  world: Status.World,
  wallMillis: number
): ReadonlyArray<Rows.DeliveryRow> => {
  const expired = isExpired(session, wallMillis)
  return Delivery.all(session, world, wallMillis).map((item) => {
    const { agent, at, id, kind, stage } = item
    const isUnread = stage === "queued" && Delivery.isPending(session, world, item)
    return {
      agent,
      item: id,
      kind,
      stage,
      at,
      ...(isUnread ? { unread_seconds: seconds(ageMillis(at, wallMillis)) } : {}),
      expired: expired && isUnread
    }
  })
}

/** The milliseconds since something was stated, by its author's clock; none where that says nothing. */
const ageMillis = (at: string, wallMillis: number): number => {
  const millis = wallMillis - Date.parse(at)
  return Number.isNaN(millis) ? 0 : Math.max(0, millis)
}

/** Is it past the time that the session was given, so that who said it should know it was not seen? */
export const isExpired = ({ opening }: Status.Opened, wallMillis: number): boolean =>
  ageMillis(opening.account.timestamp, wallMillis) > opening.terms.max_duration_ms

const seconds = (millis: number): number => Math.round(millis / 1000)

interface Ranked {
  /** The lower, the sooner. */
  readonly rank: number
  readonly at: string
  readonly line: Rows.NewsLine
}

const linesOf = (
  session: Status.Opened,
  world: Status.World,
  agent: AgentKey,
  wallMillis: number
): ReadonlyArray<Ranked> => {
  const pending = Delivery.of(session, world, agent, wallMillis)
    .filter((item) => Delivery.isPending(session, world, item))
  // Who is asked to vote on its plan hears of the session by that.
  const isAsked = pending.some(({ kind }) => kind === "plan")
  const beside = pending.filter(({ kind }) => kind === "session").map(({ id }) => id)
  const over = Delivery.isOver(session, world, agent, wallMillis)
  return pending
    .filter(({ kind }) => !isAsked || kind !== "session")
    .map((item) => ({
      rank: rankOf(session, item),
      at: item.at,
      line: {
        session: session.id,
        kind: item.kind,
        items: item.kind === "plan" ? [item.id, ...beside] : [item.id],
        stage: item.stage,
        waits: item.kind === "plan",
        unread_seconds: item.stage === "queued" ? seconds(ageMillis(item.at, wallMillis)) : 0,
        over,
        text: textOf(session, item, beside.length > 0, over)
      }
    }))
}

/** Decisions, then conflicts and votes, then what begins or asks, then what is said. */
const rankOf = ({ opening }: Status.Opened, { id, intent, kind }: Delivery.Delivery): number => {
  switch (kind) {
    case "decision":
      return 0
    case "plan":
      return opening.kind === "conflict" ? 1 : 2
    case "session":
      return opening.kind === "conflict" ? 1 : 3
    case "outcome":
      return id === "escalated" ? 4 : 2
    case "awaited":
      return 2
    case "stuck":
      return 3
    case "message":
      return intent === "question" ? 3 : 5
  }
}

/** Who has not seen the session either hears with its plan what it is about. */
const textOf = (
  { id: session, opening }: Status.Opened,
  item: Delivery.Delivery,
  isNew: boolean,
  isOver: boolean
): string => {
  const others = opening.roster.filter((other) => other !== item.agent)
  const among = others.map((other) => fromKey(other).name).join(", ")
  switch (item.kind) {
    case "decision":
      return said`A person decided ${session}: ${item.text}`
    case "plan":
      return said`${session} (${opening.kind}, with ${among}): ` +
        (isNew ? said`${opening.account.reason} ` : "") +
        said`Plan ${item.id.slice(0, 12)} waits for your vote` +
        (isOver
          ? ", though you hold your task no more: vote, or a person decides, or it ends once all its " +
            "tasks are done or given back."
          : ".")
    case "session":
      return said`New ${opening.kind} with ${among}: ${item.text} (${session})`
    case "outcome":
      return item.id === "escalated"
        ? said`${session} waits for a person; go on with work that it does not touch.`
        : said`${session} is ${item.id}` +
          (item.id === "resolved" ? ": all agreed; do your part of its plan." : ".")
    case "stuck":
      return said`${session} is stuck: no consensus is possible on its plan any more; escalate it.`
    case "message":
      return said`${item.from === undefined ? "" : fromKey(item.from).name} in ${session}: ${item.text}`
    case "awaited":
      return item.awaited === undefined ? "" : textOfEnd(session, item.awaited)
  }
}

/** What an agent may do now that nobody works any more at tasks which its step waited for. */
const textOfEnd = (
  session: string,
  { agent, as, outcome, rest, step, tasks }: Awaited.Awaited
): string => {
  const [what, who] = [said`${tasks.join(", ")}`, said`${fromKey(agent).name}`]
  const go = said`go on with ${cut(step, stepMax)} (${session}).`
  const [was, is] = tasks.length > 1 ? ["were", "are"] : ["was", "is"]
  const ask = `: ask ${who}, or a person, before you ${go}`
  switch (as) {
    case "lapsed":
      return `The claim of ${who} on ${what} lapsed before its part was done${ask}`
    case "released":
      return `${what} ${was} given up before its part was done${ask}`
    case "left":
      return `${who} left ${what} to you: as far as ${who} goes, you may ${go}`
    case "done":
      return `${what} ${is} done` + (outcome === "broken"
        ? `, but what was promised of it is broken${ask}`
        : rest.length > 0
        ? said`, and ${rest.join(", ")} is still waited for before you ` + go
        : `${outcome === "kept" ? ", as promised" : ""}: you may ${go}`)
  }
}

/** So much of what a step says is told; the plan has the rest. */
const stepMax = 80
