/**
 * The conflicts that a claim opens: with other agents at the very task, and with other agents'
 * tasks in the same repository that declare to touch the same things.
 *
 * Bounded: so many of a claim, and of those few with one other node, which may have many names.
 * (docs/rules.md, 5)
 */
import type { Draft } from "../fact/Draft.ts"
import { fromKey } from "../identity/AgentId.ts"
import type { NodeId } from "../identity/NodeId.ts"
import * as TaskKey from "../identity/TaskKey.ts"
import type { Moment } from "../machine/Machine.ts"
import * as MeshSettings from "../mesh/MeshSettings.ts"
import * as Replica from "../replica/Replica.ts"
import * as Opening from "../session/Opening.ts"
import * as SessionDrafts from "../session/SessionDrafts.ts"
import * as Registry from "../task/Registry.ts"
import type { Entry } from "./Index.ts"
import { apart, cut } from "./Sentence.ts"
import type { Encounter } from "./Territory.ts"

/** Conflicts that a claim opens at most, and with the agents of one other node. */
const conflictsMax = 8
const conflictsPerNodeMax = 2

export interface Around {
  readonly at: Moment
  readonly node: NodeId
  readonly replica: Replica.Replica
  readonly mesh: MeshSettings.MeshSettings
}

/** The other claim of a conflict, and why it is one. */
interface Conflict {
  readonly other: Registry.Claim
  readonly reason: string
}

/** Opens the conflicts that this node sees and nobody has opened; `met` is what may be said of others. */
export const openings = (
  entry: Entry,
  met: ReadonlyArray<Encounter>,
  { at: { wallMillis }, mesh, node, replica }: Around
): ReadonlyArray<Draft> => {
  const { tasks } = replica
  const { counts } = Replica.world(replica)
  const isHeld = (claim: Registry.Claim): boolean =>
    Registry.isLive(tasks, claim, counts) && !Registry.lapsed(tasks, claim, wallMillis, counts)
  const own = Registry.claimById(tasks, entry.claim)
  if (own === undefined || !isHeld(own)) return []
  const contested = Registry.liveClaims(tasks, own.task, counts).map((other): Conflict => ({
    other,
    reason: `${[own, other].map(({ agent }) => fromKey(agent).name).join(" and ")} both hold ${own.task}`
  }))
  const crossed = met.flatMap((encounter): ReadonlyArray<Conflict> => {
    const other = Registry.claimById(tasks, encounter.held.claim)
    return other === undefined || !isBeside(own, other)
      ? []
      : [{ other, reason: reasonOf(entry, encounter) }]
  })
  return [...contested, ...crossed]
    .filter(({ other }) => other.agent !== own.agent && isHeld(other))
    .filter(({ other }) => [own, other].some(({ agent }) => fromKey(agent).node === node))
    .filter(({ other }, at, all) => {
      const holder = fromKey(other.agent).node
      const before = all.slice(0, at).filter((each) => fromKey(each.other.agent).node === holder)
      return before.length < conflictsPerNodeMax
    })
    .slice(0, conflictsMax)
    .flatMap(({ other, reason }) => {
      const session = sessionOf([own, other], mesh)
      return Replica.sessionById(replica, session) === undefined
        ? [SessionDrafts.opening("conflict", [own, other], reason, replica, mesh)]
        : []
    })
}

/** The session that two claims have when they conflict. */
const sessionOf = (claims: ReadonlyArray<Registry.Claim>, mesh: MeshSettings.MeshSettings): string =>
  Opening.sessionId("conflict", MeshSettings.terms(mesh), claims.map(({ id, task }) => ({ claim: id, task })))

/** Another task of the same repository? */
const isBeside = (own: Registry.Claim, other: Registry.Claim): boolean =>
  own.task !== other.task && TaskKey.repository(own.task) === TaskKey.repository(other.task)

/** `backend#1 and backend#2 both touch src/api: …; claimed 3 h apart.` */
const reasonOf = ({ atMillis, task }: Entry, { because, held, what }: Encounter): string =>
  touching(TaskKey.make(task.repository, task.task_id), held.task) +
  `${cut(what, 200)}: ${because}; claimed ${apart(atMillis, held.atMillis)}.`

const touching = (one: TaskKey.TaskKey, other: TaskKey.TaskKey): string =>
  `${cut(one, 80)} and ${cut(other, 80)} both touch `

/** Was a conflict of two tasks opened over what they declare? An agent may open one over anything. */
export const isOfScopes = (reason: string, one: TaskKey.TaskKey, other: TaskKey.TaskKey): boolean =>
  reason.startsWith(touching(one, other)) || reason.startsWith(touching(other, one))
