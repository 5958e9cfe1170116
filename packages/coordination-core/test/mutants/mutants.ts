/**
 * Known-wrong ways to tell the status of a session: the seed's, and those one falls into next.
 *
 * Each changes one thing of the real fold. If a law stops catching one of them, the law is worth
 * nothing any more.
 */
import type { Fact } from "@chorus/coordination-core/fact/Fact"
import * as Replica from "@chorus/coordination-core/replica/Replica"
import * as Deliberation from "@chorus/coordination-core/session/Deliberation"
import * as Status from "@chorus/coordination-core/session/Status"
import type { StatusFold } from "@chorus/coordination-core/testing/Laws"
import type * as Certificate from "@chorus/coordination-core/vote/Certificate"
import * as HashMap from "effect/HashMap"
import { statuses as real } from "../replica/folds.ts"

type Fold = StatusFold<Replica.Replica>
type Proofs = (session: Status.Opened, world: Status.World) => ReadonlyArray<string>

/** The real fold with another idea of which plans are agreed, and of when there is a dispute. */
const agreeing = (proofs: Proofs, disputes = true): Fold => ({
  ...real,
  statuses: (state) => {
    const world = Replica.world(state)
    const known = real.statuses(state)
    return new Map(Replica.openedSessions(state).map((session) => {
      const status = known.get(session.id) ?? "active"
      const agreed = proofs(session, world)
      if (
        status === "decided" || (status === "disputed" && disputes && agreed.length > 0)
      ) return [session.id, status]
      if (agreed.length > 1) return [session.id, "disputed"]
      if (agreed.length === 1) return [session.id, "resolved"]
      const rest = { ...session, certificates: HashMap.empty<never, never>() }
      return [session.id, Status.statusOf(rest, world)]
    }))
  },
  certified: (state) =>
    new Map(Replica.openedSessions(state).map((session) =>
      [session.id, proofs(session, Replica.world(state))] as const
    ))
})

/** The real fold with another idea of when a certificate proves something. */
const proving = (
  isValid: (certificate: Certificate.Certificate, session: Status.Opened) => boolean,
  disputes = true
): Fold =>
  agreeing((session) =>
    [...new Set(
      HashMap.toValues(session.certificates)
        .filter((certificate) => isValid(certificate, session))
        .map(({ plan }) => plan as string)
    )].sort(), disputes)

const rosterOf = ({ opening }: Status.Opened) => opening.roster
const willing = ({ votes }: Certificate.Certificate) => votes.filter(({ stance }) => stance !== "object")
const certifiedPlans: Proofs = (session) => Status.certificatesOf(session).map(({ plan }) => plan)

/** Agreement is a word in a message (H3). */
const bySubstring = agreeing((session, world) => {
  const agreeing = Status.countedMessages(session, world).filter(
    ({ text }) => text.toLowerCase().includes("agree")
  )
  const spoken = agreeing.length >= rosterOf(session).length - 1
  return spoken ? ["by words"] : certifiedPlans(session, world)
})

/** Votes are counted, not members (H5). */
const doubleCounting = proving((certificate, session) =>
  willing(certificate).filter(
    ({ agent }) => rosterOf(session).includes(agent)
  ).length >= rosterOf(session).length
)

/** Anybody's vote counts (H8). */
const outsiders = proving((certificate, session) =>
  new Set(willing(certificate).map(({ agent }) => agent)).size >= rosterOf(session).length
)

/** Whoever proposed the plan need not vote on it (H4). */
const planIsVote = proving((certificate, session) => {
  const proposer = Deliberation.planByHash(session, certificate.plan)?.origin.node
  const voters = new Set(willing(certificate).map(({ agent }) => agent))
  return rosterOf(session).every((agent) => voters.has(agent) || agent.endsWith(`@${proposer}`)) &&
    certificate.votes.length > 0
})

/** Of two stances the later one is meant. */
const lastWriterWins = agreeing(certifiedPlans, false)

/** One missing vote is no harm (H6). */
const allButOneVote = proving((certificate, session) => {
  const voters = new Set(willing(certificate).map(({ agent }) => agent))
  return rosterOf(session).filter((agent) => voters.has(agent)).length >= rosterOf(session).length - 1
})

/** An objection undoes what was agreed. */
const objectionUndoes = proving((certificate, session) =>
  Status.certificatesOf(session).some(({ plan }) => plan === certificate.plan) &&
  !HashMap.some(session.votes, ({ agent, plan, stance }) =>
    stance === "object" && plan === certificate.plan && rosterOf(session).includes(agent)
  )
)

/** When all votes are there nobody has to prove it. */
const votesSuffice = agreeing((session, world) => {
  const agreed = Deliberation.consensus(session, world)
  return agreed === undefined ? certifiedPlans(session, world) : [agreed.plan.hash]
})

/** Votes on any plan of the session count for the plan of the first (H9). */
const anyPlan: Fold = {
  ...real,
  evolve: (state, fact) => Replica.evolve(state, withOnePlan(fact))
}

const withOnePlan = (fact: Fact): Fact => {
  const [first] = fact.embedded
  if (
    fact.data.message_type !== "resolution" || first?.data.message_type !== "coordination_response"
  ) return fact
  const { plan_hash } = first.data
  if (plan_hash === undefined) return fact
  return {
    ...fact,
    embedded: fact.embedded.map((vote) =>
      vote.data.message_type === "coordination_response" ? {
        ...vote,
        data: { ...vote.data, plan_hash }
      } : vote
    )
  }
}

/** What comes before the opening is dropped (H11). */
const earlyIsLost: Fold = {
  ...real,
  evolve: (state, fact) => {
    const id = "session_id" in fact.data ? fact.data.session_id : undefined
    return id !== undefined && Replica.sessionById(state, id) === undefined
      ? state
      : Replica.evolve(state, fact)
  }
}

/** Each mutant, and the law that catches it. */
export const mutants: ReadonlyArray<readonly [name: string, mutant: Fold, caughtBy: string]> = [
  ["agreement by substring", bySubstring, "no words change a status"],
  ["one member's votes counted twice", doubleCounting, "votes resolve nothing until"],
  ["votes of outsiders count", outsiders, "votes resolve nothing until"],
  ["the plan counts as its proposer's vote", planIsVote, "votes resolve nothing until"],
  ["the last of two stances wins", lastWriterWins, "votes resolve nothing until"],
  ["n - 1 counting", allButOneVote, "votes resolve nothing until"],
  ["a later objection undoes an agreement", objectionUndoes, "a status never falls"],
  ["votes resolve without a certificate", votesSuffice, "votes resolve nothing until"],
  ["votes on any plan count for one", anyPlan, "votes resolve nothing until"],
  ["what comes before the opening is lost", earlyIsLost, "the order of facts leaves no trace"]
]
