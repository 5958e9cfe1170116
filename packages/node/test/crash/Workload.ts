/**
 * What agents do at a node while it lives: claims, conflicts, words, votes, escalations.
 *
 * Each word carries a mark of its own, so that what was acknowledged can be found again, in
 * whichever fact it went. The workload ends when the node does.
 */
import { AgentName } from "@chorus/coordination-core/identity/AgentId"
import { TaskKey } from "@chorus/coordination-core/identity/TaskKey"
import * as Effect from "effect/Effect"
import * as Schedule from "effect/Schedule"
import type { Running } from "../Nodes.ts"

export interface Working {
  readonly node: Running
  /** A node whose agents claim the same tasks, and vote. */
  readonly peer: Running | undefined
  /** Draws a number that no other piece of work has. */
  readonly draw: () => number
  /** Notes that the node acknowledged the fact with this mark. */
  readonly acknowledged: (mark: string) => void
}

const agents = ["one", "two", "far"].map((name) => AgentName.make(name))

/** Works for ever; what the node refuses fails it. */
export const work = (working: Working) =>
  Effect.forever(Effect.suspend(() => piece(working, working.draw())))

/** One piece of work: a conflict of two agents that they settle, or that one hands to a person. */
const piece = Effect.fnUntraced(function*({ acknowledged, node, peer }: Working, number: number) {
  const [one, two, far] = [agents[0]!, agents[1]!, agents[2]!]
  const task = TaskKey.make(`r${number}#1`)
  const marked = <A, E>(call: (mark: string) => Effect.Effect<A, E>, what: string) => {
    const mark = `mark-${number}-${what}.`
    return Effect.tap(call(mark), () => Effect.sync(() => acknowledged(mark)))
  }

  yield* marked((title) => node.client.claim({ agent: one, task, title }), "first")
  const { sessions } = yield* marked((title) =>
    node.client.claim({ agent: two, task, title }), "second")
  if (peer !== undefined) yield* peer.client.claim({ agent: far, task, title: `far ${number}` })
  const session = sessions[0]?.session ?? ""
  yield* marked((text) => node.client.say({ agent: one, session, text }), "words")
  yield* Effect.repeat(node.client.show({ session }), {
    until: ({ plans }) => plans.length > 0,
    schedule: Schedule.spaced("20 millis")
  })
  if (number % 3 === 0) {
    yield* marked((reason) => node.client.escalate({ agent: two, session, reason }), "escalation")
  }
  for (const agent of [one, two]) {
    yield* marked((reason) =>
      Effect.retry(node.client.answer({ agent, session, stance: "agree", reason }), {
        while: (error) => error._tag === "Refused" && error.later,
        schedule: Schedule.spaced("50 millis")
      }), `vote-${agent}`)
  }
  yield* marked((results) => node.client.complete({ agent: two, task, results }), "results")
})
