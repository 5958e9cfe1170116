/**
 * Tools about an agent's own task: start, check, declare, done.
 */
import { createHash } from "node:crypto"
import type { CheckReport } from "../api/AlertRows.ts"
import * as Wire from "../api/Wire.ts"
import * as Checking from "./Checking.ts"
import * as Desk from "./Desk.ts"
import { Problem } from "./Problem.ts"
import { input, is, output } from "./Shape.ts"
import { brief, heldTask, make, nextOf } from "./Tool.ts"

const text = (description: string) => ({ type: "string", description }) as const
const texts = (description: string) =>
  ({ type: "array", items: { type: "string" }, description }) as const

const task = text("Your task's id in your repository")
const words = {
  title: { type: "string" },
  description: { type: "string" },
  scopes: texts(
    "kind:key=operation, e.g. \"api:GET /v1/users=replace\", \"table:orders=migrate\". " +
      "kind: api schema table event env flag package file infra; " +
      "operation: add extend change replace remove migrate use"
  ),
  paths: texts("Files or folders of your repository")
} as const

export const start = make({
  name: "chorus_start",
  description: "Begin or take up a task: claims it for you (call again to renew), declares what " +
    "it touches, and tells who works on what depends on it.",
  input: input({ ...words, task: text("Its id, e.g. an issue number; made from the title if left out") }),
  output: output({
    agent: is.string, repository: is.string, task: is.string, claimed_until: is.string,
    alert: is.object, alerts_more: is.integer, encounters: is.objects, notes: is.strings
  }, ["alert", "claimed_until"]),
  is: "step",
  call: async (desk, { task: id, ...words }) => {
    const key = Desk.taskKey(desk, id ?? idOf(words.title))
    const done = await desk.call("claim", {
      agent: desk.agent, task: key, lease_ms: desk.leaseMillis, ...words
    })
    const { held, sessions } = await Desk.situation(desk)
    const mine = held.find((row) => row.task === key)
    const alerts = sessions.filter(({ session }) => done.sessions.some((row) => row.session === session))
    const [alert] = alerts
    const { encounters } = await Checking.check(desk, mine ?? { scopes: [], paths: [] })
    return {
      next: alert === undefined ? nextOf(desk, undefined) : nextOf(desk, alert),
      own: { agent: desk.agent, repository: desk.repository, task: key },
      found: {
        ...(mine === undefined ? {} : { claimed_until: mine.claimed_until }),
        ...(alert === undefined ? {} : { alert: brief(desk, alert) }),
        alerts_more: Math.max(0, alerts.length - 1),
        encounters: encounters.slice(0, Checking.encountersMax),
        notes: done.notes
      }
    }
  }
})

const idOf = (title: string | undefined): string => {
  if (title === undefined) throw new Problem("which task?", "give its id as task, or a title for a new one")
  return createHash("sha256").update(title).digest("hex").slice(0, 8)
}

export const check = make({
  name: "chorus_check",
  description: "Before you edit: does anyone else work on this? Without arguments, asks for what your " +
    "tasks declared. Changes nothing.",
  input: input({ scopes: texts("As in chorus_start"), paths: words.paths }),
  output: output({ verdict: { enum: ["clear", "attention", "unknown"] }, encounters: is.objects }),
  is: "look",
  call: async (desk, { paths = [], scopes = [] }) => {
    const { encounters, verdict } = await checked(desk, { paths, scopes })
    return {
      next: verdict === "attention" && paths.length + scopes.length === 0
        ? await nextWith(desk, encounters)
        : nextOfCheck[verdict],
      found: { verdict, encounters: encounters.slice(0, Checking.encountersMax) },
      ...(verdict === "unknown" ? { isBlind: true } : {})
    }
  }
})

const nextOfCheck = {
  clear: "Nobody is known to stand in your way: go on.",
  attention: "Others touch this now: declare it with chorus_declare, so that a plan is made with them.",
  unknown: "The node could not be asked, so nothing is known: go on with care, and check again."
} as const

