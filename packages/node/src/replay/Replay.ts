/**
 * `chorus replay FILE`: recorded tasks in time order through real nodes.
 *
 * One agent a repository, spread over the nodes; the clock of all nodes is the file's. After each
 * claim the agents answer what there is to answer, and the nodes come to hold the same facts.
 */
import type * as Command from "@chorus/coordination-core/command/Command"
import { fromKey } from "@chorus/coordination-core/identity/AgentId"
import * as TaskKey from "@chorus/coordination-core/identity/TaskKey"
import * as Replica from "@chorus/coordination-core/replica/Replica"
import * as Deliberation from "@chorus/coordination-core/session/Deliberation"
import * as Status from "@chorus/coordination-core/session/Status"
import type { ChorusNode } from "@chorus/runtime/ChorusNode"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Result from "effect/Result"
import { mkdir, mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { crc32 } from "node:zlib"
import * as Failure from "../cli/Failure.ts"
import { plainly } from "../cli/Files.ts"
import * as Print from "../cli/Print.ts"
import * as Agents from "./Agents.ts"
import * as Cluster from "./Cluster.ts"
import * as Count from "./Count.ts"
import * as Progress from "./Progress.ts"
import * as Recording from "./Recording.ts"

export interface Options {
  readonly file: string
  readonly links: string | undefined
  readonly limit: number | undefined
  readonly nodes: number
  readonly speed: number | undefined
  readonly taskHours: number
  readonly seed: number
  readonly keep: string | undefined
}

const nodesMax = 8

export const replay = Effect.fnUntraced(function*(options: Options) {
  if (options.nodes < 1 || options.nodes > nodesMax) {
    return yield* Failure.make("usage", `--nodes must be a number from 1 to ${nodesMax}`)
  }
  for (const [name, value = 1] of [
    ["--limit", options.limit],
    ["--speed", options.speed],
    ["--task-hours", options.taskHours]
  ] as const) {
    if (value <= 0) return yield* Failure.make("usage", `${name} must be more than 0`)
  }
  const tasks = yield* Recording.tasks(options.file, options.limit)
  const links = options.links === undefined ? undefined : yield* Recording.links(options.links)
  const folder = yield* options.keep === undefined ? temporary : kept(options.keep)
  const [first] = tasks
  const cluster = yield* Cluster.start(folder, options.nodes, first?.atMillis ?? 0)
  const begun = yield* Clock.currentTimeMillis
  yield* run(cluster, tasks, options)
  const [node] = cluster.nodes
  if (node === undefined) return yield* Failure.make("failure", "no node started")
  const counted = Count.count(yield* node.state, {
    tasks,
    nodes: options.nodes,
    plans: yield* cluster.plans,
    seconds: Math.max(1, (yield* Clock.currentTimeMillis) - begun) / 1000,
    taskMillis: options.taskHours * 3_600_000,
    links
  })
  yield* Print.data("replay", counted, Count.table)
})

/** A folder that is removed when all went well, and named when not. */
const temporary = Effect.acquireRelease(
  Effect.promise(() => mkdtemp(join(tmpdir(), "chorus-replay-"))),
  (folder, exit) =>
    Exit.isSuccess(exit)
      ? Effect.promise(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }))
      : Print.say(`the databases of the nodes are left in ${folder}, which can be deleted`)
)

const kept = Effect.fnUntraced(function*(folder: string) {
  yield* Effect.tryPromise({
    try: () => mkdir(folder, { recursive: true }),
    catch: (cause) => Failure.make("usage", `--keep ${folder} cannot be used: ${plainly(cause)}`)
  })
  yield* Effect.addFinalizer(() => Print.say(`the databases of the nodes are in ${folder}`))
  return folder
})

interface Held {
  readonly task: Recording.Recorded
  readonly dueMillis: number
}

