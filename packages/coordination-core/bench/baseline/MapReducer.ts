/**
 * The same fold by hand: one switch over mutable Maps and Sets, with nothing left out.
 *
 * It keeps what `Replica` keeps, in the same words, and hashes what has to be hashed. Whether it
 * does is not a matter of opinion: `asReplica` gives the state in the shape of a replica, and the
 * benchmark compares the canonical texts before it measures.
 */
import * as HashMap from "effect/HashMap"
import * as HashSet from "effect/HashSet"
import type * as Forks from "@chorus/coordination-core/ban/Forks"
import type { Fact } from "@chorus/coordination-core/fact/Fact"
import type { AgentKey } from "@chorus/coordination-core/identity/AgentId"
import * as Derived from "@chorus/coordination-core/identity/Derived"
import type { FactId, LogId } from "@chorus/coordination-core/identity/FactId"
import type { NodeId, PersonId } from "@chorus/coordination-core/identity/NodeId"
import type { TaskKey } from "@chorus/coordination-core/identity/TaskKey"
import * as PlanHash from "@chorus/coordination-core/plan/PlanHash"
import * as Replica from "@chorus/coordination-core/replica/Replica"
import * as VersionMap from "@chorus/coordination-core/replica/VersionMap"
import * as Opening from "@chorus/coordination-core/session/Opening"
import type * as Session from "@chorus/coordination-core/session/Session"
import type * as Registry from "@chorus/coordination-core/task/Registry"
import * as Room from "@chorus/coordination-core/task/Room"
import type { Certificate } from "@chorus/coordination-core/vote/Certificate"
import type { Vote } from "@chorus/coordination-core/vote/Vote"

interface OpenSession {
  opening: Opening.Opening | undefined
  readonly plans: Map<FactId, Session.Plan>
  readonly votes: Map<FactId, Vote>
  readonly messages: Map<FactId, Session.Message>
  readonly escalations: Map<FactId, Session.Escalation>
  readonly certificates: Map<FactId, Certificate>
}

export interface State {
  readonly places: Map<LogId, Map<number, FactId>>
  readonly descriptions: Map<string, Array<Registry.Description>>
  readonly claims: Map<FactId, Registry.Claim>
  readonly claimsOf: Map<TaskKey, Array<FactId>>
  readonly renewals: Map<string, Array<Registry.Renewal>>
  readonly ends: Map<string, Array<Registry.End>>
  readonly sessions: Map<string, OpenSession>
  readonly sessionsOf: Map<FactId | NodeId, Set<string>>
}

export const empty = (): State => ({
  places: new Map(),
  descriptions: new Map(),
  claims: new Map(),
  claimsOf: new Map(),
  renewals: new Map(),
  ends: new Map(),
  sessions: new Map(),
  sessionsOf: new Map()
})

/** Folds a fact of the workload: no people, no mutes, no forks. */
export const reduce = (state: State, fact: Fact): void => {
  note(state, fact)
  for (const inner of fact.embedded) {
    note(state, inner)
    apply(state, inner)
  }
  apply(state, fact)
}

const note = ({ places }: State, { id, log, seq }: Fact): void => {
  const known = places.get(log)
  if (known === undefined) places.set(log, new Map([[seq, id]]))
  else if ((known.get(seq) ?? id) !== id) throw new Error("a fork: the workload has none")
  else known.set(seq, id)
}

// Names and nodes were checked when the fact was decoded, so the parts make a key as they stand.
const agentOf = (fact: Fact, name: string) => `${name}@${fact.from}` as AgentKey

const originOf = ({ from, log, seq }: Fact) => ({ node: from, log, seq })

const apply = (state: State, fact: Fact): void => {
  const { data, id } = fact
  switch (data.message_type) {
    case "task_announced": {
      const { task, version } = data
      const description = { id, origin: originOf(fact), version, task }
      const key = `${task.repository}#${task.task_id} ${fact.from}`
      insert(
        state.descriptions,
        key,
        description,
        (a, b) => a.version - b.version || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0)
      )
      return highest(state.descriptions.get(key))
    }
    case "task_claimed": {
      if (state.claims.has(id)) return
      const task = `${data.repository}#${data.task_id}` as TaskKey
      const untilMillis = data.claimed_until_ms
      const agent = agentOf(fact, data.agent_id)
      const { timestamp } = fact
      state.claims.set(id, { id, origin: originOf(fact), task, agent, untilMillis, timestamp })
      return insert(state.claimsOf, task, id, (a, b) => (a < b ? -1 : a > b ? 1 : 0))
    }
    case "claim_renewed": {
      const key = `${data.claim} ${agentOf(fact, data.agent_id)}`
      const renewal = { id, origin: originOf(fact), untilMillis: data.claimed_until_ms }
      insert(
        state.renewals,
        key,
        renewal,
        (a, b) => a.untilMillis - b.untilMillis || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0)
      )
      return highest(state.renewals.get(key))
    }
    case "task_completed": {
      const agent = agentOf(fact, data.agent_id)
      const end = { id, origin: originOf(fact), agent, as: "completed" as const, timestamp: fact.timestamp }
      const key = `${data.claim} ${agent}`
      // The workload ends a claim once.
      return insert(state.ends, key, end, (a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0))
    }
    case "dependency_detected":
      return open(state, fact)
    case "coordination_plan":
      return propose(sessionOf(state, data.session_id), fact)
    case "coordination_response": {
      const vote = voteOf(fact)
      if (vote !== undefined) sessionOf(state, data.session_id).votes.set(id, vote)
      return
    }
    case "resolution":
      return certify(sessionOf(state, data.session_id), fact)
    default:
      throw new Error(`${data.message_type} is not part of the workload`)
  }
}

