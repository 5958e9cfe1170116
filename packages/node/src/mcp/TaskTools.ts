/**
 * Tools about an agent's own task: start, check, declare, done.
 */
import { createHash } from "node:crypto"
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

/** Others' tasks that are told of at once; the resource of tasks has all. */
const overlapsMax = 5

export const start = make({
  name: "chorus_start",
  description: "Begin or take up a task: claims it for you (call again to renew), declares what " +
    "it touches, and tells who works on what depends on it.",
  input: input({ ...words, task: text("Its id, e.g. an issue number; made from the title if left out") }),
  output: output({
    agent: is.string, repository: is.string, task: is.string, claimed_until: is.string,
    alert: is.object, alerts_more: is.integer, overlaps: is.objects, notes: is.strings
  }, ["alert", "claimed_until"]),
  is: "step",
  call: async (desk, { task: id, ...words }) => {
    const key = Desk.taskKey(desk, id ?? idOf(words.title))
    const done = await desk.call("claim", {
      agent: desk.agent, task: key, lease_ms: desk.leaseMillis, ...words
    })
    const seen = await Desk.situation(desk)
    const { held, sessions, tasks } = seen
    const mine = held.find((row) => row.task === key)
    const alerts = sessions.filter(({ session }) => done.sessions.some((row) => row.session === session))
    const [alert] = alerts
    const intent = { scopes: mine?.scopes ?? [], paths: mine?.paths ?? [] }
    return {
      next: alert === undefined ? nextOf(desk, undefined) : nextOf(desk, alert),
      own: { agent: desk.agent, repository: desk.repository, task: key },
      found: {
        ...(mine === undefined ? {} : { claimed_until: mine.claimed_until }),
        ...(alert === undefined ? {} : { alert: brief(desk, alert) }),
        alerts_more: Math.max(0, alerts.length - 1),
        overlaps: Checking.overlaps(desk, tasks, intent).slice(0, overlapsMax),
        notes: done.notes
      },
      seen
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
  output: output({ verdict: { enum: ["clear", "attention", "unknown"] }, overlaps: is.objects }),
  is: "look",
  call: async (desk, { paths = [], scopes = [] }) => {
    const tasks = await known(desk)
    if (tasks === undefined) {
      return {
        next: "The node could not be asked, so nothing is known: go on with care, and check again.",
        found: { verdict: "unknown", overlaps: [] },
        isBlind: true
      }
    }
    const isAsked = paths.length + scopes.length > 0
    const mine = tasks.filter((row) => !Desk.isOthers(desk, row))
    const found = Checking.overlaps(desk, tasks, isAsked ? { paths, scopes } : {
      scopes: mine.flatMap((row) => row.scopes),
      paths: mine.flatMap((row) => row.paths)
    })
    return {
      next: found.length === 0
        ? "Nobody is known to touch this: go on."
        : "Others touch this now: declare it with chorus_declare, so that a plan is made with them.",
      found: { verdict: found.length === 0 ? "clear" : "attention", overlaps: found.slice(0, overlapsMax) }
    }
  }
})

/** The held tasks; undefined when the node cannot be asked, since a check must never stop work. */
const known = async (desk: Desk.Desk) => {
  try {
    return await desk.call("tasks", { all: false })
  } catch (error) {
    if (error instanceof Wire.NoAnswer || error instanceof Problem) return undefined
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
    const seen = await Desk.situation(desk)
    const alert = seen.sessions.find(({ tasks }) => tasks.some((row) => row.task === before.task))
    return {
      next: nextOf(desk, alert),
      own: { task: before.task },
      found: alert === undefined ? {} : { alert: brief(desk, alert) },
      seen
    }
  }
})

export const done = make({
  name: "chorus_done",
  description: "Your task is finished, or given back (give_back) unfinished: ends your claim for good.",
  input: input({
    task,
    results: text("What came of it, or why it is given back"),
    give_back: { type: "boolean" }
  }),
  output: output({ task: is.string, status: { enum: ["completed", "released"] } }),
  is: "final",
  call: async (desk, { give_back = false, results = "", task: named }) => {
    const seen = await Desk.situation(desk)
    const { task } = heldTask(desk, seen.held, named)
    await (give_back
      ? desk.call("release", { agent: desk.agent, task, because: results })
      : desk.call("complete", { agent: desk.agent, task, results }))
    const open = seen.sessions.find((row) =>
      row.status === "active" && row.tasks.some((one) => one.task === task))
    return {
      next: open === undefined
        ? "Done. Begin the next task with chorus_start."
        : "Done. Its session is still open: vote with chorus_answer, so that the others are not held up.",
      own: { task },
      found: { status: give_back ? "released" : "completed" },
      seen
    }
  }
})
