/**
 * A certificate: exactly one sealed, non-objecting vote of each member on one plan.
 *
 * It is checked against itself and the roster alone, by everyone, whoever carries it, so it holds
 * under any later fact. Votes outside it are not consulted. (docs/rules.md, 7)
 */
import * as Fact from "../fact/Fact.ts"
import type { PlanHash } from "../fact/SessionFacts.ts"
import type { FactId, Origin } from "../identity/FactId.ts"
import { compare } from "../replica/Sorted.ts"
import type { Opening } from "../session/Opening.ts"
import * as Policy from "./Policy.ts"
import * as Vote from "./Vote.ts"

export interface Certificate {
  /** The `resolution` that carries it. */
  readonly id: FactId
  readonly origin: Origin
  readonly session: string
  readonly plan: PlanHash
  readonly round: number
  /** One a member, sorted by member. */
  readonly votes: ReadonlyArray<Vote.Vote>
  readonly timestamp: string
}

/** The certificate that a `resolution` claims to carry; undefined without votes on one plan. */
export const fromFact = (fact: Fact.Fact): Certificate | undefined => {
  if (!Fact.is("resolution", fact)) return undefined
  const votes = fact.embedded.flatMap((embedded) => Vote.fromFact(embedded) ?? [])
  const [first] = votes
  if (first === undefined || votes.length < fact.embedded.length) return undefined
  const { plan, round, session } = first
  const agree = votes.every((vote) =>
    vote.session === session && vote.plan === plan && vote.round === round
  )
  if (!agree || session !== fact.data.session_id) return undefined
  return {
    id: fact.id,
    origin: Fact.origin(fact),
    session,
    plan,
    round,
    votes: votes.toSorted((a, b) => compare(a.agent, b.agent)),
    timestamp: fact.timestamp
  }
}

/** Does it prove consensus under the terms and the roster of the opening? */
export const isValid = (certificate: Certificate, opening: Opening): boolean => {
  const { roster, terms } = opening
  const abstentions = certificate.votes.filter((vote) => vote.stance === "abstain").length
  return certificate.session === opening.session &&
    certificate.votes.length === roster.length &&
    certificate.votes.every((vote, index) => vote.agent === roster[index]) &&
    certificate.votes.every((vote) => vote.stance !== "object") &&
    abstentions <= Policy.abstentionsMax(terms.policy, roster.length)
}
