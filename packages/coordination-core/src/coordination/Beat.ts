/**
 * The heartbeat: tells what this node holds, now and then; not all nodes in step.
 */
import * as CatchUp from "../catchup/CatchUp.ts"
import * as Hash from "../identity/Hash.ts"
import { type Decision, type Moment, nothing } from "../machine/Machine.ts"
import type { Output, State } from "./Coordination.ts"

/** Says it where it is due. */
export const due = (state: State, { monotonicMillis: now }: Moment): Decision<State, Output> => {
  if (now < state.beatMillis) return nothing(state)
  const jitter = Number.parseInt(Hash.ofText(`${state.node} ${now}`).slice(0, 4), 16) / 0xffff
  const beatMillis = now + state.settings.heartbeatMillis * (1 + jitter / 4)
  const digest = CatchUp.digest(state.catchUp)
  return {
    state: { ...state, beatMillis },
    drafts: [],
    outputs: [{ _tag: "Say", signal: { message_type: "heartbeat", digest } }]
  }
}
