/**
 * The duties of this node in the sessions it belongs to: planning, certifying, escalating when
 * the deadline passes. A machine.
 *
 *     session touched ──▶ duty seen ──my turn──▶ done (a draft)     or, for a plan:
 *                                    └──▶ reasoner asked ──answer | silence──▶ plan | template
 *
 * Invariants: without faults a duty is done once on the whole mesh; a node drafts what it asks for
 * once a lease at most; a plan is asked for once a duty; time enters by ticks alone.
 * (docs/rules.md, 7)
 */
import * as HashMap from "effect/HashMap"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import type { Draft } from "../fact/Draft.ts"
import type { NodeId } from "../identity/NodeId.ts"
import { type Decision, type Moment, nothing } from "../machine/Machine.ts"
import * as PlanContent from "../plan/PlanContent.ts"
import * as PlanRequest from "../plan/PlanRequest.ts"
import * as TemplatePlan from "../plan/TemplatePlan.ts"
import * as Replica from "../replica/Replica.ts"
import { nodesOf } from "../session/Opening.ts"
import * as SessionDrafts from "../session/SessionDrafts.ts"
import * as Status from "../session/Status.ts"
import * as Duty from "./Duty.ts"
import * as Turn from "./Turn.ts"

/** A session of this mesh that is not over: its deadline, and the duties seen in it. */
export interface Attendance {
  /** When the session escalates by itself, on this node's monotonic clock. */
  readonly deadlineMillis: number
  /** Is one of its members on this node? Time brings duties to members alone. */
  readonly isMember: boolean
  readonly turns: Readonly<Record<string, Turn.Turn>>
}

export type State = HashMap.HashMap<string, Attendance>

export type Input =
  /** Facts that bear on these sessions were folded. */
  | { readonly _tag: "Touched"; readonly sessions: ReadonlyArray<string> }
  /** After a restart: this node first saw the session so long ago. What is due waits for a tick. */
  | { readonly _tag: "Resumed"; readonly session: string; readonly ageMillis: number }
  | {
    readonly _tag: "PlannerHeard"
    readonly session: string
    readonly round: number
    readonly planner: NodeId
  }
  | { readonly _tag: "Reasoned"; readonly key: string; readonly plan: Thought }
  | { readonly _tag: "Ticked" }

/** What came of asking the reasoner. */
export type Thought =
  | { readonly _tag: "Plan"; readonly content: PlanContent.PlanContent; readonly madeBy: string }
  | { readonly _tag: "NoPlan"; readonly reason: string }

export type Output =
  | { readonly _tag: "AskReasoner"; readonly key: string; readonly request: PlanRequest.PlanRequest }
  | { readonly _tag: "SayPlanning"; readonly session: string; readonly round: number }

export interface Context {
  readonly at: Moment
  readonly node: NodeId
  readonly replica: Replica.Replica
  readonly attends: (terms: Status.Opened["opening"]["terms"]) => boolean
  readonly leases: Turn.Leases
}

export const initial: State = HashMap.empty()

export const decide = (state: State, input: Input, context: Context): Decision<State, Output> => {
  switch (input._tag) {
    case "Touched":
      return each(state, input.sessions, context)
    case "Resumed":
      return nothing(entered(state, input.session, context, input.ageMillis))
    case "Ticked":
      return each(state, mine(state), context)
    case "PlannerHeard":
      return nothing(heard(state, input, context))
    case "Reasoned":
      return reasoned(state, input.key, input.plan, context)
  }
}

/** Did the deadline of a session pass on this node's clock? */
export const isOverdue = (state: State, session: string, nowMillis: number): boolean =>
  Option.exists(HashMap.get(state, session), ({ deadlineMillis }) => nowMillis >= deadlineMillis)

/** The sessions with a member here. What else changes one of the others touches it. */
const mine = (state: State): ReadonlyArray<string> =>
  [...HashMap.entries(state)].flatMap(([id, { isMember }]) => isMember ? [id] : []).sort()

type Step = Decision<State, Output>

