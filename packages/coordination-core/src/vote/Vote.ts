/**
 * A vote: one agent's final stance on one plan, signed by the agent's node.
 *
 * Only an answer that names stance, round and plan hash is a vote. Neither the words of a message
 * nor the text of a plan ever is. (docs/rules.md, 7)
 */
import * as Fact from "../fact/Fact.ts"
import type { PlanHash, Stance } from "../fact/SessionFacts.ts"
import { type AgentKey, key as agentKey } from "../identity/AgentId.ts"
import type { FactId, Origin } from "../identity/FactId.ts"

/** A reason holds at most this many characters. */
export const reasonLengthMax = 280

export interface Vote {
  readonly id: FactId
  readonly origin: Origin
  readonly session: string
  readonly agent: AgentKey
  readonly round: number
  readonly plan: PlanHash
  readonly stance: Stance
  /** The better plan for whose sake this objection was made; such an objection opens no round. */
  readonly supersededBy: PlanHash | undefined
  /** Says that the alert was about nothing. */
  readonly dismisses: boolean
  readonly reason: string
  readonly timestamp: string
}

/** The vote that a fact states; undefined for everything else. */
export const fromFact = (fact: Fact.Fact): Vote | undefined => {
  if (!Fact.is("coordination_response", fact)) return undefined
  const { agent_id, dismisses, plan_hash, response, round, session_id, stance, superseded_by } = fact.data
  if (stance === undefined || round === undefined || plan_hash === undefined) return undefined
  if (response.length > reasonLengthMax) return undefined
  return {
    id: fact.id,
    origin: Fact.origin(fact),
    session: session_id,
    agent: agentKey({ node: fact.from, name: agent_id }),
    round,
    plan: plan_hash,
    stance,
    supersededBy: stance === "object" ? superseded_by : undefined,
    dismisses: dismisses === true,
    reason: response,
    timestamp: fact.timestamp
  }
}

/** An objection that asks for another plan, unlike one that only clears the way for a better. */
export const isObjection = (vote: Vote): boolean =>
  vote.stance === "object" && vote.supersededBy === undefined
