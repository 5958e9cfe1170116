/**
 * What has to come back from the store before something is folded or decided, and how it comes back.
 *
 *     facts | a command ──▶ wanted: subjects ──store──▶ facts ──▶ wanted beside them … ──▶ fold
 *
 * Invariant: what is in memory of a session, a claim, a node's words on a task or a task's mutes is
 * all that was ever folded of it. So a fact is folded only when each of these that it bears on is in
 * memory or was never heard of, and forgetting and recalling leave no trace. Of the facts that come
 * back only the parts that were asked for are folded, since the rest may be forgotten still.
 * (docs/rules.md, 4)
 */
import * as HashMap from "effect/HashMap"
import * as Option from "effect/Option"
import * as Forks from "../ban/Forks.ts"
import type { Command } from "../command/Command.ts"
import type { Fact } from "../fact/Fact.ts"
import { FactId, type LogId } from "../identity/FactId.ts"
import type { NodeId } from "../identity/NodeId.ts"
import * as TaskKey from "../identity/TaskKey.ts"
import * as Mutes from "../mute/Mutes.ts"
import * as Replica from "../replica/Replica.ts"
import * as Registry from "../task/Registry.ts"
import * as TaskContext from "../task/TaskContext.ts"
import * as Subject from "./Subject.ts"

/** Per log the highest place up to which this node holds everything. */
export type Heads = HashMap.HashMap<LogId, { readonly seq: number }>

/** What is in memory. */
export interface Memory {
  readonly replica: Replica.Replica
  /** Is the claim in the index of detection? Its sessions with a member here are in memory then. */
  readonly isIndexed: (claim: FactId) => boolean
}

export interface Wanted {
  readonly subjects: ReadonlyArray<string>
  /** Beginnings of names, and what they lead to. */
  readonly lists: ReadonlyArray<{ readonly beginning: string; readonly to: "session" | "claim" }>
}

const nothing: Wanted = { subjects: [], lists: [] }

/** The subject that a listed name leads to: the name ends with it. */
export const led = (to: "session" | "claim", name: string): string =>
  `${to} ${name.slice(name.lastIndexOf(" ") + 1)}`

/** What facts bear on that is not in memory. */
export const forFacts = (memory: Memory, facts: ReadonlyArray<Fact>): Wanted => {
  const parts = facts.flatMap(Subject.parts)
  return {
    subjects: [...new Set(parts.flatMap((part) => [...own(memory, part), ...around(memory, part)]))],
    lists: parts.flatMap((part) => listed(memory, part))
  }
}

/** What a fact bears on and does not name. */
const listed = ({ isIndexed, replica }: Memory, { data, from }: Fact): Wanted["lists"] => {
  switch (data.message_type) {
    case "task_announced":
    case "task_updated": {
      // Words on a task stay for as long as nobody claimed it, so a claim must not have been forgotten.
      const task = TaskContext.key(data.task)
      return isDescribed(replica, from, task) || replica.tasks.claimsOf.has(task)
        ? []
        : [{ beginning: Subject.claimed(task), to: "claim" }]
    }
    case "claim_renewed":
      // A claim that comes back to life finds its sessions, so that no pair is stated again.
      return isIndexed(data.claim) ? [] : [{ beginning: Subject.opened(data.claim), to: "session" }]
    case "task_released":
    case "task_completed":
      // The end of a claim settles its sessions, or tells those whose steps waited for it.
      return [{ beginning: Subject.opened(data.claim), to: "session" }]
    default:
      return []
  }
}

/** What a command reads that may not be in memory. */
export const forCommand = ({ replica }: Memory, node: NodeId, command: Command): Wanted => {
  switch (command._tag) {
    case "Claim":
    case "Update":
    case "Release":
    case "Complete": {
      const task = command._tag === "Claim" ? TaskContext.key(command.task) : command.task
      return wordsAndClaims(replica, node, [task])
    }
    case "Announce":
      return wordsAndClaims(replica, node, command.tasks.map(TaskContext.key))
    // What memory forgot is over, and a receipt for it would tell nobody anything.
    case "Note":
    case "StateContracts":
    case "Open":
    case "Unmute":
      return nothing
    case "Mute":
    case "Say":
    case "Answer":
    case "Escalate":
      return sessionWanted(replica, command.session)
    case "Rule": {
      const { ruling } = command.ruling
      return ruling.kind === "decide_session" ? sessionWanted(replica, ruling.session_id) : nothing
    }
  }
}

