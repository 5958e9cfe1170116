/**
 * The whole of one node as one machine: the replica, and the local machines around it.
 *
 *     received facts ─┐                            ┌─▶ drafts (numbered, sealed, fed back)
 *     signals, ticks ─┼──▶ decide(state, input) ───┤
 *     commands, plans ┘                            └─▶ outputs (ask, say, answer)
 *
 * It routes and nothing more: each rule lives in its own machine. The runtime drives it, tests
 * step it, the simulator will multiply it. (docs/rules.md, 3)
 */
import * as HashSet from "effect/HashSet"
import * as Result from "effect/Result"
import * as ForkProof from "../ban/ForkProof.ts"
import * as Forks from "../ban/Forks.ts"
import * as CatchUp from "../catchup/CatchUp.ts"
import * as Settling from "../catchup/Settling.ts"
import type * as Command from "../command/Command.ts"
import * as Commands from "../command/Commands.ts"
import * as DetectionMachine from "../detection/DetectionMachine.ts"
import type * as Judging from "../detection/Judging.ts"
import * as Attention from "../duty/Attention.ts"
import * as Duties from "../duty/Duties.ts"
import type { Fact } from "../fact/Fact.ts"
import * as Lessons from "../lesson/Lessons.ts"
import type { NodeId } from "../identity/NodeId.ts"
import { type Decision, type Moment, nothing } from "../machine/Machine.ts"
import * as MeshSettings from "../mesh/MeshSettings.ts"
import * as Forget from "../memory/Forget.ts"
import * as Memory from "../memory/Memory.ts"
import * as Recall from "../memory/Recall.ts"
import * as Replica from "../replica/Replica.ts"
import type { Signal, SignalData } from "../signal/Signal.ts"
import * as Superseding from "../vote/Superseding.ts"
import * as Attending from "./Attending.ts"
import * as Beat from "./Beat.ts"
import * as Cleanup from "./Cleanup.ts"
import type { NodeSettings } from "./NodeSettings.ts"
import * as Open from "./Open.ts"

export interface State {
  readonly node: NodeId
  readonly mesh: MeshSettings.MeshSettings
  readonly settings: NodeSettings
  readonly replica: Replica.Replica
  /** The sessions that are not over: active, or waiting for a person. */
  readonly open: HashSet.HashSet<string>
  readonly detection: DetectionMachine.State
  /** What this node's own sessions taught it about its alerts. */
  readonly lessons: Lessons.Lessons
  /** The sessions of this node's claims that it attends to, and those that it holds back. */
  readonly attention: Attention.State
  readonly duties: Duties.State
  readonly catchUp: CatchUp.State
  readonly memory: Memory.State
  /** When this process first decided anything, on its monotonic clock. */
  readonly startedMillis: number | undefined
  /** When the next heartbeat is due. */
  readonly beatMillis: number
}

/** After a restart: stored facts, and the age of each by the wall clock. */
interface Restored {
  readonly facts: ReadonlyArray<Fact>
  readonly ages: ReadonlyArray<number>
  /** The subjects that a bookmark names: of the facts nothing else is folded. */
  readonly among?: ReadonlySet<string>
}

export type Input =
  /** Facts, opened and decoded: a peer's, or this node's own after their commit. */
  | { readonly _tag: "Received"; readonly facts: ReadonlyArray<Fact>; readonly from?: NodeId | undefined }
  | ({ readonly _tag: "Restored" } & Restored)
  | { readonly _tag: "Heard"; readonly signal: Signal }
  | { readonly _tag: "Asked"; readonly request: number; readonly command: Command.Command }
  | { readonly _tag: "Reasoned"; readonly key: string; readonly plan: Duties.Thought }
  | (DetectionMachine.Input & { readonly _tag: "Judged" })
  | { readonly _tag: "Connected"; readonly peer: NodeId }
  | { readonly _tag: "Gone"; readonly peer: NodeId }
  | ({ readonly _tag: "PeerAnswered"; readonly peer: NodeId } & CatchUp.Answer)
  | { readonly _tag: "PeerFailed"; readonly peer: NodeId }
  | { readonly _tag: "Ticked" }
  /** What memory had forgotten and what comes now bears on. */
  | ({ readonly _tag: "Recalled" } & Cleanup.Recalled)
  /** Sessions that were recalled because something about them may have changed. */
  | {
    readonly _tag: "Revisited"
    readonly sessions: ReadonlyArray<string>
    /** The last name that led to them; none when none is left. */
    readonly last: string | undefined
  }
  /** Time to forget; all that was folded is stored. */
  | { readonly _tag: "Cleaned" }

