/**
 * Detection for this node's own claims: what is in the index, what becomes an alert. A machine.
 *
 *     claim live ──▶ in the index ──ended | lapsed──▶ out
 *     own claim ──detect──▶ at most k alerts, the rest held back
 *     other's claim ──grace──▶ detect against own claims, unless a session is open by then
 *     found ──judge, where there is one──▶ stated in its order, or after its time in detection's
 *
 * Invariants: only pairs with an own claim are stated; one alert a pair of claims; muted pairs stay
 * silent; two live claims on one task, or on one repository's things, open a conflict.
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
import type * as Lessons from "../lesson/Lessons.ts"
import type * as MeshSettings from "../mesh/MeshSettings.ts"
import type { NodeSettings } from "../coordination/NodeSettings.ts"
import * as Memory from "../memory/Memory.ts"
import * as Replica from "../replica/Replica.ts"
import * as Registry from "../task/Registry.ts"
import * as Account from "./Account.ts"
import * as Alerts from "./Alerts.ts"
import * as Budget from "./Budget.ts"
import * as Conflicts from "./Conflicts.ts"
import type { Detection } from "./Detector.ts"
import * as Finding from "./Finding.ts"
import * as Grace from "./Grace.ts"
import * as Index from "./Index.ts"
import * as Judging from "./Judging.ts"
import * as Lapses from "./Lapses.ts"
import * as RateController from "./RateController.ts"
import * as Territory from "./Territory.ts"

export interface State {
  readonly index: Index.Index
  /** What the tasks in the index declare to touch. */
  readonly territory: Territory.Territory
  /** The claims in the index that this node's agents hold. */
  readonly own: HashSet.HashSet<FactId>
  /** How many claims of each node are in the index. */
  readonly perNode: HashMap.HashMap<NodeId, number>
  /** When claims lapse, and the minute that was looked at last. */
  readonly lapses: Lapses.Lapses
  readonly sweptMinute: number
  /** Others' claims, and when their grace is over. */
  readonly waiting: Grace.Waiting
  readonly spent: Budget.Spent
  /** Holds the rate of alerts; none before there were enough tasks for it to mean something. */
  readonly steady: RateController.RateController | undefined
  /** Detections that were muted, that people stopped believing, or over the budget. */
  readonly heldBack: Alerts.Unstated
  /** Detections between two tasks of one agent: a note, not a session. */
  readonly ownPairs: Alerts.Unstated
  readonly judging: Judging.State
}

export type Input =
  | { readonly _tag: "Folded"; readonly facts: ReadonlyArray<Fact> }
  | { readonly _tag: "Restored"; readonly facts: ReadonlyArray<Fact> }
  /** What the judge made of what was found, or that nothing came of it. */
  | { readonly _tag: "Judged"; readonly key: string; readonly judgement: Judging.Judgement | undefined }
  | { readonly _tag: "Ticked" }

export interface Context {
  readonly at: Moment
  readonly node: NodeId
  readonly replica: Replica.Replica
  readonly mesh: MeshSettings.MeshSettings
  readonly settings: NodeSettings
  readonly lessons: Lessons.Lessons
}

/** Of another node's claims, under whatever agent names, so many are in the index at once. */
export const claimsPerNodeMax = 4096

export const initial: State = {
  index: Index.empty,
  territory: Territory.empty,
  own: HashSet.empty(),
  perNode: HashMap.empty(),
  lapses: Lapses.empty,
  sweptMinute: 0,
  waiting: HashMap.empty(),
  spent: HashMap.empty(),
  steady: undefined,
  heldBack: Alerts.none,
  ownPairs: Alerts.none,
  judging: Judging.initial
}

type Step = Decision<State, Judging.Ask>

