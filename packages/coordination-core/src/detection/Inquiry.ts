/**
 * What people and agents ask of detection: why is there an alert, or none; what would I run into;
 * which task should I take next. Views; nothing is stated because of them.
 */
import * as Link from "../contract/Link.ts"
import type { State } from "../coordination/Coordination.ts"
import { type AgentKey, fromKey } from "../identity/AgentId.ts"
import { FactId } from "../identity/FactId.ts"
import type * as TaskKey from "../identity/TaskKey.ts"
import type { Moment } from "../machine/Machine.ts"
import * as Awaited from "../plan/Awaited.ts"
import * as Replica from "../replica/Replica.ts"
import { compare } from "../replica/Sorted.ts"
import * as Meeting from "../task/Meeting.ts"
import * as Paths from "../task/Paths.ts"
import * as Registry from "../task/Registry.ts"
import * as TaskContext from "../task/TaskContext.ts"
import * as Account from "./Account.ts"
import * as Budget from "./Budget.ts"
import * as Detector from "./Detector.ts"
import * as Feedback from "./Feedback.ts"
import * as Finding from "./Finding.ts"
import * as Index from "./Index.ts"
import * as ScopeOverlap from "./ScopeOverlap.ts"
import { listed } from "./Sentence.ts"
import * as Territory from "./Territory.ts"

/** What two tasks have in common, and what an alert would need beyond that. */
export interface Why {
  /** None where the two were not compared at all. */
  readonly detection: Detector.Detection | undefined
  readonly threshold: number
  /** Sessions that both claims are in. */
  readonly sessions: ReadonlyArray<string>
  /** What keeps this node from an alert; empty when nothing does, or when there is one. */
  readonly missing: ReadonlyArray<string>
}

/** Weighs two tasks as detection would, whatever the threshold. */
export const why = (state: State, one: TaskKey.TaskKey, other: TaskKey.TaskKey, at: Moment): Why => {
  const parameters = Finding.parametersOf(state.detection, state.settings)
  const { index } = state.detection
  const [entry1, entry2] = [one, other].map((task) => entryOf(state, task))
  const unheld = [one, other].filter((_, nth) => [entry1, entry2][nth] === undefined)
  if (entry1 === undefined || entry2 === undefined) {
    const missing = unheld.map((task) => `nobody holds ${task} as far as this node knows`)
    return { detection: undefined, threshold: parameters.threshold, sessions: [], missing }
  }
  const detection = between(state, entry1, entry2, at.wallMillis) ??
    between(state, entry2, entry1, at.wallMillis)
  const joint = Replica.sessionsWith(state.replica, entry2.claim)
  const sessions = Replica.sessionsWith(state.replica, entry1.claim).filter((id) => joint.includes(id))
  return {
    detection: detection === undefined
      ? undefined
      : { ...detection, reason: Account.reason(index, detection) },
    threshold: parameters.threshold,
    sessions,
    missing: sessions.length > 0 ? [] : missing(state, [entry1, entry2], detection, at)
  }
}

const missing = (
  state: State,
  [one, other]: readonly [Index.Entry, Index.Entry],
  detection: Detector.Detection | undefined,
  at: Moment
): ReadonlyArray<string> => {
  const { threshold } = Finding.parametersOf(state.detection, state.settings)
  const isNear = [one, other].some(({ agent }) => fromKey(agent).node === state.node)
  const read = ScopeOverlap.onlyRead(Territory.declares(one.task), Territory.declares(other.task))
  const aside = [
    ...(isNear ? [] : ["neither task is held on this node, and only a holder's node states an alert"]),
    ...(one.agent === other.agent ? ["one agent holds both, which is worth a note and no session"] : [])
  ]
  if (one.task.repository === other.task.repository) {
    return [...aside, ...(Territory.meets(one, other) ? [] : [
      ...onlyRead(read),
      "in one repository declared scopes or paths have to overlap"
    ])]
  }
  if (detection === undefined) {
    const nothing = "they share no scope and no telling word: neither is a candidate of the other"
    return [...aside, ...(read.length > 0 ? onlyRead(read) : [nothing])]
  }
  const unwanted = Budget.unwanted(detection, { at, lessons: state.lessons, replica: state.replica })
  const kept = state.detection.heldBack.latest.find(({ task1, task2 }) =>
    [one.claim, other.claim].every((claim) => [task1.claim, task2.claim].includes(claim)))
  return [
    ...aside,
    ...(detection.confidence >= threshold ? [] : [
      ...onlyRead(read),
      `a score of ${threshold}: it is ${detection.confidence}; a scope that both declare, and one to ` +
      "change, would be the strongest evidence"
    ]),
    ...(unwanted !== undefined ? [unwanted] : kept === undefined ? [] : [kept.because])
  ]
}

