/**
 * A mesh on paper: facts written by hand, without keys, network, clock or disk.
 *
 *     const paper = Paper.make()
 *     const api = paper.claim(paper.agent("a", "api"), "backend#1")
 *     const web = paper.claim(paper.agent("b", "web"), "frontend#2")
 *     const opening = paper.depend(api, web)        // … propose, vote, certify
 *     Replica.evolveAll(Replica.empty(paper.founder), paper.facts)
 *
 * Every fact goes through the writer and the decoder like a real one; only the seal is missing,
 * so use it to test folds and machines, never to run a mesh.
 */
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as Decode from "../fact/Decode.ts"
import { type Draft, draft } from "../fact/Draft.ts"
import type { Fact } from "../fact/Fact.ts"
import type { PlanHash, Stance } from "../fact/SessionFacts.ts"
import * as Writer from "../fact/Writer.ts"
import { type AgentId, AgentName, fromKey, key as agentKey } from "../identity/AgentId.ts"
import { type FactId, LogNonce } from "../identity/FactId.ts"
import * as Hash from "../identity/Hash.ts"
import { NodeId, PersonId } from "../identity/NodeId.ts"
import * as TaskKey from "../identity/TaskKey.ts"
import * as MeshSettings from "../mesh/MeshSettings.ts"
import type { PlanContent } from "../plan/PlanContent.ts"
import * as PlanHashes from "../plan/PlanHash.ts"
import type { Ruling, RulingPayload } from "../ruling/Ruling.ts"
import * as Opening from "../session/Opening.ts"

/** A mesh on paper; it grows with every fact stated. */
export interface Paper {
  readonly founder: PersonId
  readonly settings: MeshSettings.MeshSettings
  /** All facts, in the order in which they were stated. */
  readonly facts: ReadonlyArray<Fact>
  /** An agent of a node; both are made up from their names. */
  readonly agent: (node: string, name: string) => AgentId
  /** States any draft as a node. Throws when no node would take it: on paper that is a mistake. */
  readonly state: (node: NodeId, draft: Draft) => Fact
  /** States a draft at the place of the node's last fact again: a fork. */
  readonly fork: (node: NodeId, draft: Draft) => Fact
  readonly claim: (agent: AgentId, task: string) => Fact
  readonly end: (claim: Fact, as?: "task_released" | "task_completed") => Fact
  /** Opens a dependency session over two claims, as the first one's node unless said otherwise. */
  readonly depend: (first: Fact, second: Fact, by?: NodeId) => Fact
  readonly open: (kind: "conflict" | "planning", claims: ReadonlyArray<Fact>, by?: NodeId) => Fact
  /**
   * Proposes a plan; a different `note` makes a different plan. From an objection on: its next round.
   * Throws where the session is that of an opening that opens none.
   */
  readonly propose: (session: string, by: AgentId, note?: string, objection?: Fact) => Fact
  readonly vote: (agent: AgentId, plan: Fact, stance: Stance, supersededBy?: PlanHash) => Fact
  /** States a certificate of these votes, whether they prove anything or not. */
  readonly certify: (by: NodeId, session: string, votes: ReadonlyArray<Fact>) => Fact
  readonly say: (agent: AgentId, session: string, text: string) => Fact
  readonly escalate: (by: NodeId, session: string, reason: string) => Fact
  /** A ruling by a person, carried by a node. */
  readonly rule: (by: PersonId, carrier: NodeId, ruling: RulingPayload["ruling"]) => Fact
}

/** The peer id that a name has on paper. */
export const node = (name: string): NodeId => NodeId.make(idOf("N", name))

/** The key that a person has on paper. */
export const person = (name: string): PersonId => PersonId.make(idOf("P", name))

/** The session that an opening opens; the empty text where it opens none. */
export const session = (opening: Fact): string => Opening.fromFact(opening)?.session ?? ""

/** The hash of the plan that a fact proposes. */
export const planHash = (plan: Fact): PlanHash => {
  const { data } = plan
  if (data.message_type !== "coordination_plan" || data.content === undefined) {
    throw new Error("not a plan")
  }
  return PlanHashes.of(data.session_id, data.round ?? 1, plan.embedded[0]?.id, data.content)
}

/** A plan of one step, owned by an agent. */
export const content = (owner: AgentId, note: string): PlanContent => ({
  items: [{ id: "1", owner: agentKey(owner), action: note, depends_on: [], done_when: "it is done" }],
  share: [],
  watch: [],
  success: ["both tasks work together"]
})

/** An empty mesh on paper. */
export const make = (founderName = "founder"): Paper => {
  const founder = person(founderName)
  const settings = MeshSettings.defaults(founder)
  const desk = openDesk()
  return {
    founder,
    settings,
    facts: desk.facts,
    agent: (nodeName, name) => ({ node: node(nodeName), name: named(name) }),
    state: desk.state,
    fork: desk.fork,
    rule: desk.rule,
    ...aboutTasks(desk),
    ...aboutOpenings(desk, settings),
    ...aboutSessions(desk)
  }
}

// Unlike the makers of brands, these throw what is wrong with a text.
const named = Schema.decodeSync(AgentName)
const tasked = Schema.decodeSync(TaskKey.TaskKey)

interface Desk extends Pick<Paper, "facts" | "state" | "fork" | "rule"> {
  readonly nowMillis: () => number
}

