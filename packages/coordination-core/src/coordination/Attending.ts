/**
 * Attention for the whole of a node's state: which sessions come to its duties at all.
 */
import * as HashMap from "effect/HashMap"
import * as Attention from "../duty/Attention.ts"
import type { Moment } from "../machine/Machine.ts"
import * as MeshSettings from "../mesh/MeshSettings.ts"
import type { State } from "./Coordination.ts"

/** The state that has seen these sessions, and those of them that are not held back. */
export const seen = (
  state: State,
  sessions: ReadonlyArray<string>,
  ageMillis: number,
  at: Moment
): { readonly state: State; readonly attended: ReadonlyArray<string> } => {
  const context = contextOf(state, at)
  const attention = sessions.reduce(
    (now, id) => Attention.see(now, id, ageMillis, context),
    state.attention
  )
  return {
    state: { ...state, attention },
    attended: sessions.filter((id) => !Attention.isHeldBack(attention, id))
  }
}

/** The state in which what is over makes room, and the sessions that this lets in. */
export const settled = (
  state: State,
  at: Moment
): { readonly state: State; readonly attended: ReadonlyArray<string> } => {
  const isOver = (id: string): boolean => !HashMap.has(state.duties, id)
  const { letIn, state: attention } = Attention.settle(state.attention, isOver, contextOf(state, at))
  return { state: { ...state, attention }, attended: letIn }
}

const contextOf = ({ mesh, node, replica, settings }: State, at: Moment): Attention.Context => ({
  nowMillis: at.monotonicMillis,
  node,
  replica,
  quotas: settings,
  attends: (terms) => MeshSettings.attends(mesh, terms)
})
