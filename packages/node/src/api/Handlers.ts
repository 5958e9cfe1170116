/**
 * What each call of the interface does: a command to the node, or a view of its state.
 */
import * as CatchUp from "@chorus/coordination-core/catchup/CatchUp"
import type * as Command from "@chorus/coordination-core/command/Command"
import type * as Coordination from "@chorus/coordination-core/coordination/Coordination"
import { isSettled } from "@chorus/coordination-core/coordination/Coordination"
import type { Unsaid, Unstated } from "@chorus/coordination-core/detection/Alerts"
import type { Detection } from "@chorus/coordination-core/detection/Detector"
import * as Grounds from "@chorus/coordination-core/detection/Grounds"
import { type AgentName, fromKey, key as agentKey } from "@chorus/coordination-core/identity/AgentId"
import { PlanHash } from "@chorus/coordination-core/fact/SessionFacts"
import * as TaskKey from "@chorus/coordination-core/identity/TaskKey"
import * as Collections from "@chorus/coordination-core/memory/Collections"
import { isoOf } from "@chorus/coordination-core/fact/Writer"
import * as Replica from "@chorus/coordination-core/replica/Replica"
import * as Deliberation from "@chorus/coordination-core/session/Deliberation"
import * as Status from "@chorus/coordination-core/session/Status"
import * as Registry from "@chorus/coordination-core/task/Registry"
import type * as TaskContext from "@chorus/coordination-core/task/TaskContext"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as HashMap from "effect/HashMap"
import * as Stream from "effect/Stream"
import * as InboxView from "../view/InboxView.ts"
import * as News from "../view/News.ts"
import * as MemberView from "../view/MemberView.ts"
import * as Narration from "../view/Narration.ts"
import * as QuorumView from "../view/QuorumView.ts"
import * as SessionView from "../view/SessionView.ts"
import * as TaskView from "../view/TaskView.ts"
import * as AlertCalls from "./AlertCalls.ts"
import { Refused } from "./Api.ts"
import { asked, type Context, done, found, look, stored } from "./Asking.ts"
import { deliveryCalls } from "./DeliveryCalls.ts"
import * as InboxCalls from "./InboxCalls.ts"
import * as LandingCalls from "./LandingCalls.ts"
import type * as Rows from "./Rows.ts"
import { contractCalls } from "./ContractCalls.ts"

/** The claim lease when the caller names none. */
const leaseMillisDefault = 30 * 60_000

export const calls = (context: Context) => ({
  ...taskCalls(context),
  ...sessionCalls(context),
  ...AlertCalls.calls(context),
  ...InboxCalls.calls(context),
  ...LandingCalls.calls(context),
  ...views(context),
  ...deliveryCalls(context)
})
export type Calls = ReturnType<typeof calls>

const taskCalls = (context: Context) => ({
  claim: Effect.fnUntraced(function*({ agent, lease_ms, task, ...words }: {
    readonly agent: AgentName
    readonly task: TaskKey.TaskKey
    readonly lease_ms?: number
  } & Words) {
    const [repository, task_id] = [TaskKey.repository(task), TaskKey.id(task)]
    const known = yield* described(context, agent, task)
    yield* asked(context, {
      _tag: "Claim",
      agent,
      task: { ...known, repository, task_id, ...words, title: words.title ?? known?.title ?? task },
      leaseMillis: lease_ms ?? leaseMillisDefault
    })
    return yield* claimed(context, agent, task, Object.keys(words).length > 0)
  }),
  update: Effect.fnUntraced(function*(
    { agent, task, ...changes }: { readonly agent: AgentName; readonly task: TaskKey.TaskKey } & Words
  ) {
    const { summary } = yield* asked(context, { _tag: "Update", agent, task, changes })
    return { ...(yield* claimed(context, agent, task, true)), summary }
  }),
  release: ({ agent, because, task }: {
    readonly agent: AgentName
    readonly task: TaskKey.TaskKey
    readonly because: string
  }) => done(context, asked(context, { _tag: "Release", agent, task, because })),
  complete: (payload: Payload<"Complete">) => done(context, asked(context, { _tag: "Complete", ...payload }))
})

type Words = Partial<
  Pick<TaskContext.TaskContext, "title" | "description" | "scopes" | "paths" | "change" | "done_when">
>
type Payload<Tag extends Command.Command["_tag"]> = Omit<Command.Command & { _tag: Tag }, "_tag">

