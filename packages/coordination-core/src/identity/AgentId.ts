/**
 * Who works: an agent is a node and a name, and the name means nothing without the node.
 *
 * Two agents called `agent-001` on two nodes are two agents; the key of the node signs for each.
 * (docs/rules.md, 5)
 */
import * as Schema from "effect/Schema"
import { type NodeId, short } from "./NodeId.ts"

/** 1 to 64 letters, digits, `.`, `_` and `-`, beginning with a letter or a digit. */
export const AgentName = Schema.String.pipe(
  Schema.check(
    Schema.isPattern(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, {
      message: "Expected an agent name: 1 to 64 letters, digits, '.', '_' or '-'"
    })
  ),
  Schema.brand("AgentName")
)
export type AgentName = typeof AgentName.Type

export interface AgentId {
  readonly node: NodeId
  readonly name: AgentName
}

/** An agent as one string, `name@node`: how agents are named inside plans and as map keys. */
export const AgentKey = Schema.String.pipe(
  Schema.check(
    Schema.isPattern(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}@[1-9A-HJ-NP-Za-km-z]{46,64}$/, {
      message: "Expected an agent key: name@peer-id"
    })
  ),
  Schema.brand("AgentKey")
)
export type AgentKey = typeof AgentKey.Type

/** The key of an agent. */
export const key = (agent: AgentId): AgentKey =>
  // Name and node were checked when they got their brands; checking again would cost a pattern a fact.
  `${agent.name}@${agent.node}` as AgentKey

/** The agent that a key names. */
export const fromKey = (agentKey: AgentKey): AgentId => {
  const at = agentKey.indexOf("@")
  // Both sides of the `@` of a checked key are of their form.
  return { name: agentKey.slice(0, at) as AgentName, node: agentKey.slice(at + 1) as NodeId }
}

/** How an agent is shown among `others`: its name, and a bit of its node where names collide. */
export const show = (agentKey: AgentKey, others: Iterable<AgentKey>): string => {
  const { name, node } = fromKey(agentKey)
  for (const other of others) {
    if (other !== agentKey && fromKey(other).name === name) return `${name}@${short(node)}`
  }
  return name
}