const each = (state: State, sessions: ReadonlyArray<string>, context: Context): Step =>
  sessions.reduce<Step>((decision, id) => {
    const step = visit(decision.state, id, context)
    return {
      state: step.state,
      drafts: [...decision.drafts, ...step.drafts],
      outputs: [...decision.outputs, ...step.outputs]
    }
  }, nothing(state))

/** Looks at one session: does what it is this node's turn to do, and keeps the turns. */
const visit = (before: State, id: string, context: Context): Step => {
  const state = entered(before, id, context, 0)
  const attendance = Option.getOrUndefined(HashMap.get(state, id))
  const session = Replica.sessionById(context.replica, id)
  if (attendance === undefined || session === undefined) return nothing(state)
  const now = context.at.monotonicMillis
  const world = Replica.world(context.replica)
  const members = nodesOf(session.opening.roster)
  const { isMember } = attendance
  const duties = isMember ? Duty.dutiesOf(session, world, now >= attendance.deadlineMillis) : []
  if (duties.length === 0) {
    if (Status.statusOf(session, world) !== "active") return nothing(HashMap.remove(state, id))
    if (!isMember || Object.keys(attendance.turns).length === 0) return nothing(state)
  }
  const turns: Record<string, Turn.Turn> = {}
  const drafts: Array<Draft> = []
  const outputs: Array<Output> = []
  for (const duty of duties) {
    const turn = attendance.turns[duty.key] ?? Turn.seen(now)
    const rank = Turn.ranking(id, duty.round, members).indexOf(context.node)
    const mine = now >= Turn.startMillis(turn, rank, context.leases) &&
      !Turn.isDrafted(turn, now, context.leases)
    const done = mine ? perform(session, duty, turn, context) : { turn, drafts: [], outputs: [] }
    turns[duty.key] = done.drafts.length === 0 ? done.turn : { ...done.turn, draftedMillis: now }
    drafts.push(...done.drafts)
    outputs.push(...done.outputs)
  }
  return { state: HashMap.set(state, id, { ...attendance, turns }), drafts, outputs }
}

interface Performed {
  readonly turn: Turn.Turn
  readonly drafts: ReadonlyArray<Draft>
  readonly outputs: ReadonlyArray<Output>
}

const perform = (
  session: Status.Opened,
  duty: Duty.Duty,
  turn: Turn.Turn,
  context: Context
): Performed => {
  const world = Replica.world(context.replica)
  switch (duty._tag) {
    case "Certify":
      return { turn, drafts: [SessionDrafts.certificate(session, world, duty.votes)], outputs: [] }
    case "Escalate":
      return { turn, drafts: [SessionDrafts.escalation(session, world, duty.reason)], outputs: [] }
    case "Plan":
      return plan(session, duty, turn, context)
  }
}

/** Asks once, says so every third of a lease, and falls back to the template after long silence. */
const plan = (
  session: Status.Opened,
  duty: PlanDuty,
  turn: Turn.Turn,
  context: Context
): Performed => {
  const now = context.at.monotonicMillis
  const { leaseMillis, planningMillisMax } = context.leases
  const say: Output = { _tag: "SayPlanning", session: session.id, round: duty.round }
  if (turn.askedMillis === undefined) {
    const request = PlanRequest.forSession(context.replica, session, duty.answers)
    if (request.objection?.dismisses === true) {
      const content = TemplatePlan.make(request)
      const said = SessionDrafts.plan(session, duty.round, content, "template", duty.answers?.objection)
      return { turn, drafts: [said], outputs: [] }
    }
    const ask: Output = { _tag: "AskReasoner", key: askKey(session.id, duty.key), request }
    const asked = { ...turn, askedMillis: now, askedAbout: duty.answers?.objection.id, saidMillis: now }
    return { turn: asked, drafts: [], outputs: [say, ask] }
  }
  if (now - turn.askedMillis >= planningMillisMax) {
    const late = template(session, asAsked(session, duty, turn), context, "no answer")
    return { turn, drafts: [late], outputs: [] }
  }
  return now - (turn.saidMillis ?? 0) < leaseMillis / 3
    ? { turn, drafts: [], outputs: [] }
    : { turn: { ...turn, saidMillis: now }, drafts: [], outputs: [say] }
}

