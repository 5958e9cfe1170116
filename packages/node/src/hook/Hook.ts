/**
 * `chorus hook EVENT`: what clients of agents run at the moments of a session.
 *
 *     session-start   what the agent missed               pre-edit    who works at the same file
 *     post-edit       holds its claims, and what is new   stop        which plans wait for its vote
 *     session-end     says what it holds on to; with --release gives it back
 *
 * Exit code 2 blocks, and 0 passes. Blocked is an edit that meets a severe encounter, where the
 * setting `blockEdits` says so, and the end of a turn, once for each plan of a session in which the
 * agent has work. Whatever goes wrong passes, with a word on stderr: a crash, a node that does not
 * run, or what cannot be read stops no work.
 * Nothing but Node's own modules is loaded. (docs/rules.md, 7: delivery)
 */
import { appendFileSync, existsSync, readFileSync, writeFileSync } from "node:fs"
import type * as DeliveryRows from "../api/DeliveryRows.ts"
import * as Wire from "../api/Wire.ts"
import * as CheckFormat from "../cli/CheckFormat.ts"
import * as Speaker from "../cli/Speaker.ts"
import { printable } from "../cli/Text.ts"
import * as Fence from "../mcp/Fence.ts"
import * as Input from "./Input.ts"
import * as Patience from "./Patience.ts"
import * as Place from "./Place.ts"

export const events = ["session-start", "pre-edit", "post-edit", "stop", "session-end"] as const
export type Event = typeof events[number]

export interface Given {
  readonly flags: Place.Flags
  readonly release: boolean
  /** Beside those that the client names. */
  readonly paths: ReadonlyArray<string>
}

/** What a hook says; what blocks goes to stderr, as clients read it. */
interface Said {
  readonly code: 0 | 2
  readonly out?: string
  readonly error?: string
}

/** Answers an event, and gives the exit code. */
export const run = async (event: Event, given: Given, stdin = process.stdin): Promise<number> => {
  const { code, error, out } = await Patience.within(
    answered(event, given, stdin),
    passes(Patience.tooLong)
  )
  if (out !== undefined && out !== "") process.stdout.write(`${printable(out)}\n`)
  if (error !== undefined) process.stderr.write(`${printable(error)}\n`)
  return code
}

const passes = (why: string): Said => ({ code: 0, error: `chorus: ${why}; work goes on` })

const answered = async (event: Event, given: Given, stdin: NodeJS.ReadStream): Promise<Said> => {
  try {
    const input = Input.read(await Input.text(stdin))
    const folder = Speaker.folderOf(input.folder)
    const place = Place.of(folder, given.flags)
    if (place === undefined) return passes(".chorus.yaml is not of plain `name: value` lines")
    const paths = Input.within(place.top, input.folder ?? folder, [...given.paths, ...input.paths])
    const said = await moments[event](place, paths, given)
    return said.out === undefined || input.event === undefined
      ? said
      : { ...said, out: asContext(input.event, said.out) }
  } catch (error) {
    return passes(error instanceof SyntaxError
      ? "what the client said is no JSON"
      : error instanceof Wire.NoAnswer && error.kind === "gone"
      ? "no node is running here, so nothing was asked"
      : error instanceof Error ? error.message : "the hook failed")
  }
}

/** Clients that name the event take what is for the agent in this form. */
const asContext = (event: string, text: string): string =>
  text === "" || !contextual.includes(event)
    ? text
    : JSON.stringify({ hookSpecificOutput: { hookEventName: event, additionalContext: text } })

const contextual = ["SessionStart", "PreToolUse", "PostToolUse", "UserPromptSubmit"]

type Moment = (place: Place.Place, paths: ReadonlyArray<string>, given: Given) => Promise<Said>

const start: Moment = async (place) => {
  const [held, lapsed] = [await heldBy(place), await lapsedOf(place)]
  const news = await told(place, startLinesMax)
  return {
    code: 0,
    out: [
      `You are ${place.agent} in chorus.`,
      ...(held.length === 0 ? [] : [`You hold ${listed(held)}.`]),
      ...(lapsed.length === 0 ? [] : [
        `Your claim on ${listed(lapsed)} lapsed: take it up again with chorus_start, if you go on with it.`
      ]),
      ...news
    ].join("\n")
  }
}

/** Who begins a session has missed more than who is in the middle of it. */
const startLinesMax = 8

const beforeEdit: Moment = async (place, paths) => {
  const { agent, files, repository } = place
  if (paths.length === 0 || repository === undefined) return { code: 0 }
  const { encounters } = await Wire.call(files.socket, "check", { agent, repository, scopes: [], paths })
  if (encounters.length === 0) return { code: 0 }
  const lines = encounters.slice(0, encountersMax)
    .map((row) => Fence.line(CheckFormat.encounter(row), encounterLengthMax))
  const text = [`Others work at ${Fence.line(paths.join(", "))} now:`, ...lines].join("\n")
  const severe = encounters.filter(({ severity }) => severity === "severe").map(({ task }) => task)
  return place.blocksSevere && !(await isAgreed(place, severe))
    ? { code: 2, error: `${text}\nAgree with them before you edit it: declare it, and answer the plan.` }
    : { code: 0, out: text }
}