export const decide = (state: State, input: Input, context: Context): Step => {
  switch (input._tag) {
    case "Folded":
      return input.facts.flatMap((fact) => Finding.concerned(fact, context)).reduce<Step>(
        (decision, claim) => then(decision, (now) => look(now, claim, context)),
        nothing(input.facts.reduce((now, fact) => awaiting(now, fact, context), state))
      )
    case "Restored":
      return nothing(input.facts.flatMap((fact) => Finding.concerned(fact, context))
        .reduce((now, claim) => indexed(now, claim, context), state))
    case "Judged": {
      const claim = Judging.claimOf(state.judging, input.key)
      return claim === undefined ? nothing(state) : judged(state, claim, input.judgement, context)
    }
    case "Ticked": {
      const unjudged = Judging.overdue(state.judging, context.at).reduce<Step>(
        (decision, claim) => then(decision, (now) => judged(now, claim, undefined, context)),
        nothing(state)
      )
      return then(unjudged, (now) => patient(swept(now, context), context))
    }
  }
}

/** Within the bound of the index, and without the lapses of claims that left it before their time. */
export const cleaned = (before: State): State => {
  const index = Memory.bounded(before.index, before.own)
  const gone = [...HashMap.values(before.index.entries)]
    .filter(({ claim }) => !HashMap.has(index.entries, claim))
  return {
    ...before,
    index,
    territory: gone.reduce((rest, { claim }) => Territory.remove(rest, claim), before.territory),
    lapses: Lapses.kept(before.lapses, (id) => HashMap.has(index.entries, id)),
    perNode: gone.reduce(
      (counts, { entry }) => counted(counts, fromKey(entry.agent).node, -1),
      before.perNode
    )
  }
}

/** The agents of this node that hold claims in the index. */
export const holders = ({ own }: State, { tasks }: Replica.Replica): ReadonlySet<AgentKey> =>
  new Set([...own].flatMap((id) => Registry.claimById(tasks, id)?.agent ?? []))

