/**
 * Dependencies from the second claim to the moment when all nodes know that they are resolved.
 */
import * as CatchUp from "@chorus/coordination-core/catchup/CatchUp"
import type * as Command from "@chorus/coordination-core/command/Command"
import { AgentName } from "@chorus/coordination-core/identity/AgentId"
import * as TaskKey from "@chorus/coordination-core/identity/TaskKey"
import * as Replica from "@chorus/coordination-core/replica/Replica"
import * as Deliberation from "@chorus/coordination-core/session/Deliberation"
import * as Status from "@chorus/coordination-core/session/Status"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import { type Node, until } from "./Cluster.ts"

const claim = (agent: string, task: string, scope: string): Command.Command => {
  const key = TaskKey.TaskKey.make(task)
  return {
    _tag: "Claim",
    agent: AgentName.make(agent),
    task: {
      repository: TaskKey.repository(key),
      task_id: TaskKey.id(key),
      title: task.replaceAll(/[^a-z0-9]/g, ""),
      scopes: [scope]
    },
    leaseMillis: 1_800_000
  }
}

const asked = (node: Node, command: Command.Command) =>
  Effect.flatMap(node.ask(command), (result) =>
    Result.isSuccess(result) ? Effect.void : Effect.fail(new Error(result.failure.message)))

const known = (node: Node, member: string) =>
  Effect.map(node.state, ({ replica }) => {
    const world = Replica.world(replica)
    const session = Replica.openedSessions(replica).findLast(({ opening }) =>
      opening.roster.some((agent) => agent.includes(member)))
    return session === undefined ? undefined : {
      id: session.id,
      plan: Deliberation.bestPlan(session, world)?.hash,
      status: Status.statusOf(session, world)
    }
  })

const digestAt = (node: Node) => Effect.map(node.state, ({ catchUp }) => CatchUp.digest(catchUp))

/** Brings one dependency of two nodes to its end; gives how long that took, in milliseconds. */
export const settle = Effect.fnUntraced(function*(nodes: ReadonlyArray<Node>, number: number) {
  const [one, other] = [0, 1].map((next) => nodes[(number + next) % nodes.length])
  if (one === undefined || other === undefined) return 0
  const name = `dep${number}x`
  yield* asked(one, claim(`mover-${name}`, `${name}back#1`, `table:${name}=migrate`))
  const before = yield* digestAt(one)
  yield* until(digestAt(other), (digest) => digest === before)
  const start = performance.now()
  yield* asked(other, claim(`user-${name}`, `${name}front#2`, `table:${name}=use`))
  yield* Effect.forEach([[one, "mover"], [other, "user"]] as const, ([node, role]) =>
    Effect.gen(function*() {
      const found = yield* until(known(node, name), (now) => now?.plan !== undefined)
      yield* asked(node, {
        _tag: "Answer",
        agent: AgentName.make(`${role}-${name}`),
        session: found?.id ?? "",
        stance: "agree",
        reason: "it is clear",
        plan: undefined
      })
    }), { concurrency: 2 })
  // One node after the other, so that looking costs little beside what is measured.
  for (const node of nodes) yield* until(known(node, name), (now) => now?.status === "resolved")
  return performance.now() - start
})