/** Where facts are written: the logs of all nodes, and a clock that moves a second a fact. */
const openDesk = (): Desk => {
  const writers = new Map<NodeId, { readonly now: Writer.State; readonly before: Writer.State }>()
  const facts: Array<Fact> = []
  let millis = 0
  const write = (writer: Writer.State, written: Draft, ruling?: Ruling): Fact => {
    millis += 1000
    const embedded = written.embed.map((id) => found(facts, id))
    const surroundings = { wallMillis: millis, liveFrom: {}, embedded: written.embed }
    const next = orThrow(Writer.write(writer, written, surroundings))
    const fact = orThrow(Decode.complete(next.decoded, embedded, ruling))
    writers.set(writer.node, { now: next.state, before: writer })
    facts.push(fact)
    return fact
  }
  const writerOf = (by: NodeId) => {
    const fresh = Writer.open(by, LogNonce.make(Hash.ofText(by).slice(0, 16)))
    return writers.get(by) ?? { now: fresh, before: fresh }
  }
  return {
    facts,
    nowMillis: () => millis,
    state: (by, stated) => write(writerOf(by).now, stated),
    fork: (by, forked) => write(writerOf(by).before, forked),
    rule: (by, carrier, ruling) => {
      const payload = JSON.stringify({ v: 1, by, timestamp: Writer.isoOf(millis), ruling })
      const opened = orThrow(Decode.ruling({ payload, signer: by }))
      return write(writerOf(carrier).now, draft({ message_type: "ruling", ruling: payload }), opened)
    }
  }
}

const aboutTasks = ({ nowMillis, state }: Desk): Pick<Paper, "claim" | "end"> => ({
  claim: (agent, task) => {
    const key = tasked(task)
    return state(agent.node, draft({
      message_type: "task_claimed",
      repository: TaskKey.repository(key),
      task_id: TaskKey.id(key),
      agent_id: agent.name,
      claimed_until_ms: nowMillis() + 1_800_000
    }))
  },
  end: (claim, as = "task_released") =>
    state(claim.from, draft({ message_type: as, claim: claim.id, agent_id: ownerOf(claim).name }))
})

const aboutOpenings = (
  { state }: Desk,
  settings: MeshSettings.MeshSettings
): Pick<Paper, "depend" | "open"> => ({
  depend: (first, second, by = first.from) =>
    state(by, draft({
      message_type: "dependency_detected",
      dependency: {
        task1: taskOf(first),
        task2: taskOf(second),
        relationship: "API_Contract",
        confidence: 0.8,
        reason: "API definition and implementation dependency"
      },
      hop_count: 0,
      max_hops: settings.coordinationHops,
      terms: MeshSettings.terms(settings)
    }, [first.id, second.id])),
  open: (kind, claims, by = claims[0]?.from ?? node("nobody")) =>
    state(by, draft({
      message_type: "session_opened",
      session_kind: kind,
      reason: "written on paper",
      tasks_involved: claims.map(taskOf),
      terms: MeshSettings.terms(settings)
    }, claims.map((claim) => claim.id)))
})

const aboutSessions = (
  { state }: Desk
): Pick<Paper, "propose" | "vote" | "certify" | "say" | "escalate"> => ({
  propose: (id, by, note = "do it", objection) =>
    state(by.node, draft({
      message_type: "coordination_plan",
      session_id: inSession(id),
      plan: "COORDINATION PLAN: reviewed and approved, all agree",
      round: (objection === undefined ? 0 : roundOf(objection)) + 1,
      content: content(by, note),
      made_by: "paper"
    }, objection === undefined ? [] : [objection.id])),
  vote: (agent, plan, stance, supersededBy) =>
    state(agent.node, draft({
      message_type: "coordination_response",
      session_id: sessionOf(plan),
      agent_id: agent.name,
      response: `${agent.name} says ${stance}`,
      stance,
      round: roundOf(plan),
      plan_hash: planHash(plan),
      ...(supersededBy === undefined ? {} : { superseded_by: supersededBy })
    })),
  certify: (by, id, votes) =>
    state(by, draft({
      message_type: "resolution",
      session_id: inSession(id),
      resolution: "Consensus reached among participants"
    }, votes.map((vote) => vote.id))),
  say: (agent, id, text) =>
    state(agent.node, draft({
      message_type: "session_message",
      session_id: id,
      from_agent: agent.name,
      content: text
    })),
  escalate: (by, id, reason) =>
    state(by, draft({
      message_type: "escalation",
      session_id: id,
      escalation_reason: reason,
      requires_human: true
    }))
})

const inSession = (id: string): string => {
  if (id === "") throw new Error("no session: the fact that should open it opens none")
  return id
}

/** The session that a plan, a vote or a message names. */
export const sessionOf = (fact: Fact): string => "session_id" in fact.data ? fact.data.session_id : ""

/** The round that a plan or a vote names. */
export const roundOf = (fact: Fact): number => "round" in fact.data ? fact.data.round ?? 1 : 1

/** The agent that a claim is by. */
export const ownerOf = (claim: Fact): AgentId => {
  if (claim.data.message_type !== "task_claimed") throw new Error("not a claim")
  return fromKey(agentKey({ node: claim.from, name: claim.data.agent_id }))
}

/** How an opening names the task of a claim. */
export const taskOf = (claim: Fact) => {
  if (claim.data.message_type !== "task_claimed") throw new Error("not a claim")
  const { agent_id, repository, task_id } = claim.data
  return { repository, task_id, title: `the task ${task_id}`, agent_id }
}

const idOf = (kind: string, name: string): string =>
  // Hexadecimal digits but 0 are base58 digits, too.
  `12D3Koo${kind}${Hash.ofText(`${kind} ${name}`).replaceAll("0", "z").slice(0, 44)}`

const found = (facts: ReadonlyArray<Fact>, id: FactId): Fact => {
  const fact = facts.find((known) => known.id === id)
  if (fact === undefined) throw new Error(`no fact ${id} on this paper`)
  return fact
}

const orThrow = <A, E extends { readonly detail: string }>(result: Result.Result<A, E>): A => {
  if (Result.isFailure(result)) throw new Error(result.failure.detail)
  return result.success
}
