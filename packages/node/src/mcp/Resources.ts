/**
 * Bulk reads: all tasks, all sessions, one session at length, as JSON in which every text of others
 * is fenced.
 */
import * as Wire from "../api/Wire.ts"
import type * as Desk from "./Desk.ts"
import * as Fence from "./Fence.ts"

const mimeType = "application/json"

export const resources = [
  { uri: "chorus://tasks", name: "tasks", description: "Who holds which task", mimeType },
  { uri: "chorus://sessions", name: "sessions", description: "All open sessions", mimeType }
]

export const templates = [{
  uriTemplate: "chorus://session/{id}",
  name: "session",
  description: "One session: tasks, evidence, plans, votes, messages, rulings",
  mimeType
}]

/** Rows in one read; the command line lists more. */
const rowsMax = 200
/** A plan as it is rendered has at most so many characters, and nothing is longer. */
const lengthMax = 6000

/** The contents at an address; undefined when there is nothing. */
export const read = async (desk: Desk.Desk, uri: string) => {
  const found = await rowsAt(desk, uri)
  return found === undefined ? undefined : [{
    uri,
    mimeType,
    text: JSON.stringify({ note: Fence.label, ...Fence.data(found, lengthMax) })
  }]
}

const rowsAt = async (desk: Desk.Desk, uri: string) => {
  if (uri === "chorus://tasks") return bounded("tasks", await desk.call("tasks", { all: false }))
  if (uri === "chorus://sessions") return bounded("sessions", await desk.call("sessions", { all: false }))
  const [, session] = /^chorus:\/\/session\/((?:dep|conf|plan)_[0-9a-f]{3,40})$/.exec(uri) ?? []
  if (session === undefined) return undefined
  try {
    return await desk.call("show", { session })
  } catch (error) {
    if (error instanceof Wire.NoAnswer && error.kind === "refused") return undefined
    throw error
  }
}

const bounded = (name: string, rows: ReadonlyArray<unknown>) => ({
  [name]: rows.slice(0, rowsMax),
  more: Math.max(0, rows.length - rowsMax)
})
