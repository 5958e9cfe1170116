/**
 * What was committed, told to people: one notice for each thing worth a word.
 *
 * Told from the state after the commit, so the words are the same on every node.
 */
import * as MuteCommands from "@chorus/coordination-core/command/MuteCommands"
import type { Fact } from "@chorus/coordination-core/fact/Fact"
import { AgentName, type AgentKey, key as agentKey, show } from "@chorus/coordination-core/identity/AgentId"
import { short } from "@chorus/coordination-core/identity/NodeId"
import * as Replica from "@chorus/coordination-core/replica/Replica"
import type { Ruling } from "@chorus/coordination-core/ruling/Ruling"
import * as Session from "@chorus/coordination-core/session/Session"
import * as Status from "@chorus/coordination-core/session/Status"
import * as Registry from "@chorus/coordination-core/task/Registry"
import * as TaskContext from "@chorus/coordination-core/task/TaskContext"
import type { Committed } from "@chorus/runtime/Driver"
import type * as Rows from "../api/Rows.ts"
import { briefly } from "./Brief.ts"

/** The notices of one commit, facts first, then what became of sessions. */
export const notices = (committed: Committed): ReadonlyArray<Rows.Notice> => {
  const { after, before, facts } = committed
  const told = facts.flatMap((fact): ReadonlyArray<Rows.Notice> => {
    const text = tell(after.replica, fact)
    const session = Session.subject(fact)
    return text === undefined ? [] : [{
      at: fact.timestamp,
      kind: fact.data.message_type,
      ...(session === undefined ? {} : { session }),
      ...named(fact),
      text
    }]
  })
  const touched = Replica.touched(before.replica, after.replica, facts)
  return [...told, ...touched.flatMap((id) => turned(before.replica, after.replica, id, facts))]
}

/** A session that opened or whose status rose. */
const turned = (
  before: Replica.Replica,
  after: Replica.Replica,
  id: string,
  facts: ReadonlyArray<Fact>
): ReadonlyArray<Rows.Notice> => {
  const session = Replica.sessionById(after, id)
  if (session === undefined) return []
  const known = Replica.sessionById(before, id)
  const was = known === undefined ? "active" : Status.statusOf(known, Replica.world(before))
  const is = Status.statusOf(session, Replica.world(after))
  // What an escalation of this commit says was told with it.
  const said = new Set(facts.map(({ data }) =>
    data.message_type === "escalation" ? data.escalation_reason : undefined))
  const reasons = Status.waitsBecause(session, Replica.world(after)).filter((reason) => !said.has(reason))
  return was === is ? [] : [{
    at: facts.at(-1)?.timestamp ?? session.opening.account.timestamp,
    kind: "status",
    session: id,
    text: `session ${briefly(id)} is ${is}${reasons.length === 0 ? "" : `: ${reasons.join("; ")}`}`
  }]
}

const named = (fact: Fact): { readonly agent?: string } => {
  const name = "agent_id" in fact.data
    ? fact.data.agent_id
    : "from_agent" in fact.data
    ? fact.data.from_agent
    : undefined
  return name === undefined ? {} : { agent: agentKey({ node: fact.from, name: AgentName.make(name) }) }
}

const tell = (replica: Replica.Replica, fact: Fact): string | undefined => {
  const { data } = fact
  switch (data.message_type) {
    case "task_claimed": {
      const claim = Registry.claimById(replica.tasks, fact.id)
      const { counts } = Replica.world(replica)
      const title = claim === undefined ? "" : Registry.contextOf(replica.tasks, claim, counts).title
      return `${data.agent_id} claims ${data.repository}#${data.task_id}: ${title}`
    }
    case "task_updated":
      return `${data.task.agent_id ?? short(fact.from)} updates ${TaskContext.key(data.task)}`
    case "task_released":
    case "task_completed": {
      const task = Registry.claimById(replica.tasks, data.claim)?.task ?? "a task"
      return `${data.agent_id} ${data.message_type === "task_released" ? "releases" : "completes"} ${task}`
    }
    case "dependency_detected": {
      const { dependency } = data
      // No evidence is certainty, so nothing is shown as 100 %.
      const confidence = Math.min(99, Math.round(dependency.confidence * 100))
      return `${dependency.relationship} (${confidence} %): ${dependency.reason}`
    }
    case "alert_muted": {
      const { agent_id, because, covers = "pair", rule, task1, task2 } = data
      return `${agent_id} mutes ${MuteCommands.inWords(covers, rule, task1, task2)}: ${because}`
    }
    case "mute_lifted": {
      const { agent_id, covers = "pair", task1, task2 } = data
      return covers === "rule"
        ? `${agent_id} lifts the mute of a rule`
        : `${agent_id} lifts the mute of ${MuteCommands.inWords(covers, undefined, task1, task2)}`
    }
    case "contracts_stated":
      return data.part === 1 ? `the contracts of ${data.repository} are stated` : undefined
    case "session_opened":
      return `${data.session_kind} session opened: ${data.reason}`
    default:
      return tellOfSession(replica, fact)
  }
}

const tellOfSession = (replica: Replica.Replica, fact: Fact): string | undefined => {
  const { data } = fact
  const session = Replica.sessionById(replica, Session.subject(fact) ?? "")
  const who = (name: AgentName): string =>
    show(agentKey({ node: fact.from, name }), session?.opening.roster ?? [] satisfies Array<AgentKey>)
  switch (data.message_type) {
    case "coordination_plan":
      return `plan of round ${data.round ?? 1}, made by ${data.made_by ?? "nobody known"}`
    case "coordination_response":
      return data.stance === undefined
        ? `${who(data.agent_id)}: ${data.response}`
        : `${who(data.agent_id)} votes ${data.stance}${data.response === "" ? "" : `: ${data.response}`}`
    case "session_message":
      return `${who(data.from_agent)}${data.intent === undefined ? "" : ` (${data.intent})`}: ${data.content}`
    case "delivery_noted":
      return `${who(data.agent_id)} was shown ${data.items.length}` +
        (data.stage === "shown" ? "" : ", and took note")
    case "escalation":
      return `escalated: ${data.escalation_reason}`
    case "ruling":
      return fact.ruling === undefined ? undefined : tellRuling(replica, fact.ruling)
    case "fork_proven":
      return `a node stated two things at one place and is banned: ${data.log}`
    default:
      return undefined
  }
}

const tellRuling = ({ people }: Replica.Replica, { by, ruling }: Ruling): string => {
  const nameOf = (id: string) => people.known.find(({ person }) => person === id)?.name ?? id.slice(-8)
  switch (ruling.kind) {
    case "decide_session":
      return `${nameOf(by)} decides: ${ruling.decision}`
    case "add_person":
      return `${nameOf(by)} lets ${ruling.name} rule`
    case "revoke_person":
      return `${nameOf(by)} revokes ${nameOf(ruling.person)}: ${ruling.because}`
    case "add_member":
      return `${nameOf(by)} lists the node ${ruling.name} as a member`
    case "revoke_member":
      return `${nameOf(by)} revokes the node ${short(ruling.node)}: ${ruling.because}`
  }
}
