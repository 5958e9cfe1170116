/**
 * Detection for this node's own claims: what is in the index, what becomes an alert. A machine.
 *
 *     claim live ──▶ in the index ──ended | lapsed──▶ out
 *     own claim ──detect──▶ at most k alerts, the rest held back
 *     other's claim ──grace──▶ detect against own claims, unless a session is open by then
 *
 * Invariants: only pairs with an own claim are stated; one alert a pair of claims; same-repository
 * pairs and muted pairs stay silent; two live claims on one task open a conflict.
 * (docs/rules.md, 5 and 6)
 */
import * as HashMap from "effect/HashMap"
import * as HashSet from "effect/HashSet"
import * as Option from "effect/Option"
import type { Draft } from "../fact/Draft.ts"
import type { Fact } from "../fact/Fact.ts"
import { type AgentKey, fromKey } from "../identity/AgentId.ts"
import type { FactId } from "../identity/FactId.ts"
import type { NodeId } from "../identity/NodeId.ts"
import { type Decision, type Moment, nothing } from "../machine/Machine.ts"
import * as MeshSettings from "../mesh/MeshSettings.ts"
import type { NodeSettings } from "../coordination/NodeSettings.ts"
import * as Memory from "../memory/Memory.ts"
import * as Replica from "../replica/Replica.ts"
import * as Opening from "../session/Opening.ts"
import * as SessionDrafts from "../session/SessionDrafts.ts"
import * as Registry from "../task/Registry.ts"
import * as TaskContext from "../task/TaskContext.ts"
import * as Alerts from "./Alerts.ts"
import * as Detector from "./Detector.ts"
import * as Index from "./Index.ts"

export interface State {
  readonly index: Index.Index
  /** The claims in the index that this node's agents hold. */
  readonly own: HashSet.HashSet<FactId>
  /** How many claims of each node are in the index. */
  readonly perNode: HashMap.HashMap<NodeId, number>
  /** Claims by the minute in which they lapse, and the first minute not looked at yet. */
  readonly lapses: HashMap.HashMap<number, HashSet.HashSet<FactId>>
  readonly sweptMinute: number
  /** Others' claims, and when their grace is over. */
  readonly waiting: HashMap.HashMap<FactId, number>
  /** Detections over the budget of their claim. */
  readonly heldBack: Alerts.Unstated
  /** Detections between two tasks of one agent: a note, not a session. */
  readonly ownPairs: Alerts.Unstated
}

export type Input =
  | { readonly _tag: "Folded"; readonly facts: ReadonlyArray<Fact> }
  | { readonly _tag: "Restored"; readonly facts: ReadonlyArray<Fact> }
  | { readonly _tag: "Ticked" }

export interface Context {
  readonly at: Moment
  readonly node: NodeId
  readonly replica: Replica.Replica
  readonly mesh: MeshSettings.MeshSettings
  readonly settings: NodeSettings
}

/** Of another node's claims, under whatever agent names, so many are in the index at once. */
export const claimsPerNodeMax = 4096

export const initial: State = {
  index: Index.empty,
  own: HashSet.empty(),
  perNode: HashMap.empty(),
  lapses: HashMap.empty(),
  sweptMinute: 0,
  waiting: HashMap.empty(),
  heldBack: Alerts.none,
  ownPairs: Alerts.none
}

type Step = Decision<State, never>

export const decide = (state: State, input: Input, context: Context): Step => {
  switch (input._tag) {
    case "Folded":
      return input.facts.flatMap((fact) => concerned(fact, context)).reduce<Step>(
        (decision, claim) => then(decision, (now) => look(now, claim, context)),
        nothing(state)
      )
    case "Restored":
      return nothing(input.facts.flatMap((fact) => concerned(fact, context))
        .reduce((now, claim) => indexed(now, claim, context), state))
    case "Ticked":
      return then(nothing(swept(state, context)), (now) => patient(now, context))
  }
}

/** Within the bound of the index, and without the lapses of claims that left it before their time. */
export const cleaned = (before: State): State => {
  const index = Memory.bounded(before.index, before.own)
  const gone = [...HashMap.values(before.index.entries)]
    .filter(({ claim }) => !HashMap.has(index.entries, claim))
    .map(({ entry }) => fromKey(entry.agent).node)
  const lapses = HashMap.map(before.lapses, (claims) =>
    HashSet.filter(claims, (id) => HashMap.has(index.entries, id)))
  return {
    ...before,
    index,
    lapses: HashMap.filter(lapses, (claims) => !HashSet.isEmpty(claims)),
    perNode: gone.reduce((counts, node) => counted(counts, node, -1), before.perNode)
  }
}

