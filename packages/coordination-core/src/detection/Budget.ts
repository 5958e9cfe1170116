/**
 * What becomes of the detections of a claim: which are stated, which are held back, and why.
 *
 *     found ─▶ one agent's own? ─▶ said already? ─▶ muted? ─▶ demoted? ─▶ budget left? ─▶ stated
 *
 * Of a claim so many alerts are stated, of an agent so many in an hour, of a pair one. Whatever is
 * held back says why. (docs/rules.md, 6)
 */
import * as HashMap from "effect/HashMap"
import * as Option from "effect/Option"
import { type AgentKey, fromKey } from "../identity/AgentId.ts"
import type { NodeId } from "../identity/NodeId.ts"
import * as Lessons from "../lesson/Lessons.ts"
import type { Moment } from "../machine/Machine.ts"
import * as MeshSettings from "../mesh/MeshSettings.ts"
import * as Mutes from "../mute/Mutes.ts"
import * as Replica from "../replica/Replica.ts"
import * as Opening from "../session/Opening.ts"
import * as TaskContext from "../task/TaskContext.ts"
import * as Alerts from "./Alerts.ts"
import type { Detection } from "./Detector.ts"
import type { Entry } from "./Index.ts"

/** When each agent of this node raised its latest alerts, on the monotonic clock. */
export type Spent = HashMap.HashMap<AgentKey, ReadonlyArray<number>>

const hourMillis = 3_600_000

export interface Limits {
  readonly alertsPerClaim: number
  readonly alertsPerAgentAndHour: number
}

export interface Around {
  readonly at: Moment
  readonly node: NodeId
  readonly replica: Replica.Replica
  readonly mesh: MeshSettings.MeshSettings
  readonly lessons: Lessons.Lessons
  readonly settings: Limits
}

export interface Sorted {
  readonly stated: ReadonlyArray<Detection>
  readonly heldBack: ReadonlyArray<Alerts.Unsaid>
  /** Between two tasks of one agent. */
  readonly ownPairs: ReadonlyArray<Alerts.Unsaid>
  readonly spent: Spent
}

/** Sorts what was found for an entry, the surest first. */
export const sorted = (
  found: ReadonlyArray<Detection>,
  entry: Entry,
  before: Spent,
  around: Around
): Sorted => {
  const { at, mesh, node, replica, settings } = around
  const stated: Array<Detection> = []
  const heldBack: Array<Alerts.Unsaid> = []
  const ownPairs: Array<Alerts.Unsaid> = []
  let spent = before
  let left = Math.max(0, settings.alertsPerClaim - Alerts.raised(replica, mesh, node, entry.claim))
  for (const detection of found) {
    const { task1, task2 } = detection
    if (task1.agent === task2.agent) {
      ownPairs.push({ ...detection, because: "both tasks are one agent's" })
      continue
    }
    if (isStated(detection, around)) continue
    const agent = fromKey(task1.agent).node === node ? task1.agent : task2.agent
    const because = unwanted(detection, around) ?? (
      left === 0
        ? `the claim raised its ${settings.alertsPerClaim} alerts`
        : inLastHour(spent, agent, at).length >= settings.alertsPerAgentAndHour
        ? `${fromKey(agent).name} raised ${settings.alertsPerAgentAndHour} alerts within an hour`
        : undefined
    )
    if (because !== undefined) {
      heldBack.push({ ...detection, because })
      continue
    }
    left--
    stated.push(detection)
    spent = HashMap.set(spent, agent, [...inLastHour(spent, agent, at), at.monotonicMillis])
  }
  return { stated, heldBack, ownPairs, spent }
}

/** What nothing but the budget keeps from being stated. */
export const open = (found: ReadonlyArray<Detection>, around: Around): ReadonlyArray<Detection> =>
  found.filter((detection) =>
    detection.task1.agent !== detection.task2.agent && !isStated(detection, around) &&
    unwanted(detection, around) === undefined)

/** Without what is older than an hour. */
export const faded = (spent: Spent, at: Moment): Spent =>
  HashMap.filter(spent, (_, agent) => inLastHour(spent, agent, at).length > 0)

/** Who muted the pair, or why people stopped believing what was found; none where nothing is against it. */
export const unwanted = (
  detection: Detection,
  { at, lessons, replica }: Pick<Around, "at" | "lessons" | "replica">
): string | undefined => {
  const { evidence, relationship, task1, task2 } = detection
  const [key1, key2] = [TaskContext.key(task1.task), TaskContext.key(task2.task)]
  const holders = [task1, task2].map(({ agent }) => fromKey(agent).node)
  const mute = Replica.mutedBy(replica, { task1: key1, task2: key2, rule: relationship, holders })
  if (mute !== undefined) return `muted by ${fromKey(mute.agent).name}: ${mute.because}`
  // What both declare is no guess, so nobody's dismissals speak against it.
  if (evidence.some(({ kind }) => kind === "scope")) return undefined
  const pair = Mutes.repositoriesOf(key1, key2)
  return Lessons.isDemoted(Lessons.ofRule(lessons, relationship), at.wallMillis)
    ? `the rule ${relationship} is demoted: its alerts are mostly dismissed`
    : Lessons.isDemoted(Lessons.ofPair(lessons, pair), at.wallMillis)
    ? `alerts between ${pair.replace(" ", " and ")} are mostly dismissed`
    : undefined
}

/** Is there a session of these claims already? */
const isStated = ({ task1, task2 }: Detection, { mesh, replica }: Around): boolean => {
  const claims = [task1, task2].map(({ claim, task }) => ({ claim, task: TaskContext.key(task) }))
  const session = Opening.sessionId("dependency", MeshSettings.terms(mesh), claims)
  return Replica.sessionById(replica, session) !== undefined
}

const inLastHour = (spent: Spent, agent: AgentKey, { monotonicMillis }: Moment): ReadonlyArray<number> =>
  Option.getOrElse(HashMap.get(spent, agent), () => [])
    .filter((millis) => monotonicMillis - millis < hourMillis)