const [encountersMax, encounterLengthMax] = [3, 400]

/** Did the agent agree with the holders of these tasks, or a person decide? */
const isAgreed = async ({ agent, files }: Place.Place, tasks: ReadonlyArray<string>): Promise<boolean> => {
  if (tasks.length === 0) return true
  const over = (await Wire.call(files.socket, "sessions", { all: true }))
    .filter(({ members, status }) =>
      (status === "resolved" || status === "decided") &&
      members.some((member) => member.own && member.agent.startsWith(`${agent}@`)))
    .flatMap(({ members }) => members.flatMap((member) => member.tasks))
  return tasks.every((task) => over.includes(task))
}

const afterEdit: Moment = async (place) => {
  const { agent, files, leaseMillis } = place
  for (const { task } of (await heldBy(place)).slice(0, renewedMax)) {
    await Wire.call(files.socket, "claim", { agent, task, lease_ms: leaseMillis })
  }
  return { code: 0, out: (await told(place)).join("\n") }
}

/** An agent works at a task or two; who holds more renews the rest by itself. */
const renewedMax = 4

const stop: Moment = async (place) => {
  const { agent, files } = place
  const { lines } = await Wire.call(files.socket, "unread", { agent, max: plansMax })
  const asked = existsSync(files.asked) ? readFileSync(files.asked, "utf8").split("\n") : []
  const fresh = lines
    .filter(({ kind, over }) => kind === "plan" && !over)
    .filter((line) => !asked.includes(nameOf(agent, line)))
  if (fresh.length === 0) return { code: 0 }
  // Written before it blocks: whoever cannot write it would be asked without end.
  const names = fresh.map((line) => nameOf(agent, line))
  if (asked.length > askedMax) {
    writeFileSync(files.asked, [...asked.slice(-askedMax / 2), ...names, ""].join("\n"), { mode: 0o600 })
  } else {
    appendFileSync(files.asked, `${names.join("\n")}\n`, { mode: 0o600 })
  }
  await noted(place, fresh)
  return {
    code: 2,
    error: ["Before you stop, read and vote on:", ...fresh.map(({ text }) => text)].join("\n")
  }
}

/** Plans that are looked for at the end of a turn, and that are remembered as asked about. */
const [plansMax, askedMax] = [16, 1000]

const nameOf = (agent: string, { items }: DeliveryRows.NewsLine): string => `${agent} ${items[0] ?? ""}`

const end: Moment = async (place, _, { release }) => {
  const { agent, files } = place
  const held = await heldBy(place)
  if (held.length === 0) return { code: 0 }
  if (!release) return { code: 0, out: `Kept until their leases end: ${listed(held)}.` }
  for (const { task } of held) {
    await Wire.call(files.socket, "release", { agent, task, because: "the session of the agent ended" })
  }
  return { code: 0, out: `Given back: ${listed(held)}.` }
}

const moments: Record<Event, Moment> = {
  "session-start": start,
  "pre-edit": beforeEdit,
  "post-edit": afterEdit,
  stop,
  "session-end": end
}

/** The tasks that the agent holds; with `all` also those that it held. */
const heldBy = async ({ agent, files }: Place.Place, all = false) =>
  (await Wire.call(files.socket, "tasks", { all }))
    .filter((task) => task.own && task.agent.slice(0, task.agent.indexOf("@")) === agent)

/** The tasks that the agent neither ended nor renewed in the last day, the latest first. */
const lapsedOf = async (place: Place.Place) => {
  const claims = (await heldBy(place, true))
    .sort((a, b) => Date.parse(b.claimed_until) - Date.parse(a.claimed_until))
  const latest = claims.filter(({ task }, at) => claims.findIndex((other) => other.task === task) === at)
  return latest
    .filter(({ claimed_until, status }) =>
      status === "lapsed" && Date.now() - Date.parse(claimed_until) < dayMillis)
    .slice(0, lapsedMax)
}

/** A task of yesterday may be taken up again; of many lapsed ones the latest are meant. */
const [dayMillis, lapsedMax] = [86_400_000, 3]

const listed = (held: Awaited<ReturnType<typeof heldBy>>): string =>
  held.map(({ task }) => Fence.cleaned(task, 200)).join(", ")

/** What is new for the agent; it is shown by this. */
const told = async (place: Place.Place, max?: number): Promise<ReadonlyArray<string>> => {
  const { agent, files } = place
  const { lines, more } = await Wire.call(files.socket, "unread", {
    agent,
    ...(max === undefined ? {} : { max })
  })
  await noted(place, lines)
  return [
    ...lines.map(({ text }) => text),
    ...(more === 0 ? [] : [`${more} more: chorus unread`]),
    ...(lines.length === 0 ? [] : [Fence.label])
  ]
}

const noted = async (
  { agent, files }: Place.Place,
  lines: ReadonlyArray<DeliveryRows.NewsLine>
): Promise<void> => {
  if (lines.every(({ stage }) => stage !== "queued")) return
  await Wire.call(files.socket, "note", {
    agent,
    stage: "shown",
    noted: lines.map(({ items, session }) => ({ items, session }))
  })
}