/** This node's words on tasks, and its claims on them. */
const wordsAndClaims = (
  replica: Replica.Replica,
  node: NodeId,
  tasks: ReadonlyArray<TaskKey.TaskKey>
): Wanted => ({
  subjects: tasks.filter((task) => !isDescribed(replica, node, task)).map((task) =>
    Subject.described(node, task)),
  lists: tasks.map((task) => ({ beginning: Subject.held(node, task), to: "claim" }))
})

/** What has to come with facts that come back: the claims of an opening, the words on their tasks. */
export const beside = (memory: Memory, facts: ReadonlyArray<Fact>): ReadonlyArray<string> =>
  facts.flatMap(Subject.parts).flatMap((part) =>
    part.data.message_type === "task_claimed"
      ? [...own(memory, part), ...around(memory, part)]
      : []
  )

/** Folds of what came back the parts that were asked for. */
export const fold = (
  replica: Replica.Replica,
  subjects: ReadonlySet<string>,
  facts: ReadonlyArray<Fact>
): Replica.Replica =>
  facts
    .flatMap(Subject.parts)
    .filter((part) => Subject.of(part).some((subject) => subjects.has(subject)))
    .reduce(Replica.evolvePart, replica)

/** A place whose fact memory forgot. */
export interface OldPlace {
  readonly log: LogId
  readonly seq: number
}

/** The places of facts that this node holds and no longer remembers: another fact may stand there. */
export const oldPlaces = (
  { forks }: Replica.Replica,
  heads: Heads,
  facts: ReadonlyArray<Fact>
): ReadonlyArray<OldPlace> =>
  facts.flatMap((fact) => [fact, ...fact.embedded]).filter(({ log, seq }) =>
    Forks.at(forks, log, seq) === undefined &&
    Option.exists(HashMap.get(heads, log), (head) => seq <= head.seq)
  )

/**
 * The beginnings of names that lead to sessions whose status changed without a fact about them: a
 * member's node was banned or revoked, or a person's standing changed.
 */
export const disturbed = (before: Replica.Replica, after: Replica.Replica): ReadonlyArray<string> => {
  const { nodes, people } = Replica.disturbed(before, after)
  return [...nodes.map(Subject.member), ...people.map(Subject.ruled)]
}

/** Is what a subject names in memory already? Of mutes and words only the store knows. */
export const remembers = ({ sessions, tasks }: Replica.Replica, subject: string): boolean => {
  const at = subject.indexOf(" ")
  const [kind, id] = [subject.slice(0, at), subject.slice(at + 1)] as const
  return kind === "session"
    ? sessions.has(id)
    : kind === "claim" && tasks.claims.has(FactId.make(id))
}

const sessionWanted = (replica: Replica.Replica, id: string): Wanted =>
  replica.sessions.has(id) ? nothing : { subjects: [Subject.session(id)], lists: [] }

const isDescribed = (replica: Replica.Replica, node: NodeId, task: TaskKey.TaskKey): boolean =>
  replica.tasks.descriptions.has(Registry.describedBy(task, node))

/** What a fact bears on by itself, unless it is in memory. */
const own = ({ replica }: Memory, fact: Fact): ReadonlyArray<string> => {
  const { data } = fact
  switch (data.message_type) {
    case "task_announced":
    case "task_updated":
      return isDescribed(replica, fact.from, TaskContext.key(data.task)) ? [] : Subject.of(fact)
    case "task_claimed":
      return replica.tasks.claims.has(fact.id) ? [] : Subject.of(fact)
    case "claim_renewed":
    case "task_released":
    case "task_completed":
      return replica.tasks.claims.has(data.claim) ? [] : Subject.of(fact)
    case "alert_muted":
    case "mute_lifted":
      return HashMap.has(replica.mutes.pairs, Mutes.pairOf(data.task1, data.task2)) ? [] : Subject.of(fact)
    default:
      return Subject.of(fact).filter((subject) =>
        !replica.sessions.has(subject.slice(Subject.session("").length))
      )
  }
}

/** What belongs to a claim beside itself. */
const around = ({ replica }: Memory, { data, from }: Fact): ReadonlyArray<string> => {
  if (data.message_type !== "task_claimed") return []
  const task = TaskKey.make(data.repository, data.task_id)
  return [
    ...(isDescribed(replica, from, task) ? [] : [Subject.described(from, task)]),
    ...(replica.tasks.claimsOf.has(task) ? [] : [Subject.muted(task)])
  ]
}
