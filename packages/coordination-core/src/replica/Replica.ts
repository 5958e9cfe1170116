/**
 * The replicated state of a node: all folds over the facts it holds, as one.
 *
 *     facts ──evolve──▶ { forks, people, tasks, sessions, mutes, contracts } ──views──▶ status, inbox, …
 *
 * Invariant: two replicas that folded the same set of facts, in any order and with any doubles,
 * are byte-identical (`Canonical.ts`). It holds facts only: nothing of time, arrival or
 * configuration but the founder, who is part of the mesh. (docs/rules.md, 3)
 */
import * as HashMap from "effect/HashMap"
import * as HashSet from "effect/HashSet"
import * as Forks from "../ban/Forks.ts"
import * as Contracts from "../contract/Contracts.ts"
import type { Fact } from "../fact/Fact.ts"
import { key as agentKey } from "../identity/AgentId.ts"
import type { FactId, Origin } from "../identity/FactId.ts"
import type { NodeId, PersonId } from "../identity/NodeId.ts"
import * as Mutes from "../mute/Mutes.ts"
import * as People from "../ruling/People.ts"
import { nodesOf, type Opening } from "../session/Opening.ts"
import * as Session from "../session/Session.ts"
import * as Status from "../session/Status.ts"
import * as Registry from "../task/Registry.ts"
import * as VersionMap from "./VersionMap.ts"

export interface Replica {
  readonly forks: Forks.Forks
  readonly people: People.People
  readonly tasks: Registry.Registry
  readonly contracts: Contracts.Contracts
  readonly sessions: VersionMap.VersionMap<string, Session.Session>
  /** Which sessions an opened claim and a roster's node are in. */
  readonly sessionsOf: VersionMap.VersionMap<FactId | NodeId, HashSet.HashSet<string>>
  readonly mutes: Mutes.Mutes
}

export const empty = (founder: PersonId): Replica => ({
  forks: Forks.empty,
  people: People.empty(founder),
  tasks: Registry.empty,
  contracts: Contracts.empty,
  sessions: VersionMap.empty(),
  sessionsOf: VersionMap.empty(),
  mutes: Mutes.empty
})

/** Folds a fact, and with it what it embeds: sealed, that proves itself. */
export const evolve = (replica: Replica, fact: Fact): Replica => evolveAll(replica, [fact])

/** Folds many facts as one step: between two of them the state is seen by nobody. */
export const evolveAll = (replica: Replica, facts: ReadonlyArray<Fact>): Replica => {
  let next = withMaps(replica, VersionMap.opened)
  for (const fact of facts) {
    if (fact.data.message_type !== "fork_proven") next = fact.embedded.reduce(evolvePart, next)
    next = evolvePart(next, fact)
  }
  return {
    ...withMaps(next, VersionMap.closed),
    forks: Forks.evolveAll(replica.forks, facts),
    people: facts.reduce(People.evolve, replica.people)
  }
}

/** The replica with its maps, as large as the mesh is old, each turned into another. */
const withMaps = (
  replica: Replica,
  turn: <K, V extends object>(map: VersionMap.VersionMap<K, V>) => VersionMap.VersionMap<K, V>
): Replica => ({
  ...replica,
  tasks: {
    descriptions: turn(replica.tasks.descriptions),
    claims: turn(replica.tasks.claims),
    claimsOf: turn(replica.tasks.claimsOf),
    renewals: turn(replica.tasks.renewals),
    ends: turn(replica.tasks.ends)
  },
  sessions: turn(replica.sessions),
  sessionsOf: turn(replica.sessionsOf)
})

/** Folds what a fact says by itself, without its place and without what it embeds. */
export const evolvePart = (replica: Replica, fact: Fact): Replica => {
  if (fact.data.message_type === "contracts_stated") {
    return { ...replica, contracts: Contracts.evolve(replica.contracts, fact) }
  }
  const tasks = Registry.evolve(replica.tasks, fact)
  const id = Session.subject(fact)
  if (id === undefined) {
    const mutes = Mutes.evolve(replica.mutes, fact)
    return tasks === replica.tasks && mutes === replica.mutes ? replica : { ...replica, tasks, mutes }
  }
  const before = replica.sessions.get(id) ?? Session.empty(id)
  const after = Session.evolve(before, fact)
  const sessions = VersionMap.set(replica.sessions, id, after)
  const sessionsOf = before.opening === undefined ? indexed(replica.sessionsOf, after) : replica.sessionsOf
  // An open map is the same after it was written.
  return sessions === replica.sessions && sessionsOf === replica.sessionsOf
    ? replica
    : { ...replica, sessions, sessionsOf }
}

