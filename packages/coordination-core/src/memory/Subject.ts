/**
 * What a fact is about: the names under which a store finds it again once memory forgot it.
 *
 *     session S · claim C · described N T · muted T        what is forgotten and recalled as a whole
 *     always                                               what bears on none of these: it stays in memory
 *     opened C S · member N S · ruled P S · held T N C     which sessions a claim, a node or a person
 *                                                          is in, and which claims a task has
 *
 * A name that leads to a session or a claim ends with it, so whoever knows the beginning can list
 * what it leads to. (docs/rules.md, 4: memory is a cache)
 */
import type { Fact } from "../fact/Fact.ts"
import type { FactId } from "../identity/FactId.ts"
import type { NodeId, PersonId } from "../identity/NodeId.ts"
import * as TaskKey from "../identity/TaskKey.ts"
import * as Mutes from "../mute/Mutes.ts"
import * as Opening from "../session/Opening.ts"
import * as Session from "../session/Session.ts"
import * as TaskContext from "../task/TaskContext.ts"

/** The version of these names: a store that was filled under another one is filled again. */
export const version = "3"

/** The note of a store that tells under which version it was filled. */
export const noteName = "subjects"

/** Rulings about people, proofs of forks, contracts, wide mutes: what a start needs in any case. */
export const always = "always"

/** Where the names of all sessions, or of all claims, begin. */
export const beginning = (of: "session" | "claim"): string => `${of} `
export const session = (id: string): string => beginning("session") + id
export const claim = (id: FactId): string => beginning("claim") + id
export const described = (node: NodeId, task: TaskKey.TaskKey): string => `described ${node} ${task}`
export const muted = (task: TaskKey.TaskKey): string => `muted ${task}`

/** Where the names begin that lead to sessions … */
export const opened = (claimId: FactId): string => `opened ${claimId} `
export const member = (node: NodeId): string => `member ${node} `
export const ruled = (person: PersonId): string => `ruled ${person} `
/** … and to claims: of a task, and of one node on it. */
export const claimed = (task: TaskKey.TaskKey): string => `held ${task} `
export const held = (node: NodeId, task: TaskKey.TaskKey): string => `${claimed(task)}${node} `

/** What a fact bears on by itself. */
export const of = (fact: Fact): ReadonlyArray<string> => {
  const { data } = fact
  switch (data.message_type) {
    case "task_announced":
    case "task_updated":
      return [described(fact.from, TaskContext.key(data.task))]
    case "task_claimed":
      return [claim(fact.id)]
    case "claim_renewed":
    case "task_released":
    case "task_completed":
      return [claim(data.claim)]
    case "alert_muted":
    case "mute_lifted":
      // What reaches beyond a pair is never forgotten, so nothing has to find it again.
      return Mutes.isBroad(fact) ? [] : [muted(data.task1), muted(data.task2)]
    default: {
      const id = Session.subject(fact)
      return id === undefined ? [] : [session(id)]
    }
  }
}

/** A fact and what it embeds, as far as that is folded with it. */
export const parts = (fact: Fact): ReadonlyArray<Fact> =>
  fact.data.message_type === "fork_proven" ? [fact] : [fact, ...fact.embedded]

/** All names of a fact: for the store that keeps it. */
export const all = (fact: Fact): ReadonlyArray<string> => {
  const named = new Set([...parts(fact).flatMap(of), ...leading(fact)])
  return named.size === 0 ? [always] : [...named]
}

const leading = (fact: Fact): ReadonlyArray<string> => {
  const { data } = fact
  switch (data.message_type) {
    case "task_claimed":
      return [held(fact.from, TaskKey.make(data.repository, data.task_id)) + fact.id]
    case "dependency_detected":
    case "session_opened": {
      const opening = Opening.fromFact(fact)
      return opening === undefined ? [] : [
        ...opening.claims.map((each) => opened(each.claim) + opening.session),
        ...Opening.nodesOf(opening.roster).map((node) => member(node) + opening.session)
      ]
    }
    case "ruling":
      return fact.ruling?.ruling.kind === "decide_session"
        ? [ruled(fact.ruling.by) + fact.ruling.ruling.session_id]
        : []
    default:
      return []
  }
}
