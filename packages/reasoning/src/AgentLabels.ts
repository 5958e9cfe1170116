/**
 * What agents are called towards a model: `A`, `B` …, in the order of their tasks.
 *
 * A model is given no key of an agent, so it can neither misspell nor invent one; what it says of
 * a label is read back as the agent.
 */
import { type AgentKey, show } from "@chorus/coordination-core/identity/AgentId"
import type { PlanRequest } from "@chorus/coordination-core/plan/PlanRequest"

/** The agents of a request, each once; a label is a place in this list. */
export const agentsOf = (request: PlanRequest): ReadonlyArray<AgentKey> =>
  [...new Set(request.tasks.map(({ agent }) => agent))]

/** The labels of the agents, in their order; a session has at most 16. */
export const labelsOf = (agents: ReadonlyArray<AgentKey>): ReadonlyArray<string> =>
  agents.map((_, at) => String.fromCharCode(65 + at))

/** The label of an agent; `?` of one who holds no task of the request. */
export const labelOf = (agents: ReadonlyArray<AgentKey>, agent: AgentKey): string =>
  labelsOf(agents)[agents.indexOf(agent)] ?? "?"

/** The agent of a label. */
export const agentOf = (agents: ReadonlyArray<AgentKey>, label: string): AgentKey | undefined =>
  agents[labelsOf(agents).indexOf(label)]

/** The sentence with the names of agents where the model wrote `@A` or `agent A`. */
export const named = (sentence: string, agents: ReadonlyArray<AgentKey>): string =>
  sentence.replaceAll(/(?:@|\b[Aa]gent )([A-P])\b/g, (written, label: string) => {
    const agent = agentOf(agents, label)
    return agent === undefined ? written : show(agent, agents)
  })
