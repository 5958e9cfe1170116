/**
 * Whole nodes on paper: the machine and its driver's loop, without keys, network, clock or disk.
 */
import * as Coordination from "@chorus/coordination-core/coordination/Coordination"
import * as NodeSettings from "@chorus/coordination-core/coordination/NodeSettings"
import type { Command } from "@chorus/coordination-core/command/Command"
import type { Fact } from "@chorus/coordination-core/fact/Fact"
import type { NodeId } from "@chorus/coordination-core/identity/NodeId"
import type { Moment } from "@chorus/coordination-core/machine/Machine"
import * as Replica from "@chorus/coordination-core/replica/Replica"
import * as Status from "@chorus/coordination-core/session/Status"
import * as Paper from "@chorus/coordination-core/testing/Paper"

export const momentAt = (millis: number): Moment => ({ monotonicMillis: millis, wallMillis: millis })

/** The state of a node that has just started. */
export const fresh = (node: NodeId): Coordination.State =>
  Coordination.initial(node, Paper.make().settings, NodeSettings.defaults)

/** A mesh of nodes in which facts and signals reach everybody at once. */
export const mesh = (...names: ReadonlyArray<string>) => {
  const paper = Paper.make()
  const states = new Map(names.map((name) => [Paper.node(name), fresh(Paper.node(name))]))
  const asked: Array<Coordination.Output & { readonly _tag: "AskReasoner" }> = []
  let now = 0

  const give = (node: NodeId, input: Coordination.Input): ReadonlyArray<Coordination.Output> => {
    const state = states.get(node)
    if (state === undefined) throw new Error("no such node")
    const decision = Coordination.decide(state, input, momentAt(now))
    states.set(node, decision.state)
    const facts = decision.drafts.map((draft) => paper.state(node, draft))
    if (facts.length > 0) for (const each of states.keys()) give(each, { _tag: "Received", facts })
    for (const output of decision.outputs) perform(node, output)
    return decision.outputs
  }
  const perform = (node: NodeId, output: Coordination.Output): void => {
    if (output._tag === "AskReasoner") {
      asked.push(output)
      give(
        node,
        { _tag: "Reasoned", key: output.key, plan: { _tag: "NoPlan", reason: "none is configured" } }
      )
    }
  }
  return {
    paper,
    asked,
    give,
    state: (name: string) => states.get(Paper.node(name))!,
    command: (name: string, command: Command) => {
      const answers = give(Paper.node(name), { _tag: "Asked", request: 7, command })
        .flatMap((output) => output._tag === "Answer" ? [output] : [])
      return answers[0]!.result
    },
    /** Lets this many seconds pass, with a tick each. */
    pass: (seconds: number) => {
      for (const until = now + seconds * 1000; now < until;) {
        now += 1000
        for (const node of states.keys()) give(node, { _tag: "Ticked" })
      }
    }
  }
}

/** The sessions of a node with their status. */
export const statuses = ({ replica }: Coordination.State) =>
  Replica.openedSessions(replica).map((session) => ({
    session,
    status: Status.statusOf(session, Replica.world(replica))
  }))

/** Folds facts into a node, in the batches given. */
export const receive = (state: Coordination.State, ...batches: ReadonlyArray<ReadonlyArray<Fact>>) =>
  batches.reduce(
    (all, facts) => Coordination.decide(all, { _tag: "Received", facts }, momentAt(0)).state,
    state
  )