/** What detection finds of two tasks when it is asked about the first, from a threshold on. */
export const between = (
  state: State,
  entry: Index.Entry,
  other: Index.Entry,
  wallMillis: number,
  threshold = 0
): Detector.Detection | undefined =>
  Detector.detect(state.detection.index, entry, {
    ...Detector.defaults,
    feedback: Feedback.ofVerdicts(state.lessons.pairs),
    contracts: Link.known(state.replica),
    rules: [...Detector.defaults.rules, ...state.settings.rules],
    parameters: { ...state.settings.detection, threshold },
    nowMillis: wallMillis,
    limit: Infinity
  }).find(({ task2 }) => task2.claim === other.claim)

/** A task as one of its live claims has it. */
const entryOf = ({ detection, replica }: State, task: TaskKey.TaskKey): Index.Entry | undefined => {
  const { counts } = Replica.world(replica)
  return Registry.liveClaims(replica.tasks, task, counts)
    .flatMap(({ id }) => Index.get(detection.index, id)?.entry ?? [])[0]
}

/** The open tasks of others that something declared meets, the gravest first. */
const othersMet = (
  state: State,
  question: Territory.Question,
  agent: AgentKey | undefined
): ReadonlyArray<Territory.Encounter> =>
  Territory.meeting(state.detection.territory, question).filter(({ held }) => held.agent !== agent)

/** Why there is no alert over what both tasks declare, where both only read it. */
export const onlyRead = (
  what: ReadonlyArray<string>,
  by: ReadonlyArray<string> = []
): ReadonlyArray<string> =>
  what.length === 0 ? [] : [
    `both only read ${told(what)}${by.length === 0 ? "" : ` (${told(by)})`}: no alert for that`
  ]

/** The first of some, and how many more there are. */
const told = (all: ReadonlyArray<string>): string =>
  all.length <= toldMax
    ? listed(all)
    : `${all.slice(0, toldMax).join(", ")} and ${all.length - toldMax} more`

const toldMax = 3

/** What somebody is about to touch. */
export interface Intent {
  readonly repository: string
  readonly scopes: ReadonlyArray<string>
  readonly paths: ReadonlyArray<string>
}

/** What an agent is about to meet, and who of others only reads what it only reads. */
export interface Ahead {
  readonly encounters: ReadonlyArray<Territory.Encounter>
  readonly readers: ReadonlyArray<Territory.Reader>
}

/**
 * The open tasks of others that an agent is about to meet. Who works at files works on at what its
 * tasks there declare, so their scopes are asked about as well.
 */
export const ahead = (
  state: State,
  { paths, repository, scopes }: Intent,
  agent: AgentKey | undefined
): Ahead => {
  const own = agent === undefined || paths.length === 0
    ? []
    : heldAt(state, repository, paths.map(Paths.read), agent).flatMap((task) => task.scopes ?? [])
  const question = { repository, ...Territory.declares({ paths, scopes: [...scopes, ...own] }) }
  const encounters = othersMet(state, question, agent)
  const met = new Set(encounters.map(({ held }) => held.claim))
  const readers = Territory.readers(state.detection.territory, question)
    .filter(({ held }) => held.agent !== agent && !met.has(held.claim))
  return { encounters, readers }
}

/** The tasks that an agent of this node holds at these files. One that declares no paths may be anywhere. */
const heldAt = (
  { detection: { index, own } }: State,
  repository: string,
  paths: ReadonlyArray<Paths.Path>,
  agent: AgentKey
): ReadonlyArray<TaskContext.TaskContext> =>
  [...own]
    .flatMap((claim) => Index.get(index, claim)?.entry ?? [])
    .filter((entry) => entry.agent === agent && entry.task.repository === repository)
    .map(({ task }) => task)
    .filter((task) => {
      const declared = (task.paths ?? []).map(Paths.read)
      return declared.length === 0 || declared.some((one) => paths.some((other) => Paths.overlap(one, other)))
    })