/** The agents of this node that hold claims in the index. */
export const holders = ({ own }: State, { tasks }: Replica.Replica): ReadonlySet<AgentKey> =>
  new Set([...own].flatMap((id) => Registry.claimById(tasks, id)?.agent ?? []))

const then = (decision: Step, step: (state: State) => Step): Step => {
  const next = step(decision.state)
  return { state: next.state, drafts: [...decision.drafts, ...next.drafts], outputs: [] }
}

/** The claims whose place in the index a fact may change. */
const concerned = (fact: Fact, { replica }: Context): ReadonlyArray<Registry.Claim> => {
  const ids = (): ReadonlyArray<FactId> => {
    switch (fact.data.message_type) {
      case "task_claimed":
        return [fact.id]
      case "claim_renewed":
      case "task_released":
      case "task_completed":
        return [fact.data.claim]
      case "task_announced":
      case "task_updated":
        return Option.getOrElse(
          HashMap.get(replica.tasks.claimsOf, TaskContext.key(fact.data.task)),
          () => []
        )
      default:
        return []
    }
  }
  return ids().flatMap((id) => Registry.claimById(replica.tasks, id) ?? [])
}

/** Takes a claim in or out of the index; what is new there, or newly worded, is looked at. */
const look = (state: State, claim: Registry.Claim, context: Context): Step => {
  const before = Option.getOrUndefined(HashMap.get(state.index.entries, claim.id))
  const next = indexed(state, claim, context)
  const after = Option.getOrUndefined(HashMap.get(next.index.entries, claim.id))
  if (after === undefined || before?.entry.task === after.entry.task) return nothing(next)
  if (fromKey(claim.agent).node === context.node) return detect(next, after.entry, context)
  if (HashSet.isEmpty(next.own)) return nothing(next)
  const dueMillis = context.at.monotonicMillis + context.settings.detectionGraceMillis
  return nothing({ ...next, waiting: HashMap.set(next.waiting, claim.id, dueMillis) })
}

const indexed = (state: State, claim: Registry.Claim, { at, node, replica }: Context): State => {
  const { counts } = Replica.world(replica)
  const { tasks } = replica
  const live = Registry.isLive(tasks, claim, counts) &&
    !Registry.lapsed(tasks, claim, at.wallMillis, counts)
  if (!live) {
    if (!HashMap.has(state.index.entries, claim.id)) return state
    const [index, own] = [Index.remove(state.index, claim.id), HashSet.remove(state.own, claim.id)]
    return { ...state, index, own, perNode: counted(state.perNode, claim.origin.node, -1) }
  }
  const task = Registry.contextOf(tasks, claim, counts)
  const known = Option.getOrUndefined(HashMap.get(state.index.entries, claim.id))
  const isOwn = claim.origin.node === node
  const count = Option.getOrElse(HashMap.get(state.perNode, claim.origin.node), () => 0)
  if (known === undefined && !isOwn && count >= claimsPerNodeMax) return state
  const minute = Math.ceil(Registry.untilMillis(tasks, claim, counts) / 60_000)
  const lapses = HashMap.modifyAt(state.lapses, minute, (claims) =>
    Option.some(HashSet.add(Option.getOrElse(claims, () => HashSet.empty<FactId>()), claim.id))
  )
  if (known?.entry.task === task) return { ...state, lapses }
  const atMillis = known?.entry.atMillis ?? at.wallMillis
  const entry = { claim: claim.id, agent: claim.agent, task, atMillis }
  const own = isOwn ? HashSet.add(state.own, claim.id) : state.own
  const perNode = known === undefined ? counted(state.perNode, claim.origin.node, 1) : state.perNode
  return { ...state, lapses, own, perNode, index: Index.insert(state.index, entry) }
}

const counted = (counts: State["perNode"], node: NodeId, change: number): State["perNode"] => {
  const count = Option.getOrElse(HashMap.get(counts, node), () => 0) + change
  return count === 0 ? HashMap.remove(counts, node) : HashMap.set(counts, node, count)
}

/** Takes out what lapsed in the minutes since the last look. */
const swept = (state: State, context: Context): State => {
  const minute = Math.floor(context.at.wallMillis / 60_000)
  if (minute <= state.sweptMinute) return state
  const due = [...HashMap.entries(state.lapses)].filter(([lapsing]) => lapsing <= minute)
  const lapses = due.reduce((rest, [lapsing]) => HashMap.remove(rest, lapsing), state.lapses)
  return due
    .flatMap(([, claims]) => [...claims])
    .flatMap((id) => Registry.claimById(context.replica.tasks, id) ?? [])
    .reduce((now, claim) => indexed(now, claim, context), { ...state, lapses, sweptMinute: minute })
}