/** Feeds the tasks; those that are due are done first. */
const run = Effect.fnUntraced(function*(
  cluster: Cluster.Cluster,
  tasks: ReadonlyArray<Recording.Recorded>,
  options: Options
) {
  const start = tasks[0]?.atMillis ?? 0
  const progress = yield* Progress.make(tasks.length)
  const taskMillis = options.taskHours * 3_600_000
  // A little longer than the work takes, so that a claim ends by being completed.
  const leaseMillis = taskMillis + 3_600_000
  let held: ReadonlyArray<Held> = []
  let before = start
  for (const [index, task] of tasks.entries()) {
    if (options.speed !== undefined) yield* Effect.sleep((task.atMillis - before) / options.speed)
    before = task.atMillis
    const due = held.filter(({ dueMillis }) => dueMillis <= task.atMillis)
    for (const { dueMillis, task: over } of due) {
      yield* moveTo(cluster, start, dueMillis)
      yield* ask(nodeOf(cluster, over), { _tag: "Complete", ...namesOf(over), results: "" })
    }
    yield* moveTo(cluster, start, task.atMillis)
    yield* ask(nodeOf(cluster, task), {
      _tag: "Claim",
      agent: Agents.nameOf(task.repository),
      task: {
        repository: task.repository,
        task_id: task.id,
        title: task.title,
        description: task.description
      },
      leaseMillis
    })
    yield* settle(cluster, options.seed)
    held = [...held.filter(({ dueMillis }) => dueMillis > task.atMillis), {
      task,
      dueMillis: task.atMillis + taskMillis
    }]
    yield* progress(index + 1)
  }
})

const namesOf = (task: Recording.Recorded) => ({
  agent: Agents.nameOf(task.repository),
  task: TaskKey.make(task.repository, task.id)
})

/** The node that a repository's agent works at. */
const nodeOf = (cluster: Cluster.Cluster, { repository }: Recording.Recorded): ChorusNode["Service"] => {
  const node = cluster.nodes[crc32(repository) % cluster.nodes.length]
  if (node === undefined) throw new Error("a cluster has a node")
  return node
}

const moveTo = ({ hand }: Cluster.Cluster, startMillis: number, wallMillis: number) =>
  hand.set({ monotonicMillis: wallMillis - startMillis, wallMillis })

/** A command that a replay gives must be carried out. */
const ask = Effect.fnUntraced(function*(node: ChorusNode["Service"], command: Command.Command) {
  const result = yield* node.ask(command)
  if (Result.isFailure(result)) {
    return yield* Failure.make("failure", `${command._tag} was refused: ${result.failure.message}`)
  }
})

/** Lets the agents answer until nobody has anything to say, and all nodes hold the same facts. */
const settle = Effect.fnUntraced(function*(cluster: Cluster.Cluster, seed: number) {
  while (true) {
    yield* cluster.idle
    const answers = yield* Effect.forEach(cluster.nodes, (node) =>
      Effect.map(node.state, (state) =>
        [...state.open].flatMap((id) => answersTo(node, state.replica, id, seed))))
    if (answers.every((some) => some.length === 0)) return
    yield* Effect.forEach(answers, (some, index) => {
      const node = cluster.nodes[index]
      return node === undefined
        ? Effect.void
        : Effect.forEach(some, (each) => ask(node, each), { discard: true })
    }, { concurrency: "unbounded", discard: true })
  }
})

/** What a node's agents have to say to the plan of a session, each by its temper. */
const answersTo = (
  node: ChorusNode["Service"],
  replica: Replica.Replica,
  id: string,
  seed: number
): ReadonlyArray<Command.Command> => {
  const session = Replica.sessionById(replica, id)
  const world = Replica.world(replica)
  if (session === undefined || Status.statusOf(session, world) !== "active") return []
  const plan = Deliberation.bestPlan(session, world)
  if (plan === undefined) return []
  return Deliberation.silentOn(session, world, plan.hash)
    .filter((agent) => fromKey(agent).node === node.self)
    .flatMap((member) => {
      const agent = fromKey(member).name
      const tasks = session.opening.claims.map(({ task }) => task)
      const stance = Agents.stanceOf(Agents.temperOf(seed, tasks, agent), plan.round)
      return stance === undefined ? [] : [{
        _tag: "Answer" as const,
        agent,
        session: id,
        stance,
        reason: stance === "agree" ? "fine with me" : "the order does not fit my work",
        plan: plan.hash
      }]
    })
}
