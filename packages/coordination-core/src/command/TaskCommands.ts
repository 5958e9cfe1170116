/**
 * Commands about tasks: claim (or renew), update, release, complete, and the claims a session is
 * opened over.
 *
 * Claiming again what one holds renews, at most every half lease. (docs/rules.md, 5)
 */
import * as Result from "effect/Result"
import { type Draft, draft } from "../fact/Draft.ts"
import { type AgentName, key as agentKey } from "../identity/AgentId.ts"
import * as TaskKey from "../identity/TaskKey.ts"
import * as Canonical from "../replica/Canonical.ts"
import * as Replica from "../replica/Replica.ts"
import * as Registry from "../task/Registry.ts"
import * as TaskContext from "../task/TaskContext.ts"
import { type Carried, type Command, type Context, type Refused, refused } from "./Command.ts"

type Outcome = Result.Result<Carried, Refused>

/** So many agents of one node hold tasks at once. */
export const agentsMax = 256

/** Announces the task where its words are new, and claims it or renews the claim. */
export const claim = (
  context: Context,
  { agent, leaseMillis, task }: Command & { readonly _tag: "Claim" }
): Outcome => {
  const key = TaskContext.key(task)
  const now = context.at.wallMillis
  const held = ownClaim(context, agent, key)
  const untilMillis = now + leaseMillis
  const { counts } = Replica.world(context.replica)
  const own = { node: context.node, name: agent }
  const known = Registry.descriptionBy(context.replica.tasks, key, own, counts)?.task
  const described = describe(context, { ...task, agent_id: agent }, known)
  if (held === undefined) {
    const holders = context.holders()
    if (holders.size >= agentsMax && !holders.has(agentKey(own))) {
      return Result.fail(refused(`${agentsMax} agents of this node hold tasks; one of them has to end first`))
    }
    const { repository, task_id } = task
    return Result.succeed({
      drafts: [
        ...described,
        draft({
          message_type: "task_claimed",
          repository,
          task_id,
          agent_id: agent,
          claimed_until_ms: untilMillis
        })
      ],
      done: { summary: `${agent} claimed ${key}` }
    })
  }
  const left = Registry.untilMillis(context.replica.tasks, held, counts) - now
  return Result.succeed({
    drafts: [
      ...described,
      ...(left > leaseMillis / 2 ? [] : [draft({
        message_type: "claim_renewed",
        claim: held.id,
        agent_id: agent,
        claimed_until_ms: untilMillis
      })])
    ],
    done: { summary: `${agent} holds ${key}`, claim: held.id }
  })
}

/** So many tasks are announced at once, and of each node so many are on offer. */
export const announcedMax = Registry.unclaimedMax

/** Describes tasks for whoever may take them; of one that is closed only what was said before. */
export const announce = (
  context: Context,
  { agent, tasks }: Command & { readonly _tag: "Announce" }
): Outcome => {
  if (tasks.length > announcedMax) {
    return Result.fail(refused(`at most ${announcedMax} tasks are announced at once`))
  }
  const { counts } = Replica.world(context.replica)
  const offered = new Set(Registry.offers(context.replica.tasks).get(context.node))
  const drafts = tasks.flatMap((task) => {
    const key = TaskContext.key(task)
    const known = Registry.description(context.replica.tasks, key, context.node, counts)?.task
    // Whoever holds a task describes it better than a list does.
    const isMeant = liveClaims(context, key).length === 0 &&
      (task.status !== TaskContext.closed || known !== undefined)
    if (!isMeant) return []
    const words = Registry.describedBy(key, context.node)
    if (task.status === TaskContext.closed) offered.delete(words)
    else offered.add(words)
    return describe(context, { ...known, ...task, agent_id: agent }, known)
  })
  if (offered.size > announcedMax) {
    return Result.fail(refused(
      `this node would offer ${offered.size} tasks, and at most ${announcedMax} stay on offer; ` +
        "close some, or announce them at another node"
    ))
  }
  return Result.succeed({
    drafts,
    done: {
      summary: `announced ${drafts.length} tasks; ` +
        `${tasks.length - drafts.length} were known, held or closed`
    }
  })
}

/** Describes anew a task that the agent holds; its sessions stay as they are. */
export const update = (
  context: Context,
  { agent, changes, task }: Command & { readonly _tag: "Update" }
): Outcome => {
  const held = ownClaim(context, agent, task)
  if (held === undefined) return Result.fail(notHeld(agent, task))
  const { replica } = context
  const known = Registry.contextOf(replica.tasks, held, Replica.world(replica).counts)
  const { repository, task_id } = known
  const described = { ...known, ...changes, repository, task_id, agent_id: agent }
  const changed = ownWords.filter((word) => !isSame(described[word], known[word]))
  return Result.succeed({
    drafts: describe(context, described, known),
    done: {
      summary: changed.length === 0
        ? `${task} is described so already`
        : `updated ${task}: ${changed.map((word) => replacing(word, known)).join(", ")}`,
      claim: held.id
    }
  })
}

