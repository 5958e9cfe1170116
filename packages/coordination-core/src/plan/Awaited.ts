/**
 * Whom an agent's steps wait for, by the plan that holds, and what became of that. A view.
 *
 *     agreed plan | ruling that names one ──▶ own steps right behind steps of another agent
 *                                         ──▶ its tasks: held ──▶ done | released | lapsed
 *
 * No fact says that a single step is done, so the end of a task stands for all steps of its agent
 * and for every step before those. One rule for whoever tells of it: the news of an agent, and which
 * open task could be begun. (docs/rules.md, 7: delivery)
 */
import { isoOf } from "../fact/Writer.ts"
import type { AgentKey } from "../identity/AgentId.ts"
import type { TaskKey } from "../identity/TaskKey.ts"
import * as Options from "../inbox/Options.ts"
import * as Replica from "../replica/Replica.ts"
import * as Deliberation from "../session/Deliberation.ts"
import type { Plan } from "../session/Session.ts"
import type * as Status from "../session/Status.ts"
import type { Kept, outcomes } from "./Kept.ts"
import { ancestors } from "./MergeOrder.ts"
import { inOrder, type PlanItem } from "./PlanContent.ts"

/** The tasks of another agent that a step waited for, now that it works at none of them. */
export interface Awaited {
  /** The fact that ended them, or a name of its own where the claim lapsed. */
  readonly id: string
  readonly at: string
  readonly agent: AgentKey
  readonly tasks: ReadonlyArray<TaskKey>
  /** Left is a task that the waiting agent holds as well, once the other released it. */
  readonly as: "done" | "left" | "released" | "lapsed"
  /** What became of the steps that were waited for, where their owner had it checked. */
  readonly outcome: typeof outcomes[number]
  /** The first own step behind them. */
  readonly step: string
  /** What that step still waits for. */
  readonly rest: ReadonlyArray<TaskKey>
}

type Step = Pick<PlanItem, "id" | "owner" | "action" | "depends_on">

/** Tasks of an agent at which it works no more, and what it stated of their steps. */
type Ended = Pick<Awaited, "id" | "at" | "agent" | "tasks" | "as"> & { readonly kept: ReadonlyArray<Kept> }

/** What came of the tasks of one agent. */
type Part = Ended | Pick<Awaited, "agent" | "tasks"> & { readonly as: "held" }

/** An own step that may be open still: what stands right before it, and whom it waits for. */
interface Waiting {
  readonly step: Step
  readonly behind: ReadonlyArray<Step>
  readonly parts: ReadonlyArray<Part>
}

/** What an agent who works on hears of the tasks that its steps waited for, one an agent at most. */
export const of = (
  session: Status.Opened,
  world: Status.World,
  agent: AgentKey,
  wallMillis: number
): ReadonlyArray<Awaited> => {
  const parts = partsOf(session, world, agent, wallMillis)
  const own = parts.get(agent)?.as
  if (own !== "held" && own !== "lapsed") return []
  const over = [...parts.values()].flatMap((part) => {
    // Two that both went home are told nothing of that: whoever comes back hears it then.
    const isTold = part.agent !== agent && (part.as !== "lapsed" || own === "held")
    return isTold && part.as !== "held" ? [part] : []
  })
  const waiting = over.length === 0 ? [] : waits(holding(session, world), agent, parts)
  return over.flatMap((part) => told(session.id, part, waiting))
}

/** What is told of one part that is over, if any step waited for it. */
const told = (
  session: string,
  { kept, ...ended }: Ended,
  waiting: ReadonlyArray<Waiting>
): ReadonlyArray<Awaited> => {
  const [first, ...others] = waiting
    .filter(({ behind }) => behind.some(({ owner }) => owner === ended.agent))
    .map(({ behind, parts, step }) => ({
      step: step.action,
      before: behind.filter(({ owner }) => owner === ended.agent).map(({ id }) => id),
      rest: openTasks(parts.filter(({ agent }) => agent !== ended.agent))
    }))
  if (first === undefined) return []
  const { before, rest, step } = [first, ...others].find((each) => each.rest.length === 0) ?? first
  const stated = kept
    .filter((each) => each.session === session && before.includes(each.item))
    .map(({ outcome }) => outcome)
  const outcome = (["broken", "kept"] as const).find((each) => stated.includes(each)) ?? "unchecked"
  return [{ ...ended, outcome, step, rest }]
}

/** The tasks of others that an open step of an agent needs at least; none where it could begin. */
export const blocking = (
  session: Status.Opened,
  world: Status.World,
  agent: AgentKey,
  wallMillis: number
): ReadonlyArray<TaskKey> => {
  const held = waits(holding(session, world), agent, partsOf(session, world, agent, wallMillis))
    .map(({ parts }) => openTasks(parts.filter(({ as }) => as === "held")))
  return held.toSorted((a, b) => a.length - b.length)[0] ?? []
}

