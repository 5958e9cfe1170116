/**
 * A node's command desk on paper: gives commands, and states what comes of them.
 */
import type { Command, Context, Done, Refused } from "@chorus/coordination-core/command/Command"
import * as Commands from "@chorus/coordination-core/command/Commands"
import type { Fact } from "@chorus/coordination-core/fact/Fact"
import type { AgentKey } from "@chorus/coordination-core/identity/AgentId"
import type { NodeId } from "@chorus/coordination-core/identity/NodeId"
import * as Paper from "@chorus/coordination-core/testing/Paper"
import * as Result from "effect/Result"
import { replicaOf } from "../session/scene.ts"

interface Told {
  readonly facts: ReadonlyArray<Fact>
  readonly done: Done
}

const holdersOf = (paper: Paper.Paper, node: NodeId): ReadonlySet<AgentKey> =>
  new Set([...replicaOf(paper).tasks.claims.values()]
    .filter(({ origin }) => origin.node === node)
    .map(({ agent }) => agent))

export const desk = (paper: Paper.Paper, nodeName: string) => {
  const node: NodeId = Paper.node(nodeName)
  const contextAt = (wallMillis: number, settled = true): Context => ({
    at: { monotonicMillis: 0, wallMillis },
    node,
    replica: replicaOf(paper),
    settings: paper.settings,
    settled,
    holders: () => holdersOf(paper, node)
  })
  const give = (command: Command, wallMillis = 0, settled = true) =>
    Commands.decide(command, contextAt(wallMillis, settled))
  return {
    node,
    give,
    /** What was stated, and what the asker is told. Throws when it was refused. */
    done: (command: Command, wallMillis = 0): Told => {
      const { done, drafts } = Result.getOrThrowWith(
        give(command, wallMillis),
        ({ message }) => new Error(message)
      )
      return { facts: drafts.map((draft) => paper.state(node, draft)), done }
    },
    refusal: (command: Command, wallMillis = 0, settled = true): Refused | undefined => {
      const result = give(command, wallMillis, settled)
      return Result.isFailure(result) ? result.failure : undefined
    }
  }
}