/** What an agent says of its task; an update puts each whole in the place of the one before. */
const ownWords = ["title", "description", "scopes", "paths", "change", "done_when"] as const

const isSame = (one: unknown, other: unknown): boolean =>
  JSON.stringify(one ?? null) === JSON.stringify(other ?? null)

/** The name of what changed, with the declared list that it takes the place of. */
const replacing = (word: typeof ownWords[number], known: TaskContext.TaskContext): string => {
  const before = word === "scopes" || word === "paths" ? known[word] ?? [] : []
  const shown = [...before.slice(0, shownMax), ...(before.length > shownMax ? ["…"] : [])]
  return before.length === 0 ? word : `${word} (in the place of ${shown.join(", ")})`
}

/** So many old scopes or paths are named; a summary is one line. */
const shownMax = 3

/** Ends the agent's claim on a task. */
export const end = (
  context: Context,
  command: Command & { readonly _tag: "Release" | "Complete" }
): Outcome => {
  const { agent, task } = command
  // A lapsed claim can still be ended: the work may be done later than was thought.
  const held = ownClaim(context, agent, task) ?? ownUnended(context, agent, task)
  if (held === undefined) return Result.fail(notHeld(agent, task))
  return Result.succeed(
    command._tag === "Release"
      ? {
        drafts: [draft({
          message_type: "task_released",
          claim: held.id,
          agent_id: agent,
          ...(command.because === "" ? {} : { because: command.because })
        })],
        done: { summary: `${agent} released ${task}`, claim: held.id }
      }
      : {
        drafts: [draft({
          message_type: "task_completed",
          claim: held.id,
          agent_id: agent,
          ...(command.results === "" ? {} : { results: command.results }),
          ...(command.kept === undefined || command.kept.length === 0 ? {} : { kept: command.kept })
        })],
        done: { summary: `${agent} completed ${task}`, claim: held.id }
      }
  )
}

/**
 * The claims that a session is about: one a task for planning; for a conflict two on one task, or on
 * two tasks of one repository.
 */
export const claimsToOpen = (
  context: Context,
  kind: "planning" | "conflict",
  tasks: ReadonlyArray<TaskKey.TaskKey>
): Result.Result<ReadonlyArray<Registry.Claim>, Refused> => {
  const distinct = [...new Set(tasks)]
  const perTask = distinct.map((task) => liveClaims(context, task))
  const unclaimed = distinct.find((_, at) => perTask[at]?.length === 0)
  if (unclaimed !== undefined) return Result.fail(refused(`nobody holds ${unclaimed}`))
  if (kind === "planning") {
    const contested = distinct.find((_, at) => (perTask[at]?.length ?? 0) > 1)
    if (contested !== undefined) {
      return Result.fail(refused(`several agents hold ${contested}; settle that conflict first`))
    }
    return distinct.length < 2
      ? Result.fail(refused("a planning session is about at least two tasks"))
      : Result.succeed(perTask.flat())
  }
  const claims = perTask.flat()
  const isOne = new Set(distinct.map(TaskKey.repository)).size === 1 && distinct.length <= 2
  return isOne && claims.length === 2
    ? Result.succeed(claims)
    : Result.fail(refused(
      "a conflict session is about one task that two agents hold, or two tasks of one repository"
    ))
}

/** The live claims on a task that have not lapsed. */
export const liveClaims = (
  { at, replica }: Pick<Context, "at" | "replica">,
  task: TaskKey.TaskKey
): ReadonlyArray<Registry.Claim> => {
  const { counts } = Replica.world(replica)
  return Registry.liveClaims(replica.tasks, task, counts)
    .filter((each) => !Registry.lapsed(replica.tasks, each, at.wallMillis, counts))
}

const ownClaim = (context: Context, agent: AgentName, task: TaskKey.TaskKey): Registry.Claim | undefined => {
  const own = agentKey({ node: context.node, name: agent })
  return liveClaims(context, task).find((each) => each.agent === own)
}

const ownUnended = (
  { node, replica }: Context,
  agent: AgentName,
  task: TaskKey.TaskKey
): Registry.Claim | undefined =>
  Registry.liveClaims(replica.tasks, task, Replica.world(replica).counts)
    .find((each) => each.agent === agentKey({ node, name: agent }))

const notHeld = (agent: AgentName, task: TaskKey.TaskKey): Refused =>
  refused(`${agent} does not hold ${task}; \`chorus tasks\` shows who holds what`)

/** An announcement, an update, or nothing where the words are those that are known. */
const describe = (
  { node, replica }: Context,
  task: TaskContext.TaskContext,
  known: TaskContext.TaskContext | undefined
): ReadonlyArray<Draft> => {
  const latest = Registry.description(
    replica.tasks,
    TaskContext.key(task),
    node,
    Replica.world(replica).counts
  )
  if (latest === undefined) return [draft({ message_type: "task_announced", task, version: 1 })]
  return known !== undefined && Canonical.encode(known) === Canonical.encode(task)
    ? []
    : [draft({ message_type: "task_updated", task, version: latest.version + 1 })]
}