/** What the plans over a task's claims say: whom it waits for, and which tasks they order with it. */
export const ofTask = (
  replica: Replica.Replica,
  task: TaskKey,
  wallMillis: number
): { readonly waitsFor: ReadonlyArray<TaskKey>; readonly ordered: ReadonlyArray<TaskKey> } => {
  const world = Replica.world(replica)
  const found = (replica.tasks.claimsOf.get(task) ?? []).flatMap((claim) =>
    Replica.sessionsWith(replica, claim).flatMap((id) => {
      const session = Replica.sessionById(replica, id)
      const own = session?.opening.claims.find((each) => each.claim === claim)
      return session === undefined || own === undefined ? [] : [{
        waitsFor: blocking(session, world, own.agent, wallMillis),
        ordered: session.opening.claims
          .filter(({ agent }) => agent !== own.agent && orders(session, world, own.agent, agent))
          .map((other) => other.task)
      }]
    }))
  return {
    waitsFor: [...new Set(found.flatMap((each) => each.waitsFor))],
    ordered: found.flatMap((each) => each.ordered)
  }
}

/** Does what holds say who of two agents goes first? */
const orders = (
  session: Status.Opened,
  world: Status.World,
  ...[one, other]: readonly [AgentKey, AgentKey]
): boolean => {
  const steps = holding(session, world)
  const before = ancestors(steps)
  const isBehind = (after: AgentKey, first: AgentKey): boolean =>
    steps.some(({ id, owner }) => owner === after &&
      steps.some((step) => step.owner === first && before.get(id)?.has(step.id) === true))
  return isBehind(one, other) || isBehind(other, one)
}

/** The steps of the plan that all agreed to, or that the one ruling that stands names; none else. */
const holding = (session: Status.Opened, world: Status.World): ReadonlyArray<Step> => {
  const { order = [], plan = Deliberation.agreedPlan(session, world) } = Options.chosen(session, world)
  return plan !== undefined ? itemsOf(session, plan) : order.map(({ agent, task }, at) =>
    ({ id: `${at}`, owner: agent, action: task, depends_on: at === 0 ? [] : ["0"] }))
}

/** An owner beyond the roster has no task that could end. */
const itemsOf = ({ opening }: Status.Opened, { content }: Plan): ReadonlyArray<Step> =>
  inOrder(content.items)
    .filter(({ owner }) => opening.roster.includes(owner))
    .map((item) => ({ ...item, action: `${item.id}: ${item.action}` }))

type Parts = ReadonlyMap<AgentKey, Part>

const waits = (steps: ReadonlyArray<Step>, agent: AgentKey, parts: Parts): ReadonlyArray<Waiting> => {
  const before = ancestors(steps)
  const passed = new Set(steps
    .filter(({ owner }) => owner !== agent && parts.get(owner)?.as === "done")
    .flatMap(({ id }) => [...before.get(id) ?? []]))
  const found = new Map<string, ReadonlySet<AgentKey>>()
  return steps.filter(({ id, owner }) => owner === agent && !passed.has(id)).map((step) => {
    const direct = steps.filter(({ id }) => step.depends_on.includes(id))
    // What an own step waits for, the next one waits for as well.
    const all = new Set(direct.filter(({ id }) => !passed.has(id)).flatMap(({ id, owner }) =>
      owner === agent ? [...found.get(id) ?? []] : [owner]))
    found.set(step.id, all)
    return {
      step,
      behind: direct.filter(({ owner }) => owner !== agent),
      parts: [...all].flatMap((other) => parts.get(other) ?? [])
    }
  })
}

const openTasks = (parts: ReadonlyArray<Part>): ReadonlyArray<TaskKey> =>
  parts.filter(({ as }) => as !== "done" && as !== "left").flatMap(({ tasks }) => tasks)

/** The parts of all members, as one of them sees them. */
const partsOf = (
  session: Status.Opened,
  world: Status.World,
  viewer: AgentKey,
  wallMillis: number
): Parts =>
  new Map(session.opening.roster.map((agent) =>
    [agent, partOf(session, world, { agent, viewer, wallMillis })]))

/** Who works at one of its tasks still may do any of its steps. */
const partOf = (
  { opening }: Status.Opened,
  world: Status.World,
  { agent, viewer, wallMillis }: {
    readonly agent: AgentKey
    readonly viewer: AgentKey
    readonly wallMillis: number
  }
): Part => {
  const claims = opening.claims.filter((claim) => claim.agent === agent)
  const tasks = (some: typeof claims) => [...new Set(some.map(({ task }) => task))]
  const open = claims.filter((claim) => !world.hasEnded(claim))
  const [lapsed] = open
  if (lapsed !== undefined) {
    const isHeld = open.some((claim) => world.untilMillis(claim) > wallMillis)
    return isHeld ? { agent, tasks: tasks(open), as: "held" } : {
      id: `lapsed ${lapsed.claim.slice(0, 12)}`,
      at: isoOf(world.untilMillis(lapsed)),
      agent,
      tasks: tasks(open),
      as: "lapsed",
      kept: []
    }
  }
  const released = claims.filter((claim) => world.endOf(claim)?.as === "released")
  const telling = released.length > 0 ? released : claims
  const ends = telling.flatMap((claim) => world.endOf(claim) ?? [])
  const isShared = telling.every(({ task }) =>
    opening.claims.some((claim) => claim.agent === viewer && claim.task === task))
  return {
    id: ends[0]?.id ?? "",
    at: ends[0]?.timestamp ?? "",
    agent,
    tasks: tasks(telling),
    as: released.length === 0 ? "done" : isShared ? "left" : "released",
    kept: ends.flatMap(({ kept = [] }) => kept)
  }
}