/** Others' claims whose grace is over: their holder, cut off perhaps, did not see ours. */
const patient = (state: State, context: Context): Step => {
  const due = [...HashMap.entries(state.waiting)]
    .filter(([, dueMillis]) => dueMillis <= context.at.monotonicMillis)
    .map(([claim]) => claim)
    .sort()
  const waiting = due.reduce((rest, claim) => HashMap.remove(rest, claim), state.waiting)
  return due.reduce<Step>((decision, claim) => {
    const entry = Option.getOrUndefined(HashMap.get(decision.state.index.entries, claim))?.entry
    return entry === undefined ? decision : then(decision, (now) => detect(now, entry, context))
  }, nothing(due.length === 0 ? state : { ...state, waiting }))
}

/** States what a claim depends on, as far as this node holds one side, within the budget. */
const detect = (state: State, entry: Index.Entry, context: Context): Step => {
  const { at, mesh, node, replica, settings } = context
  const found = Detector.detect(state.index, entry, {
    ...Detector.defaults,
    parameters: settings.detection,
    nowMillis: at.wallMillis,
    limit: settings.alertsPerClaim * 4
  }).filter(({ task1, task2 }) =>
    [task1, task2].some(({ agent }) => fromKey(agent).node === node) &&
    [task1, task2].every(({ claim }) => stillCounts(claim, replica))
  )
  const ownPairs = found.filter(({ task1, task2 }) => task1.agent === task2.agent)
  const others = found.filter((detection) =>
    detection.task1.agent !== detection.task2.agent && !isSilent(detection, context)
  )
  const left = Math.max(0, settings.alertsPerClaim - Alerts.raised(replica, mesh, node, entry.claim))
  return {
    state: {
      ...state,
      heldBack: Alerts.keep(state.heldBack, others.slice(left)),
      ownPairs: Alerts.keep(state.ownPairs, ownPairs)
    },
    drafts: [
      ...contested(entry, context),
      ...others.slice(0, left).map((detection) => Alerts.dependency(detection, mesh, at.wallMillis))
    ],
    outputs: []
  }
}

/** The index keeps the claims of a node that was banned until they lapse. */
const stillCounts = (id: FactId, replica: Replica.Replica): boolean => {
  const claim = Registry.claimById(replica.tasks, id)
  return claim !== undefined && Replica.world(replica).counts(claim.origin)
}

/** Was the pair stated already, or muted by one who holds a side of it? */
const isSilent = (detection: Detector.Detection, { mesh, replica }: Context): boolean => {
  const { task1, task2 } = detection
  const [key1, key2] = [TaskContext.key(task1.task), TaskContext.key(task2.task)]
  const session = Opening.sessionId("dependency", MeshSettings.terms(mesh), [
    { task: key1, claim: task1.claim },
    { task: key2, claim: task2.claim }
  ])
  const holders = [task1, task2].map(({ agent }) => fromKey(agent).node)
  return Replica.sessionById(replica, session) !== undefined ||
    Replica.isMuted(replica, key1, key2, holders)
}

/** Conflicts that a claim opens at most with the agents of one other node; it may have many names. */
const conflictsPerNodeMax = 2

/** Conflicts that a claim opens at most. */
const conflictsMax = 8

/** Opens a conflict with the other agents that hold the very task. */
const contested = (entry: Index.Entry, context: Context): ReadonlyArray<Draft> => {
  const { at, mesh, node, replica } = context
  const { counts } = Replica.world(replica)
  const task = TaskContext.key(entry.task)
  const claims = Registry.liveClaims(replica.tasks, task, counts)
    .filter((claim) => !Registry.lapsed(replica.tasks, claim, at.wallMillis, counts))
  const own = claims.find((claim) => claim.id === entry.claim)
  if (own === undefined) return []
  return claims
    .filter((other) => other.agent !== own.agent)
    .filter((other) => [own, other].some(({ agent }) => fromKey(agent).node === node))
    .filter((other, at, all) => {
      const holder = fromKey(other.agent).node
      const before = all.slice(0, at).filter(({ agent }) => fromKey(agent).node === holder)
      return before.length < conflictsPerNodeMax
    })
    .slice(0, conflictsMax)
    .flatMap((other) => {
      const pair = [own, other]
      const ids = pair.map(({ id }) => ({ claim: id, task }))
      const session = Opening.sessionId("conflict", MeshSettings.terms(mesh), ids)
      const reason = `${pair.map(({ agent }) => fromKey(agent).name).join(" and ")} both hold ${task}`
      return Replica.sessionById(replica, session) === undefined
        ? [SessionDrafts.opening("conflict", pair, reason, replica, mesh)]
        : []
    })
}