export type Output =
  | CatchUp.Ask
  | (Duties.Output & { readonly _tag: "AskReasoner" })
  | Judging.Ask
  | { readonly _tag: "Say"; readonly signal: SignalData }
  | {
    readonly _tag: "Answer"
    readonly request: number
    readonly result: Result.Result<Command.Done, Command.Refused>
  }

export const initial = (node: NodeId, mesh: MeshSettings.MeshSettings, settings: NodeSettings): State => ({
  node,
  mesh,
  settings,
  replica: Replica.empty(mesh.founder),
  open: HashSet.empty(),
  detection: DetectionMachine.initial,
  lessons: Lessons.empty,
  attention: Attention.initial,
  duties: Duties.initial,
  catchUp: CatchUp.initial,
  memory: Memory.initial,
  startedMillis: undefined,
  beatMillis: 0
})

type Step = Decision<State, Output>

export const decide = (before: State, input: Input, at: Moment): Step => {
  const state = before.startedMillis === undefined
    ? { ...before, startedMillis: at.monotonicMillis }
    : before
  switch (input._tag) {
    case "Received":
      return received(state, input.facts, input.from, at)
    case "Restored":
      return restored(state, input, at)
    case "Heard":
      return heard(state, input.signal, at)
    case "Asked":
      return asked(state, input.request, input.command, at)
    case "Reasoned":
      return dutiful(state, { _tag: "Reasoned", key: input.key, plan: input.plan }, at)
    case "Judged":
      return detecting(state, input, at)
    case "Connected":
    case "Gone":
      return catchingUp(state, input, at)
    case "PeerAnswered":
      return catchingUp(state, { ...input, _tag: "Answered" }, at)
    case "PeerFailed":
      return catchingUp(state, { _tag: "Failed", peer: input.peer }, at)
    case "Ticked":
      return ticked(state, at)
    case "Recalled":
      return nothing(Cleanup.recalled(state, input))
    case "Revisited":
      return revisited({ ...state, memory: Memory.revisited(state.memory, input.last) }, input.sessions, at)
    case "Cleaned":
      return nothing(Cleanup.cleaned(state, at))
  }
}

/** Has this node asked its peers for its own older facts, so that it may vote? */
export const isSettled = (state: State, at: Moment): boolean =>
  Settling.isSettled(state.catchUp, state.settings.settleMillis, state.startedMillis, at)

/** Folds what is new, then lets every machine look at what it touched. */
const received = (
  state: State,
  facts: ReadonlyArray<Fact>,
  from: NodeId | undefined,
  at: Moment
): Step => {
  const distinct = new Map(facts.map((fact) => [fact.id, fact]))
  const fresh = [...distinct.values()].filter((fact) => !Forks.holds(state.replica.forks, fact))
  if (fresh.length === 0) return nothing(state)
  const replica = Forget.sessions(Replica.evolveAll(state.replica, fresh), state.memory.past)
  const sessions = Replica.touched(state.replica, replica, fresh)
  const memory = Memory.folded(state.memory, fresh, state.replica, replica)
  const lessons = Lessons.learnAll(state.lessons, replica, sessions, state.node, () => at.wallMillis)
  return chain({ ...state, replica, memory, lessons, open: Open.after(state, replica, sessions) }, [
    (now) => catchingUp(now, { _tag: "Held", facts: fresh, from }, at),
    (now) => detecting(now, { _tag: "Folded", facts: fresh }, at),
    (now) => touched(now, sessions, at),
    (now) => ({
      ...nothing(now),
      drafts: isSettled(now, at) ? Superseding.due(replica, now.node, sessions) : []
    }),
    (now) => ({ ...nothing(now), drafts: ForkProof.due(state.replica.forks, fresh, replica.forks) })
  ])
}

const restored = (state: State, { ages, among, facts }: Restored, at: Moment): Step => {
  const whole = () => Forget.sessions(Replica.evolveAll(state.replica, facts), state.memory.past)
  const replica = among === undefined ? whole() : Recall.fold(state.replica, among, facts)
  const known = new Map<string, number>()
  for (const [index, fact] of facts.entries()) for (const id of Replica.concerned(replica, fact)) {
    known.set(id, Math.max(known.get(id) ?? 0, ages[index] ?? 0))
  }
  const [oldest, sessions] = [Math.max(0, ...ages), Replica.touched(state.replica, replica, facts)]
  const ageOf = (id: string): number => known.get(id) ?? oldest
  const memory = Memory.folded(state.memory, facts, state.replica, replica)
  const seenMillis = (id: string): number => at.wallMillis - ageOf(id)
  const lessons = Lessons.learnAll(state.lessons, replica, sessions, state.node, seenMillis)
  return chain({ ...state, replica, memory, lessons, open: Open.after(state, replica, sessions) }, [
    (now) => catchingUp(now, { _tag: "Held", facts }, at),
    (now) => detecting(now, { _tag: "Restored", facts }, at),
    ...sessions.map((id) => (now: State) => resumed(now, id, ageOf(id), at))
  ])
}

