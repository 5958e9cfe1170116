/**
 * Which sessions this node attends to: so many for each claim of its own, and fewer of those with
 * one and the same other node, so that a flood of forged dependencies costs little.
 *
 *     seen ──room──▶ attended ──over──▶ gone
 *       └──none──▶ held back ──room, and not overdue──▶ attended
 *
 * What is held back is stored, counted and listed, and gets no plan and no escalation from here.
 * One's own openings are always attended to; sessions of others' claims alone take no room. A node's
 * own business, so the order of arrival may matter. (docs/rules.md, 6)
 */
import * as HashMap from "effect/HashMap"
import * as Option from "effect/Option"
import { fromKey } from "../identity/AgentId.ts"
import type { NodeId } from "../identity/NodeId.ts"
import * as Replica from "../replica/Replica.ts"
import { nodesOf } from "../session/Opening.ts"
import * as Status from "../session/Status.ts"

export interface State {
  /** The places that each attended session takes. */
  readonly attended: HashMap.HashMap<string, ReadonlyArray<string>>
  /** How many sessions take each place. */
  readonly taken: HashMap.HashMap<string, number>
  /** What is held back, and until when it may still be attended to. */
  readonly heldBack: HashMap.HashMap<string, number>
  /** Sessions held back beyond what the list holds. */
  readonly unlisted: number
}

export interface Quotas {
  /** Open sessions of one own claim that are attended to. */
  readonly sessionsPerClaim: number
  /** Of those, the ones with one and the same other node. */
  readonly sessionsPerClaimAndNode: number
}

export interface Context {
  readonly nowMillis: number
  readonly node: NodeId
  readonly replica: Replica.Replica
  readonly quotas: Quotas
  readonly attends: (terms: Status.Opened["opening"]["terms"]) => boolean
}

/** So many sessions that are held back are listed; further ones are only counted. */
export const heldBackMax = 4096

export const initial: State = {
  attended: HashMap.empty(),
  taken: HashMap.empty(),
  heldBack: HashMap.empty(),
  unlisted: 0
}

/** Gives a session that is new here a place, or holds it back. `ageMillis` is how long it is known. */
export const see = (state: State, id: string, ageMillis: number, context: Context): State => {
  const session = Replica.sessionById(context.replica, id)
  if (session === undefined || HashMap.has(state.attended, id)) return state
  const isActive = Status.statusOf(session, Replica.world(context.replica)) === "active"
  if (isHeldBack(state, id)) return isActive ? state : dropped(state, id)
  const places = placesOf(session, context.node)
  if (!isActive || places.length === 0 || !context.attends(session.opening.terms)) return state
  if (session.opening.account.origin.node === context.node || hasRoom(state, places, context.quotas)) {
    return entered(state, id, places)
  }
  const untilMillis = context.nowMillis + session.opening.terms.max_duration_ms - ageMillis
  return HashMap.size(state.heldBack) >= heldBackMax
    ? { ...state, unlisted: state.unlisted + 1 }
    : { ...state, heldBack: HashMap.set(state.heldBack, id, untilMillis) }
}

/** Frees the places of sessions that are over, and gives them to what was held back. */
export const settle = (
  before: State,
  isOver: (session: string) => boolean,
  context: Context
): { readonly state: State; readonly letIn: ReadonlyArray<string> } => {
  let state = [...HashMap.keys(before.attended)].filter(isOver).reduce(left, before)
  const letIn: Array<string> = []
  for (const [id, untilMillis] of HashMap.entries(before.heldBack)) {
    const session = Replica.sessionById(context.replica, id)
    if (session === undefined) {
      state = dropped(state, id)
      continue
    }
    const places = placesOf(session, context.node)
    if (context.nowMillis >= untilMillis || !hasRoom(state, places, context.quotas)) continue
    state = entered(dropped(state, id), id, places)
    letIn.push(id)
  }
  return { state, letIn: letIn.sort() }
}

export const isHeldBack = (state: State, session: string): boolean => HashMap.has(state.heldBack, session)

/** A session takes a place for each own claim in it, and one for each other node beside that claim. */
const placesOf = ({ opening }: Status.Opened, node: NodeId): ReadonlyArray<string> => {
  const others = nodesOf(opening.roster).filter((other) => other !== node)
  return opening.claims
    .filter(({ agent }) => fromKey(agent).node === node)
    .flatMap(({ claim }) => [claim, ...others.map((other) => `${claim} ${other}`)])
}

const hasRoom = ({ taken }: State, places: ReadonlyArray<string>, quotas: Quotas): boolean =>
  places.every((place) =>
    Option.getOrElse(HashMap.get(taken, place), () => 0) <
      (place.includes(" ") ? quotas.sessionsPerClaimAndNode : quotas.sessionsPerClaim)
  )

const entered = (state: State, id: string, places: ReadonlyArray<string>): State => ({
  ...state,
  attended: HashMap.set(state.attended, id, places),
  taken: places.reduce((taken, place) => counted(taken, place, 1), state.taken)
})

const left = (state: State, id: string): State => ({
  ...state,
  attended: HashMap.remove(state.attended, id),
  taken: Option.getOrElse(HashMap.get(state.attended, id), (): ReadonlyArray<string> => [])
    .reduce((taken, place) => counted(taken, place, -1), state.taken)
})

const dropped = (state: State, id: string): State => ({
  ...state,
  heldBack: HashMap.remove(state.heldBack, id)
})

const counted = (taken: State["taken"], place: string, change: number): State["taken"] => {
  const count = Option.getOrElse(HashMap.get(taken, place), () => 0) + change
  return count === 0 ? HashMap.remove(taken, place) : HashMap.set(taken, place, count)
}
