/**
 * Where an agent sits: who it is, in which repository, and its node, started when none runs.
 *
 * The name and the repository come with the process. No argument of a tool changes them, so words
 * that talk an agent into something cannot make it speak for another.
 */
import type * as Rows from "../api/Rows.ts"
import * as Wire from "../api/Wire.ts"
import { Problem } from "./Problem.ts"
import * as Waking from "./Waking.ts"

/** What a process of an agent was started with. */
export interface Settings extends Waking.Place {
  readonly agent: string
  readonly repository: string
  readonly leaseMillis: number
}

export interface Desk extends Settings {
  readonly call: <T extends Wire.Tag>(tag: T, ...payload: Wire.Said<T>) => Promise<Wire.Answer<T>>
}

export const make = (settings: Settings): Desk => ({
  ...settings,
  call: async (tag, ...payload) => {
    try {
      return await Wire.call(settings.socket, tag, ...payload)
    } catch (error) {
      if (!(error instanceof Wire.NoAnswer) || error.kind !== "gone") throw error
      await Waking.wake(settings)
      return await Wire.call(settings.socket, tag, ...payload)
    }
  }
})

/** The key of a task of this agent's repository, from its id or its key. */
export const taskKey = ({ repository }: Settings, task: string): string => {
  const id = task.startsWith(`${repository}#`) ? task.slice(repository.length + 1) : task
  if (id.includes("#")) {
    throw new Problem(
      "a task of another repository is not yours to work on",
      `name a task of ${repository} by its id alone, e.g. "42"`
    )
  }
  return `${repository}#${id}`
}

/** Whether an agent, as `name@node`, is this one. */
const isMe = ({ agent }: Settings, other: { readonly agent: string; readonly own: boolean }): boolean =>
  other.own && other.agent.slice(0, other.agent.indexOf("@")) === agent

/** The sessions among these that this agent is a member of. */
export const mine = <R extends Rows.SessionRow>(desk: Settings, rows: ReadonlyArray<R>): ReadonlyArray<R> =>
  rows.filter(({ members }) => members.some((member) => isMe(desk, member)))

/** What concerns an agent at a moment: its held tasks, and its open sessions. */
export interface Situation {
  readonly held: ReadonlyArray<Rows.TaskRow>
  readonly sessions: ReadonlyArray<Rows.SessionDetail>
}

/** An agent has few sessions at a time; of more, the newest count. */
const sessionsMax = 12

export const situation = async (desk: Desk): Promise<Situation> => {
  const [tasks, open] = await Promise.all([
    desk.call("tasks", { all: false }),
    desk.call("sessions", { all: false })
  ])
  return {
    held: tasks.filter((task) => isMe(desk, task)),
    sessions: await details(desk, mine(desk, open).slice(0, sessionsMax).map(({ session }) => session))
  }
}

/** The sessions that are still known. */
const details = async (
  desk: Desk,
  sessions: ReadonlyArray<string>
): Promise<ReadonlyArray<Rows.SessionDetail>> =>
  (await Promise.all(sessions.map((session) =>
    desk.call("show", { session }).catch((error: unknown) => {
      if (error instanceof Wire.NoAnswer && error.kind === "refused") return undefined
      throw error
    })
  ))).filter((detail) => detail !== undefined)

/** How this agent stands on the plan to vote on. */
export const stanceOf = (
  desk: Settings,
  { members }: Rows.SessionRow
): Rows.SessionRow["members"][number]["stance"] =>
  members.find((member) => isMe(desk, member))?.stance ?? "none"

/** Did somebody's claim lapse who still has to vote? */
export const isAway = (
  desk: Settings,
  { members, tasks = [] }: Rows.SessionRow & Partial<Pick<Rows.SessionDetail, "tasks">>
): boolean =>
  members.some((member) =>
    member.stance === "none" && !isMe(desk, member) &&
    tasks.some(({ status, task }) => status === "lapsed" && member.tasks.includes(task)))

/** What of a session this agent has not seen. */
export const unseen = (
  desk: Settings,
  { deliveries, members }: Rows.SessionDetail
): Rows.SessionDetail["deliveries"] => {
  const me = members.find((member) => isMe(desk, member))?.agent
  return deliveries.filter(({ agent, stage }) => agent === me && stage === "queued")
}

/** The others of a session, by name. */
export const others = (desk: Settings, { members }: Rows.SessionRow): ReadonlyArray<string> =>
  members.filter((member) => !isMe(desk, member)).map(({ agent }) => agent.slice(0, agent.indexOf("@")))