const reasoned = (state: State, key: string, thought: Thought, context: Context): Step => {
  const [id, dutyKey] = splitKey(key)
  const session = Replica.sessionById(context.replica, id)
  const attendance = Option.getOrUndefined(HashMap.get(state, id))
  if (session === undefined || attendance === undefined) return nothing(state)
  const world = Replica.world(context.replica)
  const wanted = Duty.dutiesOf(session, world, false).find((each) => each.key === dutyKey)
  if (wanted?._tag !== "Plan") return nothing(state)
  const duty = asAsked(session, wanted, attendance.turns[dutyKey])
  const objection = duty.answers?.objection
  const draft = thought._tag === "NoPlan"
    ? template(session, duty, context, thought.reason)
    : Result.match(PlanContent.read(thought.content, session.opening.roster), {
      // Only a member's objection can ask for the plan that there is nothing to do.
      onSuccess: ({ nothing_to_do: _claimed, ...content }) =>
        SessionDrafts.plan(session, duty.round, content, thought.madeBy, objection),
      onFailure: (reason) => template(session, duty, context, reason)
    })
  return { state, drafts: [draft], outputs: [] }
}

type PlanDuty = Duty.Duty & { readonly _tag: "Plan" }

/** The duty with the objection that was asked about; another member's may have come since. */
const asAsked = (session: Status.Opened, duty: PlanDuty, turn: Turn.Turn | undefined): PlanDuty => {
  const objection = Status.memberVotes(session).find(({ id }) => id === turn?.askedAbout)
  return duty.answers === undefined || objection === undefined
    ? duty
    : { ...duty, answers: { ...duty.answers, objection } }
}

/** The plan that needs no reasoner; it says why it was made. */
const template = (
  session: Status.Opened,
  duty: PlanDuty,
  context: Context,
  why: string
): Draft => {
  const request = PlanRequest.forSession(context.replica, session, duty.answers)
  const madeBy = `template (the reasoner gave no plan: ${why})`
  const content = TemplatePlan.make(request)
  return SessionDrafts.plan(session, duty.round, content, madeBy, duty.answers?.objection)
}

/** Attends to a session of this mesh's terms from its first sight on. */
const entered = (state: State, id: string, context: Context, ageMillis: number): State => {
  if (HashMap.has(state, id)) return state
  const session = Replica.sessionById(context.replica, id)
  if (session === undefined || !context.attends(session.opening.terms)) return state
  const isMember = nodesOf(session.opening.roster).includes(context.node)
  // What others are done with is seen as such here only when something touches it.
  if (!isMember && Status.statusOf(session, Replica.world(context.replica)) !== "active") return state
  const left = Math.max(0, session.opening.terms.max_duration_ms - Math.max(0, ageMillis))
  const deadlineMillis = context.at.monotonicMillis + left
  return HashMap.set(state, id, { deadlineMillis, isMember, turns: {} })
}

/** A member that says it is planning holds the others back. */
const heard = (
  state: State,
  { planner, round, session }: Input & { readonly _tag: "PlannerHeard" },
  context: Context
): State => {
  const attendance = Option.getOrUndefined(HashMap.get(state, session))
  const roster = Replica.sessionById(context.replica, session)?.opening.roster ?? []
  if (attendance === undefined || !nodesOf(roster).includes(planner)) return state
  const turns = Object.fromEntries(
    Object.entries(attendance.turns).map(([key, turn]) => {
      const concerned = key === Duty.planKey(round) || key.startsWith(`${Duty.planKey(round)} `)
      return [key, concerned ? { ...turn, heardMillis: context.at.monotonicMillis } : turn] as const
    })
  )
  return HashMap.set(state, session, { ...attendance, turns })
}

const askKey = (session: string, dutyKey: string): string => `${session}/${dutyKey}`

const splitKey = (key: string): readonly [string, string] => {
  const at = key.indexOf("/")
  return [key.slice(0, at), key.slice(at + 1)]
}