/** A task that nobody holds, and what whoever takes it would run into. */
export interface Suggestion {
  readonly task: TaskKey.TaskKey
  readonly context: TaskContext.TaskContext
  /** Tasks that have to go first. */
  readonly waitsFor: ReadonlyArray<TaskKey.TaskKey>
  readonly collisions: ReadonlyArray<Collision>
}

export interface Collision {
  readonly task: TaskKey.TaskKey
  readonly agent: AgentKey
  readonly severity: Meeting.Severity
  readonly because: string
}

/** So many open tasks are looked at. */
export const suggestedMax = 100

/** Open tasks for an agent: those that wait for nobody first, then those that collide least. */
export const suggestions = (state: State, agent: AgentKey, at: Moment): ReadonlyArray<Suggestion> =>
  openTasks(state, at).slice(0, suggestedMax)
    .map(([task, context]) => suggestion(state, agent, task, context, at))
    .sort((a, b) =>
      Math.sign(a.waitsFor.length) - Math.sign(b.waitsFor.length) ||
      weight(a) - weight(b) ||
      compare(a.task, b.task)
    )

const weight = ({ collisions }: Suggestion): number =>
  collisions.reduce((sum, { severity }) => sum + 4 ** Meeting.severities.indexOf(severity), 0)

const suggestion = (
  state: State,
  agent: AgentKey,
  task: TaskKey.TaskKey,
  context: TaskContext.TaskContext,
  at: Moment
): Suggestion => {
  const entry = { claim: nobodys, agent, task: context, atMillis: at.wallMillis }
  const met = othersMet(state, { repository: context.repository, ...Territory.declares(context) }, agent)
  const found = Detector.detect(state.detection.index, entry, {
    ...Detector.defaults,
    feedback: Feedback.ofVerdicts(state.lessons.pairs),
    contracts: Link.known(state.replica),
    parameters: Finding.parametersOf(state.detection, state.settings),
    rules: [...Detector.defaults.rules, ...state.settings.rules],
    nowMillis: at.wallMillis,
    limit: state.settings.alertsPerClaim
  }).filter(({ task2 }) => task2.agent !== agent && !met.some(({ held }) => held.claim === task2.claim))
  const { ordered, waitsFor } = Awaited.ofTask(state.replica, task, at.wallMillis)
  // What was agreed weighs more than what was detected.
  const first = (direction: string | undefined, other: TaskKey.TaskKey) =>
    direction === "task2_first" && !ordered.includes(other) ? [other] : []
  return {
    task,
    context,
    waitsFor: [
      ...waitsFor,
      ...met.flatMap(({ direction, held }) => first(direction, held.task)),
      ...found.flatMap(({ direction, task2 }) => first(direction, keyOf(task2)))
    ],
    collisions: [
      ...met.map(({ because, held, severity, what }): Collision =>
        ({ task: held.task, agent: held.agent, severity, because: `${what}: ${because}` })),
      ...found.map(({ reason, task2 }): Collision =>
        ({ task: keyOf(task2), agent: task2.agent, severity: "notice", because: reason }))
    ]
  }
}

/** No claim has this id. */
const nobodys = FactId.make("0".repeat(64))

const keyOf = ({ task }: Index.Entry): TaskKey.TaskKey => TaskContext.key(task)

/** Tasks that somebody offers, and those that were given back, in the order of their keys. */
const openTasks = ({ replica }: State, { wallMillis }: Moment) => {
  const { counts } = Replica.world(replica)
  const { tasks } = replica
  const announced = Registry.unclaimed(tasks, counts)
    .map((context) => [TaskContext.key(context), context] as const)
  const givenBack = [...tasks.claimsOf]
    .flatMap(([task, ids]): ReadonlyArray<readonly [TaskKey.TaskKey, TaskContext.TaskContext]> => {
      const claims = ids
        .flatMap((id) => Registry.claimById(tasks, id) ?? [])
        .filter(({ origin }) => counts(origin))
      const last = claims.at(-1)
      const isOpen = last !== undefined && claims.every((claim) => {
        const end = Registry.endOf(tasks, claim, counts)
        return end === undefined ? Registry.lapsed(tasks, claim, wallMillis, counts) : end.as === "released"
      })
      return isOpen ? [[task, Registry.contextOf(tasks, last, counts)]] : []
    })
  return [...announced, ...givenBack].sort(([a], [b]) => compare(a, b))
}