/** What sessions ask of the rest of the state. */
export const world = (replica: Replica): Status.World => {
  const counts = (origin: Origin): boolean =>
    !Forks.hasForked(replica.forks, origin.node) && !People.isRevoked(replica.people, origin)
  const endOf: Status.World["endOf"] = ({ claim }) => {
    const known = Registry.claimById(replica.tasks, claim)
    return known === undefined ? undefined : Registry.endOf(replica.tasks, known, counts)
  }
  return {
    counts,
    hasForked: (node) => Forks.hasForked(replica.forks, node),
    isBanned: (node) =>
      Forks.hasForked(replica.forks, node) || People.isRevokedMember(replica.people, node),
    hasEnded: (claim) => endOf(claim) !== undefined,
    endOf,
    untilMillis: ({ claim }) => {
      const known = Registry.claimById(replica.tasks, claim)
      return known === undefined ? Infinity : Registry.untilMillis(replica.tasks, known, counts)
    },
    isPerson: (person) => People.isKnown(replica.people, person),
    inGoodStanding: (person) => People.inGoodStanding(replica.people, person)
  }
}

/** An opened session by its id. */
export const sessionById = (replica: Replica, id: string): Status.Opened | undefined => {
  const session = replica.sessions.get(id)
  return Status.isOpened(session) ? session : undefined
}

/** All opened sessions. */
export const openedSessions = (replica: Replica): ReadonlyArray<Status.Opened> =>
  [...replica.sessions.values()].filter(Status.isOpened)

/** The sessions whose status facts, once folded, may have changed. */
export const touched = (before: Replica, after: Replica, facts: ReadonlyArray<Fact>): ReadonlyArray<string> =>
  [...new Set([
    ...facts.flatMap((fact) => concerned(after, fact)),
    ...shaken(after, disturbed(before, after))
  ])]

/** The sessions that a fact is about, and those of the claim that it ends. */
export const concerned = (replica: Replica, fact: Fact): ReadonlyArray<string> =>
  [...[fact, ...fact.embedded].flatMap((each) => Session.subject(each) ?? []), ...byClaim(replica, fact)]

/** Whose standing is another than before: nodes were banned or revoked, people made known or revoked. */
export interface Disturbed {
  readonly nodes: ReadonlyArray<NodeId>
  readonly people: ReadonlyArray<PersonId>
}

/** Compares what rulings and bans made of nodes and people, so that what changes nothing costs nothing. */
export const disturbed = (before: Replica, after: Replica): Disturbed => ({
  nodes: [
    ...before.forks.authors === after.forks.authors
      ? []
      : HashSet.difference(after.forks.authors, before.forks.authors),
    ...People.revokedAnew(before.people, after.people)
  ],
  people: People.stoodOtherwise(before.people, after.people)
})

/** The sessions that take their status from the standing of these nodes and people. */
export const shaken = (replica: Replica, { nodes, people }: Disturbed): ReadonlyArray<string> => [
  ...nodes.flatMap((node) => sessionsWith(replica, node)),
  ...people.length === 0
    ? []
    : openedSessions(replica).filter(({ rulings }) => HashMap.some(rulings, ({ by }) => people.includes(by)))
      .map(({ id }) => id)
]

/** The sessions that have this claim or a member on this node. */
export const sessionsWith = (replica: Replica, subject: FactId | NodeId): ReadonlyArray<string> =>
  [...replica.sessionsOf.get(subject) ?? []].sort()

/** The mute by a holder that silences an alert, if there is one. */
export const mutedBy = (replica: Replica, alert: Mutes.Alert): Mutes.Stated | undefined =>
  Mutes.silencing(replica.mutes, alert, world(replica).counts)

/** A claim is ended by its owner alone. */
const byClaim = (replica: Replica, { data, from }: Fact): ReadonlyArray<string> => {
  if (data.message_type !== "task_released" && data.message_type !== "task_completed") return []
  const owner = Registry.claimById(replica.tasks, data.claim)?.agent
  return owner === agentKey({ node: from, name: data.agent_id }) ? sessionsWith(replica, data.claim) : []
}

/** The claims and the nodes under which a session is indexed. */
export const subjectsOf = ({ claims, roster }: Opening): ReadonlyArray<FactId | NodeId> => [
  ...claims.map(({ claim }) => claim),
  ...nodesOf(roster)
]

const indexed = (index: Replica["sessionsOf"], session: Session.Session): Replica["sessionsOf"] => {
  if (session.opening === undefined) return index
  return subjectsOf(session.opening).reduce(
    (all, subject) =>
      VersionMap.set(all, subject, HashSet.add(all.get(subject) ?? HashSet.empty<string>(), session.id)),
    index
  )
}
