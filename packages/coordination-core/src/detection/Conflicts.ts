/**
 * The conflicts that a claim opens: with other agents at the very task, and with other agents'
 * tasks in the same repository that declare to touch the same things.
 *
 * Bounded: so many of a claim, and of those few with one other node, which may have many names and
 * many claims. What is settled makes room.
 * (docs/rules.md, 5)
 */
import type { Draft } from "../fact/Draft.ts"
import { fromKey } from "../identity/AgentId.ts"
import type { FactId } from "../identity/FactId.ts"
import type { NodeId } from "../identity/NodeId.ts"
import * as TaskKey from "../identity/TaskKey.ts"
import type { Moment } from "../machine/Machine.ts"
import * as MeshSettings from "../mesh/MeshSettings.ts"
import * as Replica from "../replica/Replica.ts"
import * as Opening from "../session/Opening.ts"
import * as SessionDrafts from "../session/SessionDrafts.ts"
import * as Status from "../session/Status.ts"
import * as Registry from "../task/Registry.ts"
import type { Entry } from "./Index.ts"
import { apart, cut } from "./Sentence.ts"
import type { Encounter } from "./Territory.ts"

/** Conflicts that a claim of this node is in at a time, and with the agents of one other node. */
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
  readonly reason: () => string
}

/**
 * Opens the conflicts that this node sees and nobody has opened; `met` is what may be said of others,
 * `drafted` what this node is about to state anyway.
 */
export const openings = (
  entry: Entry,
  met: ReadonlyArray<Encounter>,
  drafted: ReadonlyArray<Draft>,
  around: Around
): ReadonlyArray<Draft> => {
  const { at: { wallMillis }, mesh, node, replica } = around
  const { tasks } = replica
  const { counts } = Replica.world(replica)
  const isHeld = (claim: Registry.Claim): boolean =>
    Registry.isLive(tasks, claim, counts) && !Registry.lapsed(tasks, claim, wallMillis, counts)
  const own = Registry.claimById(tasks, entry.claim)
  if (own === undefined || !isHeld(own)) return []
  const isHere = ({ origin }: Registry.Claim): boolean => origin.node === node
  const crowds = new Map<FactId, Crowd>()
  return conflictsOf(entry, own, met, replica).flatMap(({ other, reason }) => {
    // A stranger may hold the same task very often, so what is cheap to ask comes first.
    if (other.agent === own.agent || !(isHere(own) || isHere(other))) return []
    // A stranger's claim is bounded as well, since it meets all agents of this node.
    const sides = isHere(own) ? [[own, other]] as const : [[own, other], [other, own]] as const
    const places = sides.map(([claim, beside]) => {
      const crowd = crowds.get(claim.id) ?? crowdOf(claim, drafted, replica)
      crowds.set(claim.id, crowd)
      return { crowd, holder: holderOf(beside) }
    })
    if (!places.every(({ crowd, holder }) => hasRoom(crowd, holder)) || !isHeld(other)) return []
    if (Replica.sessionById(replica, sessionOf([own, other], mesh)) !== undefined) return []
    for (const { crowd, holder } of places) join(crowd, holder)
    return [SessionDrafts.opening("conflict", [own, other], reason(), replica, mesh)]
  })
}

/** Whom a claim may be in conflict with: who holds the same task, and whoever touches the same things. */
const conflictsOf = (
  entry: Entry,
  own: Registry.Claim,
  met: ReadonlyArray<Encounter>,
  replica: Replica.Replica
): ReadonlyArray<Conflict> => {
  const { tasks } = replica
  const names = (other: Registry.Claim): string =>
    [own, other].map(({ agent }) => fromKey(agent).name).join(" and ")
  const contested = (tasks.claimsOf.get(own.task) ?? []).flatMap((id): ReadonlyArray<Conflict> => {
    const other = Registry.claimById(tasks, id)
    return other === undefined ? [] : [{ other, reason: () => `${names(other)} both hold ${own.task}` }]
  })
  const crossed = met.flatMap((encounter): ReadonlyArray<Conflict> => {
    const other = Registry.claimById(tasks, encounter.held.claim)
    return other === undefined || !isBeside(own, other)
      ? []
      : [{ other, reason: () => reasonOf(entry, encounter) }]
  })
  return [...contested, ...crossed]
}

/** How many claims of each other node a claim is in conflict with, counted up to what there is room for. */
type Crowd = Map<NodeId, number>

/** Of the conflicts that are open, whoever opened them, and of those that are about to be opened. */
const crowdOf = (claim: Registry.Claim, drafted: ReadonlyArray<Draft>, replica: Replica.Replica): Crowd => {
  const world = Replica.world(replica)
  const crowd: Crowd = new Map()
  for (const id of Replica.sessionsWith(replica, claim.id)) {
    const session = Replica.sessionById(replica, id)
    const other = session?.opening.claims.find((each) => each.claim !== claim.id)
    if (session?.opening.kind !== "conflict" || other === undefined) continue
    const holder = holderOf(other)
    if (countOf(crowd, holder) < conflictsPerNodeMax && isOpen(session, world)) join(crowd, holder)
  }
  for (const { data, embed } of drafted) {
    if (data.message_type !== "session_opened" || !embed.includes(claim.id)) continue
    for (const id of embed) {
      const other = id === claim.id ? undefined : Registry.claimById(replica.tasks, id)
      if (other !== undefined) join(crowd, holderOf(other))
    }
  }
  return crowd
}

const isOpen = (session: Status.Opened, world: Status.World): boolean => {
  const status = Status.statusOf(session, world)
  return status === "active" || status === "escalated"
}

const countOf = (crowd: Crowd, holder: NodeId): number => crowd.get(holder) ?? 0

const join = (crowd: Crowd, holder: NodeId): void => {
  crowd.set(holder, Math.min(conflictsPerNodeMax, countOf(crowd, holder) + 1))
}

const hasRoom = (crowd: Crowd, holder: NodeId): boolean =>
  countOf(crowd, holder) < conflictsPerNodeMax &&
  [...crowd.values()].reduce((sum, count) => sum + count, 0) < conflictsMax

const holderOf = ({ agent }: Pick<Registry.Claim, "agent">): NodeId => fromKey(agent).node

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
