/**
 * How a session begins: its kind, its terms and its claims, and with them its identity and roster.
 *
 * The id hashes exactly that, so whoever detects a dependency, and however often, opens the same
 * session. The roster is the distinct owners of the embedded claims, closed for ever. An opening
 * counts only from a node that owns one of its claims. (docs/rules.md, 7)
 */
import type { Fact } from "../fact/Fact.ts"
import type { Dependency, Terms } from "../fact/SessionFacts.ts"
import { type AgentKey, fromKey, key as agentKey } from "../identity/AgentId.ts"
import type { FactId, Origin } from "../identity/FactId.ts"
import * as Derived from "../identity/Derived.ts"
import * as Hash from "../identity/Hash.ts"
import type { NodeId } from "../identity/NodeId.ts"
import * as TaskKey from "../identity/TaskKey.ts"
import { compare } from "../replica/Sorted.ts"

export type Kind = "dependency" | "conflict" | "planning"

/** A claim as the opening embeds it: which task, which claim, whose. */
export interface OpenedClaim {
  readonly task: TaskKey.TaskKey
  readonly claim: FactId
  readonly agent: AgentKey
}

export interface Opening {
  readonly session: string
  readonly kind: Kind
  readonly terms: Terms
  /** Sorted by task, then by claim. */
  readonly claims: ReadonlyArray<OpenedClaim>
  /** The distinct owners of the claims, sorted. */
  readonly roster: ReadonlyArray<AgentKey>
  /** What the opener says of it; no rule reads this. */
  readonly account: Account
}

/** Why the session was opened, in the words of the fact that opened it. */
export interface Account {
  readonly id: FactId
  readonly origin: Origin
  readonly timestamp: string
  readonly reason: string
  readonly dependency?: Dependency
}

const prefixes: Readonly<Record<Kind, string>> = {
  dependency: "dep_",
  conflict: "conf_",
  planning: "plan_"
}

/** The id of a session: a prefix and 40 hexadecimal digits of SHA-256. */
export const sessionId = (
  kind: Kind,
  terms: Terms,
  claims: ReadonlyArray<Pick<OpenedClaim, "task" | "claim">>
): string => {
  const pairs = claims.map(({ claim, task }) => [task, claim] as const).sort(byPair)
  const limits = [terms.policy, terms.max_participants, terms.max_messages, terms.max_duration_ms]
  return prefixes[kind] + Hash.ofText(JSON.stringify([kind, limits, pairs])).slice(0, 40)
}

/** The opening that a fact states; undefined when it states none that counts. */
export const fromFact = (fact: Fact): Opening | undefined => {
  const { message_type: type } = fact.data
  return type === "dependency_detected" || type === "session_opened" ? stated(fact) : undefined
}

const stated = Derived.once((fact: Fact): Opening | undefined => {
  const said = statement(fact)
  if (said === undefined) return undefined
  const claims = fact.embedded
    .flatMap((embedded): ReadonlyArray<OpenedClaim> =>
      embedded.data.message_type !== "task_claimed" ? [] : [{
        task: TaskKey.make(embedded.data.repository, embedded.data.task_id),
        claim: embedded.id,
        agent: agentKey({ node: embedded.from, name: embedded.data.agent_id })
      }]
    )
    .sort((a, b) => byPair([a.task, a.claim], [b.task, b.claim]))
  const roster = [...new Set(claims.map((claim) => claim.agent))].sort()
  const owned = fact.embedded.some((embedded) => embedded.from === fact.from)
  if (!owned || !fits(said.kind, said.terms, claims, roster)) return undefined
  return { session: sessionId(said.kind, said.terms, claims), claims, roster, ...said }
})

/** The nodes of a roster, sorted; worked out once, since every look at a session asks for them. */
export const nodesOf = (roster: ReadonlyArray<AgentKey>): ReadonlyArray<NodeId> => {
  const nodes = rosters.get(roster) ?? [...new Set(roster.map((agent) => fromKey(agent).node))].sort()
  rosters.set(roster, nodes)
  return nodes
}

const rosters = new WeakMap<ReadonlyArray<AgentKey>, ReadonlyArray<NodeId>>()

const statement = (fact: Fact): Pick<Opening, "kind" | "terms" | "account"> | undefined => {
  const origin = { node: fact.from, log: fact.log, seq: fact.seq }
  const account = { id: fact.id, origin, timestamp: fact.timestamp }
  if (fact.data.message_type === "session_opened") {
    const { reason, session_kind, terms } = fact.data
    return { kind: session_kind, terms, account: { ...account, reason } }
  }
  if (fact.data.message_type === "dependency_detected" && fact.data.terms !== undefined) {
    const { dependency, terms } = fact.data
    return {
      kind: "dependency",
      terms,
      account: { ...account, reason: dependency.reason, dependency }
    }
  }
  return undefined
}

/**
 * One agent owning all tasks gets a note, not a session; a conflict is about one task of two, or
 * about two tasks of one repository.
 */
const fits = (
  kind: Kind,
  terms: Terms,
  claims: ReadonlyArray<OpenedClaim>,
  roster: ReadonlyArray<AgentKey>
): boolean => {
  const tasks = new Set(claims.map((claim) => claim.task)).size
  if (roster.length < 2 || roster.length > terms.max_participants) return false
  switch (kind) {
    case "dependency":
      return claims.length === 2 && tasks === 2
    case "conflict":
      return claims.length === 2 && new Set(claims.map(({ task }) => TaskKey.repository(task))).size === 1
    case "planning":
      return tasks === claims.length
  }
}

const byPair = (a: readonly [string, string], b: readonly [string, string]): number =>
  compare(a[0], b[0]) || compare(a[1], b[1])