const then = (decision: Step, step: (state: State) => Step): Step => {
  const next = step(decision.state)
  return {
    state: next.state,
    drafts: [...decision.drafts, ...next.drafts],
    outputs: [...decision.outputs, ...next.outputs]
  }
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

/** Own claims that name a contract are looked at again when one is stated: first where it was stated. */
const awaiting = (state: State, fact: Fact, context: Context): State => {
  const named = Finding.naming(state, fact, context)
  if (named.length === 0) return state
  const { at, node, settings } = context
  const dueMillis = at.monotonicMillis + (fact.from === node ? 0 : settings.detectionGraceMillis)
  return { ...state, waiting: named.reduce((all, id) => HashMap.set(all, id, dueMillis), state.waiting) }
}

const indexed = (state: State, claim: Registry.Claim, { at, node, replica }: Context): State => {
  const { counts } = Replica.world(replica)
  const { tasks } = replica
  const live = Registry.isLive(tasks, claim, counts) &&
    !Registry.lapsed(tasks, claim, at.wallMillis, counts)
  if (!live) {
    if (!HashMap.has(state.index.entries, claim.id)) return state
    const [index, own] = [Index.remove(state.index, claim.id), HashSet.remove(state.own, claim.id)]
    const territory = Territory.remove(state.territory, claim.id)
    return { ...state, index, territory, own, perNode: counted(state.perNode, claim.origin.node, -1) }
  }
  const task = Registry.contextOf(tasks, claim, counts)
  const known = Option.getOrUndefined(HashMap.get(state.index.entries, claim.id))
  const isOwn = claim.origin.node === node
  const count = Option.getOrElse(HashMap.get(state.perNode, claim.origin.node), () => 0)
  if (known === undefined && !isOwn && count >= claimsPerNodeMax) return state
  if (known?.entry.task === task) return state
  const lapses = known === undefined
    ? Lapses.note(state.lapses, claim.id, Registry.untilMillis(tasks, claim, counts))
    : state.lapses
  const atMillis = known?.entry.atMillis ?? at.wallMillis
  const entry = { claim: claim.id, agent: claim.agent, task, atMillis }
  const own = isOwn ? HashSet.add(state.own, claim.id) : state.own
  const perNode = known === undefined ? counted(state.perNode, claim.origin.node, 1) : state.perNode
  const [index, territory] = [Index.insert(state.index, entry), Territory.insert(state.territory, entry)]
  return { ...state, lapses, own, perNode, index, territory }
}

const counted = (counts: State["perNode"], node: NodeId, change: number): State["perNode"] => {
  const count = Option.getOrElse(HashMap.get(counts, node), () => 0) + change
  return count === 0 ? HashMap.remove(counts, node) : HashMap.set(counts, node, count)
}

/** Takes out what lapsed in the minutes since the last look, and notes what was renewed meanwhile. */
const swept = (state: State, context: Context): State => {
  const minute = Math.floor(context.at.wallMillis / 60_000)
  if (minute === state.sweptMinute) return state
  const { tasks } = context.replica
  const { counts } = Replica.world(context.replica)
  // What lapsed by a clock that went back since may live.
  const { due, rest } = minute < state.sweptMinute
    ? { due: [...tasks.claims.keys()], rest: Lapses.empty }
    : Lapses.swept(state.lapses, minute)
  return due.flatMap((id) => Registry.claimById(tasks, id) ?? []).reduce((before, claim) => {
    const now = indexed(before, claim, context)
    if (!HashMap.has(now.index.entries, claim.id)) return now
    return { ...now, lapses: Lapses.note(now.lapses, claim.id, Registry.untilMillis(tasks, claim, counts)) }
  }, { ...state, lapses: rest, sweptMinute: minute, spent: Budget.faded(state.spent, context.at) })
}

/** Others' claims whose grace is over: their holder, cut off perhaps, did not see ours. */
const patient = (state: State, context: Context): Step => {
  const { due, rest } = Grace.over(state.waiting, context.at.monotonicMillis)
  return due.reduce<Step>((decision, claim) => {
    const entry = Index.get(decision.state.index, claim)?.entry
    if (entry === undefined) return decision
    return then(decision, (now) => detect(now, entry, context, decision.drafts))
  }, nothing(due.length === 0 ? state : { ...state, waiting: rest }))
}

const steadied = ({ index, steady }: State, settings: NodeSettings, found: number): State["steady"] => {
  const { rate, settled, threshold } = settings.detection
  if (Index.size(index) < settled) return steady
  const before = steady ?? RateController.make(threshold, rate)
  return RateController.arrived(before, Math.min(found, settings.alertsPerClaim))
}

/** States what a claim depends on, within the budget; a judge, if there is one, is heard before. */
const detect = (
  state: State,
  entry: Index.Entry,
  context: Context,
  drafted: ReadonlyArray<Draft> = []
): Step => {
  const { at, settings } = context
  const conflicts = Conflicts.openings(entry, Finding.encounters(state, entry, context), drafted, context)
  const found = Finding.dependencies(state, entry, context)
  const isJudged = settings.judgeMillisMax > 0 &&
    Budget.sorted(found, entry, state.spent, context).stated.length > 0
  const asked = isJudged
    ? Judging.ask(state.judging, Budget.open(found, context), settings.judgeMillisMax, at)
    : undefined
  if (asked !== undefined) {
    return { state: { ...state, judging: asked.state }, drafts: conflicts, outputs: [asked.ask] }
  }
  const step = stated(state, entry, found, context)
  return { ...step, drafts: [...conflicts, ...step.drafts] }
}

/** States what was found for a claim as its judge has it, or as it is where the judge said nothing. */
const judged = (
  state: State,
  claim: FactId,
  judgement: Judging.Judgement | undefined,
  context: Context
): Step => {
  const entry = Index.get(state.index, claim)?.entry
  const found = entry === undefined ? [] : Finding.dependencies(state, entry, context)
  const settled = Judging.settle(state.judging, claim, judgement, found, context.settings.rules)
  const heldBack = Alerts.keep(state.heldBack, settled.withheld)
  const next = { ...state, judging: settled.state, heldBack }
  return entry === undefined ? nothing(next) : stated(next, entry, settled.found, context)
}

const stated = (
  state: State,
  entry: Index.Entry,
  found: ReadonlyArray<Detection>,
  context: Context
): Step => {
  const { heldBack, ownPairs, spent, stated } = Budget.sorted(found, entry, state.spent, context)
  return {
    state: {
      ...state,
      spent,
      steady: steadied(state, context.settings, found.length),
      heldBack: Alerts.keep(state.heldBack, heldBack),
      ownPairs: Alerts.keep(state.ownPairs, ownPairs)
    },
    drafts: stated.map((detection) => {
      const reason = Account.reason(state.index, detection)
      return Alerts.dependency({ ...detection, reason }, context.mesh, context.at.wallMillis)
    }),
    outputs: []
  }
}