const sessionOf = ({ sessions }: State, id: string): OpenSession => {
  const known = sessions.get(id)
  if (known !== undefined) return known
  const session: OpenSession = {
    opening: undefined,
    plans: new Map(),
    votes: new Map(),
    messages: new Map(),
    escalations: new Map(),
    certificates: new Map()
  }
  sessions.set(id, session)
  return session
}

const open = (state: State, fact: Fact): void => {
  const opening = Opening.fromFact(fact)
  if (opening === undefined) return
  const session = sessionOf(state, opening.session)
  if (session.opening !== undefined && session.opening.account.id <= opening.account.id) return
  const isFirst = session.opening === undefined
  session.opening = opening
  if (!isFirst) return
  for (const { claim } of opening.claims) index(state, claim, opening.session)
  for (const agent of opening.roster) {
    index(state, agent.slice(agent.indexOf("@") + 1) as NodeId, opening.session)
  }
}

const index = ({ sessionsOf }: State, subject: FactId | NodeId, session: string): void => {
  const known = sessionsOf.get(subject)
  if (known === undefined) sessionsOf.set(subject, new Set([session]))
  else known.add(session)
}

const propose = (session: OpenSession, fact: Fact): void => {
  if (fact.data.message_type !== "coordination_plan") return
  const { content, made_by, round, session_id } = fact.data
  if (content === undefined || round === undefined) return
  const [embedded] = fact.embedded
  const objection = embedded === undefined ? undefined : voteOf(embedded)
  const answers = objection?.stance === "object" && objection.supersededBy === undefined &&
    objection.session === session_id && objection.round === round - 1 && fact.embedded.length === 1
  if (round === 1 ? fact.embedded.length > 0 : !answers) return
  session.plans.set(fact.id, {
    id: fact.id,
    origin: originOf(fact),
    round,
    hash: planHash(fact),
    content,
    madeBy: made_by ?? "unknown",
    timestamp: fact.timestamp,
    objection
  })
  if (objection !== undefined) session.votes.set(objection.id, objection)
}

/** Taken once a fact, as ours is: what is measured is the fold. */
const planHash = Derived.once((fact: Fact) => {
  if (fact.data.message_type !== "coordination_plan") throw new Error("not a plan")
  const { content, round, session_id } = fact.data
  return PlanHash.of(session_id, round!, fact.embedded[0]?.id, content!)
})

const voteOf = (fact: Fact): Vote | undefined => {
  if (fact.data.message_type !== "coordination_response") return undefined
  const { agent_id, plan_hash, response, round, session_id, stance, superseded_by } = fact.data
  if (stance === undefined || round === undefined || plan_hash === undefined) return undefined
  return {
    id: fact.id,
    origin: originOf(fact),
    session: session_id,
    agent: agentOf(fact, agent_id),
    round,
    plan: plan_hash,
    stance,
    supersededBy: stance === "object" ? superseded_by : undefined,
    dismisses: fact.data.dismisses === true,
    reason: response,
    timestamp: fact.timestamp
  }
}

const certify = (session: OpenSession, fact: Fact): void => {
  if (fact.data.message_type !== "resolution") return
  const votes = fact.embedded.flatMap((embedded) => voteOf(embedded) ?? [])
  const [first] = votes
  if (first === undefined || votes.length < fact.embedded.length) return
  const { session_id } = fact.data
  if (votes.some((vote) => vote.plan !== first.plan || vote.session !== session_id)) return
  votes.sort((a, b) => (a.agent < b.agent ? -1 : 1))
  const { plan, round, session: id } = first
  const { timestamp } = fact
  const origin = originOf(fact)
  session.certificates.set(fact.id, { id: fact.id, origin, session: id, plan, round, votes, timestamp })
  for (const vote of votes) session.votes.set(vote.id, vote)
}

const insert = <K, A>(map: Map<K, Array<A>>, key: K, item: A, order: (a: A, b: A) => number): void => {
  const known = map.get(key)
  if (known === undefined) return void map.set(key, [item])
  const at = known.findIndex((other) => order(other, item) >= 0)
  if (at === -1) known.push(item)
  else if (order(known[at]!, item) !== 0) known.splice(at, 0, item)
}

const highest = (items: Array<unknown> = []): void => {
  if (items.length > Room.highestMax) items.shift()
}

/** The state in the shape of a replica, to be compared. */
export const asReplica = (state: State, founder: PersonId): Replica.Replica => {
  const { claims, claimsOf, descriptions, ends, places, renewals, sessions, sessionsOf } = state
  const none = Replica.empty(founder)
  const map = HashMap.fromIterable
  const { from } = VersionMap
  const each = <K, A, B extends object>(known: Map<K, A>, turn: (value: A, key: K) => B) =>
    from([...known].map(([key, value]) => [key, turn(value, key)] as const))
  return {
    ...none,
    forks: {
      ...none.forks,
      places: HashMap.map(map(places), (log) => from<number, Forks.Place>(log))
    },
    tasks: {
      descriptions: from(descriptions),
      claims: from(claims),
      claimsOf: from(claimsOf),
      renewals: each(renewals, (known) => known),
      ends: from(ends)
    },
    sessions: each(sessions, (session, id) => ({
      id,
      opening: session.opening,
      plans: map(session.plans),
      votes: map(session.votes),
      messages: map(session.messages),
      receipts: HashMap.empty(),
      escalations: map(session.escalations),
      certificates: map(session.certificates),
      rulings: HashMap.empty()
    })),
    sessionsOf: each(sessionsOf, (ids) => HashSet.fromIterable(ids))
  }
}