/** Sessions that changed without a fact about them: their duties, and whether they wait. */
const revisited = (state: State, sessions: ReadonlyArray<string>, at: Moment): Step =>
  touched({ ...state, open: Open.after(state, state.replica, sessions) }, sessions, at)

const heard = (state: State, { data, from }: Signal, at: Moment): Step =>
  data.message_type === "heartbeat"
    ? catchingUp(state, { _tag: "Heartbeat", peer: from, digest: data.digest }, at)
    : dutiful(state, {
      _tag: "PlannerHeard",
      session: data.session_id,
      round: data.round,
      planner: from
    }, at)

const asked = (state: State, request: number, command: Command.Command, at: Moment): Step => {
  const { mesh: settings, node, replica } = state
  const settled = isSettled(state, at)
  const holders = () => DetectionMachine.holders(state.detection, replica)
  const carried = Commands.decide(command, { at, node, replica, settings, settled, holders })
  return {
    state,
    drafts: Result.isSuccess(carried) ? carried.success.drafts : [],
    outputs: [{ _tag: "Answer", request, result: Result.map(carried, ({ done }) => done) }]
  }
}

const ticked = (state: State, at: Moment): Step =>
  chain(state, [
    (now) => catchingUp(now, { _tag: "Ticked" }, at),
    (now) => detecting(now, { _tag: "Ticked" }, at),
    (now) => isSettled(now, at) ? dutiful(now, { _tag: "Ticked" }, at) : nothing(now),
    (now) => letIn(now, at),
    (now) => Beat.due(now, at)
  ])

const catchingUp = (state: State, input: CatchUp.Input, at: Moment): Step => {
  const step = CatchUp.decide(state.catchUp, input, { at, node: state.node })
  return { ...step, state: { ...state, catchUp: step.state } }
}

const detecting = (state: State, input: DetectionMachine.Input, at: Moment): Step => {
  const { lessons, mesh, node, replica, settings } = state
  const step = DetectionMachine.decide(state.detection, input, { at, lessons, mesh, node, replica, settings })
  return { ...step, state: { ...state, detection: step.state } }
}

/** What bears on sessions that are held back brings no duties. */
const touched = (before: State, sessions: ReadonlyArray<string>, at: Moment): Step => {
  const { attended, state } = Attending.seen(before, sessions, 0, at)
  return attendTo(state, attended, at)
}

const resumed = (before: State, session: string, ageMillis: number, at: Moment): Step => {
  const { attended, state } = Attending.seen(before, [session], ageMillis, at)
  return attended.length === 0 ? nothing(state) : dutiful(state, { _tag: "Resumed", session, ageMillis }, at)
}

/** Looks for room for what was held back. */
const letIn = (before: State, at: Moment): Step => {
  const { attended, state } = Attending.settled(before, at)
  return attendTo(state, attended, at)
}

/** Until it has asked its peers a node only notes a session: what is due there may be done. */
const attendTo = (state: State, sessions: ReadonlyArray<string>, at: Moment): Step =>
  isSettled(state, at) ? dutiful(state, { _tag: "Touched", sessions }, at) : chain(state, sessions.map(
    (session) => (now) => dutiful(now, { _tag: "Resumed", session, ageMillis: 0 }, at)))

const dutiful = (state: State, input: Duties.Input, at: Moment): Step => {
  const { mesh, node, replica, settings } = state
  const attends: Duties.Context["attends"] = (terms) => MeshSettings.attends(mesh, terms)
  const step = Duties.decide(state.duties, input, { at, node, replica, attends, leases: settings })
  return {
    state: { ...state, duties: step.state },
    drafts: step.drafts,
    outputs: step.outputs.map((output) =>
      output._tag === "AskReasoner" ? output : {
        _tag: "Say",
        signal: { message_type: "planning", session_id: output.session, round: output.round }
      }
    )
  }
}

/** One step after the other, each on the state that the one before left. */
const chain = (state: State, steps: ReadonlyArray<(state: State) => Step>): Step =>
  steps.reduce<Step>((decision, step) => {
    const next = step(decision.state)
    return {
      state: next.state,
      drafts: [...decision.drafts, ...next.drafts],
      outputs: [...decision.outputs, ...next.outputs]
    }
  }, nothing(state))