const sessionCalls = (context: Context) => ({
  open: (payload: Payload<"Open">) => done(context, asked(context, { _tag: "Open", ...payload })),
  say: ({ intent, ...payload }: Omit<Payload<"Say">, "intent"> & { intent?: Payload<"Say">["intent"] }) =>
    done(context, Effect.flatMap(found(context, payload.session), ({ session: { id } }) =>
      asked(context, { _tag: "Say", ...payload, intent, session: id }))),
  answer: ({ plan, session, ...payload }: Omit<Payload<"Answer">, "plan"> & { plan?: string }) =>
    done(context, Effect.gen(function*() {
      const { session: opened, state } = yield* found(context, session)
      const named = plan === undefined ? undefined : yield* planOf(state, opened, plan)
      return yield* asked(context, { _tag: "Answer", ...payload, session: opened.id, plan: named })
    })),
  escalate: (payload: Payload<"Escalate">) =>
    done(context, Effect.flatMap(found(context, payload.session), ({ session: { id } }) =>
      asked(context, { _tag: "Escalate", ...payload, session: id })))
})

const views = (context: Context) => ({
  ...contractCalls(context.node),
  tasks: Effect.fnUntraced(function*({ all }: { readonly all: boolean }) {
    const looked = yield* look(context)
    const state = all ? yield* stored(context.node.recent("claim")) : looked.state
    return TaskView.rows({ ...looked, state }, looked.wallMillis, all)
  }),
  sessions: Effect.fnUntraced(function*(asked: { readonly all: boolean; readonly held_back?: boolean }) {
    const looked = yield* look(context)
    if (asked.held_back === true) return SessionView.heldBack(looked)
    const state = asked.all ? yield* stored(context.node.recent("session")) : looked.state
    return SessionView.rows({ ...looked, state }, asked.all)
  }),
  show: ({ session }: { readonly session: string }) =>
    Effect.gen(function*() {
      const known = yield* found(context, session)
      return SessionView.detail({ ...(yield* look(context)), state: known.state }, known.session)
    }),
  people: () => Effect.map(context.node.state, ({ replica }) => replica.people.known),
  members: () => Effect.map(context.node.state, MemberView.rows),
  peers: () => Effect.zipWith(context.node.state, context.peers.links, MemberView.peers),
  events: ({ limit }: { readonly limit: number }) => stored(context.sink.events(limit)),
  status: () => status(context),
  mesh: () => Effect.succeed(context.node.mesh),
  watch: () => Stream.flatMap(context.node.committed, (committed) =>
    Stream.fromIterable(Narration.notices(committed))),
  stop: () => Effect.asVoid(Deferred.succeed(context.about.stopped, undefined))
})

/**
 * What a claim brought: its sessions, and words about what became no session. Where the task was
 * described anew also which of its open sessions rest on what it said before.
 */
const claimed = Effect.fnUntraced(function*(
  context: Context,
  agent: AgentName,
  task: TaskKey.TaskKey,
  isDescribed: boolean
): Effect.fn.Return<Rows.Done> {
  const looked = yield* look(context)
  const { detection, replica } = looked.state
  const own = agentKey({ node: context.node.self, name: agent })
  const claim = Registry.liveClaims(replica.tasks, task, Replica.world(replica).counts)
    .filter((held) => held.agent === own)
    .at(-1)
  const notes = MemberView.notes(looked.state)
  if (claim === undefined) return { summary: `${agent} holds ${task}`, sessions: [], notes }
  const others = Registry.liveClaims(replica.tasks, task, Replica.world(replica).counts)
    .filter((held) => held.agent !== own && TaskView.statusOf(looked, held, looked.wallMillis) === "claimed")
  const concerns = ({ task1, task2 }: Detection) => [task1, task2].some((side) => side.claim === claim.id)
  const unsaid = ({ latest }: Unstated) =>
    latest.filter((each) => concerns(each) && Grounds.isCurrent(looked.state, each))
  const heldBack = unsaid(detection.heldBack)
  const sessions = Replica.sessionsWith(replica, claim.id)
    .flatMap((id) => Replica.sessionById(replica, id) ?? [])
  const outdated = isDescribed ? sessions.filter((session) => isOutdated(looked.state, session)) : []
  return {
    summary: `${agent} holds ${task}`,
    claim: claim.id,
    sessions: sessions.map((session) => SessionView.row(looked, session)),
    ...(outdated.length === 0 ? {} : { outdated: outdated.map(({ id }) => id) }),
    notes: [
      ...notes,
      ...others.map((held) => alsoHeldNote(held, looked.wallMillis)),
      ...outdated.map(outdatedNote),
      ...unsaid(detection.ownPairs).map(({ reason }) => `both tasks are yours: ${reason}`),
      ...(heldBack.length === 0 ? [] : [heldBackNote(heldBack)])
    ]
  }
})

const isOutdated = (state: Coordination.State, session: Status.Opened): boolean =>
  !Status.atLeast(Status.statusOf(session, Replica.world(state.replica)), "resolved") &&
  !Grounds.hold(state, session.opening)