/** Where what was declared led to a session with all of them, what that asks of the agent comes next. */
const nextWith = async (desk: Desk.Desk, encounters: CheckReport["encounters"]): Promise<string> => {
  const sessions = Desk.mine(desk, await desk.call("sessions", { all: true }))
  const about = encounters.map(({ task }) =>
    sessions.find(({ members }) => members.some(({ tasks }) => tasks.includes(task))))
  return about.includes(undefined)
    ? nextOfCheck.attention
    : `Others touch this now, as your session says. ${nextOf(desk, about[0])}`
}

/** Without arguments, what the agent's tasks declared. A check that fails must not stop work. */
const checked = async (desk: Desk.Desk, asked: Checking.Intent): ReturnType<typeof Checking.check> => {
  try {
    if (asked.paths.length + asked.scopes.length > 0) return await Checking.check(desk, asked)
    const { held } = await Desk.situation(desk)
    return await Checking.check(desk, {
      scopes: held.flatMap(({ scopes }) => scopes),
      paths: held.flatMap(({ paths }) => paths)
    })
  } catch (error) {
    const isMistake = error instanceof Wire.NoAnswer && error.kind === "refused"
    if (!isMistake && (error instanceof Wire.NoAnswer || error instanceof Problem)) {
      return { verdict: "unknown", because: error.message, encounters: [] }
    }
    throw error
  }
}

export const declare = make({
  name: "chorus_declare",
  description: "Say what your task touches as well (added to what it declared), or describe it anew.",
  input: input({ ...words, scopes: texts("As in chorus_start"), task }),
  output: output({ task: is.string, alert: is.object }, ["alert"]),
  is: "step",
  call: async (desk, { task: named, ...changes }) => {
    if (Object.keys(changes).length === 0) {
      throw new Problem("nothing to declare", "give scopes, paths, a title or a description")
    }
    const before = heldTask(desk, (await Desk.situation(desk)).held, named)
    const scopes = [...new Set([...before.scopes, ...(changes.scopes ?? [])])]
    const paths = [...new Set([...before.paths, ...(changes.paths ?? [])])]
    await desk.call("update", { agent: desk.agent, task: before.task, ...changes, scopes, paths })
    const { sessions } = await Desk.situation(desk)
    const alert = sessions.find(({ tasks }) => tasks.some((row) => row.task === before.task))
    return {
      next: nextOf(desk, alert),
      own: { task: before.task },
      found: alert === undefined ? {} : { alert: brief(desk, alert) }
    }
  }
})

export const done = make({
  name: "chorus_done",
  description: "Your task is finished, or given back (give_back): ends your claim for good.",
  input: input({
    task,
    results: text("What came of it, or why it is given back"),
    change: { type: "string", description: "Address of its change" },
    give_back: { type: "boolean" }
  }),
  output: output({ task: is.string, status: { enum: ["completed", "released"] } }),
  is: "final",
  call: async (desk, { change, give_back = false, results = "", task: named }) => {
    const { task } = heldTask(desk, (await Desk.situation(desk)).held, named)
    if (change !== undefined) await desk.call("update", { agent: desk.agent, task, change })
    await (give_back
      ? desk.call("release", { agent: desk.agent, task, because: results })
      : desk.call("complete", { agent: desk.agent, task, results }))
    // A session ends with the last of its tasks, so that it is looked at only now.
    const { sessions } = await Desk.situation(desk)
    const open = sessions.find((row) => row.status === "active" && row.plan !== undefined &&
      Desk.stanceOf(desk, row) === "none" && row.tasks.some((one) => one.task === task))
    return {
      next: open === undefined
        ? "Done. Begin the next task with chorus_start."
        : "Done. Its session is open until the others' tasks end or a person decides: vote with " +
          "chorus_answer, so that they are not held up.",
      own: { task },
      found: { status: give_back ? "released" : "completed" }
    }
  }
})