/** That a session goes on though detection would not open it any more, and how to end it. */
const outdatedNote = ({ id, opening: { claims } }: Status.Opened): string =>
  `${id} rests on what ${claims.map(({ task }) => task).join(" and ")} no longer say; it goes on until ` +
  `its members agree: \`chorus answer ${id} object --dismiss --because "…"\``

/** Who holds the task too, and since when by its own clock. */
const alsoHeldNote = ({ agent, timestamp }: Registry.Claim, wallMillis: number): string => {
  const sinceMillis = Math.min(wallMillis, Date.parse(timestamp))
  const since = Number.isNaN(sinceMillis) ? "" : ` since ${isoOf(sinceMillis)}`
  return `${fromKey(agent).name} has held it${since}, in words of its own, which stay as they are`
}

/** How many alerts were held back; the first tells what may hold for all. */
const heldBackNote = (heldBack: ReadonlyArray<Unsaid>): string => {
  const count = `${heldBack.length} ${heldBack.length === 1 ? "alert was" : "alerts were"} held back`
  return `${count}; \`chorus alerts\` says why: ${heldBack[0]?.because ?? ""}`
}

/** How the agent, or else its node, described the task before; another agent's words are its own. */
const described = ({ node }: Context, name: AgentName, task: TaskKey.TaskKey) =>
  Effect.map(node.state, ({ replica }) => {
    const { counts } = Replica.world(replica)
    const known = Registry.descriptionBy(replica.tasks, task, { node: node.self, name }, counts)?.task
    return known?.agent_id === undefined || known.agent_id === name ? known : undefined
  })

const planOf = (
  { replica }: Coordination.State,
  session: Status.Opened,
  beginning: string
): Effect.Effect<PlanHash, Refused> => {
  const plans = Deliberation.countedPlans(session, Replica.world(replica))
    .filter(({ hash }) => hash.startsWith(beginning))
  const [plan] = plans
  return plan === undefined || plans.length > 1
    ? Effect.fail(new Refused({
      message: `no single plan begins with ${beginning}; \`chorus show ${session.id}\` lists them`,
      later: false
    }))
    : Effect.succeed(PlanHash.make(plan.hash))
}

const status = Effect.fnUntraced(function*(
  { about, node, peers, ticker }: Context
): Effect.fn.Return<Rows.StatusReport> {
  const state: Coordination.State = yield* node.state
  const at = yield* ticker.now
  const looked = { state, nowMillis: at.monotonicMillis, wallMillis: at.wallMillis, self: node.self }
  const world = Replica.world(state.replica)
  const sessions: Record<string, number> = {}
  for (const session of Replica.openedSessions(state.replica)) {
    const is = Status.statusOf(session, world)
    sessions[is] = (sessions[is] ?? 0) + 1
  }
  const { dropped, refused } = yield* node.counters
  const modelFailed = yield* about.modelFailed
  const quorumMissing = QuorumView.missing(state)
  return {
    version: about.version,
    pid: process.pid,
    node: node.self,
    addresses: yield* peers.addresses,
    founder: node.mesh.founder,
    peers: [...HashMap.keys(state.catchUp.peers)].sort(),
    settled: isSettled(state, at),
    membership: MemberView.membership(state),
    model: about.model,
    ...(modelFailed === undefined ? {} : { model_failed: modelFailed }),
    database: about.database,
    facts: [...HashMap.values(state.catchUp.heads)].reduce((sum, { seq }) => sum + seq, 0),
    digest: CatchUp.digest(state.catchUp),
    tasks: TaskView.rows(looked, at.wallMillis, false).length,
    sessions,
    inbox: InboxView.waiting(looked).length,
    ...(quorumMissing === undefined ? {} : { quorum_missing: quorumMissing }),
    unread: News.unread(looked, at.wallMillis),
    alerts_held_back: state.detection.heldBack.count,
    ...(state.settings.judgeMillisMax === 0 ? {} : { judge: state.detection.judging.counts }),
    sessions_held_back: HashMap.size(state.attention.heldBack) + state.attention.unlisted,
    messages_dropped: dropped,
    messages_refused: refused,
    memory: memoryRow(state)
  }
})

const memoryRow = (state: Coordination.State): Rows.StatusReport["memory"] => ({
  collections: Collections.sizes(state).map(({ max, name, rule, size }) => ({
    name,
    size,
    ...(max === undefined ? {} : { max }),
    rule
  })),
  sessions_forgotten: state.memory.forgotten.sessions,
  claims_forgotten: state.memory.forgotten.claims,
  places_forgotten: state.memory.forgotten.places,
  facts_recalled: state.memory.recalled
})
